"""Which of the words that are heard alike was meant: the one that stands with the others of the question in a record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    for place, choice in enumerate(open_):
        if len(choice.terms) > 1:
            others = {term for term in (*first[:place], *first[place + 1 :], *beside) if whole.holders(term)}
            points = _together(others - {term for term, _ in choice.terms}, whole)
            near = first[max(place - 1, 0) : place], first[place + 1 : place + 2]
            worth = {term: _worth(term, points, near, whole, pairs) - cost for term, cost in choice.terms}
            ordered = sorted(worth, key=lambda term: (-worth[term], term))
            first[place] = ordered[0]
            yield ordered[: _OTHERS + 1]
        else:
            yield [choice.terms[0][0]]


def _together(terms: set[str], whole: Postings) -> Points:
    """How much of some words each record holds, 0 to about 1."""
    rarest = sorted(terms, key=lambda term: (whole.holders(term), term))[:_BESIDES]
    factors = np.array([whole.rarity(term) for term in rarest])
    return whole.summed(rarest, factors / max(float(factors.sum()) * 2, 1e-9))


def _worth(
    term: str, points: Points, near: tuple[Sequence[str], Sequence[str]], whole: Postings, pairs: Postings
) -> float:
    together = float(points[whole.slots_of(term)].max(initial=0.0))
    before, after = near
    beside = any(pairs.holders(f"{other}\t{term}") for other in before)
    beside |= any(pairs.holders(f"{term}\t{other}") for other in after)
    return _TOGETHER * min(together, 1.0) + _BESIDE * beside
