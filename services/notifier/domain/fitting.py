"""Texts that are longer than a provider takes: cut between letters as people see them, with the link left whole."""

import regex

CUT = "…"
_LETTER = regex.compile(r"\X")


def fit(text: str, room: int, keep: str = "") -> str:
    """The text in at most `room` characters, "…" where it was cut; `keep` stands on a line of its own where it was lost.

    A letter that is made of several characters is never cut in two. What has to be kept goes before the room.
    """
    if len(text) <= room:
        return text
    short = _cut(text, room)
    if not keep or keep in short:
        return short
    tail = f"\n{keep}"
    return _cut(text.replace(keep, ""), room - len(tail)).rstrip() + tail if len(tail) < room else keep


def _cut(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    end = 0
    for letter in _LETTER.finditer(text[: room + 200]):  # no letter is so long that it would matter
        if letter.end() > room - len(CUT):
            break
        end = letter.end()
    return text[:end] + CUT if room > 0 else ""
