"""How a name that a report gives is written in texts: with or without a space, as a reading, in old letters, before さん or 様.

A name is looked for by its form alone, so what is short or an ordinary word (森, 林, May) counts only where something beside it
says that somebody is meant. Patterns hold no repetition inside another one: their time grows with the text and no faster.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from shared.contracts.numbers import PLAIN

_KANJI = "々〆\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KATAKANA, _HIRAGANA = "\u30a1-\u30fa\u3099\u309a\\-", "\u3041-\u3096"  # ー is a stroke by now, as in `PLAIN`
_LATIN = "A-Za-z\u00c0-\u052f"  # and what else is written with spaces between words
_VARIANT = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # of the letter before
_GAP = rf"{_VARIANT.pattern}?[ ・]{{0,2}}"
_POLITE = "様(?![子式相々態])|さま(?!ざ)|さん(?!ざん)|氏(?!名)"
_HONORIFIC = f"(?:{_POLITE}|殿|君|くん|ちゃん)"
_TITLE = "(?:(?<=Mr )|(?<=Ms )|(?<=Mr\\. )|(?<=Ms\\. )|(?<=Mrs )|(?<=Mrs\\. )|(?<=Dr )|(?<=Dr\\. ))"
_NO_HONORIFIC = "一上今仏何先同外多大奥客模有異王皆神若人仕"  # 奥様, 一様 and 同様 are words
_END = re.compile(r"(?:様|さま|さん|氏|殿)\Z")
_AROUND = ' "“”*※★☆◎●◆■'
_PIECES = re.compile(rf"[()\[\]{{}}【】〈〉<>〔〕「」『』/|,、;{_AROUND[1:]}]")
_TAG = re.compile(r"[(\[{【〈<〔「『][^)\]}】〉>〕」』]*[)\]}】〉>〕」』]\s*")
_FAMILY_FIRST = re.compile(rf"([{_LATIN} '.\-]+), *([{_LATIN}][{_LATIN} '.\-]+)")
_NO_NAME = re.compile(r"[\d@]")
_READING = re.compile(rf"[{_HIRAGANA}\u30a1-\u30fa]{{2,}}(?: ?[{_HIRAGANA}\u30a1-\u30fa]{{2,}})?")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z'\-]+(?: [A-Z][A-Za-z'\-]+)+")
_VOICED = {"\u309b": "\u3099", "\u309c": "\u309a"}
MOST = 6  # parts of a name that are looked for by themselves
_LEAST_READING, _LEAST_LATIN = 4, 6  # letters of a reading in brackets; of one Latin word that is no word of every day
_OLD = (
    "高髙 崎﨑碕嵜 辺邊邉 沢澤 斉斎齋齊 浜濱濵 広廣 桜櫻 国國 島嶋嶌 吉𠮷 徳德 恵惠 真眞 静靜 栄榮 富冨 条條 瀬瀨 淵渕 竜龍 槙槇 万萬 "
    "実實 学學 寿壽 豊豐 礼禮 円圓 関關 鉄鐵 来來 桧檜 黒黑 巌巖 芦蘆 館舘 曽曾 薮藪 頼賴 郎郞 塩鹽 亀龜 滝瀧 弥彌 与與 様樣 ヶケ"
)
_MODERN = {old: row[0] for row in _OLD.split() for old in row[1:]}


class _Folded(dict[int, int]):
    """Letter by letter, so that places stay what they are: one width, one form of what is written in several."""

    def __missing__(self, code: int) -> int:
        letter = chr(PLAIN[code])
        one = unicodedata.normalize("NFKC", letter)
        one = _VOICED.get(letter, one if len(one) == 1 else letter)
        self[code] = ord(_MODERN.get(one, one))
        return self[code]


FOLDED = _Folded()


def called(names: Iterable[str], but: Iterable[str] = ()) -> re.Pattern[str] | None:
    """Finds names in a text that was translated by `FOLDED`; None where there is none to look for. What is part of `but` is none."""
    kept = [one.translate(FOLDED).replace(" ", "").casefold() for one in but]
    patterns = dict.fromkeys(pattern for name in names for piece in _pieces(name) for pattern in _patterns(piece, kept))
    return re.compile("|".join(patterns)) if patterns else None


def _pieces(name: str) -> Iterator[str]:
    """The name, and its reading or its Latin letters where they stand in brackets behind it; brackets before it hold no name.

    Where nothing stands outside brackets each of them may hold it.
    """
    rest = plain = _VARIANT.sub("", unicodedata.normalize("NFKC", name)).strip(_AROUND)
    while tag := _TAG.match(rest):
        rest = rest[tag.end() :]
    if both := _FAMILY_FIRST.match(rest):
        family, first = both[1].strip(), both[2].strip()
        yield from (f"{family}, {first}", f"{first} {family}", f"{family} {first}")
    bare = any(_END.sub("", piece) for piece in _split(rest))
    for place, piece in enumerate(_split(rest if bare else plain)[:MOST]):
        is_reading = _READING.fullmatch(piece) and len(piece) >= _LEAST_READING
        if place == 0 or not bare or is_reading or _LATIN_NAME.fullmatch(piece):
            yield piece


def _split(name: str) -> list[str]:
    return [piece.strip() for piece in _PIECES.split(name) if piece.strip()]


def _patterns(name: str, kept: list[str]) -> Iterator[str]:
    parts = _END.sub("", name.strip()).replace("・", " ").split()
    whole = "".join(parts)
    if not whole or _NO_NAME.search(whole):
        return
    words = _latin(parts) if re.fullmatch(rf"[{_LATIN} ,'.\-]+", whole) else _japanese(parts)
    said = whole.translate(FOLDED).casefold()
    if not any(said in mark for mark in kept):
        yield from words


def _latin(parts: list[str]) -> Iterator[str]:
    """As it is given, in capitals and with capitals: `may` and `will` are words. One short word only where a title tells."""
    for words in dict.fromkeys(tuple(map(form, parts)) for form in (str, str.upper, str.title)):
        whole, alone = _GAP.join(_letters(word, "") for word in words), f"(?<![{_LATIN}])%s(?![{_LATIN}])"
        if len(parts) > 1 or len(parts[0]) >= _LEAST_LATIN:
            yield alone % whole
        for word in words[:MOST]:
            if len(word) > 1:
                yield f"(?<![{_LATIN}]){_letters(word, '')}(?= ?{_HONORIFIC})"
                yield _TITLE + _letters(word, "") + f"(?![{_LATIN}])"


def _japanese(parts: list[str]) -> Iterator[str]:
    whole = "".join(parts)
    if len(whole) > 1:
        yield from _whole(whole)
    elif whole not in _NO_HONORIFIC:
        yield _single(whole)
    for part in parts[:MOST] if len(parts) > 1 else ():
        if len(part) > (2 if _is(part, _HIRAGANA) else 1):  # たく of たくさん
            yield _letters(part) + f"(?= ?{_HONORIFIC})"
    if len(parts) > 1 and len(parts[0]) == 1 and parts[0] not in _NO_HONORIFIC:
        yield _single(parts[0])
    if len(parts) == 1 and len(whole) > 2:  # where the family's name ends is not told
        script, most = (_KANJI, 3) if _is(whole, _KANJI) else (_KATAKANA, 5) if _is(whole, _KATAKANA) else ("", 0)
        for size in range(min(most, len(whole) - 1), 1, -1):
            yield ("" if most == 3 else f"(?<![{script}])") + _letters(whole[:size]) + f"(?= ?{_HONORIFIC})"


def _whole(whole: str) -> Iterator[str]:
    """Anywhere; a short one not within a longer word of the same letters, except before an honorific."""
    script = next((one for one in (_KANJI, _KATAKANA, _HIRAGANA) if _is(whole, one)), "")
    if not script or len(whole) > (2 if script is _KANJI else 3):
        yield _letters(whole)
        return
    if script is not _HIRAGANA or len(whole) > 2:
        yield f"{_letters(whole)}(?= ?{_HONORIFIC})"
    yield f"(?<![{script}]){_letters(whole)}(?![{script}〔])"


def _single(letter: str) -> str:
    """One letter goes together with what says that it is a name: its mark is longer than it."""
    return f"(?<![{_KANJI}]){_letters(letter)} ?(?:{_POLITE})"


def _is(word: str, script: str) -> bool:
    return re.fullmatch(f"[{script}]+", word.translate(FOLDED)) is not None


def _letters(word: str, gap: str = _GAP) -> str:
    """A word letter by letter, each as it may be written, with what may stand between them."""
    return gap.join(map(_letter, unicodedata.normalize("NFC", word)))


def _letter(letter: str) -> str:
    apart, folded = unicodedata.normalize("NFD", letter), letter.translate(FOLDED)
    if len(apart) == 2 and apart[1] in _VOICED.values():  # ﾀﾞ has two letters
        return f"(?:{re.escape(folded)}|{re.escape(apart.translate(FOLDED))})"
    return re.escape(folded)
