"""A change of a case as listeners are told of it: which event, and the row of the list as it is after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from services.intake.domain import access, versions, view
from services.intake.domain.access import Facts
from services.intake.domain.tokens import Principal
from services.intake.domain.words import Language
from shared.contracts.case import Case
from shared.contracts.drill import is_real

LANGUAGES: tuple[Language, ...] = ("ja", "en")


class CaseChange(BaseModel):
    """What the stream says of a change: the type of the event, the case as a list shows it, and its version for If-Match."""

    type: str
    case: view.CaseRow
    version: str


@dataclass(frozen=True)
class Change:
    """One event of a case; `place` only grows. `told` is it in JSON, `said` what listeners are sent, by their language."""

    place: int
    event_id: str
    at: datetime
    case_id: str
    type: str
    public: bool
    facts: Facts
    told: Mapping[Language, str]
    said: Mapping[Language, bytes]

    def is_for(self, who: Principal) -> bool:
        """Whether somebody may hear of it: they see the case, and a reporter hears what is said to reporters; of canaries and drills nobody."""
        mine = access.roles_in(who, self.facts)
        return bool(mine) and (self.public or mine != {"reporter"}) and is_real(self.facts.source)

    def is_seen_by(self, who: Principal) -> bool:
        """Whether somebody sees the case at all."""
        return bool(access.roles_in(who, self.facts))


def in_words(place: int, event_id: str, at: datetime, type_: str, public: bool, case: Case) -> Change:
    """Put a change into words, once for all who listen in a language."""
    version = versions.version(case)

    def told(language: Language) -> str:
        return CaseChange(type=type_, case=view.row(case, language), version=version).model_dump_json()

    text = {language: told(language) for language in LANGUAGES}
    said = {language: message("case", place, data) for language, data in text.items()}

    return Change(place, event_id, at, case.id, type_, public, access.facts(case), text, said)


def message(event: str, place: int | None, data: str) -> bytes:
    """One event of a stream; `data` is one line. The place is where a listener goes on from after it."""
    at = "" if place is None else f"id: {place}\n"
    return f"{at}event: {event}\ndata: {data}\n\n".encode()


def here(place: int) -> bytes:
    """Say where a listener stands; it is no event for them, and keeps the line open."""
    return f": \nid: {place}\n\n".encode()
