"""What people write as it may travel: marks stand for personal data, and what stood there is handed over to be sealed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from services.intake.domain.commands import Command
from shared.contracts.events import Actor
from shared.contracts.numbers import Found, Kind
from shared.contracts.personal import MARKS, masked
from shared.contracts.report import Report

C = TypeVar("C", bound=Command)
WRITTEN = ("urgency_reason", "title", "product", "facts", "customer_said", "done_already", "difficulty", "wanted")
SAID = {"text", "reason", "handling", "result", "evaluation", "cause"}


@dataclass(frozen=True)
class Hidden:
    """What was masked: the texts as they were, by the name of their field, and all that was found in them."""

    texts: Mapping[str, str]
    found: frozenset[tuple[Kind, str]]

    def __bool__(self) -> bool:
        return bool(self.texts)

    def __or__(self, other: "Hidden") -> "Hidden":
        return Hidden({**self.texts, **other.texts}, self.found | other.found)


class _Masking:
    """Masks one text after the other and remembers what it took away."""

    def __init__(self, kinds: Collection[Kind], language: str, names: Collection[str] = ()) -> None:
        self._kinds, self._language, self._names = kinds, language, names
        self._texts: dict[str, str] = {}
        self._found: set[tuple[Kind, str]] = set()

    def text(self, field: str, text: str) -> str:
        """One text, masked."""
        done = masked(text, self._kinds, self._language, self._names)
        self.took(field, text, done.found)
        return done.text

    def took(self, field: str, text: str, found: Collection[Found]) -> None:
        """Remember what was found in a field."""
        if found:
            self._texts[field] = text
            self._found |= {(f.kind, f.value) for f in found if f.kind != "name"}

    @property
    def hidden(self) -> Hidden:
        """All that was taken away so far."""
        return Hidden(self._texts, frozenset(self._found))


def report(given: Report, kinds: Collection[Kind], language: str) -> tuple[Report, Hidden]:
    """A report as it may travel. The name of the customer goes as a whole, here and wherever it stands in the texts."""
    customer, name = given.customer, given.customer.name
    masking = _Masking(kinds, language, (name,) if name else ())
    written = {field: masking.text(field, getattr(given, field)) for field in WRITTEN}
    whose = {
        field: masking.text(f"customer.{field}", getattr(customer, field)) for field in ("company", "plan", "name")
    }
    if name and "name" in kinds and not _is_mark(name):
        whose["name"] = NAMES[language]
        masking.took("customer.name", name, [Found("name", 0, len(name), name)])
    return given.model_copy(update={**written, "customer": customer.model_copy(update=whose)}), masking.hidden


def speaker(by: Actor, kinds: Collection[Kind], language: str) -> tuple[Actor, Hidden]:
    """Who speaks through a source, as it may travel: of a mail without a name, its address is all that names them."""
    masking = _Masking(kinds if by.kind == "source" else (), language)
    name = masking.text("by.name", by.name)
    return by.model_copy(update={"name": name}), masking.hidden


def command(given: C, kinds: Collection[Kind], language: str) -> tuple[C, Hidden]:
    """What somebody asks to be done, with its words as they may travel."""
    masking = _Masking(kinds, language)
    names = [field.name for field in fields(given) if field.name in SAID]
    told = {name: masking.text(name, getattr(given, name)) for name in names}
    hidden = masking.hidden
    return (_worded(given, told) if hidden else given), hidden


def _worded(given: Any, told: Mapping[str, str]) -> Any:
    return replace(given, **told)


NAMES = {"ja": MARKS["ja"]["name"], "en": "〔name〕"}


def _is_mark(name: str) -> bool:
    return name in NAMES.values()
