"""Digests: what a person should know without being woken."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.router.domain import wording
from services.router.domain.climb.asking import next_digest
from services.router.domain.climb.in_force import InForce
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.circle import is_restricted
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import Priority

MOST = 200  # lines; the message shows fewer and says how many there are


def last(force: InForce, now: datetime) -> datetime:
    """The last instant at which the weekly digest was due. A week is not always seven times 24 hours."""
    zone = ZoneInfo(force.policy.calendar_of("").zone)
    at = next_digest(force.policy.digest, zone, now - timedelta(days=8))
    while (following := next_digest(force.policy.digest, zone, at + timedelta(microseconds=1))) <= now:
        at = following
    return at


def of_shift(force: InForce, schedule: str, person: Person, cases: Sequence[Case]) -> e.DutyDigest | None:
    """What whoever comes on duty takes over: the open cases that somebody has; the others they are called for.

    What only those concerned may read stands in it for them alone. Who else leads the team is known to intake, which
    shows it to them.
    """
    taken = [case for case in cases if not case.awaiting and _may_read(person, case)]
    known = force.policy.schedules.get(schedule)
    why = wording.shift(known.name or schedule if known else schedule)
    return _digest("shift", person, schedule, taken, why) if taken else None


def _may_read(person: Person, case: Case) -> bool:
    """Whether somebody may be told of a case without being asked for it."""
    reporter, having = case.submitted.by, [p.id for p in (case.owner, case.offered) if p is not None]
    concerned = person.id in (*case.told, *having) or (reporter.kind, reporter.id) == ("person", person.id)
    return concerned or not is_restricted(case)


def of_week(cases: Sequence[Case]) -> list[e.DutyDigest]:
    """One digest for each person who is asked for, or has, one of these cases."""
    people: dict[str, Person] = {}
    theirs: dict[str, list[Case]] = {}
    for case in cases:
        for person in {p.id: p for p in (*(r.person for r in case.responders), *filter(None, [case.owner]))}.values():
            people[person.id] = person
            theirs.setdefault(person.id, []).append(case)
    return [_digest("weekly", people[id_], "", of, wording.WEEKLY) for id_, of in theirs.items()]


def _digest(
    cause: Literal["shift", "weekly"], person: Person, schedule: str, cases: Sequence[Case], why: Reason
) -> e.DutyDigest:
    urgent = sorted(cases, key=lambda case: (case.plan.priority if case.plan else Priority.P1, case.submitted_at))
    return e.DutyDigest(
        cause=cause,
        person=person,
        schedule=schedule,
        cases=tuple(_line(case) for case in urgent[:MOST]),
        reasons=(why,),
    )


def _line(case: Case) -> e.OpenCase:
    due = next(iter(case.running()), None)
    return e.OpenCase(
        case_id=case.id,
        number=case.submitted.number,
        headline=case.submitted.report.headline,
        priority=case.plan.priority if case.plan else Priority.P1,
        status=case.status,
        owner=case.owner.name if case.owner else "",
        due=due.due if due else None,
    )
