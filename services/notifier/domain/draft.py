"""What somebody tells in a chat before it is a report: a few fields, and what may be wrong with each."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.notifier.domain.contact import Language
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Impact, Urgency

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LONGEST = {"facts": 5000, "wanted": 5000, "product": 200, "company": 200, "name": 200}
REQUIRED = {"facts": "error.missing", "impact": "error.choose"}


@dataclass(frozen=True)
class Draft:
    """The short form: facts, impact and wanted action; `now` asks for help at once."""

    facts: str = ""
    impact: str = ""
    wanted: str = ""
    now: bool = False
    product: str = ""
    company: str = ""
    name: str = ""
    anonymous: bool = False

    def report(self) -> dict[str, Any]:
        """The report as intake takes it; call it when nothing is wrong."""
        told = {"facts": self.facts.strip(), "impact": self.impact, "wanted": self.wanted, "product": self.product}
        told |= {"urgency": str(Urgency.CRITICAL if self.now else Urgency.MEDIUM)}
        return {**told, "customer": {"company": self.company}}


@dataclass(frozen=True)
class Teller:
    """Who tells it: a person of the directory, or only a name that the chat knows, and the language to answer in."""

    language: Language
    person: Person | None = None
    name: str = ""


def wrong(draft: Draft) -> dict[str, str]:
    """The fields that cannot stay as they are, each with the name of the text that says why."""
    found = {name: text for name, text in REQUIRED.items() if not str(getattr(draft, name)).strip()}
    for name, most in LONGEST.items():
        if why := wrong_text(getattr(draft, name), most):
            found[name] = why
    if draft.impact and draft.impact not in tuple(Impact):
        found["impact"] = "error.choose"
    return found


def wrong_text(text: str, most: int) -> str:
    """Why a text cannot stay, or nothing."""
    return "error.characters" if _CONTROL.search(text) else "error.long" if len(text) > most else ""


def plain(text: str) -> str:
    """A word as it is compared: width, case and the blanks and marks around it do not matter."""
    return unicodedata.normalize("NFKC", text).casefold().strip(" \t\r\n。、.,!?「」\"'")


def body(draft: Draft, teller: Teller) -> Mapping[str, Any]:
    """What intake is told; an anonymous report says nothing of who tells it."""
    if draft.anonymous:
        return {"report": draft.report(), "anonymous": True}
    if teller.person is not None:
        return {"report": draft.report(), "by": teller.person.model_dump()}
    return {"report": draft.report(), "name": draft.name or teller.name}
