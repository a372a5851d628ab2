"""Who is asked on a level, from when on, and the assignment that says so."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.router.domain import wording
from services.router.domain.climb.clocks import Span, clock
from services.router.domain.climb.in_force import InForce
from services.router.domain.policies.policy import Digest
from services.router.domain.times.calendar import Calendar
from shared.contracts import events as e
from shared.contracts.case import RESPONSE, Asking, Case
from shared.contracts.plan import Level, Person, Plan, Reason, Responder, Target
from shared.contracts.vocabulary import Channel, Path, Priority, Track

Cause = Literal[
    "submitted", "breached", "reassigned", "reopened", "unreachable", "shift", "reassessed", "missing", "undone"
]
LOUD = (Channel.PHONE, Channel.CHAT, Channel.EMAIL)
AUDIBLE = (Channel.CHAT, Channel.EMAIL)
IN_THE_DIGEST: tuple[Cause, ...] = ("submitted", "reopened", "reassessed")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Asked:
    """The people, from when on they are asked (later than now in the night, or before somebody's shift), and why them."""

    people: tuple[Responder, ...]
    at: datetime
    why: tuple[Reason, ...] = ()


def ladder(plan: Plan, track: Track) -> tuple[Level, ...]:
    """The levels of a track."""
    return plan.levels if track is Track.HANDLING else plan.authority


def names_others(plan: Plan, old: Plan, track: Track) -> bool:
    """Whether a plan asks somebody first on a track whom another did not."""
    was, now = ({(t.kind, t.id) for level in ladder(p, track)[:1] for t in level.targets} for p in (old, plan))
    return not now <= was


def reporter(case: Case) -> str:
    """The person who reported a case, who decides nothing about it; "" for who gave no name of the directory."""
    by = case.submitted.by
    return by.id if by.kind == "person" else ""


def whom(
    force: InForce, plan: Plan, track: Track, level: int, cause: Cause, now: datetime, reporter: str = ""
) -> Asked:
    """Who is asked on a level; above the last one it is the catch-all, at once.

    Nobody where the policy holds what nobody is there for and there is no shift to wait for, and where only who reports it
    could be asked to decide (`docs/adr/0045-nobody-decides-their-own-report.md`): `first` goes on then.
    """
    levels = ladder(plan, track)
    if level > len(levels):
        return Asked((_catch_all(force, wording.CATCH_ALL),), now)
    at = opening(force, plan, cause, now)
    targets = levels[level - 1].targets
    people = _named(force, targets, at)
    if not people and plan.nobody_on_duty == "hold" and track is Track.HANDLING:
        shifts = [begin for target in targets if (begin := force.next_on_duty(target, at)) is not None]
        if not shifts:
            return Asked((), at)
        calendar = force.calendar(plan)
        at = in_its_hours(calendar, plan.load, min(shifts), lambda then: bool(_named(force, targets, then)))
        people = _named(force, targets, at)
    people = people or (_catch_all(force, wording.NOBODY_ON_DUTY),)
    others = tuple(r for r in people if not decides_own(r, track, reporter))
    return Asked(others, at, () if others else (wording.OWN_REPORT,))


def decides_own(asked: Responder, track: Track, reporter: str) -> bool:
    """Whether somebody would be asked as an authority about what they report; with their expertise they may well handle it."""
    return asked.person.id == reporter and (track is Track.AUTHORITY or asked.path is Path.HIERARCHICAL)


def first(
    force: InForce, plan: Plan, track: Track, level: int, cause: Cause, now: datetime, reporter: str = ""
) -> tuple[int, Asked]:
    """The level that is asked first, and whom it asks: `level`, or the next that somebody is there for before its people are back."""
    here = whom(force, plan, track, level, cause, now, reporter)
    if here.people:
        return level, here
    level, asked = next_level(force, plan, track, level, now, cause=cause, reporter=reporter)
    # the catch-all decides where nobody else is left
    theirs = any(decides_own(r, track, reporter) for r in asked.people)
    return level, replace(asked, why=() if theirs else here.why or (wording.PASSED_OVER,))


def next_level(
    force: InForce,
    plan: Plan,
    track: Track,
    level: int,
    now: datetime,
    again: bool = False,
    but: str = "",
    cause: Cause = "breached",
    reporter: str = "",
) -> tuple[int, Asked]:
    """The level that a climb from `level` comes to, and whom it asks: nobody when even the catch-all is who is left out by `but`.

    It is the first one above (after those, with `again`, the first of all) that somebody is there for as soon as the load
    lets anybody be asked. A climb waits for no shift and for the end of no absence: the catch-all is asked before that.
    """
    top = len(ladder(plan, track))
    by = opening(force, plan, cause, now)
    for higher in (*range(level + 1, top + 1), *range(1, top + 1 if again else 1), top + 1):
        asked = whom(force, plan, track, higher, cause, now, reporter)
        people = tuple(r for r in asked.people if r.person.id != but)
        if people and asked.at <= by:
            return higher, Asked(people, asked.at)
    return top + 1, Asked((), now)


def opening(force: InForce, plan: Plan, cause: Cause, now: datetime) -> datetime:
    """When the load of a plan lets people be asked: now, in the next business hours, or with the weekly digest."""
    if plan.load == 1:
        return now
    if plan.load == 3 and cause in IN_THE_DIGEST:
        return next_digest(force.policy.digest, ZoneInfo(force.policy.calendar_of("").zone), now)
    return force.calendar(plan).next_open(now)


def in_its_hours(calendar: Calendar, load: int, back: datetime, is_there: Callable[[datetime], bool]) -> datetime:
    """When somebody who is there from `back` on is asked: in the business hours of the load, where anybody is there in them."""
    later = calendar.next_open(back) if load > 1 else back
    return later if is_there(later) else back


def next_digest(digest: Digest, zone: ZoneInfo, now: datetime) -> datetime:
    """The first digest that is not before `now`."""
    day = now.astimezone(zone).date()
    while True:
        at = datetime.combine(day, digest.at, zone)
        if day.weekday() == _WEEKDAYS.index(digest.weekday) and at >= now:
            return at.astimezone(now.tzinfo)
        day += timedelta(days=1)


def _named(force: InForce, targets: tuple[Target, ...], at: datetime) -> tuple[Responder, ...]:
    """Whom the targets name at an instant, each person once."""
    found: dict[str, Responder] = {}
    for target in targets:
        duty = force.on_duty(target, at)
        if duty is not None:
            asked = Responder(person=duty.person, path=target.path, reason=duty.reason, schedule=duty.schedule)
            found.setdefault(duty.person.id, asked)
    return tuple(found.values())


def _catch_all(force: InForce, why: Reason) -> Responder:
    return Responder(person=force.catch_all, path=Path.HIERARCHICAL, reason=why)


def handed(person: Person, path: Path, why: Reason, now: datetime) -> Asked:
    """One person who was named by somebody."""
    return Asked((Responder(person=person, path=path, reason=why),), now)


def owner_first(case: Case, force: InForce, plan: Plan, asked: Asked) -> Asked:
    """The same, with the last owner before them, or who stands in for them; neither where nobody of these is there."""
    if case.owner is None:
        return asked
    last = Target(kind="person", id=case.owner.id, path=plan.path, name=case.owner.name)
    duty = force.on_duty(last, asked.at)
    if duty is None:
        return asked
    why = wording.LAST_OWNER if duty.person.id == case.owner.id else duty.reason
    first = Responder(person=duty.person, path=plan.path, reason=why)
    return replace(asked, people=(first, *(r for r in asked.people if r.person.id != first.person.id)))


def assignment(
    case: Case,
    force: InForce,
    plan: Plan,
    track: Track,
    level: int,
    cause: Cause,
    asked: Asked,
    reasons: tuple[Reason, ...],
    now: datetime,
    since: datetime | None = None,
) -> e.EscalationAssigned:
    """Ask these people on a level; their clock runs from `since` (now when left out), or from when they are asked."""
    levels = ladder(plan, track)
    step = levels[min(level, len(levels)) - 1]
    held = asked.at > now
    begins = asked.at if held else since or now
    channels = _channels(plan, step, cause) if level <= len(levels) else _loud(plan.priority, step.channels)
    response = clock(case, force.calendar(plan), RESPONSE[track], Span(step.first_response, begins))
    return e.EscalationAssigned(
        case_id=case.id,
        round=case.round + 1,
        level=level,
        path=Path.HIERARCHICAL if cause == "breached" or track is Track.AUTHORITY else plan.path,
        priority=plan.priority,
        cause=cause,
        after=case.answers,
        track=track,
        acknowledge=step.acknowledge if level <= len(levels) else "any",
        not_before=asked.at if held else None,
        responders=tuple(_once(case, track, channels, r, asked.at) for r in asked.people),
        channels=channels,
        deadlines=(response,),
        reasons=(*reasons, *asked.why, *((_waits(force, plan, step.targets, cause, asked.at, now),) if held else ())),
    )


def _channels(plan: Plan, step: Level, cause: Cause) -> tuple[Channel, ...]:
    """What the weekly digest tells about goes to nobody on its own; only the ticket is told at once."""
    digest = plan.load == 3 and cause in IN_THE_DIGEST
    return tuple(c for c in step.channels if c is Channel.TICKET) if digest else step.channels


def _loud(priority: Priority, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    """Nobody has answered: the catch-all hears of it by more than a line in a ticket."""
    more = LOUD if priority in (Priority.P1, Priority.P2) else AUDIBLE
    return tuple(dict.fromkeys((*more, *channels)))


def _once(case: Case, track: Track, channels: tuple[Channel, ...], asked: Responder, at: datetime) -> Responder:
    """Whoever is being paged for the other track by the same channels is not called again, unless that page waits longer."""
    theirs = Track.AUTHORITY if track is Track.HANDLING else Track.HANDLING
    other, clock_ = case.asking(theirs), case.deadlines.get(RESPONSE[theirs])
    rounds, later = paged(other), clock_ is not None and (clock_.since or at) > at
    if asked.person.id in rounds and set(channels) <= set(other.channels) and not later:
        return asked.model_copy(update={"paged_in": rounds[asked.person.id]})
    return asked


def paged(asking: Asking) -> dict[str, int]:
    """Who is being paged on a track, and in which round that began."""
    return {r.person.id: r.paged_in or asking.round for r in asking.pending()}


def _waits(
    force: InForce, plan: Plan, targets: tuple[Target, ...], cause: Cause, at: datetime, now: datetime
) -> Reason:
    digest = plan.load == 3 and cause in IN_THE_DIGEST
    opens = opening(force, plan, cause, now)
    away = any(force.in_turn(target, opens) for target in targets)
    why: wording.Wait = "digest" if digest else "hours" if at == opens else "away" if away else "shift"
    local = at.astimezone(ZoneInfo(force.policy.calendar_of("").zone))
    ja = f"{local.month}月{local.day}日 {local:%H:%M}"
    return wording.held(ja, f"{local:%Y-%m-%d %H:%M}", why)


def replaced(asked: Asked, named: Responder, person: Person, why: Reason) -> Asked:
    """The same people, with one of them replaced by somebody, who stays as they are when they are asked already."""
    known = any(r.person.id == person.id for r in asked.people)
    new = () if known else (named.model_copy(update={"person": person, "reason": why, "paged_in": 0}),)
    return replace(asked, people=tuple(x for r in asked.people for x in (new if r == named else (r,))))
