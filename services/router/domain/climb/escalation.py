"""What follows from each event of a case: `react` says it, and nothing is done here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from services.router.domain import wording
from services.router.domain.climb import asking, clocks, gathering
from services.router.domain.climb.asking import Asked, Cause
from services.router.domain.climb.in_force import InForce
from services.router.domain.climb.shift import as_on_duty
from services.router.domain.climb.unreachable import on_unreachable
from services.router.domain.policies.planning import make_plan
from shared.contracts import events as e
from shared.contracts.case import RESPONSE, Case, evolve
from shared.contracts.plan import Person, Plan, Reason
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Status, Track

TRACK = {DeadlineName.AUTHORITY_RESPONSE: Track.AUTHORITY}
RESPONSES = (DeadlineName.FIRST_RESPONSE, DeadlineName.AUTHORITY_RESPONSE)
Similar = tuple[timedelta, ...]


def start(case: Case, force: InForce, now: datetime, similar: Similar = ()) -> list[e.Event]:
    """The plan of a new case and whom it asks: nobody when it is not an incident."""
    planned = _planned(case, force, similar=similar, suppressible=True)
    return [planned, *_begin(case, force, planned.plan, "submitted", case.submitted_at, now, planned.plan.reasons)]


def _begin(
    case: Case, force: InForce, plan: Plan, cause: Cause, since: datetime, now: datetime, reasons: tuple[Reason, ...]
) -> list[e.Event]:
    """Ask the first level of both tracks, and let the clocks of the case run."""
    said: list[e.Event] = []
    for track in Track:
        if not asking.ladder(plan, track):
            continue
        level, asked = asking.first(force, plan, track, 1, cause, now, asking.reporter(case))
        if cause in ("reopened", "reassessed") and track is Track.HANDLING:
            asked = asking.owner_first(case, force, plan, asked)
        assigned = asking.assignment(case, force, plan, track, level, cause, asked, reasons, now, since)
        if track is Track.HANDLING:
            begins = assigned.not_before or since
            response = assigned.deadlines[0]
            more = clocks.begun(case, force.calendar(plan), plan, begins, response.due)
            assigned = assigned.model_copy(update={"deadlines": (response, *more)})
        said.append(assigned)
        case = _as_if(case, assigned, now)
    return said


def _as_if(case: Case, event: e.Event, now: datetime) -> Case:
    after = evolve(case, event, now)
    assert after is not None
    return after


def on_breached(before: Case, case: Case, event: e.DeadlineBreached, force: InForce, now: datetime) -> list[e.Event]:
    """Climb one level, unless an acknowledgement or a change came first in the log.

    A breach of a later clock while somebody is being asked anyway, and will be climbed past, asks nobody twice.
    """
    plan, name = case.plan, event.name
    if not before.is_live(name, event.generation) or plan is None:
        return []
    track = TRACK.get(name, Track.HANDLING)
    levels, known = asking.ladder(plan, track), case.asking(track)
    if not levels or (name not in RESPONSES and _is_asked(case, Track.HANDLING)):
        return []
    again = name in RESPONSES and known.repeats < plan.repeat and not known.exhausted
    level, asked = asking.next_level(force, plan, track, known.level, now, again, reporter=asking.reporter(case))
    said: list[e.Event] = []
    if level > len(levels) and not known.exhausted:
        top, awaited = len(levels), known.awaiting
        why = (wording.EXHAUSTED if awaited else wording.NO_LEVEL_LEFT,)
        said.append(e.EscalationExhausted(case_id=case.id, level=top, track=track, awaited=awaited, reasons=why))
    reasons = (wording.breached(name, asked.people),)
    return [*said, asking.assignment(case, force, plan, track, level, "breached", asked, reasons, now)]


def _is_asked(case: Case, track: Track) -> bool:
    """Whether an answer is waited for by a clock that makes it climb."""
    response = case.deadlines.get(RESPONSE[track])
    return case.asking(track).awaiting and response is not None and response.state is DeadlineState.RUNNING


def on_reassigned(_: Case, case: Case, event: e.CaseReassigned, force: InForce, now: datetime) -> list[e.Event]:
    """Ask the new owner on the present level's channels; they too have to answer in time."""
    if case.plan is None or not case.plan.levels:
        return []
    asked = asking.handed(event.to, case.plan.path, wording.HANDED_OVER, now)
    level, why = max(case.level, 1), (wording.HANDED_OVER,)
    assigned = asking.assignment(case, force, case.plan, Track.HANDLING, level, "reassigned", asked, why, now)
    more = clocks.next_update(case, force.calendar(case.plan), now)
    return [assigned.model_copy(update={"deadlines": (*assigned.deadlines, *more)})]


