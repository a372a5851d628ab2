"""An inverted index in memory: which records hold a term, how often, in which field."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.uint32]
Points = NDArray[np.float64]

_CAP = 65_535


@dataclass(slots=True)
class Posting:
    """Records of one term: slots ascending and, beside each, the weighted count (see `Postings.add`)."""

    term: str
    slots: "array[int]" = field(default_factory=lambda: array("I"))
    counts: "array[int]" = field(default_factory=lambda: array("H"))

    def views(self) -> tuple[Slots, NDArray[np.uint16]]:
        """Both as they lie in memory; not to be kept beyond the next change."""
        return np.frombuffer(self.slots, np.uint32), np.frombuffer(self.counts, np.uint16)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Entries of several postings in one row: the record, its points, the place of the term that gave them."""

    slots: Slots
    points: Points
    places: NDArray[np.int64]


class Postings:
    """Terms of records addressed by a slot: 0, 1, 2 … in the order of adding, never used again.

    A record costs about fourteen bytes per distinct term, whose text is kept once. All figures are integers, so that adding and removing leaves
    exactly what building anew would give.
    """

    def __init__(self, k1: float, b: float) -> None:
        """`k1` and `b` are BM25's: how soon repetition says nothing new, and how much a long text is held against it."""
        self._k1, self._b = k1, b
        self._terms: dict[str, Posting] = {}
        self._lengths: array[int] = array("I")
        self._held: dict[int, tuple[str, ...]] = {}
        self._total = 0

    def __len__(self) -> int:
        return len(self._held)

    @property
    def slots(self) -> int:
        """How many slots were ever given."""
        return len(self._lengths)

    def add(self, counts: Mapping[str, int], length: int) -> tuple[int, list[str]]:
        """Store the weighted counts of a record; `length` is their sum over words.

        Returns its slot and the terms that were not in the index before.
        """
        slot, fresh, held = len(self._lengths), [], []
        for term, count in counts.items():
            if (posting := self._terms.get(term)) is None:
                posting = self._terms[term] = Posting(term)
                fresh.append(term)
            held.append(posting.term)  # one text for all records: an equal one of each record takes ten times the place
            posting.slots.append(slot)
            posting.counts.append(min(count, _CAP))
        self._held[slot] = tuple(held)
        self._lengths.append(length)
        self._total += length
        return slot, fresh

    def remove(self, slot: int) -> list[str]:
        """Forget a slot. Returns the terms that no record holds any more."""
        gone = []
        for term in self._held.pop(slot):
            posting = self._terms[term]
            at = bisect_left(posting.slots, slot)
            del posting.slots[at], posting.counts[at]
            if not posting.slots:
                del self._terms[term]
                gone.append(term)
        self._total -= self._lengths[slot]
        return gone

    def held(self, slot: int) -> tuple[str, ...]:
        return self._held[slot]

    def holders(self, term: str) -> int:
        posting = self._terms.get(term)
        return len(posting.slots) if posting else 0

    def slots_of(self, term: str) -> Slots:
        """The records that hold a term, ascending; not to be kept beyond the next change."""
        posting = self._terms.get(term)
        return posting.views()[0] if posting else np.empty(0, np.uint32)

    def rarity(self, term: str) -> float:
        """How telling a term is: BM25's inverse document frequency in its form that is never negative."""
        found = self.holders(term)
        return log(1 + (len(self) - found + 0.5) / (found + 0.5))

    def scores(self, term: str, factor: float) -> tuple[Slots, Points]:
        """The records that hold the term, ascending, and `factor` times BM25 (without the rarity) of each."""
        if (posting := self._terms.get(term)) is None:
            return np.empty(0, np.uint32), np.empty(0)
        slots, counts = posting.views()
        return slots, factor * self._saturated(counts.astype(np.float64), slots)

    def gathered(self, terms: Sequence[str], factors: Points) -> Gathered:
        """All that the records hold of some terms, term after term: slot, BM25 (without the rarity) times factor, place."""
        held = [(place, self._terms[term]) for place, term in enumerate(terms) if term in self._terms]
        if not held:
            return Gathered(np.empty(0, np.uint32), np.empty(0), np.empty(0, np.int64))
        slots = np.concatenate([posting.views()[0] for _, posting in held])
        counts = np.concatenate([posting.views()[1] for _, posting in held]).astype(np.float64)
        places = np.repeat([place for place, _ in held], [len(posting.slots) for _, posting in held])
        return Gathered(slots, self._saturated(counts, slots) * factors[places], places)

    def summed(self, terms: Sequence[str], factors: Points) -> Points:
        """BM25 of every slot: the terms' factors times what it holds of them."""
        found = self.gathered(terms, factors)
        return spread(found.slots, found.points, self.slots)

    def score(self, term: str, factor: float, slot: int) -> float:
        """The same of one record and one term; 0 when it does not hold the term."""
        if (posting := self._terms.get(term)) is None:
            return 0.0
        at = bisect_left(posting.slots, slot)
        if at == len(posting.slots) or posting.slots[at] != slot:
            return 0.0
        count, (flat, sloped) = posting.counts[at], self._brake()
        return factor * ((self._k1 + 1) * count / (count + (flat + sloped * self._lengths[slot])))

    def _saturated(self, counts: Points, slots: Slots) -> Points:
        flat, sloped = self._brake()
        lengths = np.frombuffer(self._lengths, np.uint32)[slots]
        gained: Points = (self._k1 + 1) * counts / (counts + (flat + sloped * lengths))
        return gained

    def _brake(self) -> tuple[float, float]:
        """What repetition has to beat: whatever the length, and for each unit of length."""
        return self._k1 * (1 - self._b), self._k1 * self._b * len(self._held) / max(self._total, 1)


def spread(slots: Slots, points: Points, size: int) -> Points:
    """The sum of the points of each slot, for all slots below `size`."""
    sums: Points = np.bincount(slots, points, minlength=size).astype(np.float64, copy=False)
    return sums


def weighted(fields: Iterable[tuple[int, list[str]]]) -> tuple[Counter[str], int]:
    """Add up the terms of several fields, each occurrence counting as much as its field weighs."""
    counts: Counter[str] = Counter()
    for weight, terms in fields:
        for term in terms:
            counts[term] += weight
    return counts, counts.total()
