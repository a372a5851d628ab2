"""Learned regression trees, evaluated for many records at once."""

import numpy as np
from numpy.typing import NDArray

from services.knowledge.domain.lexicon import Matrix


class Trees:
    """A sum of binary trees. Nodes of all trees stand in one row of arrays; a leaf is its own child."""

    def __init__(
        self,
        names: NDArray[np.str_],
        roots: NDArray[np.int32],
        column: NDArray[np.int16],
        threshold: NDArray[np.float32],
        left: NDArray[np.int32],
        right: NDArray[np.int32],
        value: NDArray[np.float32],
        depth: NDArray[np.int32],
    ) -> None:
        self.names = tuple(str(name) for name in names)
        self._roots, self._column, self._threshold = roots, column.astype(np.int64), threshold
        self._children = np.stack([right, left], axis=1).ravel().astype(np.int64)
        self._value, self._depth = value.astype(np.float64), int(depth)

    def score(self, table: Matrix) -> NDArray[np.float64]:
        """The sum of the leaves that each row falls into; rows are records, columns stand in the order of `names`."""
        rows = len(table)
        flat = np.ascontiguousarray(table).ravel()
        nodes = np.repeat(self._roots.astype(np.int64)[:, None], rows, axis=1)
        offset = (np.arange(rows) * table.shape[1])[None, :]
        for _ in range(self._depth):
            smaller = flat[offset + self._column[nodes]] <= self._threshold[nodes]
            nodes = self._children[2 * nodes + smaller]
        total: NDArray[np.float64] = self._value[nodes].sum(axis=0)
        return total
