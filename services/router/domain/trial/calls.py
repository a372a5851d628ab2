"""Who is asked on one track until somebody answers, worked out by arithmetic alone: what `foresight` plays event by event.

Replaying thousands of cases needs no events; `tests/unit/router/test_replay.py` holds both to the same result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.router.domain.climb import asking
from services.router.domain.climb.in_force import InForce
from services.router.domain.times.duration import Duration
from services.router.domain.trial.foresight import CATCH_ALL_ASKED
from shared.contracts.plan import Person, Plan
from shared.contracts.vocabulary import Channel, Priority, Track

NIGHT = (22, 7)  # from when to when people sleep, by the wall clock of the default calendar
WEEKLY = 3
LOUD_FOR = (Priority.P1, Priority.P2)  # the catch-all is called for these
_A_MOMENT = timedelta(microseconds=1)
span = lru_cache(1000)(Duration.parse)  # a policy writes few, and a replay asks for them by the thousand


@dataclass(frozen=True)
class Asking:
    """People asked on a level: decided at `since`, told at `at`, and waited for until `until`."""

    level: int
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    since: datetime
    at: datetime
    until: datetime


@dataclass(frozen=True)
class Call:
    """One person called by phone."""

    person: Person
    at: datetime
    night: bool


def climb(
    force: InForce, plan: Plan, track: Track, at: datetime, answered: Callable[[datetime], datetime]
) -> list[Asking]:
    """The levels asked from a submission until the answer; more than one means that the response was too late.

    `answered` says when the answer comes to people who are asked first at an instant.
    """
    ladder, calendar = asking.ladder(plan, track), force.calendar(plan)
    found: list[Asking] = []
    repeats, outs, since, answered_at = 0, 0, at, at
    level, asked = asking.first(force, plan, track, 1, "submitted", at)
    while ladder and outs < CATCH_ALL_ASKED:
        step = ladder[min(level, len(ladder)) - 1]
        answered_at = answered_at if found else answered(asked.at)
        due = calendar.add(max(asked.at, since), span(step.first_response))
        out = level > len(ladder)
        people = tuple(r.person for r in asked.people)
        until = due if due < answered_at else answered_at - _A_MOMENT
        found.append(
            Asking(level, people, _loud(plan, step.channels) if out else step.channels, since, asked.at, until)
        )
        if answered_at <= due:
            break
        outs, since, before = outs + out, due, level
        level, asked = asking.next_level(force, plan, track, before, due, repeats < plan.repeat and not outs)
        repeats += level <= before
    return found


def _loud(plan: Plan, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    more = asking.LOUD if plan.priority in LOUD_FOR else asking.AUDIBLE
    return tuple(dict.fromkeys((*more, *channels)))


def one_more(force: InForce, plan: Plan, below: int, at: datetime) -> Asking:
    """Whom above a level a later clock asks when it is breached after the answer; they are taken to answer at once."""
    level, asked = asking.next_level(force, plan, Track.HANDLING, below, at)
    ladder = plan.levels
    step = ladder[min(level, len(ladder)) - 1]
    channels = _loud(plan, step.channels) if level > len(ladder) else step.channels
    return Asking(level, tuple(r.person for r in asked.people), channels, at, asked.at, asked.at)


def by_phone(plan: Plan, handling: Sequence[Asking], authority: Sequence[Asking], zone: ZoneInfo) -> tuple[Call, ...]:
    """The calls that ring: nobody twice for two tracks, none that was answered before it was made, none for the digest."""
    if plan.load == WEEKLY or not any(Channel.PHONE in x.channels for x in (*handling, *authority)):
        return ()
    calls: list[Call] = []
    for mine, other, ahead in ((handling, authority, True), (authority, handling, False)):
        for asked in mine:
            if Channel.PHONE not in asked.channels or asked.at > asked.until:
                continue
            calling = [x for x in other if _calling(x, asked.since, ahead) and set(asked.channels) <= set(x.channels)]
            known = {p.id for x in calling for p in x.people}
            calls += [Call(p, asked.at, at_night(asked.at, zone)) for p in asked.people if p.id not in known]
    return tuple(sorted(calls, key=lambda call: call.at))


def rings(plan: Plan) -> bool:
    """Whether a case with this plan may ever call somebody by phone."""
    steps = (*plan.levels, *plan.authority)
    return plan.priority in LOUD_FOR or any(Channel.PHONE in step.channels for step in steps)


def _calling(other: Asking, at: datetime, ahead: bool) -> bool:
    """Whether somebody of the other track is waited for at an instant; of two breaches at once the handling's is first."""
    return other.since < at <= other.until if ahead else other.since <= at < other.until


def at_night(at: datetime, zone: ZoneInfo) -> bool:
    """Whether people sleep at an instant."""
    hour = at.astimezone(zone).hour
    return hour >= NIGHT[0] or hour < NIGHT[1]


def only(asked: Sequence[Asking], told: Sequence[str]) -> list[Asking]:
    """The same with nobody who was not really told."""
    return [replace(x, people=tuple(p for p in x.people if p.id in told)) for x in asked]
