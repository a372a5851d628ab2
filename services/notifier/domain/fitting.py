"""Makes a text fit the room that a provider has: cut between letters as people see them, the link left whole."""

import regex

MARK = "…"
_LETTER = regex.compile(r"\X")
_LONGEST = 64  # characters that one letter (a family, a flag, a kana with its marks) is looked at


def fit(text: str, room: int, keep: str = "") -> str:
    """At most `room` characters of a text, with "…" where it was cut.

    A `keep` (the link) that was cut away ends it, unless the link alone is longer than the room.
    """
    if len(text) <= room:
        return text
    short = _cut(text, room)
    if not keep or keep in short or len(keep) > room:
        return short
    tail = f"\n{keep}"
    return f"{_cut(text, room - len(tail))}{tail}" if len(tail) < room else keep


def _cut(text: str, room: int) -> str:
    """The first letters of a text that does not fit, and the mark."""
    end = 0
    for letter in _LETTER.finditer(text, 0, min(len(text), room + _LONGEST)):
        if letter.end() > room - len(MARK):
            break
        end = letter.end()
    return (text[:end].rstrip() + MARK)[: max(room, 0)]
