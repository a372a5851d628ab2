"""How a written text is read aloud: times, dates, case numbers and Latin words as people would say them, pure."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["ja", "en"]
Rule: TypeAlias = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_KANJI_KANA = "[぀-ヿ㐀-鿿豈-﫿々〆ー]"
_JAPANESE = re.compile(rf"{_KANJI_KANA}+(?:[\s0-9、。・「」]*{_KANJI_KANA}+)*[、。」]*")
_FOREIGN = re.compile(r"(?=[A-Za-z'_.-]*[a-z])[A-Za-z][A-Za-z'_.-]{2,}[A-Za-z](?:\s+[A-Za-z][A-Za-z'_.-]*[a-z])*")
DIGITS = {
    "0": "ゼロ", "1": "イチ", "2": "ニー", "3": "サン", "4": "ヨン", "5": "ゴー", "6": "ロク", "7": "ナナ", "8": "ハチ", "9": "キュー",
}  # fmt: skip
LETTERS = {
    "A": "エー", "B": "ビー", "C": "シー", "D": "ディー", "E": "イー", "F": "エフ", "G": "ジー", "H": "エイチ", "I": "アイ",
    "J": "ジェー", "K": "ケー", "L": "エル", "M": "エム", "N": "エヌ", "O": "オー", "P": "ピー", "Q": "キュー", "R": "アール",
    "S": "エス", "T": "ティー", "U": "ユー", "V": "ブイ", "W": "ダブリュー", "X": "エックス", "Y": "ワイ", "Z": "ゼット",
}  # fmt: skip
LEVELS = {"1": "ワン", "2": "ツー", "3": "スリー", "4": "フォー", "5": "ファイブ"}
WORDS = dict(line.split() for line in Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines())
UNITS = {
    "GB": "ギガバイト", "MB": "メガバイト", "KB": "キロバイト", "kB": "キロバイト", "TB": "テラバイト", "ms": "ミリ秒",
    "Gbps": "ギガビーピーエス", "Mbps": "メガビーピーエス", "GHz": "ギガヘルツ", "Hz": "ヘルツ", "km": "キロメートル",
    "kg": "キログラム", "sec": "秒", "min": "分",
}  # fmt: skip
_A = r"(?<![A-Za-z0-9])"  # not inside a word or a number
_Z = r"(?![A-Za-z0-9])"
_DAY = r"(?=\s*(?:\(?[月火水木金土日][)曜]|\d{1,2}:\d\d|から|まで|より|以降|以前|頃|ごろ|付|時点|未明|早朝|朝|夜|午前|午後|に|、))"


def aloud(text: str, language: Language) -> str:
    """The text as it is to be spoken. What no rule knows stays as it is."""
    for pattern, say in _RULES[language]:
        text = pattern.sub(say, text)
    return " ".join(text.split())


def runs(text: str, language: Language) -> Iterator[tuple[Language, str]]:
    """Cut a text by voice: words that the voice of its language cannot read go to the other one."""
    other: Language = "ja" if language == "en" else "en"
    foreign = _JAPANESE if language == "en" else _FOREIGN
    end = 0
    for found in foreign.finditer(text):
        if text[end : found.start()].strip():
            yield language, text[end : found.start()].strip()
        yield other, found[0]
        end = found.end()
    if text[end:].strip():
        yield language, text[end:].strip()


def _spelled(text: str) -> str:
    """Letters and digits one by one."""
    return "".join(LETTERS.get(c.upper(), DIGITS.get(c, "")) for c in text)


def _time(found: re.Match[str]) -> str:
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    said = f"{hour or '零'}時"
    said += f"{minute}分" if minute or second else ""
    return f"{said}{second}秒" if second else said


def _date(found: re.Match[str]) -> str:
    return f"{int(found[1])}年{int(found[2])}月{int(found[3])}日"


def _day(found: re.Match[str]) -> str:
    return f"{int(found[1])}月{int(found[2])}日"


def _word(found: re.Match[str]) -> str:
    return WORDS.get(found[0].lower(), found[0])


def _rules(*told: tuple[str, str | Callable[[re.Match[str]], str]]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern, re.ASCII), say) for pattern, say in told)


_MONTH, _MONTHDAY = r"(0?[1-9]|1[0-2])", r"(0?[1-9]|[12]\d|3[01])"
_CLOCK = r"(2[0-4]|[01]?\d):([0-5]\d)(?::([0-5]\d))?"
_RULES: dict[Language, tuple[Rule, ...]] = {
    "ja": _rules(
        (r"https?://[!-~]+", "リンク"),
        (rf"{_A}[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]+", "メールアドレス"),
        (rf"{_A}([12]\d{{3}})[/-]{_MONTH}[/-]{_MONTHDAY}(?:T(?=\d\d:)|(?![\d/-]))", _date),
        (rf"(?<![\d/]){_MONTH}/{_MONTHDAY}(?![\d/]){_DAY}", _day),
        (rf"(?<=[\d日月火水木金土曜)前後])\s*[~〜-]\s*(?={_CLOCK})", "から"),
        (rf"(?<![\d:]){_CLOCK}(?![\d:])", _time),
        (r"時0(\d)分", r"時\1分"),
        (r"#\s?(\d+)", lambda m: _spelled(m[1]) + " "),
        (r"((?:ケース|チケット|番号|案件|受付|注文|ID|No\.?)\s*)(\d{3,})(?!\d|[,.]\d|[年月日時分秒件円人台])",
         lambda m: m[1] + _spelled(m[2])),
        (rf"{_A}([A-Z]{{2,}})[-_]?(\d{{3,}}){_Z}", lambda m: f"{WORDS.get(m[1].lower()) or _spelled(m[1])} {_spelled(m[2])}"),
        (r"(?<![\d.,-])0\d{2,}(?!\d|-|[.,]\d)", lambda m: _spelled(m[0])),
        (r"\+[1-9]\d{6,14}(?!\d)", lambda m: f"プラス {_spelled(m[0])}"),
        (rf"{_A}[Pp]([1-5]){_Z}", lambda m: f"ピー{LEVELS[m[1]]}"),
        (rf"{_A}([45])xx{_Z}", lambda m: f"{m[1]}00番台"),
        (r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d.])", lambda m: m[0].replace(".", "点")),
        (rf"(\d)\s?({'|'.join(UNITS)}){_Z}", lambda m: m[1] + UNITS[m[2]]),
        (r"[Ee]-[Mm]ail", "メール"),
        (r"(?<![A-Za-z])[A-Za-z]{2,}(?![A-Za-z'-])", _word),
        (r"[_*`|<>{}\[\]\\^=]+", " "),
    ),
    "en": _rules(
        (r"https?://[!-~]+", "a link"),
        (r"(?i)(\b(?:case|ticket|number|no\.?|id)\s*|#\s?)(\d{3,})(?!\d|[,.]\d)",
         lambda m: f"{'number ' if m[1].startswith('#') else m[1]}{' '.join(m[2])}"),
        (r"#\s?(\d)", r"number \1"),
        (rf"{_A}([A-Z]{{2,}})[-_]?(\d{{3,}}){_Z}", lambda m: f"{m[1]} {' '.join(m[2])}"),
        (rf"{_A}P([1-5]){_Z}", r"P \1"),
        (r"[_*`|<>{}\[\]\\^=]+", " "),
    ),
}  # fmt: skip
