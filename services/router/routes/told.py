"""Absences, overrides, swaps and presence as they are sent and answered; instants come back in the organisation's zone."""

import re
from datetime import datetime, tzinfo
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from services.router.attendance import Entry, new_id
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.attendance import Absence, Override, Presence, State, Swap, SwapState
from services.router.domain.duty.rotation import YEARS
from services.router.domain.trial.consequences import Consequences
from services.router.routes.shown import By
from shared.contracts.plan import Person
from shared.contracts.report import Id, Line


def _plus(given: Any) -> Any:
    """A plus sign that the address of a request has turned into a space."""
    return re.sub(r"(T[\d:.]+) (\d\d:?\d\d)$", r"\1+\2", given) if isinstance(given, str) else given


def _known(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError("2000 年から 2099 年までで書いてください / write a day from 2000 to 2099")
    return at


Instant = Annotated[AwareDatetime, BeforeValidator(_plus), AfterValidator(_known)]


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid")
    by: By


class _Entered(_Told):
    """An `id` of the caller's own makes sending it twice the same as once."""

    id: Id = Field(default_factory=new_id)
    since: Instant
    until: Instant


class NewAbsence(_Entered):
    """Somebody is away, and who stands in."""

    person: Id
    substitute: Id | None = None
    reason: Line = ""

    def thing(self) -> Absence:
        """What is told."""
        return Absence(self.id, self.person, self.since, self.until, self.substitute or "", self.reason)


class NewOverride(_Entered):
    """Somebody is on duty in a schedule, whoever else would be."""

    schedule: Id
    person: Id
    reason: Line = ""

    def thing(self) -> Override:
        """What is told."""
        return Override(self.id, self.schedule, self.person, self.since, self.until, self.reason)


class NewSwap(_Entered):
    """`by` asks `other` to take their shifts in a schedule."""

    schedule: Id
    other: Id

    def thing(self) -> Swap:
        """What is told."""
        return Swap(self.id, self.schedule, self.by.id, self.other, self.since, self.until)


class Answered(_Told):
    """Who answers."""


class NewPresence(BaseModel):
    """What somebody says of themselves from now on, until they say otherwise when `until` is left out."""

    model_config = ConfigDict(extra="forbid")
    state: State
    until: Instant | None = None
    note: Line = ""
    by: By | None = None


class _Shown(BaseModel):
    id: str
    since: datetime
    until: datetime
    by: Person
    at: datetime


class ShownAbsence(_Shown):
    """An absence; a cancelled one held until it was cancelled."""

    person: Person
    substitute: Person | None
    reason: str
    cancelled_at: datetime | None
    cancelled_by: Person | None


class ShownOverride(_Shown):
    """An override; a cancelled one held until it was cancelled."""

    schedule: str
    person: Person
    reason: str
    cancelled_at: datetime | None
    cancelled_by: Person | None


class ShownSwap(_Shown):
    """A swap and how it was answered."""

    schedule: str
    asker: Person
    other: Person
    state: SwapState
    answered_at: datetime | None


class ShownPresence(BaseModel):
    """What somebody says of themselves; nothing is known without `state`. `away`: by absence or "off"."""

    person: Person
    state: State | None
    note: str
    since: datetime | None
    until: datetime | None
    away: bool


E = TypeVar("E")


class Page(BaseModel):
    """A page of entries in the order in which they were told."""

    next_cursor: str | None


class Absences(Page):
    data: list[ShownAbsence]


class Overrides(Page):
    data: list[ShownOverride]


class Swaps(Page):
    data: list[ShownSwap]


class _Answer(BaseModel):
    """`consequences` and `warnings` are sentences in the reader's language; none when nothing was changed."""

    consequences: list[str] = []
    warnings: list[str] = []


class AbsenceAnswer(_Answer):
    absence: ShownAbsence


class OverrideAnswer(_Answer):
    override: ShownOverride


class SwapAnswer(_Answer):
    swap: ShownSwap


class PresenceAnswer(_Answer):
    presence: ShownPresence


class LeftOut(BaseModel):
    """Something of a file that was not taken in, and why."""

    uid: str
    summary: str
    why: str


class Span(BaseModel):
    """Whose absence it is, and when."""

    person: Person
    since: datetime
    until: datetime
    reason: str


class ImportAnswer(_Answer):
    """What was taken in, what was known before, and everything else of the file."""

    taken: list[Span]
    known: list[Span]
    left_out: list[LeftOut]


class Shapes:
    """Writes entries with the names that are in force and instants in the zone of the organisation."""

    def __init__(self, force: InForce) -> None:
        self._people = force.policy
        self.zone: tzinfo = ZoneInfo(force.policy.calendar_of("").zone)

    def person(self, id_: str) -> Person:
        """Somebody by name; by their id when they are gone."""
        return self._people.person(id_) or Person(id=id_, name=id_)

    def at(self, at: datetime) -> datetime:
        """The instant by the wall clock of the organisation."""
        return at.astimezone(self.zone)

    def absence(self, entry: Entry[Absence]) -> ShownAbsence:
        """An absence."""
        x = entry.thing
        substitute = self.person(x.substitute) if x.substitute else None
        return ShownAbsence(
            person=self.person(x.person), substitute=substitute, reason=x.reason, **self._entry(entry, "cancelled")
        )

    def override(self, entry: Entry[Override]) -> ShownOverride:
        """An override."""
        x = entry.thing
        return ShownOverride(
            schedule=x.schedule, person=self.person(x.person), reason=x.reason, **self._entry(entry, "cancelled")
        )

    def swap(self, entry: Entry[Swap]) -> ShownSwap:
        """A swap."""
        x = entry.thing
        asker, other = self.person(x.asker), self.person(x.other)
        shown = self._entry(entry, "answered")
        return ShownSwap(schedule=x.schedule, asker=asker, other=other, state=x.state, **shown)

    def presence(self, person: str, said: Presence | None, away: bool) -> ShownPresence:
        """What somebody says of themselves, if anything."""
        return ShownPresence(
            person=self.person(person),
            state=said.state if said else None,
            note=said.note if said else "",
            since=self.at(said.since) if said and said.since else None,
            until=self.at(said.until) if said and said.until else None,
            away=away,
        )

    def span(self, absence: Absence) -> Span:
        """An absence of a file."""
        since, until = self.at(absence.since), self.at(absence.until)
        return Span(person=self.person(absence.person), since=since, until=until, reason=absence.reason)

    def _entry(self, entry: Entry[Any], changed: str) -> dict[str, Any]:
        x = entry.thing
        at = self.at(entry.changed_at) if entry.changed_at else None
        times = {"since": self.at(x.since), "until": self.at(x.until), "at": self.at(entry.at), f"{changed}_at": at}
        return {"id": x.id, "by": entry.by, f"{changed}_by": entry.changed_by, **times}


def sentences(found: Consequences | None, language: str) -> dict[str, list[str]]:
    """The fields of an answer that say what follows."""
    if found is None:
        return {}
    en = language == "en"
    pairs = (("consequences", found.said), ("warnings", found.warnings))
    return {name: [said.en if en else said.ja for said in all_] for name, all_ in pairs}
