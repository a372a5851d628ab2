"""Somebody else plays a part now, or will when it is asked: they take the place of whoever was asked before."""

from datetime import datetime, timedelta

from services.router.domain import wording
from services.router.domain.climb import asking, clocks
from services.router.domain.climb.asking import Asked
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.schedule import Part
from shared.contracts import events as e
from shared.contracts.case import RESPONSE, Case, evolve
from shared.contracts.plan import Plan, Responder, Target
from shared.contracts.vocabulary import Track

ANY = Part()
_A_MOMENT = timedelta(microseconds=1)


def on_shift(case: Case, force: InForce, part: Part, now: datetime) -> list[e.Event]:
    """Who is on duty in a schedule, or stands in for a person who is asked by name, is asked in the place of whoever was.

    What waits for its hour or its shift looks at who is there then, and waits no longer than until somebody is there. The
    others go on as they were, and so do the deadlines. Nothing when the same person is named again, or nobody; the next
    level at once where only who reported it could decide in the place of whoever is away.
    """
    said, plan = list[e.Event](), case.plan
    for track in Track:
        known = case.asking(track)
        if plan is None or part not in map(part_of, known.pending()):
            continue
        sooner = _sooner(case, force, plan, now) if track is Track.HANDLING else None
        if sooner is not None:
            said.append(sooner)
            case = evolve(case, sooner, now) or case
            continue
        response = case.deadlines.get(RESPONSE[track])
        at = max(now, response.since) if response and response.since else now
        rounds = asking.paged(known)
        going_on = tuple(r.model_copy(update={"paged_in": rounds[r.person.id]}) for r in known.pending())
        asked = as_on_duty(case, force, track, Asked(going_on, at), part)
        if asked.people == going_on:
            for new in _above(case, force, plan, track, asked, now):
                said.append(new)
                case = evolve(case, new, now) or case
            continue
        why = (wording.HANDED_OVER_SHIFT if part.schedule else wording.STANDS_IN,)
        new = asking.assignment(case, force, plan, track, known.level, "shift", asked, why, now)
        new = new.model_copy(update={"deadlines": (), "channels": known.channels, "acknowledge": known.need})
        said.append(new)
        case = evolve(case, new, now) or case
    return said


def _sooner(case: Case, force: InForce, plan: Plan, now: datetime) -> e.EscalationAssigned | None:
    """A page that is held until somebody is there, when somebody is there before that; its clocks begin sooner with it."""
    known, response = case.handling, case.deadlines.get(RESPONSE[Track.HANDLING])
    if plan.nobody_on_duty != "hold" or response is None or response.since is None or response.since <= now:
        return None
    # no earlier than the weekly digest
    asked = asking.whom(force, plan, Track.HANDLING, known.level, "submitted", now, asking.reporter(case))
    if not asked.people or asked.at >= response.since:
        return None
    asked, why = asking.owner_first(case, force, plan, asked), (wording.THERE_SOONER,)
    new = asking.assignment(case, force, plan, Track.HANDLING, known.level, "shift", asked, why, now)
    (first,) = new.deadlines
    moved = clocks.brought_forward(case, force.calendar(plan), response, first)
    change = {"deadlines": (first, *moved), "channels": known.channels, "acknowledge": known.need}
    return new.model_copy(update=change)


def _above(case: Case, force: InForce, plan: Plan, track: Track, asked: Asked, now: datetime) -> list[e.Event]:
    """The next level, where everybody who is asked is away and who reported it alone could decide in their place."""
    mine, there = asking.reporter(case), force.attendance.there
    for named in asked.people:
        who, after = named.person.id, _in_place(case, force, track, named, asked.at)
        if after is None or who in there(who, asked.at) or not asking.decides_own(after, track, mine):
            return []
    known, top = case.asking(track), len(asking.ladder(plan, track))
    level, higher = asking.next_level(force, plan, track, known.level, now, reporter=mine)
    new = asking.assignment(case, force, plan, track, level, "shift", higher, (wording.OWN_REPORT,), now)
    if level <= top or known.exhausted:
        return [new]
    return [e.EscalationExhausted(case_id=case.id, level=top, track=track, reasons=(wording.EXHAUSTED,)), new]


def as_on_duty(case: Case, force: InForce, track: Track, asked: Asked, only: Part = ANY) -> Asked:
    """The same, with whoever plays a part (`only` that one) at that hour in the place of whom it named before.

    Who reported it takes nobody's place to decide about it.
    """
    for named in asked.people:
        after = _in_place(case, force, track, named, asked.at) if only in (ANY, part_of(named)) else None
        if after is not None and not asking.decides_own(after, track, asking.reporter(case)):
            asked = asking.replaced(asked, named, after.person, after.reason)
    return asked


def _in_place(case: Case, force: InForce, track: Track, named: Responder, at: datetime) -> Responder | None:
    """Who plays the part of somebody at an instant, if it is somebody else."""
    targets = [target for level in asking.ladder(case.plan, track) for target in level.targets] if case.plan else []
    target = _target(force, targets, named, at)
    duty = force.on_duty(target, at) if target else None
    if duty is None or duty.person.id == named.person.id:
        return None
    return named.model_copy(update={"person": duty.person, "reason": duty.reason})


def part_of(asked: Responder) -> Part:
    """By which part somebody is asked: a schedule, or in person."""
    return Part(schedule=asked.schedule) if asked.schedule else Part(person=asked.person.id)


def _target(force: InForce, targets: list[Target], named: Responder, at: datetime) -> Target | None:
    """By which target somebody is asked who may have to be replaced: a schedule, or the person whom they are or stand in for.

    Whoever is asked by name and there stays. Who was named by somebody, and the catch-all, stand in for nobody.
    """
    if named.schedule:
        return next((t for t in targets if t.kind == "schedule" and t.id == named.schedule), None)
    who, known = named.person.id, force.attendance
    if who in known.there(who, at):
        return None
    people = (t for t in targets if t.kind == "person")
    return next((t for t in people if who in known.with_substitutes({t.id}, at, at + _A_MOMENT)), None)
