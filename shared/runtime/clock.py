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


def monotonic() -> float:
    """Seconds for measuring how long something took."""
    return time.monotonic()
