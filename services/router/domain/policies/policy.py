"""The policy as data: matrix, priorities, case rules, teams. One schema for files, storage and API."""

import re
from datetime import time
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from services.router.domain.duty.rotation import LocalTime
from services.router.domain.duty.schedule import Schedule
from services.router.domain.times.calendar import Calendar
from services.router.domain.times.duration import Duration
from shared.contracts.plan import Need, Nobody, Person, Reason
from shared.contracts.vocabulary import Channel, Impact, Kind, Path, Priority, Urgency


def _duration(text: str) -> str:
    Duration.parse(text)
    return text


def _only_named(data: Any) -> Any:
    if isinstance(data, dict) and not set(data) <= set(Person.model_fields):
        raise ValueError(
            "人には id と name だけを書きます。電話番号などは連絡先に登録します / "
            "a person has an id and a name here; numbers and addresses belong into the directory of contacts"
        )
    return data


def _named(person: Person) -> Person:
    if not _KEY.fullmatch(person.id) or not person.name.strip():
        raise ValueError(
            "id は半角の英数字と _ . @ - で 64 文字まで、name は空にできません / "
            "an id is made of up to 64 ASCII letters, digits and _ . @ -, and a name is needed"
        )
    return person


_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}", re.ASCII)
Time = Annotated[str, AfterValidator(_duration)]
Member = Annotated[Person, BeforeValidator(_only_named), AfterValidator(_named)]
Word = Annotated[str, Field(min_length=1, max_length=100)]
Key = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]*$")]
Role = Literal["first_line", "second_line", "leader", "manager", "responsible", "department"]
AUTHORITY: tuple[Role, ...] = ("leader", "manager", "responsible")  # each may decide more than the one before
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RoleTarget(_Part):
    """Somebody by the part they play, in the team in charge or in the `team` named, and the path on which they are asked."""

    role: Role
    path: Path
    team: Key | None = None


class Step(_Part):
    """One level of the climb; its own `first_response` and `channels` win over the priority's.

    With `acknowledge: all` everybody who is asked on this level has to answer.
    """

    targets: tuple[RoleTarget, ...] = Field(min_length=1, max_length=20)
    first_response: Time | None = None
    channels: tuple[Channel, ...] | None = Field(default=None, min_length=1)
    acknowledge: Need = "any"


class PriorityRow(_Part):
    """One row of the matrix' second table: by when, how, and who in which order.

    `authority` is asked side by side with `levels`, on a clock of its own: those who must know or decide while others
    handle the case. `next_update` is how long the owner may be silent before they are reminded and the case climbs.
    `repeat` is how often all levels are asked again before the catch-all.
    """

    first_response: Time
    first_handling: Time
    next_update: Time | None = None
    resolution: Time
    path: Path
    load: Annotated[int, Field(ge=1, le=3)]
    channels: tuple[Channel, ...] = Field(min_length=1)
    levels: tuple[Step, ...] = Field(min_length=1, max_length=20)
    authority: tuple[Step, ...] = Field(default=(), max_length=20)
    repeat: Annotated[int, Field(ge=0, le=5)] = 0
    nobody_on_duty: Nobody = "catch_all"


class Similar(_Part):
    """So many similar open reports, this one included, within a time: the same team, and the same product or much the same words."""

    count: Annotated[int, Field(ge=2, le=1000)]
    within: Time


class Condition(_Part):
    """All that is given must hold; within a list any one is enough.

    `words` are looked for in title, facts, wish, difficulty, why it is urgent, and what was said; of `also` one must stand
    there too, and `without` must not. `done` are looked for in what was done already, and nowhere else.
    `wanted_within`: so long after it came in, or sooner, its reporter wants help (also where that has passed).
    """

    kind: tuple[Kind, ...] | None = None
    urgency: tuple[Urgency, ...] | None = None
    impact: tuple[Impact, ...] | None = None
    words: tuple[Word, ...] | None = None
    also: tuple[Word, ...] | None = None
    without: tuple[Word, ...] | None = None
    done: tuple[Word, ...] | None = None
    plan: tuple[Word, ...] | None = None
    product: tuple[Word, ...] | None = None
    source: tuple[Word, ...] | None = None
    amount_at_least: Annotated[int, Field(ge=0)] | None = None
    estimate_over: Annotated[int, Field(ge=0)] | None = None
    wanted_within: Time | None = None
    personal_data: bool | None = None
    similar: Similar | None = None


class Effect(_Part):
    """What a rule changes.

    `only` replaces the first level's targets, `add` adds to them, `at_least` raises the priority, `load` says when
    (1 now, 2 next business day, 3 weekly digest), `gather` makes one case of similar reports, `restrict` has only those
    concerned read it, `suppress` pages nobody, `faq` is an https address or words that the reporter's page searches for.
    """

    priority: Priority | None = None
    at_least: Priority | None = None
    only: tuple[RoleTarget, ...] | None = None
    add: tuple[RoleTarget, ...] | None = None
    channels: tuple[Channel, ...] | None = Field(default=None, min_length=1)
    load: Annotated[int, Field(ge=1, le=3)] | None = None
    gather: bool = False
    restrict: bool = False
    suppress: bool = False
    faq: Annotated[str, Field(max_length=500)] = ""


class Rule(_Part):
    """A case rule: it wins over the matrix and says so."""

    id: Key
    when: tuple[Condition, ...] = Field(min_length=1, max_length=50)
    then: Effect
    reason: Reason


class Holder(_Part):
    """Who plays a part: whoever is on duty in a schedule, or one person."""

    schedule: str = ""
    person: str = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.schedule) == bool(self.person):
            raise ValueError("schedule か person のどちらか一方だけを書きます / write either schedule or person")
        return self


class Team(_Part):
    """A team and who plays which part in it; `products` it is in charge of, by words; `calendar` when it works."""

    name: str
    products: tuple[Word, ...] = ()
    roles: dict[Role, Holder]
    calendar: str = ""


class Digest(_Part):
    """When the weekly digest goes out, in the zone of the default calendar."""

    weekday: Weekday = "mon"
    at: LocalTime = time(9)


class Policy(_Part):
    """The whole of an organisation's escalation rules.

    `catch_all` is asked when nobody else is left; `owner` looks after the policy and is reminded to review it.
    """

    matrix: dict[Urgency, dict[Impact, Priority]]
    priorities: dict[Priority, PriorityRow]
    rules: tuple[Rule, ...] = Field(default=(), max_length=2000)
    people: tuple[Member, ...] = Field(min_length=1, max_length=20_000)
    teams: dict[Key, Team]
    default_team: str
    schedules: dict[Key, Schedule] = {}
    calendars: dict[Key, Calendar] = {}
    calendar: str = ""
    catch_all: str
    owner: str = ""
    review_every: Time = "90d"
    digest: Digest = Digest()

    @cached_property
    def by_id(self) -> dict[str, Person]:
        """The people by id."""
        return {person.id: person for person in self.people}

    def person(self, id_: str) -> Person | None:
        """Somebody by id, or nothing when they are gone."""
        return self.by_id.get(id_)

    def calendar_of(self, id_: str) -> Calendar:
        """A calendar by id, else the default one, else one that counts weekdays from nine to six."""
        return self.calendars.get(id_) or self.calendars.get(self.calendar) or Calendar()
