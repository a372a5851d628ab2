"""An inverted index in memory: which records hold a term, how often, in which field."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import log

K1, B = 2.5, 0.6  # counts are weighted by field, so K1 is larger than for plain counts; measured with bench.search
_CAP = 65_535


@dataclass(slots=True)
class Posting:
    """Records of one term: slots ascending and, beside each, the weighted count (see `Postings.add`)."""

    slots: "array[int]" = field(default_factory=lambda: array("I"))
    counts: "array[int]" = field(default_factory=lambda: array("H"))

    def count(self, slot: int) -> int:
        at = bisect_left(self.slots, slot)
        return self.counts[at] if at < len(self.slots) and self.slots[at] == slot else 0


class Postings:
    """Terms of records addressed by a slot: 0, 1, 2 … in the order of adding, never used again.

    A record costs about fourteen bytes per distinct term. All figures are integers, so that adding and removing leaves
    exactly what building anew would give.
    """

    def __init__(self) -> None:
        self._terms: dict[str, Posting] = {}
        self._lengths: array[int] = array("I")
        self._held: dict[int, tuple[str, ...]] = {}
        self._total = 0

    def __len__(self) -> int:
        return len(self._held)

    def add(self, counts: Mapping[str, int], length: int) -> tuple[int, list[str]]:
        """Store the weighted counts of a record; `length` is their sum over words.

        Returns its slot and the terms that were not in the index before.
        """
        slot = len(self._lengths)
        fresh = [term for term in counts if term not in self._terms]
        for term, count in counts.items():
            posting = self._terms.setdefault(term, Posting())
            posting.slots.append(slot)
            posting.counts.append(min(count, _CAP))
        self._held[slot] = tuple(counts)
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

    def rarity(self, term: str) -> float:
        """How telling a term is: BM25's inverse document frequency in its form that is never negative."""
        found = self.holders(term)
        return log(1 + (len(self) - found + 0.5) / (found + 0.5))

    def scores(self, term: str, factor: float) -> Iterator[tuple[int, float]]:
        """`factor` times BM25 (without the rarity) of every record that holds the term."""
        if posting := self._terms.get(term):
            lengths, (base, per_length) = self._lengths, self._norm()
            gain = factor * (K1 + 1)
            for slot, count in zip(posting.slots, posting.counts, strict=True):
                yield slot, gain * count / (count + base + per_length * lengths[slot])

    def score(self, term: str, factor: float, slot: int) -> float:
        """The same for one record; 0 when it does not hold the term."""
        posting = self._terms.get(term)
        count = posting.count(slot) if posting else 0
        base, per_length = self._norm()
        return factor * (K1 + 1) * count / (count + base + per_length * self._lengths[slot]) if count else 0.0

    def _norm(self) -> tuple[float, float]:
        return K1 * (1 - B), K1 * B * len(self._held) / max(self._total, 1)


def weighted(fields: Iterable[tuple[int, list[str]]]) -> tuple[Counter[str], int]:
    """Add up the terms of several fields, each occurrence counting as much as its field weighs."""
    counts: Counter[str] = Counter()
    for weight, terms in fields:
        for term in terms:
            counts[term] += weight
    return counts, counts.total()
