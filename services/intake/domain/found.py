"""What was found, as a page shows it: which words made it be offered, the part of a text they stand in, and filters as addresses."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import groupby
from typing import Literal
from urllib.parse import urlencode

from pydantic import BaseModel

from shared.contracts.vocabulary import Kind

LONGEST = 2000  # characters of a question that an address holds
FORMS, LANGUAGES = ("article", "case"), ("ja", "en")
_HIRAGANA = {ord("ァ") + place: ord("ぁ") + place for place in range(ord("ヶ") - ord("ァ") + 1)}
_SHOWN = 160


class Article(BaseModel):
    """An article that is offered."""

    id: str
    question: str
    answer: str = ""
    audience: Literal["internal", "public"] = "internal"
    product: str = ""
    uses: int = 0


class Record(BaseModel):
    """A finished case that is offered."""

    case_id: str
    number: int
    title: str
    handling: str = ""
    result: str = ""
    evaluation: str = ""
    product: str = ""
    resolved_at: datetime | None = None


class Found(BaseModel):
    """One thing that is offered: an article or a case, and by which words."""

    article: Article | None = None
    record: Record | None = None
    reason: str = "words"
    why: tuple[str, ...] = ()
    close: bool = False

    @property
    def target(self) -> str:
        """The id by which use is told."""
        return self.article.id if self.article else self.record.case_id if self.record else ""

    @property
    def answer(self) -> str:
        """What it says; "" when it says nothing."""
        return (
            self.article.answer if self.article else (self.record.handling or self.record.result) if self.record else ""
        )


class Answers(BaseModel):
    """What a search gives."""

    data: list[Found] = []
    instead: list[Found] = []
    search_id: str = ""


@dataclass(frozen=True)
class Wanted:
    """A search with its filters; "" does not filter."""

    q: str = ""
    form: str = ""
    kind: str = ""
    product: str = ""
    language: str = ""

    def query(self, **changed: str) -> str:
        """The address after the question mark, with some of it changed."""
        values = self.parameters() | changed
        return urlencode({_QUERY.get(name, name): value for name, value in values.items() if value})

    def parameters(self) -> dict[str, str]:
        """What the knowledge service is asked."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}


_QUERY = {"language": "in"}  # `lang` beside it is the language of the page


def wanted(given: Mapping[str, str]) -> Wanted:
    """Read a search; what is not one of the choices is not asked."""

    def one(name: str, choices: Iterable[str]) -> str:
        return text if (text := given.get(name, "")) in choices else ""

    def plain(name: str, longest: int) -> str:
        return given.get(name, "").replace("\x00", "").strip()[:longest]

    return Wanted(
        plain("q", LONGEST), one("form", FORMS), one("kind", tuple(Kind)), plain("product", 200), one("in", LANGUAGES)
    )


def pieces(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether a word stands there; letters count alike in any case, width and kana."""
    letters, places = _folded(text)
    marked = bytearray(len(text))
    for word in {_folded(word)[0] for word in words} - {""}:
        at = letters.find(word)
        while at >= 0:
            first, last = places[at], places[at + len(word) - 1]
            marked[first : last + 1] = b"\x01" * (last + 1 - first)
            at = letters.find(word, at + len(word))
    found: list[tuple[str, bool]] = []
    start = 0
    for mark, run in groupby(marked):
        end = start + sum(1 for _ in run)
        found.append((text[start:end], bool(mark)))
        start = end
    return found


def excerpt(text: str, words: Iterable[str], longest: int = _SHOWN) -> list[tuple[str, bool]]:
    """The part of a text where the first of the words stands, in pieces."""
    text, words = " ".join(text.split()), list(words)
    if len(text) <= longest:
        return pieces(text, words)
    before = 0
    for part, marked in pieces(text, words):
        if marked:
            break
        before += len(part)
    first = min(max(0, before - longest // 4), len(text) - longest) if before < len(text) else 0
    shown = pieces(text[first : first + longest], words)
    return [*([("…", False)] if first else []), *shown, *([("…", False)] if first + longest < len(text) else [])]


def _folded(text: str) -> tuple[str, list[int]]:
    """The letters by which words are compared, and of each where it stands in the text."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = unicodedata.normalize("NFKC", letter).casefold().translate(_HIRAGANA)
        letters.extend(plain)
        places.extend([place] * len(plain))
    return "".join(letters), places
