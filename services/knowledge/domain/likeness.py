"""Which texts are nearly the same, and which say the opposite of each other."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from services.knowledge.domain.phrasings import folded

T = TypeVar("T")
RAREST = 8  # pairs of letters by which candidates are looked for
TOO_COMMON = 300
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NOT = re.compile(r"ません|ない(?!と)|不可|禁止|できず|不要|\b(?:not|cannot|never|no longer)\b|n't\b", re.I)


class Through(Protocol):
    """Goes through much work, all of it and in its order, at a pace of its own."""

    def __call__(self, work: Iterable[T], /) -> Iterable[T]:
        """The same, one after the other."""


def at_once(work: Iterable[T], /) -> Iterable[T]:
    """Without a rest."""
    return work


def grams(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters of a text; a single letter is one by itself."""
    letters = folded(text)
    return frozenset(letters[n : n + 2] for n in range(max(len(letters) - 1, 1))) if letters else frozenset()


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two texts have in common, 0 to 1."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def pairs(texts: Mapping[str, str], least: float, through: Through = at_once) -> Iterator[tuple[str, str, float]]:
    """All pairs of ids whose texts are at least so much alike, the lesser id first."""
    ids = sorted(texts)
    known = [grams(texts[id_]) for id_ in through(ids)]
    holders: dict[str, list[int]] = defaultdict(list)
    for place, found in enumerate(known):
        for gram in found:
            holders[gram].append(place)
    for place, found in enumerate(through(known)):
        rare = sorted(found, key=lambda gram: (len(holders[gram]), gram))
        telling = [gram for gram in rare if len(holders[gram]) <= TOO_COMMON][: max(RAREST, len(rare) // 2)]
        for other in {other for gram in telling for other in holders[gram] if other > place}:
            if (alike := likeness(found, known[other])) >= least:
                yield ids[place], ids[other], alike


def groups(texts: Mapping[str, str], least: float, through: Through = at_once) -> list[list[str]]:
    """Ids of texts that are alike, each in one group at most, the largest group first."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other, _ in pairs(texts, least, through):
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
