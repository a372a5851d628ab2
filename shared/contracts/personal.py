"""Personal data in what people write: where numbers of somebody's, addresses and names stand, and the marks put in their place."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from shared.contracts import numbers
from shared.contracts.called import FOLDED, called
from shared.contracts.numbers import GONE, KINDS, PLAIN, Found, Kind

MARKS: dict[str, dict[Kind, str]] = {  # none but that of a name is longer than the shortest thing that it can stand for
    "ja": {
        "phone": "〔電話 末尾{}〕",
        "mail": "〔メール〕",
        "card": "〔カード 末尾{}〕",
        "my_number": "〔マイナンバー〕",
        "account": "〔口座番号〕",
        "name": "〔氏名〕",
    },
    "en": {
        "phone": "〔tel …{}〕",
        "mail": "〔mail〕",
        "card": "〔card …{}〕",
        "my_number": "〔My Number〕",
        "account": "〔acct〕",
        "name": "〔〕",
    },
}
NAMES = {"ja": MARKS["ja"]["name"], "en": "〔name〕"}  # where a report gives the name itself
SHORT = "〔〕"  # of a name where a field has no room for more: the shortest that is looked for has two letters
SHOWN = {"phone": 2, "card": 4}  # last digits that a mark tells, so that two of a kind can be told apart
ROUNDS = 4
_WORTH_A_LOOK = re.compile(r"[@＠]|\d(?:\D{0,3}\d){6}")
_LOCAL = re.compile(r"[0-9A-Za-z][0-9A-Za-z._%+\-]{0,63}\Z")
_DOMAIN = re.compile(r"@(?:[0-9A-Za-z](?:[0-9A-Za-z\-]{0,61}[0-9A-Za-z])?\.){1,8}[A-Za-z]{2,24}(?![0-9A-Za-z])")
_OF_AN_ADDRESS = re.compile(r"://[^\s/〕]*\Z")


@dataclass(frozen=True)
class Masked:
    """A text with marks in it, and what they stand for."""

    text: str
    found: tuple[Found, ...]


def find(text: str, kinds: Collection[Kind] = KINDS, names: Iterable[str] = ()) -> list[Found]:
    """Everything of these kinds in a text, in order and apart from each other; `names` are those of the customer."""
    wanted = called(names, _ALL_MARKS) if "name" in kinds else None
    if wanted is None and not _WORTH_A_LOOK.search(text):
        return []
    plain, found = text.translate(PLAIN), list[Found]()
    for look in (_mails, *numbers.LOOKS):
        plain, found = _without(plain, new := [f for f in look(plain) if f.kind in kinds]), found + new
    if wanted is not None:
        found += [Found("name", m.start(), m.end(), _name(m[0])) for m in wanted.finditer(plain.translate(FOLDED))]
    return sorted(found, key=lambda f: f.start)


def masked(
    text: str, kinds: Collection[Kind] = KINDS, language: str = "ja", names: Iterable[str] = (), most: int | None = None
) -> Masked:
    """The text with a mark for each thing found; masking it again changes nothing.

    It is not longer than it was but by marks of names, and where its field takes no more than `most` letters by none.
    """
    names, all_found = tuple(names), tuple[Found, ...]()
    for _ in range(ROUNDS):
        found = find(text, kinds, names)
        if not found:
            break
        done = _marked(text, found, MARKS[language])
        if most is not None and len(done) > max(len(text), most):
            done = _marked(text, found, {**MARKS[language], "name": SHORT})
        text, all_found = done, (*all_found, *found)
    return Masked(text, all_found)


def is_mark(name: str) -> bool:
    """Whether a mark stands where a report gives the name of its customer."""
    return _MARK.fullmatch(name) is not None


def value_of(text: str) -> tuple[Kind, str] | None:
    """What somebody gave to look for, a number of a telephone or an address: its kind, and its value as it is found in texts."""
    found = find(f"電話 {text.strip()}")
    return (found[0].kind, found[0].value) if len(found) == 1 else None


def _marked(text: str, found: Iterable[Found], marks: dict[Kind, str]) -> str:
    pieces, at = [], 0
    for f in found:
        pieces += [text[at : f.start], marks[f.kind].format(f.value[-SHOWN.get(f.kind, 0) :])]
        at = f.end
    return "".join([*pieces, text[at:]])


def _without(plain: str, found: list[Found]) -> str:
    """The text as the next look sees it: what is found is as good as marked."""
    pieces, at = [], 0
    for f in found:
        pieces += [plain[at : f.start], GONE * (f.end - f.start)]
        at = f.end
    return "".join([*pieces, plain[at:]])


def _mails(plain: str) -> list[Found]:
    found, at, end = [], plain.find("@"), 0
    while at >= 0:
        local = _LOCAL.search(plain, max(end, at - 64), at) if plain[at - 1 : at] not in ("", "@") else None
        domain = _DOMAIN.match(plain, at) if local else None
        if local and domain and not _is_of_a_machine(plain, local.start(), local[0]):
            end = domain.end()
            found.append(Found("mail", local.start(), end, (local[0] + domain[0]).lower()))
        at = plain.find("@", max(at + 1, end))
    return found


def _is_of_a_machine(plain: str, start: int, local: str) -> bool:
    """Whether it is the user of an address of the web or of a repository."""
    return local == "git" or _OF_AN_ADDRESS.search(plain, max(0, start - 200), start) is not None


def _name(text: str) -> str:
    return "".join(text.split()).casefold()


_ALL_MARKS = [mark for marks in MARKS.values() for mark in marks.values()]
_MARK = re.compile("|".join(r"\d*".join(map(re.escape, mark.split("{}"))) for mark in (*NAMES.values(), *_ALL_MARKS)))
