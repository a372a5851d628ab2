"""What a file says of an article beside what the article says here: only what was changed in the file is taken from it."""

import hashlib
import json
from collections.abc import Mapping

from services.knowledge.domain.article import Content
from services.knowledge.domain.moving.row import Row

# An empty one says nothing: no file for readers outside has them.
_LASTING = ("cause", "internal", "review_by", "expires_on")


def digests(row: Row) -> dict[str, str]:
    """One for each field that a row names and one for its version, the same as long as it says the same."""
    assert row.content is not None
    told = row.content.model_dump(mode="json", include=set(row.named)) | {"version": row.version}
    return {name: hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16] for name, value in told.items()}


def taken(known: Content, row: Row, said: Mapping[str, str], base: Content | None) -> Content | None:
    """What an article says once a row is taken in; None where somebody has changed here what was mended in the file.

    `said` are the digests of what the same file said the last time; `base` is the version that the row was made from, if it
    names one, and then tells what was mended.
    """
    given, now = row.content, digests(row)
    assert given is not None
    if now == said:
        return known
    new = {name for name in row.named if (now[name] != said.get(name) if base is None else _differs(name, given, base))}
    content = _with(known, given, new)
    both = base is not None and any(_differs(name, known, base) for name in new if _differs(name, content, known))
    return None if both else content


def says_all(content: Content, row: Row) -> bool:
    """Whether an article says all that a row says, and so nothing else in what the row has a place for."""
    return row.content is not None and _with(content, row.content, row.named) == content


def _with(known: Content, given: Content, names: set[str] | frozenset[str]) -> Content:
    told = {name: value for name in names if (value := getattr(given, name)) or name not in _LASTING}
    return known.model_copy(update=told)


def _differs(name: str, one: Content, other: Content) -> bool:
    return bool(getattr(one, name) != getattr(other, name))
