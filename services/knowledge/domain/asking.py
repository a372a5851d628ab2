"""What a question is about and what it wants to know, in the forms that records are compared in."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.knowledge.domain.kana import sound
from services.knowledge.domain.romaji import from_romaji
from services.knowledge.domain.tokens import Token

# What people want to know; a record's title is looked at with the same eyes.
_KINDS = tuple(
    re.compile(pattern)
    for pattern in (
        r"方法|どう[すやしい]|手続|やり方|仕方|手順|\bhow (?:to|do|can|should)\b|\bsteps?\b|procedure",
        r"どこ|何処|場所|窓口|所在|行き方|\bwhere\b|\blocation\b|address",
        r"いつ|何時|何日|時間|期限|期間|何歳|締[め切]|\bwhen\b|\bhours?\b|deadline|how long",
        r"いくら|料金|費用|手数料|金額|値段|何円|\bhow much\b|\bfees?\b|\bcosts?\b|\bprices?\b",
        r"とは|なんですか|何ですか|どんな|どのよう|意味|\bwhat (?:is|are|does)\b|meaning",
        r"でき(?:ます|る)|可能|[らも]え(?:ます|る)か|[あい](?:り|)ますか|\bcan (?:i|we|you)\b|\bis (?:it|there)\b",
        r"できない|できません|なく(?:し|な)|無く|失|紛|エラー|壊|困|忘れ|\bcannot\b|\bcan't\b|\blost\b|\berrors?\b|fail|broken",
        r"必要|持ち物|書類|もの[はが]|要る|\bneed|\brequire|\bdocuments?\b",
    )
)
_SENTENCE = re.compile(r"[。？！?!\n]+")
_GRAMMED = re.compile(r"[\u3400-\u9fff々]+|[ァ-ヺー]+")


def kind_of(text: str) -> int:
    """One bit for each thing a text wants to know."""
    return sum(1 << bit for bit, pattern in enumerate(_KINDS) if pattern.search(text))


def sentences(text: str) -> list[str]:
    """The sentences of a text, at least one."""
    return [part for part in _SENTENCE.split(text) if part.strip()] or [text]


def grams(text: str) -> list[str]:
    """Letters and pairs of letters inside runs of kanji or of katakana: what is left of a word whose borders are lost."""
    found = []
    for run in _GRAMMED.findall(text):
        found += [run[at : at + 2] for at in range(len(run) - 1)]
        if run[0] >= "\u3400":
            found += run
    return found


def heard(tokens: Sequence[Token]) -> list[str]:
    """Three sounds at a time, through the whole text; Latin letters are heard where they can be read as Japanese."""
    whole = sound("".join(token.reading or from_romaji(token.surface) for token in tokens))
    return [whole[at : at + 3] for at in range(len(whole) - 2)]


def pairs(terms: Sequence[str]) -> Iterator[str]:
    """Words that stand beside each other."""
    yield from (f"{one}\t{other}" for one, other in pairwise(terms))
