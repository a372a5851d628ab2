"""Time, always asked for and never taken: UTC instants, and a wait that a step of the wall clock cannot stretch."""

import time
from datetime import UTC, datetime


class Clock:
    """The wall clock, which never runs backwards as seen from one process."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The present instant, UTC."""
        self._last = max(self._last, datetime.now(UTC))
        return self._last


class Wall:
    """The wall clock as it is, with every step, and beside it the one that has none."""

    def now(self) -> datetime:
        """What the wall clock shows, UTC."""
        return datetime.now(UTC)

    def passed(self) -> float:
        """Seconds that have passed since some moment."""
        return monotonic()


def monotonic() -> float:
    """Seconds for measuring how long something took."""
    return time.monotonic()
