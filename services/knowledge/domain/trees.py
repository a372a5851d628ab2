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
        self._column, self._threshold = column.astype(np.int64), threshold
        self._roots = roots.astype(np.int64)[:, None]
        self._children = np.stack([right, left], axis=1).ravel().astype(np.int64)
        self._value, self._depth = value.astype(np.float64), int(depth)

    def score(self, table: Matrix) -> NDArray[np.float64]:
        """The sum of the leaves that each row falls into; rows are records, columns stand in the order of `names`."""
        rows, columns = np.arange(len(table)), np.ascontiguousarray(table.T)
        flat, start = columns.ravel(), self._column * len(table)
        smaller = columns[self._column[self._roots[:, 0]]] <= self._threshold[self._roots]
        nodes = self._children.take(2 * self._roots + smaller)
        for _ in range(self._depth - 1):
            smaller = flat.take(start.take(nodes) + rows) <= self._threshold.take(nodes)
            nodes = self._children.take(2 * nodes + smaller)
        total: NDArray[np.float64] = self._value.take(nodes).sum(axis=0)
        return total