def on_unacknowledged(
    before: Case, case: Case, event: e.CaseUnacknowledged, force: InForce, now: datetime
) -> list[e.Event]:
    """Ask everybody of the level again, with the time that was left; whoever is still being paged goes on as they were.

    Where all must answer, those who have done so need not once more, and are named without being called.
    So too where an assignment that the answer overtook has named others meanwhile. One that is not in the log yet asks them
    by itself, by a clock of its own.
    """
    said: list[e.Event] = []
    for track in Track:
        was, known = before.asking(track), case.asking(track)
        if case.plan is None or not asking.ladder(case.plan, track):
            continue
        asked_anyway = was.acknowledged == known.acknowledged and (was.awaiting or _is_asked(case, track))
        if not known.awaiting or asked_anyway:
            continue
        rounds = asking.paged(was)
        if known.need == "all":
            rounds |= {
                r.person.id: r.paged_in or was.round for r in was.responders if r.person.id in known.acknowledged
            }
        people = tuple(r.model_copy(update={"paged_in": rounds.get(r.person.id, 0)}) for r in known.responders)
        asked = as_on_duty(case, force, track, Asked(people, asking.opening(force, case.plan, "undone", now)))
        new = asking.assignment(case, force, case.plan, track, known.level, "undone", asked, (wording.UNDONE,), now)
        clock = clocks.response_again(case, force.calendar(case.plan), RESPONSE[track], asked.at)
        change = {"deadlines": clock or new.deadlines, "channels": known.channels, "acknowledge": known.need}
        said.append(new.model_copy(update=change))
        case = _as_if(case, said[-1], now)
    return said


def on_resumed(
    before: Case, case: Case, event: e.CaseResumed | e.CaseReplied, force: InForce, now: datetime
) -> list[e.Event]:
    """Let the clocks that stood still run again, each with what was left of it."""
    if not before.waiting or case.waiting or case.plan is None:
        return []
    calendar = force.calendar(case.plan)
    moved = (*clocks.resumed(case, calendar, now), *clocks.next_update(case, calendar, now))
    return _rescheduled(case, moved, wording.RESUMED)


def on_reopened(before: Case, case: Case, event: e.CaseReopened, force: InForce, now: datetime) -> list[e.Event]:
    """Ask the first level again, and the last owner before everybody else; the clocks start anew.

    What was no incident is planned anew: whoever reopens it says that somebody is needed. So is what names a schedule or
    somebody whom the policy no longer has.
    """
    if before.status is not Status.DONE or case.plan is None:
        return []
    known = case.plan.levels and force.knows(case.plan)
    planned = [] if known else [_planned(case, force, counted=case.plan.rules)]
    plan = planned[0].plan if planned else case.plan
    begun = _begin(case, force, plan, "reopened", now, now, (wording.REOPENED,))
    return [*planned, *begun, *gathering.parted(before.linked, case)]


def on_linked(before: Case, case: Case, event: e.CaseLinked, force: InForce, now: datetime) -> list[e.Event]:
    """The case that is handled for both hears of the report, if the link was the first to stand in the log."""
    return [gathering.joined(event.lead, case)] if case.linked == event.lead and not before.linked else []


def on_split(before: Case, case: Case, event: e.CaseSplit, force: InForce, now: datetime) -> list[e.Event]:
    """Plan anew and ask, whoever had it first; the clocks start anew, and the other case is not handled for it any more."""
    if case.linked or before.linked != event.lead:
        return []
    planned = _planned(case, force)
    begun = _begin(case, force, planned.plan, "reassessed", now, now, (wording.SPLIT, *planned.plan.reasons))
    return [planned, *begun, *gathering.parted(before.linked, case)]


def _planned(
    case: Case, force: InForce, counted: tuple[str, ...] = (), similar: Similar = (), suppressible: bool = False
) -> e.EscalationPlanned:
    said, policy = case.submitted, force.policy
    known = said.report, said.source, case.submitted_at, similar, counted, suppressible, said.drilled
    return e.EscalationPlanned(case_id=case.id, plan=make_plan(policy, force.version, *known))


def on_updated(before: Case, case: Case, event: e.Event, force: InForce, now: datetime) -> list[e.Event]:
    """Somebody is at work: the next update is due anew."""
    deadline = case.deadlines.get(DeadlineName.NEXT_UPDATE)
    told = before.deadlines.get(DeadlineName.NEXT_UPDATE)
    missed = deadline is None or deadline.state is DeadlineState.BREACHED
    by_owner = case.owner is not None and isinstance(event, e.CaseNoted | e.CaseStarted | e.CaseAcknowledged)
    if case.plan is None or not by_owner or not (missed or deadline != told):
        return []
    return _rescheduled(case, clocks.next_update(case, force.calendar(case.plan), now), wording.UPDATED)


def on_extended(_: Case, case: Case, event: e.CaseExtended, force: InForce, now: datetime) -> list[e.Event]:
    """Give a clock more time."""
    if case.plan is None:
        return []
    moved = clocks.extended(case, force.calendar(case.plan), event.name, event.more, now)
    return _rescheduled(case, moved, wording.extended(event.name, event.more, event.reason))


