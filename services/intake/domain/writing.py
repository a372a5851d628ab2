"""How an article is written in a form: its fields, what is typed into them as content, and content as what stands in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from shared.contracts.plan import Person
from shared.contracts.vocabulary import Kind

MOST_PHRASINGS, LONGEST_LINE = 50, 200
Control = Literal["text", "area", "select", "date"]


@dataclass(frozen=True)
class Field:
    """One field of the editor."""

    name: str
    control: Control = "text"
    rows: int = 3
    options: tuple[str, ...] = ()
    hinted: bool = False


FIELDS = (
    Field("question", hinted=True),
    Field("phrasings", "area", 5, hinted=True),
    Field("answer", "area", 8, hinted=True),
    Field("internal", "area", 4, hinted=True),
    Field("cause", "area", 2, hinted=True),
    Field("audience", "select", options=("internal", "public")),
    Field("kind", "select", options=("", *Kind)),
    Field("product"),
    Field("language", "select", options=("ja", "en")),
    Field("owner"),
    Field("review_by", "date"),
    Field("expires_on", "date", hinted=True),
)
NAMES = tuple(field.name for field in FIELDS)
_DATES = ("review_by", "expires_on")


@dataclass(frozen=True)
class Article:
    """What was typed as the content of an article, or the names of texts that say what is wrong, by field."""

    content: dict[str, Any]
    errors: dict[str, str]


def lines(text: str) -> list[str]:
    """The lines of a text, each once, without empty ones."""
    return list(dict.fromkeys(filter(None, (line.strip() for line in text.splitlines()))))


def read(given: Mapping[str, str], owner: Person | None, cases: Sequence[str], unwanted: Sequence[str]) -> Article:
    """Make content of what was typed; `owner` is who was found by what stands in that field."""
    errors: dict[str, str] = {}
    typed = {name: given.get(name, "").strip() for name in NAMES}
    if not typed["question"]:
        errors["question"] = "error.missing"
    elif len(typed["question"]) > LONGEST_LINE:
        errors["question"] = "knowledge.error.long"
    phrasings = lines(typed["phrasings"])
    if len(phrasings) > MOST_PHRASINGS:
        errors["phrasings"] = "knowledge.error.many"
    elif any(len(line) > LONGEST_LINE for line in phrasings):
        errors["phrasings"] = "knowledge.error.line"
    for name in _DATES:
        if typed[name] and _day(typed[name]) is None:
            errors[name] = "knowledge.error.day"
    if typed["owner"] and owner is None:
        errors["owner"] = "error.person"
    for field in FIELDS:
        if field.control == "select" and typed[field.name] not in field.options:
            typed[field.name] = field.options[0]
    content = {
        **{
            name: typed[name] for name in ("question", "answer", "internal", "cause", "audience", "product", "language")
        },
        "phrasings": phrasings,
        "unwanted": list(unwanted),
        "kind": typed["kind"] or None,
        "cases": list(cases),
        "owner": owner.model_dump() if owner else None,
        **{name: typed[name] or None for name in _DATES},
    }
    return Article(content, errors)


def typed_of(content: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the editor for this content."""
    plain = {name: str(content.get(name) or "") for name in NAMES}
    owner = content.get("owner")
    return {
        **plain,
        "phrasings": "\n".join(content.get("phrasings") or ()),
        "owner": f"{owner['name']} ({owner['id']})" if owner else "",
    }


def field_of(pointer: str) -> str:
    """The field that a place in content belongs to: "/content/phrasings/3" → "phrasings"; "" for one that is not in the form."""
    return next((part for part in pointer.split("/") if part in NAMES), "")


def differing(mine: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """The fields in which two writers differ, in the order of the form."""
    return [name for name in NAMES if mine.get(name, "").strip() != theirs.get(name, "").strip()]


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
