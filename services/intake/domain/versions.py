"""Versions of a case as HTTP names them: a tag of what was shown, and whether somebody still has it in mind."""

import hashlib
import re

from shared.contracts.case import Case

_CLOCKS = {"deadlines"}
_SAID = 12  # digits of a version that its clocks have no part in
_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e]*)"')


def version(case: Case) -> str:
    """Sixteen hexadecimal digits that change with the case and with nothing else; the same on every replica.

    The last four alone change when nothing but its clocks do, as they are set anew a moment after whatever is done.
    """
    said, clocks = case.model_dump_json(exclude=_CLOCKS), case.model_dump_json(include=_CLOCKS)
    return _digest(said)[:_SAID] + _digest(clocks)[: 16 - _SAID]


def tag(case: Case, shown: str) -> str:
    """The strong ETag of a case as it is shown to one reader: its version, and what their language and rights make of it."""
    return f'"{version(case)}.{hashlib.sha256(shown.encode()).hexdigest()[:12]}"'


def is_shown(given: str, now: str) -> bool:
    """Whether If-None-Match names what would be shown now."""
    return given.strip() == "*" or now.strip('"') in _TAG.findall(given)


def is_meant(given: str, case: Case, clocks: bool = False) -> bool:
    """Whether If-Match names the case as it stands, in whatever language it was read; nothing given means any.

    Who acts on it means its deadlines only where they say so (`clocks`).
    """
    digits = 16 if clocks else _SAID
    named = (text.partition(".")[0][:digits] for text in _TAG.findall(given))
    return not given.strip() or given.strip() == "*" or version(case)[:digits] in named


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
