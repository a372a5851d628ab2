"""What would happen to a report: the decisions of the running system, with time run ahead and nobody told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from services.router.domain.climb import asking
from services.router.domain.climb.escalation import TRACK, react
from services.router.domain.climb.in_force import InForce
from services.router.domain.climb.shift import on_shift, part_of
from services.router.domain.duty import schedule
from services.router.domain.duty.schedule import Part
from shared.contracts import events as e
from shared.contracts.case import RESPONSE, Case, evolve
from shared.contracts.clocks import Deadline
from shared.contracts.plan import Person, Plan
from shared.contracts.report import Report
from shared.contracts.vocabulary import Status, Track

Deed: TypeAlias = Literal["acknowledge", "start", "update", "resolve"]
End: TypeAlias = Literal["nobody_asked", "resolved", "catch_all", "quiet", "horizon", "steps"]
HORIZON = timedelta(hours=24)
MOST_STEPS = 50
CATCH_ALL_ASKED = 2  # the running system goes on asking for ever; more of the same tells nothing new


@dataclass(frozen=True)
class Act:
    """Something that a person does at an instant; without a person, the first who is asked to handle the case."""

    at: datetime
    deed: Deed
    person: Person | None = None


@dataclass(frozen=True)
class Moment:
    """One event and what the router says to it; `event` is nothing at a change of shift. `case` is as it is after all that."""

    at: datetime
    event: e.Event | None
    before: Case | None
    case: Case
    said: tuple[e.Event, ...]

    @property
    def assigned(self) -> tuple[e.EscalationAssigned, ...]:
        """Who is asked."""
        return tuple(x for x in self.said if isinstance(x, e.EscalationAssigned))


@dataclass(frozen=True)
class Foresight:
    """The plan, the moments in their order, and why they end there."""

    plan: Plan
    moments: tuple[Moment, ...]
    end: End


def submission(
    report: Report, source: str, case_id: str = "c_simulated", language: Literal["ja", "en"] = "ja", reporter: str = ""
) -> e.Event:
    """A report as it would come in, from the person `reporter`, or from nobody in particular."""
    by = e.Actor(kind="person", id=reporter) if reporter else e.Actor(kind="anonymous", id="simulation")
    return e.CaseSubmitted(case_id=case_id, by=by, number=0, report=report, source=source, language=language)


def begin(force: InForce, submitted: e.Event, at: datetime, similar: Sequence[timedelta] = ()) -> Moment:
    """The submission and what follows at once: plan and first assignments."""
    return follow(force, None, submitted, at, tuple(similar))


def foresee(
    force: InForce,
    submitted: e.Event,
    at: datetime,
    similar: Sequence[timedelta] = (),
    acts: Sequence[Act] = (),
    horizon: timedelta = HORIZON,
) -> Foresight:
    """Run time ahead from a submission: each deadline is breached when it is due unless an act comes first.

    At one instant acts come before breaches, as an answer received by the deadline is ahead of it in the log. Ends after
    `horizon`, fifty steps, or when the catch-all has been asked twice on every track that still waits.
    """
    moments = [begin(force, submitted, at, similar)]
    plan = moments[0].case.plan
    assert plan is not None, "the first thing the router says is the plan"
    if not plan.levels:
        return Foresight(plan, tuple(moments), "nobody_asked")
    waiting = sorted(acts, key=lambda act: act.at)
    end: End = "steps"
    while len(moments) < MOST_STEPS:
        last = moments[-1]
        following = _following(force, moments, waiting)
        if following is None:
            asked_out = last.case.awaiting and any(_asked_out(moments, track) for track in Track)
            end = "resolved" if last.case.status is Status.DONE else "catch_all" if asked_out else "quiet"
            break
        if following.at > at + horizon:
            end = "horizon"
            break
        moments.append(following)
    return Foresight(plan, tuple(moments), end)


def _following(force: InForce, moments: list[Moment], waiting: list[Act]) -> Moment | None:
    """The next moment: an act, else a deadline, or a change of shift before either. Takes the act off the list."""
    last = moments[-1]
    case = last.case
    clock = next((d for d in case.running() if not _said_enough(moments, d)), None)
    instants = [max(x, last.at) for x in (waiting[0].at if waiting else None, clock.due if clock else None) if x]
    if not instants:
        return None
    handed = _shift(force, case, last.at, min(instants))
    if handed is not None:
        return handed
    if waiting and (clock is None or waiting[0].at <= clock.due):
        act = waiting.pop(0)
        return follow(force, case, _done(case, act), max(act.at, last.at))
    assert clock is not None
    breached = e.DeadlineBreached(
        case_id=case.id, name=clock.name, generation=clock.generation, due=clock.due, late_ms=0
    )
    return follow(force, case, breached, max(clock.due, last.at))


def follow(
    force: InForce, before: Case | None, event: e.Event, at: datetime, similar: tuple[timedelta, ...] = ()
) -> Moment:
    case = evolve(before, event, at)
    assert case is not None
    return _after(before, case, event, at, react(before, case, event, force, at, similar))


def _after(before: Case | None, case: Case, event: e.Event | None, at: datetime, said: Sequence[e.Event]) -> Moment:
    for new in said:
        case = evolve(case, new, at) or case
    return Moment(at, event, before, case, tuple(said))


def _shift(force: InForce, case: Case, since: datetime, until: datetime) -> Moment | None:
    """The first change of shift before `until` that makes somebody else be asked."""
    parts = {part_of(r) for track in Track for r in case.asking(track).pending()}
    known = force.duties, force.attendance
    changes = [(at, part) for part in parts for at in schedule.changes(*known, part, since, until)]
    for at, part in sorted(changes):
        if _other(force, part, at) and (said := on_shift(case, force, part, at)):
            return _after(case, case, None, at, said)
    return None


def _other(force: InForce, part: Part, at: datetime) -> bool:
    """Whether another person plays a part from an instant on than just before it."""
    instants = at - timedelta(milliseconds=1), at
    then, now = (schedule.on_duty(force.duties, force.attendance, part, x) for x in instants)
    return now is not None and (then is None or then.person.id != now.person.id)


def _said_enough(moments: list[Moment], clock: Deadline) -> bool:
    """Whether a deadline would only ask the catch-all once more."""
    return clock.name in RESPONSE.values() and _asked_out(moments, TRACK.get(clock.name, Track.HANDLING))


def _asked_out(moments: list[Moment], track: Track) -> bool:
    plan = moments[-1].case.plan
    assert plan is not None
    top = len(asking.ladder(plan, track))
    asked = [x for m in moments for x in m.assigned if x.track is track and x.level > top > 0]
    return len(asked) >= CATCH_ALL_ASKED


def _done(case: Case, act: Act) -> e.Event:
    """What intake would say of an act."""
    person = act.person or next((r.person for r in case.responders), Person(id="somebody", name=""))
    by = e.Actor(kind="person", id=person.id, name=person.name)
    match act.deed:
        case "acknowledge":
            return e.CaseAcknowledged(case_id=case.id, by=by, via="simulation")
        case "start":
            return e.CaseStarted(case_id=case.id, by=by)
        case "update":
            return e.CaseNoted(case_id=case.id, by=by, text="", internal=True)
        case "resolve":
            return e.CaseResolved(case_id=case.id, by=by, handling="", result="")
