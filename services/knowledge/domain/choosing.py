"""Which of the words that are heard alike was meant: the one that stands with the others of the question in a record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from heapq import nsmallest

import numpy as np

from services.knowledge.domain.postings import Points, Postings

_TOGETHER, _BESIDE = (
    6.0,
    2.0,
)  # all other words in one record, a neighbour beside it in a title; in the currency of costs
_BESIDES = 6  # other words that are looked at, the rarest first
_OTHERS = 3  # words that are asked for beside the likeliest


@dataclass(frozen=True, slots=True)
class Choice:
    """A part of what was typed, in katakana, and the terms that it may stand for with what each costs; none: it stays."""

    kana: str
    terms: tuple[tuple[str, float], ...] = ()


def chosen(choices: Sequence[Choice], beside: Sequence[str], whole: Postings, pairs: Postings) -> Iterator[list[str]]:
    """For each choice that has terms, these, likeliest first, at most four. `beside` are the words that are certain."""
    open_ = [choice for choice in choices if choice.terms]
    first = [choice.terms[0][0] for choice in open_]

    # Each costs as much as there are records, and the rarest words of a long question are the same for most of its others.
    @lru_cache(_BESIDES + 1)
    def points(others: tuple[str, ...]) -> Points:
        factors = np.array([whole.rarity(term) for term in others])
        return whole.summed(others, factors / max(float(factors.sum()) * 2, 1e-9))

    @cache
    def together(term: str, others: tuple[str, ...]) -> float:
        return min(float(points(others)[whole.slots_of(term)].max(initial=0.0)), 1.0)

    for place, choice in enumerate(open_):
        if len(choice.terms) > 1:
            others = {*first[:place], *first[place + 1 :], *beside} - {term for term, _ in choice.terms}
            company = _rarest(others, whole)
            near = first[max(place - 1, 0) : place], first[place + 1 : place + 2]
            worth = {
                term: _TOGETHER * together(term, company) + _beside(term, near, pairs) - cost
                for term, cost in choice.terms
            }
            ordered = sorted(worth, key=lambda term: (-worth[term], term))
            first[place] = ordered[0]
            yield ordered[: _OTHERS + 1]
        else:
            yield [choice.terms[0][0]]


def _rarest(terms: Iterable[str], whole: Postings) -> tuple[str, ...]:
    """The words that tell most, of those that any record holds."""
    held = [(holders, term) for term in terms if (holders := whole.holders(term))]
    return tuple(term for _, term in nsmallest(_BESIDES, held))


def _beside(term: str, near: tuple[Sequence[str], Sequence[str]], pairs: Postings) -> float:
    before, after = near
    beside = any(pairs.holders(f"{other}\t{term}") for other in before)
    beside |= any(pairs.holders(f"{term}\t{other}") for other in after)
    return _BESIDE * beside
