"""What a file says of an article beside what the article says here: only what was changed in the file is taken from it."""

import hashlib
import json
from collections.abc import Mapping, Set

from services.knowledge.domain.article import Content
from services.knowledge.domain.moving.row import Row

# An empty one says nothing: no file for readers outside has them.
_LASTING = ("cause", "internal", "review_by", "expires_on")


def digests(row: Row) -> dict[str, str]:
    """One for each field that a row names and one for the version, if it names one; the same as long as it says the same."""
    assert row.content is not None
    return _digests(row.content, row.named) | ({"version": _digest(row.version)} if row.version else {})


def taken(known: Content, row: Row, said: Mapping[str, str], base: Content | None) -> Content | None:
    """What an article says once a row is taken in; None where somebody has changed here what was mended in the file.

    `said` are the digests of what files said last; `base` is the version that the row was made from, if it names one, and then
    tells what was mended. What an article still says as it came in is nobody's change here.
    """
    given, now = row.content, digests(row)
    assert given is not None
    if now.items() <= said.items():
        return known
    new = {name for name in row.named if (now[name] != said.get(name) if base is None else _differs(name, given, base))}
    content = _with(known, given, new)
    here = _digests(known, {name for name in new if _differs(name, content, known)})
    both = base is not None and any(said.get(name) != here[name] and _differs(name, known, base) for name in here)
    return None if both else content


def says_all(content: Content, row: Row) -> bool:
    """Whether an article says all that a row says, and so nothing else in what the row has a place for."""
    return row.content is not None and _with(content, row.content, row.named) == content


def _digests(content: Content, names: Set[str]) -> dict[str, str]:
    told = content.model_dump(mode="json", include=set(names))
    return {name: _digest(value) for name, value in told.items()}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def _with(known: Content, given: Content, names: Set[str]) -> Content:
    told = {name: value for name in names if (value := getattr(given, name)) or name not in _LASTING}
    return known.model_copy(update=told)


def _differs(name: str, one: Content, other: Content) -> bool:
    return bool(getattr(one, name) != getattr(other, name))
