"""How a word sounds: kana in one script, and one key for words that are heard alike."""

import re
from collections.abc import Iterator

_HIRAGANA, _KATAKANA = re.compile(r"[ぁ-ゖ]"), re.compile(r"[ァ-ヶ]")
_KANA_ONLY = re.compile(r"[ぁ-ゖァ-ヺー]+")
_SAME_SOUND = str.maketrans("ヂヅヲャュョァィゥェォッ", "ジズオヤユヨアイウエオツ")
_E_ROW, _O_ROW = frozenset("エケセテネヘメレゲゼデベペ"), frozenset("オコソトノホモヨロゴゾドボポヨ")
_U_ROW = frozenset("ウクスツヌフムユルグズブプ")
_A_ROW, _I_ROW = frozenset("アカサタナハマヤラワガザダバパ"), frozenset("イキシチニヒミリギジビピ")
_LENGTHENS = {"ア": _A_ROW, "イ": _I_ROW | _E_ROW, "ウ": _U_ROW | _O_ROW, "エ": _E_ROW, "オ": _O_ROW}


def katakana(text: str) -> str:
    """Write hiragana as katakana; everything else stays."""
    return _HIRAGANA.sub(lambda found: chr(ord(found[0]) + 0x60), text)


def hiragana(text: str) -> str:
    """Write katakana as hiragana; everything else stays."""
    return _KATAKANA.sub(lambda found: chr(ord(found[0]) - 0x60), text)


def is_kana(text: str) -> bool:
    return bool(_KANA_ONLY.fullmatch(text))


def sound(reading: str) -> str:
    """Key under which readings meet whatever the spelling of long vowels, small kana and voiced pairs.

    サーバー and サーバ, ユーザ and ユウザア, トウロク and toroku give the same key.
    """
    return spelt(reading).replace("ー", "")


def spelt(reading: str) -> str:
    """The same with every long vowel kept as ー: トウロク, トオロク and トーロク are one, トロク is another."""
    return "".join(_steps(katakana(reading).translate(_SAME_SOUND)))


def heard_from(reading: str, start: int, longest: int) -> Iterator[tuple[int, str]]:
    """Every part of a reading in katakana from `start` on, up to `longest` kana: where it ends, and how it is spelt.

    ヲ is a part of its own, for no word goes on with it: バンゴヲ is not 番号. No word holds a vowel drawn out thrice, either.
    """
    heard, own = "", reading.find("ヲ", start + 1)
    longest = 1 if reading.startswith("ヲ", start) else min(longest, own - start) if own > 0 else longest
    for end, step in enumerate(_steps(reading[start : start + longest].translate(_SAME_SOUND)), start + 1):
        heard += step
        if heard.endswith("ーーー"):
            return
        yield end, heard


def _steps(plain: str) -> Iterator[str]:
    last = ""
    for kana in plain:
        if last and (kana == "ー" or last in _LENGTHENS.get(kana, ())):
            yield "ー"
        else:
            yield kana
            last = kana
