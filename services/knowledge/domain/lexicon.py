"""Every word of the index as a number, with its place in the space of meanings."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint32]
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vectors:
    """Word vectors: CRC-32 of each word, ascending; the row of each; rows of whole numbers."""

    words: NDArray[np.uint32]
    rows: NDArray[np.uint16]
    table: NDArray[np.int8]

    def row(self, word: str) -> int | None:
        """The row of a word, if it has one."""
        key = crc32(word.encode("utf-8", "replace"))
        at = int(np.searchsorted(self.words, np.uint32(key)))
        return int(self.rows[at]) if at < len(self.words) and self.words[at] == key else None


class Lexicon:
    """Numbers words in the order of meeting them; a number is never given again."""

    def __init__(self, vectors: Vectors) -> None:
        # Whole numbers below 2^24 add up in float32 without rounding: likeness is the same in whatever order it is summed.
        self._vectors = vectors
        self._table = np.vstack([vectors.table, np.zeros((1, vectors.table.shape[1]), np.int8)])
        self._lengths = np.maximum(np.sqrt((self._table.astype(np.float32) ** 2).sum(axis=1)), 1)
        self._numbers: dict[str, int] = {}
        self._rows = np.empty(1024, np.uint16)

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, terms: Sequence[str]) -> Numbers:
        """The number of each term; new ones are given to terms not met before."""
        return np.array([self._number(term) for term in terms], np.uint32)

    def vectors(self, numbers: Numbers) -> tuple[Matrix, Matrix]:
        """Vectors of numbered words, zeros where none is known, and their lengths."""
        return self._rowed(self._rows[numbers])

    def vectors_of(self, terms: Sequence[str]) -> tuple[Matrix, Matrix]:
        """The same for words that need no number."""
        return self._rowed(np.array([self._row(term) for term in terms], np.uint16))

    def _rowed(self, rows: NDArray[np.uint16]) -> tuple[Matrix, Matrix]:
        return self._table[rows].astype(np.float32), self._lengths[rows]

    def number_of(self, term: str) -> int:
        """The number of a term, or −1."""
        return self._numbers.get(term, -1)

    def _number(self, term: str) -> int:
        if (number := self._numbers.get(term)) is None:
            number = self._numbers[term] = len(self._numbers)
            if number >= len(self._rows):
                self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
            self._rows[number] = self._row(term)
        return number

    def _row(self, term: str) -> int:
        row = self._vectors.row(term)
        return len(self._vectors.table) if row is None else row
