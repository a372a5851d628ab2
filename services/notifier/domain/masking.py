"""Personal data in what people wrote, made unreadable where a channel is not the organisation's own."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import astuple, replace

from services.notifier.domain.content import Content, Precedent
from shared.contracts.personal import is_mark
from shared.contracts.report import Report

UNSAFE = frozenset({"phone", "sms", "line", "discord", "apprise", "push"})  # channels and providers
WRITTEN = ("headline", "facts", "wanted", "text", "handling", "result", "evaluation", "cause")
PHONE_DIGITS, ABROAD_DIGITS = range(10, 12), range(8, 17)
CARD_DIGITS, CARD_GROUP = range(13, 20), 3
MOST_DIGITS = 20
_DASHES = r"\-‐‑‒–—―−ー－"
_BETWEEN = rf" \t\u3000{_DASHES}.．・()（）"
_GAP = rf"[{_BETWEEN}]{{1,4}}"
_RUN = re.compile(rf"[+＋]?[(（]?\d+(?:{_GAP}\d+)*")
_MASKED = re.compile(rf"(?<![\d*])[+＋]?[(（]?\d\*[\d*{_BETWEEN}]{{0,60}}\*\*\d\d(?!\d)")
_EMAIL = re.compile(
    r"[A-Za-z0-9_.+\-Ａ-Ｚａ-ｚ０-９．＿－]{1,64}[@＠](?:[A-Za-z0-9\-Ａ-Ｚａ-ｚ０-９－]{1,63}[.．]){1,8}[A-Za-zＡ-Ｚａ-ｚ]{2,24}"
)
_STREET = re.compile(
    rf"((?:[都道府県市区郡町村]|丁目)[^\s\d都道府県市区、。，,*]{{0,12}})(\d+(?:(?:[{_DASHES}の]|丁目|番地?の?)\d+){{1,4}}(?:号室?|番地?)?)"
)
_DIGIT = re.compile(r"\d")
_NO_NAME = re.compile(r"[\d*●@＠]")


def personal(report: Report) -> tuple[str, ...]:
    """The names that a report gives as those of the customer; none where a mark stands for them, as in its texts."""
    name = report.customer.name
    return (name,) if name and not is_mark(name) else ()


def concealed(content: Content, names: Iterable[str] = (), own: str = "") -> Content:
    """The same content with what people wrote masked; who handles it, numbers of cases and times stay."""
    names = tuple(names)
    written = {field: masked(getattr(content, field), names, own) for field in WRITTEN}
    cases = tuple(replace(line, headline=masked(line.headline, names, own)) for line in content.cases)
    told = tuple(Precedent(p.number, *(masked(x, names, own) for x in astuple(p)[1:])) for p in content.precedents)
    return replace(replace(content, cases=cases, precedents=told), **written)  # type: ignore[arg-type]


def masked(text: str, names: Iterable[str] = (), own: str = "") -> str:
    """Mask addresses, numbers of telephones, cards and persons (12 digits), streets and `names`; what `own` begins stays.

    Masking what is masked changes nothing.
    """
    kept = rf"{re.escape(own.rstrip('/'))}/[!-~]*" if own else r"(?!)"
    pattern = re.compile(f"{kept}|{_MASKED.pattern}")
    pieces, at = [], 0
    for found in pattern.finditer(text):
        if found[0].startswith("http") or sum(c == "*" or c.isdigit() for c in found[0]) >= 8:
            pieces += [_piece(text[at : found.start()], names), found[0]]
            at = found.end()
    return "".join([*pieces, _piece(text[at:], names)])


def _piece(text: str, names: Iterable[str]) -> str:
    text = _EMAIL.sub("***@***", text)
    text = _RUN.sub(lambda run: _numbers(run[0]), text)
    text = _STREET.sub(lambda street: street[1] + _DIGIT.sub("*", street[2]), text)
    return _names(text, names)


def _numbers(run: str) -> str:
    """Mask in digits with gaps each stretch that is a number of somebody's; the longest from the left."""
    groups = list(re.finditer(r"\d+", run))
    made, at, first = [], 0, 0
    while first < len(groups):
        last = _last(groups, first, abroad=first == 0 and run[0] in "+＋")
        if last >= first:
            start, end = groups[first].start(), groups[last].end()
            made += [run[at:start], _number(run[start:end])]
            at, first = end, last
        first += 1
    return "".join([*made, run[at:]])


def _last(groups: list[re.Match[str]], first: int, abroad: bool) -> int:
    """Where the longest number ends that begins at a group; -1 when none does."""
    digits, sizes, found = "", [], -1
    for place in range(first, len(groups)):
        digits += _plain(groups[place][0])
        sizes.append(len(groups[place][0]))
        if len(digits) > MOST_DIGITS:
            break
        if (abroad and len(digits) in ABROAD_DIGITS) or any(kind(digits, sizes) for kind in _KINDS):
            found = place
    return found


def _number(text: str) -> str:
    """Its first digit, the 0 of 090, 080 and 070, and the last two."""
    places = [i for i, letter in enumerate(text) if letter.isdigit()]
    mobile = places[2:3] if _plain(text[places[0]]) == _plain(text[places[2]]) == "0" else []
    kept = {places[0], *mobile, *places[-2:]}
    return "".join("*" if i in places and i not in kept else letter for i, letter in enumerate(text))


def _phone(digits: str, sizes: list[int]) -> bool:
    return len(digits) in PHONE_DIGITS and digits[0] == "0" != digits[1]


def _dialled(digits: str, sizes: list[int]) -> bool:
    """A number abroad as it is dialled here: 010 81 …, 0081 …"""
    return digits.startswith(("010", "00")) and len(digits) - 3 in ABROAD_DIGITS


def _card(digits: str, sizes: list[int]) -> bool:
    if len(digits) not in CARD_DIGITS or min(sizes) < CARD_GROUP or digits[0] == "0":
        return False
    doubled = [int(d) if i % 2 == 0 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _person(digits: str, sizes: list[int]) -> bool:
    """An individual number (My Number) with the right check digit."""
    if sizes not in ([12], [4, 4, 4]):
        return False
    total = sum(int(d) * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(reversed(digits[:11]), 1))
    return int(digits[11]) == (0 if total % 11 <= 1 else 11 - total % 11)


_KINDS: tuple[Callable[[str, list[int]], bool], ...] = (_phone, _card, _person, _dialled)


def _names(text: str, names: Iterable[str]) -> str:
    """Mask names, whole or the parts of two letters and more: 山田 太郎 becomes 山●●●."""
    words = {" ".join(name.split()) for name in names}
    words |= {part for word in words for part in word.split()}
    wanted = sorted((w for w in words if len(w) > 1 and not _NO_NAME.search(w)), key=lambda w: (-len(w), w))
    if not wanted:
        return text
    patterns = [_whole(r"[ \u3000・]?".join(map(re.escape, word.split())), word) for word in wanted]
    return re.sub("|".join(patterns), lambda found: _name(found[0]), text, flags=re.IGNORECASE)


def _whole(pattern: str, word: str) -> str:
    return rf"(?<![A-Za-z]){pattern}(?![A-Za-z])" if word.isascii() else pattern


def _name(text: str) -> str:
    letters = "".join(text.split())
    return letters[0] + "●" * (len(letters) - 1)


def _plain(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(unicodedata.digit(d)) for d in digits)
