"""How a word sounds: kana from Latin letters, and one key for words that are heard alike."""

import re

_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ",
    "p": "パピプペポ",
}  # fmt: skip
_EXTRA = {
    "ya": "ヤ", "yu": "ユ", "yo": "ヨ", "wa": "ワ", "wo": "オ", "shi": "シ", "chi": "チ", "tsu": "ツ", "fu": "フ", "ji": "ジ",
    "fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ", "she": "シェ", "che": "チェ", "je": "ジェ", "ti": "ティ", "di": "ディ",
    "va": "バ", "vi": "ビ", "vu": "ブ", "ve": "ベ", "vo": "ボ", "nn": "ン", "n'": "ン", "-": "ー",
    "xtsu": "ッ", "xtu": "ッ", "ltsu": "ッ", "ltu": "ッ", "xya": "ャ", "xyu": "ュ", "xyo": "ョ",
}  # fmt: skip
_GLIDES = {
    "k": "キ", "s": "シ", "t": "チ", "n": "ニ", "h": "ヒ", "m": "ミ", "r": "リ", "g": "ギ", "z": "ジ", "b": "ビ", "p": "ピ",
    "sh": "シ", "ch": "チ", "j": "ジ", "jy": "ジ", "cy": "チ",
}  # fmt: skip


def _table() -> dict[str, str]:
    table = {row + vowel: kana for row, line in _ROWS.items() for vowel, kana in zip("aiueo", line, strict=True)}
    for start, kana in _GLIDES.items():
        middle = "" if start in ("sh", "ch", "j", "jy", "cy") else "y"
        table |= {start + middle + vowel: kana + small for vowel, small in zip("auo", "ャュョ", strict=True)}
    return table | _EXTRA


_ROMAJI = _table()
_HIRAGANA = re.compile(r"[ぁ-ゖ]")
_KANA_ONLY = re.compile(r"[ぁ-ゖァ-ヺー]+")
_SAME_SOUND = str.maketrans("ヂヅヲャュョァィゥェォッ", "ジズオヤユヨアイウエオツ")
_E_ROW, _O_ROW = frozenset("エケセテネヘメレゲゼデベペ"), frozenset("オコソトノホモヨロゴゾドボポヨ")
_U_ROW = frozenset("ウクスツヌフムユルグズブプ")
_A_ROW, _I_ROW = frozenset("アカサタナハマヤラワガザダバパ"), frozenset("イキシチニヒミリギジビピ")
_LENGTHENS = {"ア": _A_ROW, "イ": _I_ROW | _E_ROW, "ウ": _U_ROW | _O_ROW, "エ": _E_ROW, "オ": _O_ROW}


def katakana(text: str) -> str:
    """Write hiragana as katakana; everything else stays."""
    return _HIRAGANA.sub(lambda found: chr(ord(found[0]) + 0x60), text)


def is_kana(text: str) -> bool:
    return bool(_KANA_ONLY.fullmatch(text))


def from_romaji(word: str) -> str:
    """Katakana of a word written in Latin letters (Hepburn or Kunrei), or "" when it cannot be read as Japanese."""
    kana, at = "", 0
    while at < len(word):
        if word[at] == word[at + 1 : at + 2] and word[at] not in "aiueon":
            kana, at = kana + "ッ", at + 1
            continue
        for size in (4, 3, 2, 1):
            if len(found := word[at : at + size]) == size and found in _ROMAJI:
                # "n" before a vowel belongs to the next syllable, so "nn" + vowel is ン + な行.
                if found == "nn" and word[at + 2 : at + 3] in tuple("aiueoy"):
                    kana, at = kana + "ン", at + 1
                else:
                    kana, at = kana + _ROMAJI[found], at + size
                break
        else:
            if word[at] not in "nm":
                return ""
            kana, at = kana + "ン", at + 1
    return kana


def sound(reading: str) -> str:
    """Key under which readings meet whatever the spelling of long vowels, small kana and voiced pairs.

    サーバー and サーバ, ユーザ and ユウザア, トウロク and toroku give the same key.
    """
    heard: list[str] = []
    for kana in katakana(reading).translate(_SAME_SOUND):
        last = heard[-1] if heard else ""
        if not (last and (kana == "ー" or last in _LENGTHENS.get(kana, ()))):
            heard.append(kana)
    return "".join(heard)
