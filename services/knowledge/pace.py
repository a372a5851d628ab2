"""Much work in a process that answers questions meanwhile: a little at a time, and a rest after it."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from shared.runtime.clock import monotonic

AT_ONCE, LONGEST = 0.003, 0.02  # seconds of work before a rest; of a rest, however long the work has waited for others
T = TypeVar("T")


class Pace:
    """Rests half as long as was worked, so that a question waits for a few such pieces and not for the whole."""

    def __init__(self) -> None:
        self._since = monotonic()

    async def rest(self) -> None:
        """To be awaited between any two small pieces of work on the loop."""
        if worked := self._worked():
            await asyncio.sleep(worked / 2)
            self._since = monotonic()

    def through(self, work: Iterable[T]) -> Iterator[T]:
        """The same in a thread of its own, which holds the interpreter as the loop does."""
        for one in work:
            yield one
            if worked := self._worked():
                time.sleep(worked / 2)
                self._since = monotonic()

    def _worked(self) -> float:
        worked = monotonic() - self._since
        return min(worked, LONGEST) if worked >= AT_ONCE else 0.0


async def apart(work: Iterable[T]) -> list[T]:
    """Go through work in a thread of its own, at such a pace that questions are answered meanwhile; what came of it."""
    return await asyncio.to_thread(lambda: list(Pace().through(work)))
