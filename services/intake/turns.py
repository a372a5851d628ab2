"""Turns at the front door: a few reports side by side, an urgent one at once, and a crowd leaves it the processor."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from shared.contracts.report import Report, is_urgent
from shared.runtime.clock import monotonic

AT_ONCE = 4  # reports that are taken in side by side; more would only wait for each other
AFTER_SECONDS = (
    0.3  # so long a crowd stands back for what follows of an urgent report, until somebody's telephone rings
)


class Turns:
    """Who is taken in now. A report stands back once at most, so that urgent ones without end keep nobody out."""

    def __init__(
        self,
        monotonic: Callable[[], float] = monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._monotonic, self._pause = monotonic, pause
        self._room = asyncio.Semaphore(AT_ONCE)
        self._until = 0.0  # monotonic: until then what follows of the last urgent one is on its way in other services

    @asynccontextmanager
    async def turn(self, *reports: Report) -> AsyncIterator[None]:
        """Wait for the turn of these reports; an urgent one has its turn at once."""
        if any(map(is_urgent, reports)):
            try:
                yield
            finally:
                self._until = self._monotonic() + AFTER_SECONDS
            return
        crowded = self._room.locked()
        async with self._room:
            if crowded and (left := self._until - self._monotonic()) > 0:
                await self._pause(left)
            yield
