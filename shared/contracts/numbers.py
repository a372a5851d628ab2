"""Numbers that are somebody's: telephones, cards, My Number, bank accounts, in whatever width and with whatever strokes.

Numbers that are nobody's (orders, tickets, times, versions, serials, addresses of machines) have to stay readable. A number
is taken for somebody's by its form alone only where that form is hardly ever anything else; otherwise the word before decides.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["phone", "mail", "card", "my_number", "account", "name"]
KINDS: tuple[Kind, ...] = get_args(Kind)
GONE = "〕"  # stands where something was found already, for so ends the mark that will
MOST_BEFORE = 14  # letters before a number in which a word says what it is
CLOSE = 3  # letters between a number and the word that says it is nobody's


@dataclass(frozen=True)
class Found:
    """What stands at text[start:end]; `value` is the same however it is written: national digits, letters in lower case."""

    kind: Kind
    start: int
    end: int
    value: str


class _Plain(dict[int, int]):
    """Letter by letter, so that places stay what they are: digits, full-width signs, strokes and spaces in one form."""

    def __missing__(self, code: int) -> int:
        letter = chr(code)
        category, plain = unicodedata.category(letter), code
        if 0xFF01 <= code <= 0xFF5E:
            plain = code - 0xFEE0
        elif category == "Nd":
            plain = ord(str(unicodedata.digit(letter)))
        elif category == "Pd" or letter in "−ーｰ":
            plain = ord("-")
        elif category == "Zs" or letter == "\t":
            plain = ord(" ")
        self[code] = plain
        return plain


PLAIN = _Plain()
_TEL = r"(?:(?<![0-9A-Za-z_])|(?<=TEL)|(?<=Tel)|(?<=tel)|(?<=FAX)|(?<=Fax)|(?<=fax))"
_LEFT = rf"{_TEL}(?<![0-9A-Za-z]-)(?<!\d\.)"
_RIGHT = r"(?![0-9A-Za-z_])(?!-[0-9A-Za-z])(?!\.\d)"
_ANY = r"[ \-.()]{1,3}"
_STROKE = r" ?[\-()] ?"
_WIDE = rf"(?:{_STROKE}| )"
_THREE = r"0(?:1[15789]|2[2-9]|4[2-9]|5[234589]|7[2-9]|8[2346789]|9[235-9])"  # areas of three digits
_FIVE = (
    r"0(?:1267|137[247]|139[278]|145[67]|1466|1547|15[56][48]|1558|1586|1587|163[245]|1648|165[4568]|499[2468]|5769|5979|7468"
    r"|838[78]|8396|8477|851[24]|9496|9802|99[16][239])"
)
_MOBILE = re.compile(
    rf"(?=[(0]){_TEL}\(?(?:0[5-9]0{_ANY}\d{{4}}(?:{_ANY})?\d{{4}}|0[5-9]0\d{{4}}{_ANY}\d{{4}})(?![0-9A-Za-z_])"
)
_ACCOUNT = re.compile(rf"(?:口座(?:番号)?|普通(?:預金)?|当座(?:預金)?)[ :()番号はNo.\-]{{0,6}}(\d{{7}}){_RIGHT}")
_START = re.compile(rf"(?=[(+0-9]){_LEFT}[(+]{{0,2}}\d(?:[ \-.()]{{0,3}}\d){{7}}")
_PHONES = tuple(
    re.compile(pattern + _RIGHT)
    for pattern in (
        rf"\(?0[346]{_WIDE}\d{{4}}{_WIDE}\d{{4}}",
        rf"\(?{_THREE}{_STROKE}\d{{3}}{_STROKE}\d{{4}}",
        rf"\(?0[1-9]\d\d{_STROKE}\d\d{_STROKE}\d{{4}}",
        rf"\(?{_FIVE}{_STROKE}\d{_STROKE}\d{{4}}",
        rf"\(?0(?:120|570|990){_WIDE}(?:\d{{3}}{_WIDE}\d{{3}}|\d\d{_WIDE}\d{{4}})",
        rf"\(?0800{_WIDE}\d{{3}}{_WIDE}\d{{4}}",
        rf"(?:0[5-9]0\d{{8}}|0800\d{{7}}|0[36]\d{{8}}|0(?:120|570)\d{{6}}|{_THREE}\d{{7}})",
    )
)
_TOLD_PHONE = re.compile(rf"\(?0[1-9](?:[ \-.()]{{0,2}}\d){{8,9}}{_RIGHT}")
_ABROAD = re.compile(rf"(?:\+|\(\+|(?:010|00){_WIDE})\d(?:[ \-.()]{{0,3}}\d){{7,14}}")
_CARDS = tuple(
    re.compile(pattern + _RIGHT)
    for pattern in (
        r"\d{4}([ \-]?)\d{4}\1\d{4}\1\d{4}",
        r"\d{4}([ \-]?)\d{6}\1\d{5}",
        r"\d{4}([ \-])\d{6}\1\d{4}",
    )
)
_TOLD_CARD = re.compile(rf"\d{{14,19}}{_RIGHT}")
_PERSON = re.compile(rf"\d{{4}}([ \-])\d{{4}}\1\d{{4}}{_RIGHT}")
_TOLD_PERSON = re.compile(rf"\d{{4}}([ \-]?)\d{{4}}\1\d{{4}}{_RIGHT}")
_ISSUERS = re.compile(
    r"4\d{15}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}|62\d{14,17}"
)
_MONEY = re.compile(r" ?(?:円|万|億|件|個|%|人|回|点|ポイント|yen|JPY)", re.IGNORECASE)
# In the plain form, in which the long vowel of kana is a stroke.
_WORDS = re.compile(
    r"(?P<phone>電話(?:番号)?|携帯(?:番号)?|ケ-タイ|連絡先|折り?返し|ファックス|TEL|FAX|phone|mobile|cell|call|☎|℡|📞|📱)"
    r"|(?P<card>カ-ド(?:番号)?|クレジット|クレカ|card|VISA|JCB|AMEX|master)"
    r"|(?P<my_number>マイナンバ-|個人番号|my ?number)"
    r"|(?P<nobodys>(?:注文|受付|伝票|会員|予約|管理|お?客様?|製造|追跡|問い?合わせ?|請求|契約|案件|チケット|商品|整理|申込|顧客|店舗|端末|機器"
    r"|ロット|取引|決済|承認|製品|シリアル|受注|発注|送り状|JAN|ID|部品|図面)番号|(?:シリアル|ロット|製造|オ-ダ-) ?N?o?\.?"
    r"|オ-ダ-|コ-ド|型番|品番|伝票|No\.?|№|#|ID|code|order|ticket|serial|version|ver\.?|build|lot|SKU|JAN|trace|IMEI)",
    re.IGNORECASE,
)


def mobiles(plain: str) -> list[Found]:
    """Mobile numbers with gaps; their form is nobody else's."""
    return [_phone(m.start(), m[0], _digits(m[0])) for m in _MOBILE.finditer(plain)]


