"""Time, always asked for and never taken: UTC instants, and a wait that a step of the wall clock cannot stretch."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

INSISTS_SECONDS = 10.0


def wall() -> datetime:
    """What the wall clock shows, UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds for measuring how long something took."""
    return time.monotonic()


class Clock:
    """The wall clock, which does not run backwards as seen from one process.

    Where the wall clock was put back it stands still. After `INSISTS_SECONDS` the wall clock is believed, for it was
    ahead before: whoever stood still for as long as that would try nothing again meanwhile.
    """

    def __init__(self, wall: Callable[[], datetime] = wall, monotonic: Callable[[], float] = monotonic) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._last = datetime.min.replace(tzinfo=UTC)
        self._stands: float | None = None  # since when (monotonic) it stands still

    def now(self) -> datetime:
        """The present instant, UTC."""
        shown = self._wall()
        if shown < self._last:
            if self._stands is None:
                self._stands = self._monotonic()
            if self._monotonic() - self._stands < INSISTS_SECONDS:
                return self._last
        self._stands, self._last = None, shown
        return shown


class Wall:
    """The wall clock as it is, with every step, and beside it the one that has none."""

    def now(self) -> datetime:
        """What the wall clock shows, UTC."""
        return wall()

    def passed(self) -> float:
        """Seconds that have passed since some moment."""
        return monotonic()
