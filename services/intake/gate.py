"""A gate that lets so many in at once and sends everybody else away: nobody waits in a line without end."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import Gauge

from shared.runtime.clock import monotonic

FEWEST = 8  # may always be inside: less would not keep the database busy
NARROWER = 0.7
INSIDE = Gauge("tasuki_intake_inside", "How many are being served at this moment behind a gate", ["gate"])


@dataclass(frozen=True)
class Limits:
    """How much is taken at once, and how long anything may last (seconds) before it is told to come again."""

    deliveries: int = 96  # what is inside is answered within a second; one more would only wait
    easy: int = 6  # so many are taken before they are answered; more only wait for each other, and are put in line
    waiting: int = 20_000  # may stand in line: some minutes' work
    arrivals: int = 128  # those, and what is on its way to them
    answered: float = 0.3  # what takes longer than this says that too many are inside; Sentry waits for one second
    body: float = 10.0
    uploads: int = 24  # bodies with files that are on their way at once: each lies on disk until it is whole
    uploading: float = 300.0  # a photo over a bad line
    slowest: float = 4096.0  # bytes a second of it, once `body` has passed: less is no line at all
    listeners: int = 500  # streams of one process
    behind: int = (
        1000  # changes that wait for one listener; whoever has more is cut off, and goes on from where they were
    )
    heartbeat: float = 10.0  # between two signs of life of a stream; proxies close what says nothing for longer
    looking: float = 8.0  # what the audit trail is searched for; a longer one has to name a shorter time
    checked: int = 100_000  # entries of it: more are checked on the reader's own machine
    taking: float = 4.0  # senders give up after 5 or 10: what is taken later would be sent once more
    filing: float = 60.0  # a mail with files; mail servers wait for ten minutes


class Full(TimeoutError):
    """So many are inside already that one more would only wait; where nobody says more, that is answered with 503."""


class Gate:
    """Counts who is inside. When those inside take longer than `within` seconds, fewer are let in, until it is quicker again."""

    def __init__(
        self,
        name: str,
        most: int,
        within: float = math.inf,
        monotonic: Callable[[], float] = monotonic,
        easy: int | None = None,
    ) -> None:
        self.most = most
        self._easy = most if easy is None else easy
        self._monotonic = monotonic
        self._room = float(most)
        self._within = within
        self._narrowed = -math.inf
        self._inside = 0
        self._gauge = INSIDE.labels(name)

    @property
    def is_busy(self) -> bool:
        """Whether whoever comes now would wait for others."""
        return self._inside >= self._easy

    @property
    def is_full(self) -> bool:
        """Whether whoever comes now is sent away."""
        return self._inside >= self._room

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be inside for as long as this lasts. Raises Full."""
        if self.is_full:
            raise Full
        self._inside += 1
        self._gauge.set(self._inside)
        began = self._monotonic()
        try:
            yield
        finally:
            self._inside -= 1
            self._gauge.set(self._inside)
            self._learn(began, self._monotonic())

    def _learn(self, began: float, now: float) -> None:
        if now - began <= self._within:
            self._room = min(self._room + 1 / self._room, self.most)
        elif began >= self._narrowed:  # whoever came in before has seen the crowd that was there then
            self._room = max(self._room * NARROWER, min(FEWEST, self.most))
            self._narrowed = now
