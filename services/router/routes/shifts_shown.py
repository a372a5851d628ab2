"""Who is on duty as it is answered: parts, shifts, gaps and the load; instants in the zone of the schedule."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from services.router.domain.climb import lineup
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.attendance import State
from services.router.domain.duty.schedule import Found
from services.router.domain.duty.shifts import Shift
from services.router.domain.policies import labels
from services.router.domain.policies.policy import Holder
from shared.contracts.plan import Person, Reason


class Said(BaseModel):
    """What somebody says of themselves."""

    state: State
    note: str
    until: datetime | None


class Next(BaseModel):
    """When somebody else takes over; nobody, when `person` is nothing."""

    at: datetime
    person: Person | None
    reason: Reason | None


class OnDuty(BaseModel):
    """Who plays a part in a team at an instant, and why; without a `person`, what happens then stands in `reason`.

    `holder` is whom the policy names for it, where that is a person and no schedule, whoever stands in for them.
    """

    team: str
    team_name: str
    role: str
    role_name: Reason
    schedule: str
    schedule_name: str
    holder: Person | None
    person: Person | None
    reason: Reason
    presence: Said | None
    next: Next | None


class Listed(BaseModel):
    """One schedule and everybody who takes turns in it."""

    id: str
    name: str
    zone: str
    people: list[Person]


class Worked(BaseModel):
    """One shift; nobody is there when `gap` is true."""

    schedule: str
    since: datetime
    until: datetime
    person: Person | None
    reason: Reason
    gap: bool


class Turns(BaseModel):
    """One layer of a schedule by itself, as its rotation says."""

    name: str
    shifts: list[Worked]


class Gap(BaseModel):
    """A time at which nobody is there, and what happens to cases then."""

    schedule: str
    schedule_name: str
    since: datetime
    until: datetime
    then: Reason


class Share(BaseModel):
    """What one person carries, in hours; `free` is time on days off. `share` of all hours, 0 to 1."""

    person: Person
    hours: float
    night_hours: float
    free_hours: float
    shifts: int
    share: float


class Load(BaseModel):
    """Everybody's part of the work, the largest first. The past is worked out by the policy in force now."""

    since: datetime
    until: datetime
    data: list[Share]


def row(force: InForce, part: tuple[str, str, str], holder: Holder, seen: lineup.Watch, at: datetime) -> OnDuty:
    """A part (id and name of the team, role) at an instant."""
    found, next_ = seen.found, seen.next
    schedule = force.policy.schedules.get(holder.schedule)
    zone = ZoneInfo(schedule.zone if schedule else force.policy.calendar_of("").zone)
    team, team_name, role = part
    return OnDuty(
        team=team,
        team_name=team_name,
        role=role,
        role_name=labels.ROLES[role],
        schedule=holder.schedule,
        schedule_name=(schedule.name or holder.schedule) if schedule else "",
        holder=force.policy.person(holder.person) if holder.person else None,
        person=found.person if found else None,
        reason=found.reason if found else lineup.nobody(force, holder, at, at),
        presence=_said(force, found, at, zone) if found else None,
        next=Next(
            at=seen.until.astimezone(zone),
            person=next_.person if next_ else None,
            reason=next_.reason if next_ else None,
        )
        if seen.until
        else None,
    )


def _said(force: InForce, found: Found, at: datetime, zone: ZoneInfo) -> Said | None:
    said = force.attendance.presence(found.person.id, at)
    if said is None:
        return None
    return Said(state=said.state, note=said.note, until=said.until.astimezone(zone) if said.until else None)


def shift(force: InForce, id_: str, x: Shift) -> Worked:
    """A shift of a schedule, in the zone of that."""
    zone = ZoneInfo(force.policy.schedules[id_].zone)
    times = {"since": x.since.astimezone(zone), "until": x.until.astimezone(zone)}
    return Worked(schedule=id_, person=x.person, reason=x.reason, gap=x.person is None, **times)
