"""What pages read of who is on duty, as the router and the notifier tell it; anything more that they tell is left aside."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel

from services.intake.domain.roles import EVERY_TEAM, Grants, teams
from shared.contracts.plan import Person, Reason

T = TypeVar("T")
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


class Page(BaseModel, Generic[T]):
    """A page of a list; `next_cursor` is None on the last one."""

    data: list[T] = []
    next_cursor: str | None = None


class Part(BaseModel):
    """One part of a team, and who is asked for it now; `person` None is a gap. `holder` plays it by name, without a schedule."""

    team: str
    team_name: str
    role_name: Reason
    schedule: str
    schedule_name: str
    holder: Person | None = None
    person: Person | None
    reason: Reason
    presence: Said | None = None
    next: Next | None = None

    @property
    def says_why(self) -> bool:
        """Whether the reason says more than that it is their part, or their turn."""
        return self.reason.en not in ("in charge", "on duty")


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


class Done(BaseModel):
    """What follows from something that was told, where that leaves a gap."""

    warnings: list[str] = []


class Swap(BaseModel):
    """One asks another to take their shifts."""

    id: str
    schedule: str
    since: datetime
    until: datetime
    asker: Person
    other: Person
    state: str


class Schedule(BaseModel):
    """A schedule by its id, and everybody who takes turns in it."""

    id: str
    name: str
    people: list[Person] = []


class Entry(BaseModel):
    """Somebody who is away, or put on duty in a schedule."""

    person: Person
    schedule: str = ""


class Imported(BaseModel):
    """Whose absences are taken of a file."""

    taken: list[Entry]


@dataclass(frozen=True)
class Rota:
    """Who takes turns in which schedule, and which team asks by it."""

    schedules: Sequence[Schedule]
    parts: Sequence[Part]

    def schedule(self, id_: str) -> Schedule:
        """A schedule by its id; one that is not known has nobody in it."""
        return next((one for one in self.schedules if one.id == id_), Schedule(id=id_, name=id_))

    @cached_property
    def _asking(self) -> Mapping[str, frozenset[str]]:
        """The teams that ask each person."""
        by_schedule, found = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for part in self.parts:
            by_schedule[part.schedule].add(part.team)
            if part.holder is not None:
                found[part.holder.id].add(part.team)
        for schedule in self.schedules:
            for person in schedule.people:
                found[person.id] |= by_schedule[schedule.id]
        return {person: frozenset(asking) for person, asking in found.items()}

    def teams_of(self, person: str) -> frozenset[str]:
        """The teams that ask somebody: by a schedule in which they take turns, or by name. Where others put them does not count."""
        return self._asking.get(person, frozenset())


def may_put(grants: Grants | None, me: str, person: str, schedule: Schedule, parts: Iterable[Part]) -> bool:
    """Whether somebody may put a person on duty in a schedule, who is then asked about the cases of its teams.

    Oneself is for who takes turns in it, anybody for who leads a team that is asked by it, or every team.
    """
    if grants is None:
        return True
    asked = {EVERY_TEAM, *(part.team for part in parts if part.schedule == schedule.id)}
    return bool(_led(grants) & asked) or (person == me and any(one.id == me for one in schedule.people))


def may_speak_for(grants: Grants | None, me: str, person: str, rota: Rota) -> bool:
    """Whether somebody may say of a person whether they are there: of themselves, or who leads a team that asks them, or every team."""
    return grants is None or person == me or bool(_led(grants) & {EVERY_TEAM, *rota.teams_of(person)})


def is_asked_with(grants: Grants, person: str, rota: Rota) -> bool:
    """Whether a program with these roles works for a team that asks a person, and so passes on what they say."""
    return bool(teams(grants, "attend") & {EVERY_TEAM, *rota.teams_of(person)})


def _led(grants: Grants) -> frozenset[str]:
    return teams(grants, "see-restricted") | teams(grants, "administer")


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
