"""Which texts are nearly the same, and which say the opposite of each other."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from services.knowledge.domain.phrasings import folded

RAREST = 8  # pairs of letters by which candidates are looked for
TOO_COMMON = 300
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NOT = re.compile(r"ません|ない(?!と)|不可|禁止|できず|不要|\b(?:not|cannot|never|no longer)\b|n't\b", re.I)


def grams(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters of a text; a single letter is one by itself."""
    letters = folded(text)
    return frozenset(letters[n : n + 2] for n in range(max(len(letters) - 1, 1))) if letters else frozenset()


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two texts have in common, 0 to 1."""
    return len(one & other) / len(one | other) if one and other else 0.0


def pairs(texts: Mapping[str, str], least: float) -> Iterator[tuple[str, str, float]]:
    """All pairs of ids whose texts are at least so much alike."""
    known = {id_: grams(text) for id_, text in texts.items()}
    holders: dict[str, list[str]] = defaultdict(list)
    for id_, found in known.items():
        for gram in found:
            holders[gram].append(id_)
    for id_, found in known.items():
        rare = sorted(found, key=lambda gram: (len(holders[gram]), gram))
        telling = [gram for gram in rare if len(holders[gram]) <= TOO_COMMON][: max(RAREST, len(rare) // 2)]
        for other in {other for gram in telling for other in holders[gram] if other > id_}:
            if (alike := likeness(found, known[other])) >= least:
                yield id_, other, alike


def groups(texts: Mapping[str, str], least: float) -> list[list[str]]:
    """Ids of texts that are alike, each in one group at most, the largest group first."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other, _ in pairs(texts, least):
        near[one].add(other)
        near[other].add(one)
    found, taken = [], set[str]()
    for id_ in sorted(near, key=lambda id_: (-len(near[id_]), id_)):
        if id_ not in taken:
            group = [id_, *sorted(near[id_] - taken)]
            taken.update(group)
            if len(group) > 1:
                found.append(group)
    return sorted(found, key=lambda group: (-len(group), group))


def nearest(typed: str, ways: Sequence[str]) -> str:
    """The way of asking that has most of what was typed; the first where none has anything of it."""
    wanted = grams(typed)
    return max(ways, key=lambda way: (len(wanted & grams(way)), likeness(wanted, grams(way))))


def opposed(one: str, other: str) -> bool:
    """Whether two answers contradict: other numbers, or one says that it cannot be done."""
    numbers = [Counter(_NUMBER.findall(unicodedata.normalize("NFKC", text))) for text in (one, other)]
    if numbers[0] and numbers[1] and numbers[0] != numbers[1]:
        return True
    return bool(_NOT.search(one)) != bool(_NOT.search(other))
