"""The policy as data: matrix, case rules, teams, schedules, absences. One schema for files, storage and API."""

from datetime import date, datetime, time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.router.domain.duration import Calendar, Duration
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import Channel, Impact, Kind, Path, Priority, Urgency


def _duration(text: str) -> str:
    Duration.parse(text)
    return text


Time = Annotated[str, AfterValidator(_duration)]
Role = Literal["first_line", "second_line", "leader", "manager", "responsible", "department"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RoleTarget(_Part):
    """Somebody by the part they play in the team in charge, and the path on which they are asked."""

    role: Role
    path: Path


class Step(_Part):
    """One level of the climb; its own `first_response` and `channels` win over the priority's."""

    targets: tuple[RoleTarget, ...] = Field(min_length=1)
    first_response: Time | None = None
    channels: tuple[Channel, ...] | None = None


class PriorityRow(_Part):
    """One row of the matrix' second table: by when, how, and who in which order."""

    first_response: Time
    first_handling: Time
    resolution: Time
    path: Path
    load: Annotated[int, Field(ge=1, le=3)]
    channels: tuple[Channel, ...] = Field(min_length=1)
    levels: tuple[Step, ...] = Field(min_length=1)


class Condition(_Part):
    """All that is given must hold; within a list any one is enough. `words` are looked for in title, facts and what was said."""

    kind: tuple[Kind, ...] | None = None
    urgency: tuple[Urgency, ...] | None = None
    impact: tuple[Impact, ...] | None = None
    words: tuple[str, ...] | None = None
    plan: tuple[str, ...] | None = None
    product: tuple[str, ...] | None = None
    source: tuple[str, ...] | None = None
    amount_at_least: int | None = None
    estimate_over: int | None = None
    personal_data: bool | None = None


class Effect(_Part):
    """What a rule changes: `only` replaces the first level's targets, `add` adds to them, `at_least` raises the priority."""

    priority: Priority | None = None
    at_least: Priority | None = None
    only: tuple[RoleTarget, ...] | None = None
    add: tuple[RoleTarget, ...] | None = None
    channels: tuple[Channel, ...] | None = None
    suppress: bool = False
    faq: str = ""


class Rule(_Part):
    """A case rule: it wins over the matrix and says so."""

    id: str
    when: tuple[Condition, ...] = Field(min_length=1)
    then: Effect
    reason: Reason


class Holder(_Part):
    """Who plays a part: whoever is on duty in a schedule, or one person."""

    schedule: str = ""
    person: str = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.schedule) == bool(self.person):
            raise ValueError("write either schedule or person")
        return self


class Team(_Part):
    """A team and who plays which part in it; `products` it is in charge of, by words."""

    name: str
    products: tuple[str, ...] = ()
    roles: dict[Role, Holder]


class Rotation(_Part):
    """People taking turns. Hand-over is at the wall-clock time of `start` in `zone`, every `days` days."""

    name: str = ""
    people: tuple[str, ...] = Field(min_length=1)
    zone: str
    start: datetime
    days: Annotated[int, Field(ge=1, le=366)]


class Absence(_Part):
    """Somebody who is away, and who stands in."""

    person: str
    since: datetime
    until: datetime
    substitute: str = ""


class Office(_Part):
    """The business calendar as it is written down."""

    zone: str = "Asia/Tokyo"
    opens: time = time(9)
    closes: time = time(18)
    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (0, 1, 2, 3, 4)
    japanese_holidays: bool = True
    closed: tuple[date, ...] = ()

    def calendar(self) -> Calendar:
        """The calendar to count with."""
        return Calendar(
            self.zone, self.opens, self.closes, frozenset(self.weekdays), self.japanese_holidays, frozenset(self.closed)
        )


class Policy(_Part):
    """The whole of an organisation's escalation rules. `catch_all` is asked when nobody else is left."""

    matrix: dict[Urgency, dict[Impact, Priority]]
    priorities: dict[Priority, PriorityRow]
    rules: tuple[Rule, ...] = ()
    people: tuple[Person, ...] = Field(min_length=1)
    teams: dict[str, Team]
    default_team: str
    schedules: dict[str, Rotation] = {}
    absences: tuple[Absence, ...] = ()
    office: Office = Office()
    catch_all: str

    def person(self, id_: str) -> Person | None:
        """Somebody by id, or nothing when they are gone."""
        return next((p for p in self.people if p.id == id_), None)