def accounts(plain: str) -> list[Found]:
    """Numbers of bank accounts, after the word for one."""
    return [Found("account", m.start(1), m.end(1), m[1]) for m in _ACCOUNT.finditer(plain)]


def others(plain: str) -> list[Found]:
    """Telephones of all other kinds, cards and My Number, from the left."""
    found, start = [], _START.search(plain)
    while start is not None:
        at = start.start()
        told = _word_before(plain, at)
        number = next((n for look in _LOOKS_AT for n in look(plain, at, told)), None)
        if number is not None:
            found.append(number)
        start = _START.search(plain, number.end if number else at + 1)
    return found


LOOKS: tuple[Callable[[str], list[Found]], ...] = (mobiles, accounts, others)


def _word_before(plain: str, at: int) -> str:
    """What the nearest word before a number says that it is; "" where none does."""
    before = re.split(r"[\d〔〕。\n]", plain[max(0, at - MOST_BEFORE) : at])[-1]
    words = list(_WORDS.finditer(before))
    if not words:
        return ""
    last = words[-1]
    word = str(last.lastgroup)
    return "" if word == "nobodys" and len(before) - last.end() > CLOSE else word


def _phone(at: int, text: str, value: str) -> Found:
    """A bracket that is closed after the number is not of it."""
    outside = text[0] == "(" and ")" not in text
    return Found("phone", at + outside, at + len(text), value)


def _phones(plain: str, at: int, told: str) -> Iterator[Found]:
    if told != "nobodys":
        patterns = (*_PHONES, _TOLD_PHONE) if told == "phone" else _PHONES
        for m in filter(None, (pattern.match(plain, at) for pattern in patterns)):
            yield _phone(at, m[0], _digits(m[0]))


def _abroad(plain: str, at: int, told: str) -> Iterator[Found]:
    """+81 and what is dialled from abroad or to it; cut where groups end, for another number may follow."""
    whole = _ABROAD.match(plain, at)
    if whole is None or told == "nobodys":
        return
    ends = [m.end() for m in re.finditer(r"\d+", plain[at : whole.end()])]
    for end in (at + e for e in reversed(ends)):
        text = plain[at:end]
        if re.compile(_RIGHT).match(plain, end) and not _MONEY.match(plain, end) and (value := _far(text, told)):
            yield _phone(at, text, value)
            return


def _far(text: str, told: str) -> str:
    """The value of a number with its country, or nothing."""
    digits, plus = _digits(text), "+" in text
    digits = digits if plus else digits.removeprefix("010").removeprefix("00")
    if digits.startswith("81"):
        national = digits[2:].removeprefix("0")
        return f"0{national}" if len(national) in (9, 10) and national[0] != "0" else ""
    groups = len(re.findall(r"\d+", text))
    if not plus or digits[0] == "0" or not 8 <= len(digits) <= 15:
        return ""
    return f"+{digits}" if told == "phone" or groups >= 3 or len(digits) >= 11 else ""


def _cards(plain: str, at: int, told: str) -> Iterator[Found]:
    for pattern in (*_CARDS, *((_TOLD_CARD,) if told == "card" else ())):
        m = pattern.match(plain, at)
        if m and _is_card(digits := _digits(m[0])) and (told == "card" or not m[0].isdigit() or _stands(told, digits)):
            yield Found("card", at, m.end(), digits)


def _stands(told: str, digits: str) -> bool:
    """Whether a card's number without gaps is taken for one where no word says so: IMEI and the like begin with 30 to 39."""
    return told != "nobodys" and (digits[0] != "3" or len(digits) == 16)


def _persons(plain: str, at: int, told: str) -> Iterator[Found]:
    m = (_TOLD_PERSON if told == "my_number" else _PERSON).match(plain, at)
    if m and told != "nobodys" and _is_person(digits := _digits(m[0])):
        yield Found("my_number", at, m.end(), digits)


_LOOKS_AT: tuple[Callable[[str, int, str], Iterator[Found]], ...] = (_cards, _persons, _abroad, _phones)


def _is_card(digits: str) -> bool:
    doubled = [int(d) if i % 2 == 0 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(reversed(digits))]
    return _ISSUERS.fullmatch(digits) is not None and sum(doubled) % 10 == 0


def _is_person(digits: str) -> bool:
    """The check digit of a My Number."""
    total = sum(int(d) * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(reversed(digits[:11]), 1))
    return int(digits[11]) == (0 if total % 11 <= 1 else 11 - total % 11)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
