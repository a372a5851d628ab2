"""What pages read of who is on duty, as the router and the notifier tell it; anything more that they tell is left aside."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from services.intake.domain.roles import EVERY_TEAM, Grants, teams
from shared.contracts.plan import Person, Reason

State = Literal["available", "telework", "busy", "off"]
STATES: tuple[State, ...] = ("available", "telework", "busy", "off")


class Said(BaseModel):
    """What somebody says of themselves."""

    state: State | None
    note: str = ""
    until: datetime | None = None


class Next(BaseModel):
    """Who comes next, and when; `person` None is a gap."""

    at: datetime
    person: Person | None = None


class Part(BaseModel):
    """One part of a team, and who is asked for it now; `person` None is a gap."""

    team: str
    team_name: str
    role_name: Reason
    schedule: str
    schedule_name: str
    person: Person | None
    reason: Reason
    presence: Said | None = None
    next: Next | None = None


class Gap(BaseModel):
    """A time when nobody is there, and what happens to cases then."""

    schedule_name: str
    since: datetime
    until: datetime
    then: Reason


class Absence(BaseModel):
    """Somebody is away."""

    id: str
    person: Person
    since: datetime
    until: datetime
    substitute: Person | None = None
    reason: str = ""


class Absences(BaseModel):
    """A page of them."""

    data: list[Absence] = []


class Swap(BaseModel):
    """One asks another to take their shifts."""

    id: str
    schedule: str
    since: datetime
    until: datetime
    asker: Person
    other: Person
    state: str


class Swaps(BaseModel):
    """A page of them."""

    data: list[Swap] = []


class Schedule(BaseModel):
    """A schedule by its id, and everybody who takes turns in it."""

    id: str
    name: str
    people: list[Person] = []


def may_put(grants: Grants | None, me: str, person: str, schedule: Schedule, parts: Iterable[Part]) -> bool:
    """Whether somebody may put a person on duty in a schedule, who is then asked about the cases of its teams.

    Oneself is for who takes turns in it, anybody for who leads a team that is asked by it, or every team.
    """
    if grants is None:
        return True
    led = teams(grants, "see-restricted") | teams(grants, "administer")
    asked = {EVERY_TEAM, *(part.team for part in parts if part.schedule == schedule.id)}
    return bool(led & asked) or (person == me and any(one.id == me for one in schedule.people))


class Address(BaseModel):
    """One address of a person; `value` is the number or the mail address itself."""

    id: str
    kind: str
    value: str
    label: str = ""
    trusted: bool = False
    broken: str = ""


class Contact(BaseModel):
    """How a person is reached."""

    id: str
    name: str
    addresses: list[Address] = []
    warnings: list[str] = []


def answers_to(swap: Swap, me: str) -> tuple[str, ...]:
    """What somebody may answer to a swap that is still open."""
    if swap.state != "offered":
        return ()
    return ("accept", "decline") if swap.other.id == me else ("cancel",) if swap.asker.id == me else ()
