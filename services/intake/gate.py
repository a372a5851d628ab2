"""A gate that lets so many in at once and sends everybody else away: nobody waits in a line without end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import Gauge

INSIDE = Gauge("tasuki_intake_inside", "How many are being served at this moment behind a gate", ["gate"])


@dataclass(frozen=True)
class Limits:
    """How much is taken at once, and how long anything may last (seconds) before it is told to come again."""

    deliveries: int = 96  # what is inside is answered within a second; one more would only wait
    body: float = 10.0
    listeners: int = 500  # streams of one process
    behind: int = (
        1000  # changes that wait for one listener; whoever has more is cut off, and goes on from where they were
    )
    heartbeat: float = 10.0  # between two signs of life of a stream; proxies close what says nothing for longer
    taking: float = 4.0  # senders give up after 5 or 10: what is taken later would be sent once more


class Full(TimeoutError):
    """So many are inside already that one more would only wait; where nobody says more, that is answered with 503."""


class Gate:
    """Counts who is inside."""

    def __init__(self, name: str, most: int) -> None:
        self.most = most
        self._inside = 0
        self._gauge = INSIDE.labels(name)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be inside for as long as this lasts. Raises Full."""
        if self._inside >= self.most:
            raise Full
        self._inside += 1
        self._gauge.set(self._inside)
        try:
            yield
        finally:
            self._inside -= 1
            self._gauge.set(self._inside)
