"""The timeline of a case: two logs, and what people did beside them, read as one story."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from types import MappingProxyType
from uuid import UUID

from pydantic import BaseModel

from services.intake.domain.beside import Beside, Relation
from services.intake.domain.told import NOTHING, Told
from services.intake.domain.wording import Names, actor_name, names_in, sentence
from services.intake.domain.words import Language
from shared.contracts import events as e
from shared.contracts import topics

# Their sentences begin with what somebody wrote or with another person, never with who did it.
UNSIGNED = {one.type for one in (e.CaseNoted, e.CaseReplied, e.CaseReassigned, e.CaseOffered, e.CaseFollowed)}

UNNAMED: Names = MappingProxyType({})


@dataclass(frozen=True)
class Entry:
    """One event as it stands in a log, or as it waits to be read back (`offset` None)."""

    id: UUID
    at: datetime
    topic: str
    offset: int | None
    event: e.Event


class Line(BaseModel):
    """One line of the timeline as it is shown."""

    id: UUID
    at: datetime
    type: str
    text: str
    actor: e.Actor | None
    actor_name: str
    public: bool
    pending: bool

    @property
    def signed(self) -> str:
        """Whom to name beside the text: who did it, unless its sentence begins with them; "" for nobody."""
        named = self.type not in UNSIGNED and self.text.startswith(self.actor_name)
        return "" if named else self.actor_name


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """Put the entries of a case in order: its own log by offset, outcomes in between by time, the unconfirmed last."""
    ours: list[Entry] = []
    others: list[Entry] = []
    pending: list[Entry] = []
    for entry in entries:
        (pending if entry.offset is None else ours if entry.topic == topics.CASES else others).append(entry)
    ours.sort(key=lambda x: x.offset or 0)
    others.sort(key=lambda x: (x.at, x.offset or 0))
    story: list[Entry] = []
    for entry in ours:
        while others and others[0].at < entry.at:
            story.append(others.pop(0))
        story.append(entry)
    return [*story, *others, *pending]


def others(entries: Iterable[Entry]) -> set[str]:
    """The ids of the other cases that a story tells of."""
    return {id_ for entry in entries if (id_ := _other(entry.event))}


def naming(entries: Iterable[Entry], seen: Collection[str]) -> list[Entry]:
    """The story for somebody who may see these other cases: what it tells of any further one names none, or is left out."""
    return [told for entry in entries if (told := _naming(entry, seen)) is not None]


def lines(entries: Sequence[Entry], language: Language, zone: tzinfo, teams: Names = UNNAMED) -> list[Line]:
    """Put entries into words. `teams` gives the name to show for `team:<id>`; without one the id is shown."""
    names = {**teams, **names_in(x.event for x in entries)}
    told, shown = NOTHING, []
    for entry in entries:
        shown.append(_line(entry, language, names, zone, told))
        told = told.then(entry.event, entry.at)
    return shown


def _other(event: e.Event) -> str:
    match event:
        case e.CaseLinked(lead=id_) | e.CaseSplit(lead=id_) | e.EscalationLinked(lead=id_) | Relation(other=id_):
            return id_
        case e.EscalationJoined(joined=id_) | e.EscalationParted(parted=id_):
            return id_
    return ""


def _naming(entry: Entry, seen: Collection[str]) -> Entry | None:
    event = entry.event
    other = _other(event)
    if not other or other in seen:
        return entry
    if isinstance(event, e.CaseLinked | e.CaseSplit | e.EscalationLinked):
        return replace(entry, event=event.model_copy(update={"lead_number": 0}))
    return None


def _line(entry: Entry, language: Language, names: dict[str, str], zone: tzinfo, told: Told) -> Line:
    by = getattr(entry.event, "by", None)
    actor = by if isinstance(by, e.Actor) else None
    return Line(
        id=entry.id,
        at=entry.at,
        type=entry.event.type,
        text=sentence(entry.event, language, names, zone, told),
        actor=actor,
        actor_name=actor_name(actor, language) if actor else "",
        public=is_public(entry.event),
        pending=entry.offset is None,
    )


def is_public(event: e.Event) -> bool:
    """Whether the reporter may read it: what people said to the reporter, and the steps of the case."""
    match event:
        case e.CaseNoted(internal=internal) | e.CaseAttached(internal=internal) | e.CaseDetached(internal=internal):
            return not internal
        case e.CaseReplied(automatic=automatic):
            return not automatic
        case e.CasePaused() | e.CaseReassigned() | e.CaseFollowed() | e.CaseReassessed() | e.CaseExtended():
            return False
        case e.CaseOffered() | e.CaseDeclined() | e.CaseLinked() | e.CaseSplit() | Beside():
            return False
        case e.EscalationLinked():
            return True
        case _:
            return event.producer == "intake"
