"""Japanese in Latin letters turned into kana, whoever's spelling it is: Hepburn's, the official ones, that of input methods."""

import re

_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ",
    "p": "パピプペポ", "v": "バビブベボ",
}  # fmt: skip
_GLIDES = {
    "ky": "キ", "sy": "シ", "ty": "チ", "ny": "ニ", "hy": "ヒ", "my": "ミ", "ry": "リ", "gy": "ギ", "zy": "ジ", "dy": "ヂ",
    "by": "ビ", "py": "ピ", "sh": "シ", "ch": "チ", "cy": "チ", "j": "ジ", "jy": "ジ",
}  # fmt: skip
_OTHERS = {
    "ya": "ヤ", "yu": "ユ", "yo": "ヨ", "ye": "イェ", "wa": "ワ", "wi": "ウィ", "we": "ウェ", "wo": "ヲ",
    "shi": "シ", "chi": "チ", "tsu": "ツ", "fu": "フ", "ji": "ジ", "dzu": "ヅ", "dzi": "ヂ",
    "fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ", "fyu": "フュ", "tsa": "ツァ", "tse": "ツェ", "tso": "ツォ",
    "thi": "ティ", "dhi": "ディ", "thu": "テュ", "dhu": "デュ", "twu": "トゥ", "dwu": "ドゥ", "kwa": "クァ", "gwa": "グァ",
    "xtsu": "ッ", "xtu": "ッ", "ltsu": "ッ", "ltu": "ッ", "xn": "ン",
}  # fmt: skip
_SMALL = {"a": "ァ", "i": "ィ", "u": "ゥ", "e": "ェ", "o": "ォ", "ya": "ャ", "yu": "ュ", "yo": "ョ", "wa": "ヮ"}
_LONG = str.maketrans({
    "ā": "aa", "â": "aa", "ī": "ii", "î": "ii", "ū": "uu", "û": "uu", "ē": "ei", "ê": "ei", "ō": "ou", "ô": "ou", "’": "'",
    "ー": "-",
})  # fmt: skip
# A small vowel is no sound of its own: this is what tells "fuxairu" from "mobile".
_ALONE = re.compile(
    r"(?<![テデフウトドシチジツクグイ])[ァィゥェォ]|(?<![キシチニヒミリギジヂビピテデフ])[ャュョ]|(?<![クグ])ヮ"
)
_TO_COME = r"(?:[bcdfghjkmprstwyz]|[kgsztdnhbpmrcj]y|[sc]h|ts)\Z"  # of a syllable whose vowel is to come
_UNFINISHED = re.compile(
    r"(?:(?<=[aiueon'])|(?<=[a-z]{2}-))(?:(?P<double>t(?=ch?\Z)|([bcdfghjkprstvwyz])(?=\2))|(?P<n>m(?=[bpm])))?"
    + _TO_COME
)
_AFTER_KANA = re.compile(rf"(?<=[ぁ-ゖァ-ヺー])(?:n\Z|{_TO_COME})")
# What is written as it is spoken where it stands alone.
_PARTICLES = {"wa": "ハ", "o": "ヲ", "e": "ヘ"}


def _table() -> dict[str, str]:
    table = {row + vowel: kana for row, line in _ROWS.items() for vowel, kana in zip("aiueo", line, strict=True)}
    for start, kana in _GLIDES.items():
        table |= {start + vowel: kana + small for vowel, small in zip("aueo", "ャュェョ", strict=True)}
    table |= {start + vowel: small for start in "xl" for vowel, small in _SMALL.items()}
    return table | _OTHERS


_TABLE = _table()
_NEXT = re.compile(
    r"(?P<n>n'|nn?(?![aiueoy])|m(?=[bpm]))|(?P<double>t(?=ch)|([bcdfghjkprstvwyz])(?=\3))"
    r"|(?P<long>(?<=o)h(?![aiueoy])|(?<!n)-)|(?P<none>-)"
    rf"|(?P<syllable>{'|'.join(sorted(_TABLE, key=lambda syllable: -len(syllable)))})"
)
_SIGNS = {"n": "ン", "double": "ッ", "long": "ー", "none": ""}


def from_romaji(word: str) -> str:
    """Katakana of a word in small Latin letters, or "" when it cannot be read as Japanese."""
    word = word.translate(_LONG)
    kana, at = "", 0
    while at < len(word):
        if not (found := _NEXT.match(word, at)):
            return ""
        kana += _TABLE[found[0]] if found.lastgroup == "syllable" else _SIGNS[found.lastgroup or ""]
        at = found.end()
    return "" if _ALONE.search(kana) or kana.startswith("ー") else kana


def spoken_word(word: str) -> str:
    """The same of a word between spaces, where は, を and へ are often written as they are spoken."""
    return _PARTICLES.get(word) or from_romaji(word)


def without_begun(text: str) -> str:
    """A text in kana as an input method shows it, ぱすわーd, without the syllable whose vowel is to come."""
    return _AFTER_KANA.sub("", text)


def begun(word: str) -> str:
    """The same of a word that is still being typed: without the consonants whose vowel is to come."""
    word = word.translate(_LONG)
    ready = _UNFINISHED.sub(lambda found: "xtu" if found["double"] else "n" if found["n"] else "", word)
    kana = spoken_word(word) or from_romaji(ready)
    return kana if len(kana) > 1 else ""
