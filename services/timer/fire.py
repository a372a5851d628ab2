"""The loop that says what is near its end and what is past it.

What time it is: `domain/clocks.py` (PostgreSQL's clock, this machine's, and the monotonic one between them).
Who is next, and what is said again: `domain/turns.py`. The rows are locked when they are taken, so that a clock that was
stopped a moment ago is not fired, and two replicas never fire the same one.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from prometheus_client import Gauge, Histogram

from services.timer import store
from services.timer.domain import clocks, turns
from shared.contracts.envelope import event_id
from shared.contracts.events import DeadlineBreached, DeadlineWarned
from shared.contracts.vocabulary import Priority
from shared.runtime import outbox, telemetry
from shared.runtime.clock import Clock, monotonic
from shared.runtime.db import Database, Row, Transaction
from shared.runtime.loop import Nudge

LATENESS = Histogram(
    "tasuki_deadline_lateness_seconds",
    "How long after its time a breach was said",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30),
)
RECENT: deque[tuple[datetime, float]] = deque(maxlen=1000)  # when a breach was said, and how many seconds late
STEP = Gauge("tasuki_clock_difference_seconds", "How far this machine's clock is ahead of what it should show")
UNCONFIRMED = Gauge("tasuki_deadline_unconfirmed", "Breaches said and not yet read back, as far as they are counted")
LONGEST_SLEEP = 0.25  # wall time is asked for again at least this often, so that a step of the clock costs no more
SWEEP = 1.0  # seconds; at least this often the rows are asked for, whoever wrote them
PATIENCE = 1.0  # seconds for reading what stands in the log already, before anything is fired after a start
BUSY = 0.02  # seconds until rows are asked for again that another replica holds, or that must wait for their turn
log = telemetry.logger(__name__)


class Firing:
    """Sleeps until the next clock, says what has come, and looks again."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        grace: timedelta,
        caught_up: asyncio.Event | None = None,
        mark: Callable[[], float] = monotonic,
    ) -> None:
        self._db = db
        self._clock = clock
        self._grace = grace
        self._caught_up = caught_up
        self._mark = mark
        self._known: clocks.Reckoning | None = None
        self._flow = turns.Flow(mark(), mark())
        self._swept = mark() - SWEEP
        self._wrong = False
        self._nudge = Nudge()
        self._changed = True
        db.committed.append(self._wake)

    def _wake(self) -> None:
        self._changed = True
        self._nudge.set()

    async def run(self) -> None:
        """Fire for ever; any number of replicas may run it side by side."""
        await self._catch_up()
        next_at: datetime | None = None
        looked = self._mark() - SWEEP
        while True:
            now = self.now()
            if self._changed or self._mark() - looked >= SWEEP or (next_at and next_at <= now):
                self._changed = False
                next_at, said = await self.look()
                looked, now = self._mark(), self.now()
                if next_at and next_at <= now and not said:
                    await asyncio.sleep(BUSY)
                    continue
            await self._nudge.wait(min((next_at - now).total_seconds(), LONGEST_SLEEP) if next_at else LONGEST_SLEEP)

    async def _catch_up(self) -> None:
        """Let the log be read first, but not for ever: a breach behind an acknowledgement means nothing there anyway."""
        if self._caught_up:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._caught_up.wait(), PATIENCE)

    async def look(self) -> tuple[datetime | None, int]:
        """Look at the rows and say what has come: when the next one comes, and how much was said."""
        async with self._db.reading() as tx:
            seen = await store.look(tx)
            mark = self._mark()
            known = self._known
            self._known = clocks.hear(known, seen["clock"], mark) if known else clocks.begin(seen["clock"], mark)
            now = self.now()
            due, urgent = (seen[at] is not None and seen[at] <= now for at in ("next_at", "urgent_at"))
            sweeping = mark - self._swept >= SWEEP
            if sweeping:
                self._swept = mark
                self._flow = self._flow.seen(*await store.flow(tx), now, mark)
            repeating = sweeping and self._flow.may_repeat(mark)
            unconfirmed = await store.count_unconfirmed(tx, turns.WINDOW) if due or repeating else 0
        UNCONFIRMED.set(unconfirmed)
        said = await self.fire(now, unconfirmed) if urgent or (due and turns.has_room(unconfirmed)) else 0
        if unconfirmed and repeating:
            said += await self.repeat(now)
        return seen["next_at"], said

    def now(self) -> datetime:
        """The present instant as far as two of three clocks agree; a clock that differs is told once."""
        wall = self._clock.now()
        if self._known is None:
            return datetime.min.replace(tzinfo=wall.tzinfo)  # nothing is due before PostgreSQL's clock was read
        self._known = clocks.reckon(self._known, wall, self._mark())
        difference = clocks.difference(self._known, wall)
        STEP.set(difference.total_seconds())
        if (abs(difference) > clocks.TOLERANCE) != self._wrong:
            self._wrong = not self._wrong
            log.warning("clock differs" if self._wrong else "clock agrees", seconds=difference.total_seconds())
        return self._known.at

    async def fire(self, now: datetime, unconfirmed: int = 0) -> int:
        """Say what has come by `now`, in one transaction with marking it as said; returns how much."""
        again_at = turns.again_at(now, 1)
        async with self._db.transaction(hurry=True) as tx:
            rows = await store.take(tx, now, turns.first_shares(unconfirmed), again_at)
            taken: Mapping[Priority, int] = Counter(Priority(row["priority"]) for row in rows)
            if more := turns.more_shares(taken, unconfirmed):
                rows += await store.take(tx, now, more, again_at)
            for row in sorted(rows, key=lambda row: (row["priority"], row["fire_at"])):
                await (self._breached if row["fired"] else self._warned)(tx, row, now)
        return len(rows)

    async def repeat(self, now: datetime) -> int:
        """Say breaches again that were never read back, under the same id; one that was read needs nothing more."""
        async with self._db.transaction(hurry=True) as tx:
            rows = await store.take_unconfirmed(tx, now, turns.BATCH)
            read = await store.were_read(tx, [breach_id(row) for row in rows])
            lost = [row for row in rows if breach_id(row) not in read]
            for row in lost:
                log.warning("said again", case_id=row["case_id"], name=row["name"], said=row["said"])
                await self._breached(tx, row, now)
            if rows:
                later = {breach_id(row): turns.again_at(now, row["said"] + 1) for row in lost}
                await store.said_again(tx, [(r["case_id"], r["name"], later.get(breach_id(r))) for r in rows])
        return len(lost)

    async def _breached(self, tx: Transaction, row: Row, now: datetime) -> None:
        late = now - row["due"]
        event = DeadlineBreached(
            case_id=row["case_id"],
            name=row["name"],
            generation=row["generation"],
            due=row["due"],
            late_ms=int(late.total_seconds() * 1000),
        )
        if row["priority"] == Priority.P1:
            tx.urgent.add(event.case_id)
        with telemetry.span("deadline breached", parent=row["traceparent"]):
            await outbox.add(tx, event, breach_id(row), now)
            seconds = max((late - self._grace).total_seconds(), 0)
            telemetry.observe(LATENESS, seconds)
        RECENT.append((now, seconds))

    async def _warned(self, tx: Transaction, row: Row, now: datetime) -> None:
        event = DeadlineWarned(case_id=row["case_id"], name=row["name"], generation=row["generation"], due=row["due"])
        with telemetry.span("deadline near", parent=row["traceparent"]):
            await outbox.add(tx, event, event_id("warned", event.case_id, event.name, event.generation), now)


def breach_id(row: Row) -> UUID:
    """The same for every replica and every time it is said."""
    return event_id("breached", row["case_id"], row["name"], row["generation"])
