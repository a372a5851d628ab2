"""What people write as it may travel: marks stand for personal data, and what stood there is handed over to be sealed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from annotated_types import MaxLen
from pydantic.fields import FieldInfo

from services.intake.domain.commands import Command
from shared.contracts.events import Actor
from shared.contracts.numbers import Found, Kind
from shared.contracts.personal import NAMES, is_mark, masked
from shared.contracts.report import Customer, Report

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


def _room(field: FieldInfo) -> int:
    return next(limit.max_length for limit in field.metadata if isinstance(limit, MaxLen))


ROOM = {name: _room(Report.model_fields[name]) for name in WRITTEN}  # letters that readers of the event take
LINE = _room(Customer.model_fields["name"])


class _Masking:
    """Masks one text after the other and remembers what it took away."""

    def __init__(self, kinds: Collection[Kind], language: str, names: Collection[str] = ()) -> None:
        self._kinds, self._language, self._names = kinds, language, names
        self._texts: dict[str, str] = {}
        self._found: set[tuple[Kind, str]] = set()

    def text(self, field: str, text: str, most: int | None = None) -> str:
        """One text, masked; its readers take no more than `most` letters."""
        done = masked(text, self._kinds, self._language, self._names, most)
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
    customer, name = given.customer, "" if is_mark(given.customer.name) else given.customer.name
    masking = _Masking(kinds, language, (name,) if name else ())
    written = {field: masking.text(field, getattr(given, field), ROOM[field]) for field in WRITTEN}
    whose = {
        field: masking.text(f"customer.{field}", getattr(customer, field), LINE)
        for field in ("company", "plan", "name")
    }
    if name and "name" in kinds:
        whose["name"] = NAMES[language]
        masking.took("customer.name", name, [Found("name", 0, len(name), name)])
    return given.model_copy(update={**written, "customer": customer.model_copy(update=whose)}), masking.hidden


def speaker(by: Actor, kinds: Collection[Kind], language: str) -> tuple[Actor, Hidden]:
    """Who speaks through a source, as it may travel: of a mail without a name, its address is all that names them."""
    masking = _Masking(kinds if by.kind == "source" else (), language)
    name = masking.text("by.name", by.name)
    return by.model_copy(update={"name": name}), masking.hidden


def says(given: Command) -> bool:
    """Whether there are words in what somebody asks to be done."""
    return any(getattr(given, name) for name in _said(given))


def command(given: C, kinds: Collection[Kind], language: str, names: Collection[str] = ()) -> tuple[C, Hidden]:
    """What somebody asks to be done, with its words as they may travel; `names` are those of the case's customer."""
    masking = _Masking(kinds, language, names)
    told = {name: masking.text(name, getattr(given, name)) for name in _said(given)}
    hidden = masking.hidden
    return (_worded(given, told) if hidden else given), hidden


def _said(given: Command) -> list[str]:
    return [field.name for field in fields(given) if field.name in SAID]


def _worded(given: Any, told: Mapping[str, str]) -> Any:
    return replace(given, **told)
