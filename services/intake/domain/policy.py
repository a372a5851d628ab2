"""What pages read of the policy, as the router tells it; anything more that it tells is left aside."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from shared.contracts.plan import Person, Reason


class Target(BaseModel):
    """Somebody by the part they play, in the team in charge or in the one named."""

    role: str
    team: str | None = None


class Step(BaseModel):
    """One level of the climb; its own time and channels win over the priority's."""

    targets: list[Target]
    first_response: str | None = None
    channels: list[str] | None = None
    acknowledge: str = "any"


class Row(BaseModel):
    """By when, how and by whom a priority is handled."""

    first_response: str
    first_handling: str
    next_update: str | None = None
    resolution: str
    load: int
    channels: list[str]
    levels: list[Step]
    authority: list[Step] = []
    repeat: int = 0
    nobody_on_duty: str = "catch_all"


class Similar(BaseModel):
    """So many similar reports within a time."""

    count: int
    within: str


class Condition(BaseModel):
    """All that is given has to hold; of a list, any one is enough."""

    kind: list[str] | None = None
    urgency: list[str] | None = None
    impact: list[str] | None = None
    words: list[str] | None = None
    also: list[str] | None = None
    without: list[str] | None = None
    done: list[str] | None = None
    plan: list[str] | None = None
    product: list[str] | None = None
    source: list[str] | None = None
    amount_at_least: int | None = None
    estimate_over: int | None = None
    wanted_within: str | None = None
    personal_data: bool | None = None
    similar: Similar | None = None


class Effect(BaseModel):
    """What a rule changes."""

    priority: str | None = None
    at_least: str | None = None
    only: list[Target] | None = None
    add: list[Target] | None = None
    channels: list[str] | None = None
    load: int | None = None
    gather: bool = False
    restrict: bool = False
    suppress: bool = False
    faq: str = ""


class Rule(BaseModel):
    """A case rule, which wins over the matrix."""

    id: str
    when: list[Condition]
    then: Effect
    reason: Reason


class Holder(BaseModel):
    """Who plays a part: whoever is on duty in a schedule, or one person."""

    schedule: str = ""
    person: str = ""


class Team(BaseModel):
    """A team, what it is in charge of, and who plays which part."""

    name: str
    products: list[str] = []
    roles: dict[str, Holder] = {}


class Restriction(BaseModel):
    """A part of the time."""

    weekdays: list[str] = []
    hours: str = "00:00-24:00"
    holidays: str = "any"


class Rotation(BaseModel):
    """People who take turns; `start` is a time on the wall of the schedule's place."""

    name: str = ""
    people: list[str]
    every: int = 1
    unit: str
    start: datetime
    until: datetime | None = None
    only: list[Restriction] = []


class Schedule(BaseModel):
    """Rotations on top of each other; the last one that is active counts."""

    name: str = ""
    zone: str
    layers: list[Rotation]


class Policy(BaseModel):
    """The rules of an organisation."""

    matrix: dict[str, dict[str, str]]
    priorities: dict[str, Row]
    rules: list[Rule] = []
    people: list[Person]
    teams: dict[str, Team]
    default_team: str
    schedules: dict[str, Schedule] = {}
    catch_all: str
    owner: str = ""
    review_every: str = ""

    def name(self, person: str) -> str:
        """The name of somebody; the id of who is not named any more."""
        return next((one.name for one in self.people if one.id == person), person)


class Version(BaseModel):
    """Who put which version into force, when and why."""

    version: int
    published_at: datetime
    published_by: str
    origin: str = "api"
    why: str
    restores: int | None = None


class InForce(Version):
    """The policy in force."""

    policy: Policy


class Full(Version):
    """A version with its files as they were written; None where they were not kept."""

    files: dict[str, str] | None = None


class History(BaseModel):
    """One page of versions, the newest first."""

    data: list[Version] = []
    next_cursor: str | None = None


class Finding(BaseModel):
    """What is to be said about a draft, and where."""

    severity: str
    file: str
    line: int = 0
    column: int = 0
    place: str = ""
    reason: str
    remedy: str = ""


class Linted(BaseModel):
    """Everything that is to be said about a draft; `ok` means that it could be published."""

    ok: bool
    contacts_checked: bool = True
    findings: list[Finding] = []


class Change(BaseModel):
    """One change, in the reader's language; `kind` is added, removed or changed."""

    section: str
    id: str
    kind: str
    text: str


class Compared(BaseModel):
    """What changes from a version to another, or to a draft."""

    old: int
    changes: list[Change] = []


class Pair(BaseModel):
    """Something counted as it really was, and as the draft would have it."""

    before: int
    after: int


class Called(BaseModel):
    """The calls of one person."""

    person: Person
    calls: Pair
    at_night: Pair


class Side(BaseModel):
    """What became of a case, really or by the draft."""

    priority: str
    team: str
    breached: list[str] = []


class Moved(BaseModel):
    """A case that the draft would have treated otherwise, and how."""

    number: int
    headline: str
    before: Side
    after: Side
    what: list[Reason] = []


class Replayed(BaseModel):
    """A draft over finished cases."""

    cases: int
    passed_over: int = 0
    changed: int
    calls: Pair
    at_night: Pair
    people: list[Called] = []
    calls_by_priority: dict[str, Pair] = {}
    avoided: dict[str, int] = {}
    caused: dict[str, int] = {}
    priority_changed: int = 0
    team_changed: int = 0
    suppressed_now: int = 0
    worst: list[Moved] = []


Doing = Literal["check", "compare", "simulate", "replay", "publish"]
LARGEST = 1024 * 1024  # characters of one file, as a form takes them


def drafted(given: dict[str, str]) -> dict[str, str]:
    """The files of a form by their names; a file ends with a line."""
    texts = {name.removeprefix("file:"): text for name, text in given.items() if name.startswith("file:")}
    return {name: text if text.endswith("\n") or not text else f"{text}\n" for name, text in texts.items()}


def touched(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The files in which two sets differ, by name."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
