"""Texts that are longer than there is room: cut between letters as people see them, the link left whole."""

import regex  # type: ignore[import-untyped]

CUT = "…"
_LETTER = regex.compile(r"\X")


def fit(text: str, room: int, keep: str = "") -> str:
    """A text in at most `room` characters, "…" where it was cut; `keep` ends it on its own line if it was cut away."""
    if len(text) <= room:
        return text
    short = _cut(text, room)
    if not keep or keep in short:
        return short
    rest = room - len(keep) - 1
    return f"{_cut(text, rest)}\n{keep}" if rest > 0 else keep


def _cut(text: str, room: int) -> str:
    end = 0
    for letter in _LETTER.finditer(text[: room + 64]):
        if letter.end() > room - len(CUT):
            break
        end = letter.end()
    return f"{text[:end].rstrip()}{CUT}"[: max(room, 0)]