def on_reassessed(before: Case, case: Case, event: e.CaseReassessed, force: InForce, now: datetime) -> list[e.Event]:
    """Plan anew by the policy in force; used time is kept, and only a more urgent priority asks anybody again.

    So does a load by which those who wait for their hour need not, and a corrected kind (or personal data) that names
    somebody else first. Rules that had found enough similar reports still hold for who leads them. A report that was
    linked to another case stands for itself from now on.
    """
    old = case.plan
    if case.status is Status.DONE or old is None:
        return []
    planned = _planned(case, force, counted=() if before.linked else old.rules)
    plan, case = planned.plan, _as_if(case, planned, now)
    if before.linked or not old.levels:
        begun = _begin(case, force, plan, "reassessed", now, now, plan.reasons)
        return [planned, *begun, *gathering.parted(before.linked, case)]
    said: list[e.Event] = [planned]
    moved = clocks.respanned(case, force.calendar(plan), plan, now)
    said += _rescheduled(case, moved, wording.REASSESSED)
    case = _as_if(case, said[-1], now)
    for track in Track:
        risen = plan.priority.value < old.priority.value or (track is Track.AUTHORITY and not old.authority)
        sooner = plan.load < old.load and _is_held(case, track, now)
        others = (event.kind or event.personal_data is not None) and asking.names_others(plan, old, track)
        if (risen or sooner or others) and asking.ladder(plan, track):
            level, asked = asking.first(force, plan, track, 1, "reassessed", now, asking.reporter(case))
            asked = replace(asked, people=tuple(r for r in asked.people if not _has(case, r.person)))
            if asked.people:
                assigned = asking.assignment(case, force, plan, track, level, "reassessed", asked, plan.reasons, now)
                said.append(assigned)
                case = _as_if(case, assigned, now)
    return said


def _is_held(case: Case, track: Track, now: datetime) -> bool:
    """Whether those who are asked are told later, when their clock begins."""
    response = case.deadlines.get(RESPONSE[track])
    return _is_asked(case, track) and response is not None and (response.since or now) > now


def _has(case: Case, person: Person) -> bool:
    return case.owner is not None and case.owner.id == person.id


def on_missing(_: Case, case: Case, event: e.DeadlineMissing, force: InForce, now: datetime) -> list[e.Event]:
    """Ask again for a case that was found with nobody on it and no clock."""
    if case.is_over or case.waiting:
        return []
    if case.plan is None:
        return start(case, force, now)
    said: list[e.Event] = []
    for track in _unwatched(case, case.plan, now):
        level = min(max(case.asking(track).level, 1), len(asking.ladder(case.plan, track)) + 1)
        level, asked = asking.first(force, case.plan, track, level, "missing", now, asking.reporter(case))
        why = (wording.MISSING,)
        said.append(asking.assignment(case, force, case.plan, track, level, "missing", asked, why, now))
        case = _as_if(case, said[-1], now)
    return said


def _unwatched(case: Case, plan: Plan, now: datetime) -> list[Track]:
    """The tracks that nothing makes go on.

    A clock that runs here and is over means nothing: the timer has none, or its breach would stand before this in the log.
    Where an answer is waited for, only its own clock makes anybody else be asked; the others would let that wait for days.
    """
    ahead = {d.name for d in case.running() if d.due > now}
    awaited = [t for t in Track if case.asking(t).awaiting and asking.ladder(plan, t)]
    rests = bool(ahead) or not plan.levels or clocks.rests(case, plan)
    return [t for t in awaited if RESPONSE[t] not in ahead] if awaited else [] if rests else [Track.HANDLING]


def _rescheduled(case: Case, moved: tuple[e.DeadlineSet, ...], why: Reason) -> list[e.Event]:
    return [e.EscalationRescheduled(case_id=case.id, deadlines=moved, reasons=(why,))] if moved else []


REACTIONS: dict[type[e.Event], Callable[..., list[e.Event]]] = {
    e.CaseAcknowledged: on_updated,
    e.CaseUnacknowledged: on_unacknowledged,
    e.CaseStarted: on_updated,
    e.CaseNoted: on_updated,
    e.CaseResumed: on_resumed,
    e.CaseReplied: on_resumed,
    e.CaseReassigned: on_reassigned,
    e.CaseReassessed: on_reassessed,
    e.CaseCorrected: on_reassessed,
    e.CaseErased: gathering.on_erased,
    e.CaseExtended: on_extended,
    e.CaseReopened: on_reopened,
    e.CaseLinked: on_linked,
    e.CaseSplit: on_split,
    e.DeadlineBreached: on_breached,
    e.DeadlineMissing: on_missing,
    e.NotificationUnreachable: on_unreachable,
}


def react(
    before: Case | None, case: Case, event: e.Event, force: InForce, now: datetime, similar: Similar = ()
) -> list[e.Event]:
    """What the router says about one event; `before` is the case as it was without it."""
    if isinstance(event, e.CaseSubmitted):
        return start(case, force, now, similar) if before is None else []
    reaction = REACTIONS.get(type(event))
    return reaction(before, case, event, force, now) if reaction and before is not None else []
