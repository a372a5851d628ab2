"""Changes of cases to everybody who listens: read once a process, put into words once a language, handed to each."""

import asyncio
from collections.abc import Sequence

from prometheus_client import Counter, Gauge

from services.intake import store
from services.intake.domain import beside
from services.intake.domain.changes import Change
from services.intake.domain.timeline import is_public
from services.intake.gate import Limits
from shared.runtime import telemetry
from shared.runtime.db import Database
from shared.runtime.loop import Nudge

log = telemetry.logger(__name__)
LISTENERS = Gauge("tasuki_intake_listeners", "Streams of case changes that are open")
CUT_OFF = Counter("tasuki_intake_listeners_cut_off_total", "Streams that were ended because their reader was too slow")
BATCH = 200
PAUSE = 0.02  # seconds between two looks
POLL_SECONDS = 0.25  # what another replica has read is seen this late at most
WINDOW = 5000  # changes; whoever was away for longer looks at the list again


class Listener:
    """Somebody who listens: the changes that wait for them, until they are cut off or the process ends."""

    def __init__(self, most: int) -> None:
        self.ended = False
        self._most = most
        self._waiting: list[Change] = []
        self._nudge = Nudge()

    def put(self, changes: Sequence[Change]) -> None:
        """Add changes; too many end it."""
        self._waiting += changes
        if len(self._waiting) > self._most:
            CUT_OFF.inc()
            self.end()
        self._nudge.set()

    def end(self) -> None:
        """Nothing more comes."""
        self.ended = True
        self._waiting = []
        self._nudge.set()

    async def next(self, seconds: float) -> list[Change]:
        """What has come since, or nothing after so many seconds."""
        if not self._waiting and not self.ended:
            await self._nudge.wait(seconds)
        found, self._waiting = self._waiting, []
        return found


class Fan:
    """Reads what the worker has read of the log, in whichever replica, and hands it to the listeners of this process."""

    def __init__(self, db: Database, limits: Limits) -> None:
        self.limits = limits
        self._db = db
        self._nudge = Nudge()
        self._listeners: set[Listener] = set()
        self._place: int | None = None

    async def run(self) -> None:
        """Follow for ever; at the end every listener is let go, to find another replica."""
        self._db.committed.append(self._nudge.set)
        try:
            while True:
                await self._read()
                await asyncio.sleep(PAUSE)
                await self._nudge.wait(POLL_SECONDS)
        finally:
            self._db.committed.remove(self._nudge.set)
            for listener in list(self._listeners):
                listener.end()

    @property
    def full(self) -> bool:
        """Whether there is no room for another listener."""
        return len(self._listeners) >= self.limits.listeners

    async def join(self) -> tuple[Listener, int]:
        """Listen from now on, which is the place that is given too."""
        listener = Listener(self.limits.behind)
        if self._place is None:
            last = await self.last()
            self._place = last if self._place is None else self._place
        self._listeners.add(listener)
        LISTENERS.set(len(self._listeners))
        return listener, self._place

    def leave(self, listener: Listener) -> None:
        """Listen no longer."""
        self._listeners.discard(listener)
        LISTENERS.set(len(self._listeners))

    async def last(self) -> int:
        """The place of the newest change."""
        async with self._db.reading() as tx:
            return await store.last_place(tx)

    async def remembers(self, place: int) -> bool:
        """Whether all that came after a place can still be told."""
        async with self._db.reading() as tx:
            return await store.places_after(tx, place, WINDOW + 1) <= WINDOW and place <= await store.last_place(tx)

    async def after(self, place: int, most: int = BATCH) -> list[Change]:
        """The next changes after a place."""
        async with self._db.reading() as tx:
            return await store.changes(tx, place, most)

    async def of_case(self, case_id: str, place: int, public: bool) -> bool:
        """Whether something happened to a case after a place; with `public`, something that its reporter may read."""
        async with self._db.reading() as tx:
            rows = await tx.fetch(store.SQL["lines_after"], case_id, place, store.LONGEST_TIMELINE if public else 1)
        return any(not public or is_public(beside.recall(row["type"], row["body"])) for row in rows)

    async def _read(self) -> None:
        while self._listeners and self._place is not None:
            found = await self.after(self._place)
            if not found:
                return
            self._place = found[-1].place
            for listener in list(self._listeners):
                listener.put(found)
                if listener.ended:
                    self.leave(listener)
        if not self._listeners:
            self._place = None  # nobody listens: the next one begins where the log is then
