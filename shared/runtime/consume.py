"""Records into transactions: seen before? → decode → handle → remember; a record that cannot be handled is parked."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from prometheus_client import Histogram

from shared.contracts import envelope, topics
from shared.contracts.envelope import Record
from shared.contracts.events import REGISTRY, Event, Strange
from shared.runtime import folds, outbox, telemetry
from shared.runtime.clock import Clock, monotonic
from shared.runtime.db import UNAVAILABLE, Database, Transaction
from shared.runtime.lanes import Aside, go_on
from shared.runtime.loop import Hopeless, leaving

SEEN = """INSERT INTO inbox (event_id, at) SELECT id, $2 FROM unnest($1::uuid[]) AS id
          ON CONFLICT DO NOTHING RETURNING event_id"""
HANDLED = "SELECT event_id FROM inbox WHERE event_id = ANY($1)"
KNOWN = "SELECT EXISTS (SELECT FROM inbox WHERE event_id = $1)"
PRUNE = "DELETE FROM inbox WHERE at < $1"
TRIES = 3
PARKED_PER_MINUTE = 30  # more than that is a bad deploy, not a bad record: stop instead of emptying the topic
SECONDS = Histogram(
    "tasuki_record_handling_seconds",
    "How long the handler of a record takes; what the records of one transaction share is not counted",
    ["topic"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
log = telemetry.logger(__name__)


@dataclass(frozen=True)
class Delivery:
    """What a handler is given beside the event: the open transaction, and when and where the event stands."""

    tx: Transaction
    id: UUID
    at: datetime  # when the event was said
    now: datetime
    topic: str
    partition: int
    offset: int


Handler = Callable[[Any, Delivery], Awaitable[None]]
Handlers = Mapping[type[Event], Handler]


class Handling:
    """The consume function of one service: its handlers, by event type; for what a later release says there is `Strange`.

    `unfolded` are events whose handlers look at no fold, so that none is locked and read for them.
    """

    def __init__(
        self, db: Database, clock: Clock, group: str, handlers: Handlers, unfolded: tuple[type[Event], ...] = ()
    ) -> None:
        self._db = db
        self._clock = clock
        self._group = group
        self._handlers = {type_.type: handler for type_, handler in handlers.items()}
        self._strange = self._handlers.pop(Strange.type, on_strange)
        self._unfolded = unfolded
        for topic in sorted({type_.topic for type_ in handlers}):
            telemetry.PARKED.labels(topic)  # it stands at 0 before the first, or nobody would see it grow
        self._parked: deque[float] = deque(maxlen=PARKED_PER_MINUTE)

    async def consume(self, records: Sequence[Record], aside: Aside = go_on) -> None:
        """Handle records in their order. Returns when each is handled, skipped or parked; waits while the database is away.

        All of them share one transaction; when that fails, each gets its own, so that only the bad one is parked.
        `aside` is called between any two, for whoever is in more of a hurry.
        """
        wanted = [(record, meta) for record in records if (meta := await self._wanted(record))]
        if len(wanted) > 1:
            try:
                await self._retrying(lambda: self._handle(wanted, aside))
            except Exception as problem:
                log.warning("handling one by one", records=len(wanted), problem=repr(problem)[:500])
            else:
                return
        for record, meta in wanted:
            reason = await self._try(record, meta)
            if reason:
                await self._park(record, reason)

    async def knows(self, id_: UUID) -> bool:
        """Whether an event was handled, as far back as the inbox remembers."""
        async with self._db.reading() as tx:
            return bool(await tx.fetchval(KNOWN, id_))

    async def again(self, record: Record, meta: envelope.Meta) -> str:
        """Handle one record that was parked; what is returned is the reason why it still cannot be, or nothing."""
        return await self._try(record, meta) if meta.type in self._handlers else f"{self._group}: nobody waits for it"

    async def _wanted(self, record: Record) -> envelope.Meta | None:
        """The headers of a record that a handler waits for; one whose headers cannot be read is parked."""
        try:
            meta = envelope.meta(record.headers)
        except envelope.Unreadable as problem:
            await self._park(record, str(problem))
            return None
        strange = record.topic == topics.CASES and meta.type not in REGISTRY
        return meta if strange or meta.type in self._handlers else None

    async def _try(self, record: Record, meta: envelope.Meta) -> str:
        """Handle one record; what is returned is the reason why it cannot be handled, or nothing."""
        reason = ""
        for attempt in range(1, TRIES + 1):
            try:
                await self._retrying(lambda: self._handle([(record, meta)], go_on))
            except envelope.Unreadable as problem:
                return str(problem)
            except Exception as problem:
                log.exception("handler failed", attempt=attempt, offset=record.offset, topic=record.topic)
                reason = f"{self._group}: {type(problem).__name__}: {problem}"
            else:
                return ""
        return reason

    async def _handle(self, wanted: Sequence[tuple[Record, envelope.Meta]], aside: Aside) -> None:
        now = self._clock.now()
        events = [folds.decode(meta.type, record.body) for record, meta in wanted]
        async with self._db.transaction() as tx:
            new = {row["event_id"] for row in await tx.fetch(SEEN, sorted(meta.id for _, meta in wanted), now)}
            if not new:
                return
            folded = [
                event for event in events if event.topic == topics.CASES and not isinstance(event, self._unfolded)
            ]
            await folds.prepare(tx, {event.case_id for event in folded})
            for (record, meta), event in zip(wanted, events, strict=True):
                if meta.id in new:
                    new.remove(meta.id)
                    delivery = Delivery(tx, meta.id, meta.time, now, record.topic, record.partition, record.offset)
                    with telemetry.consuming(record, meta, self._group):
                        started = monotonic()
                        await self._handlers.get(meta.type, self._strange)(event, delivery)
                        telemetry.observe(SECONDS.labels(record.topic), monotonic() - started)
                    await aside()

    async def _park(self, record: Record, reason: str) -> None:
        started = monotonic()
        if len(self._parked) == PARKED_PER_MINUTE and started - self._parked[0] < 60:
            raise TooManyParked(f"{PARKED_PER_MINUTE} records parked within a minute; last: {reason}")
        self._parked.append(started)
        origin = f"{record.topic}/{record.partition}/{record.offset}@{self._group}"
        now = self._clock.now()

        async def write() -> None:
            async with self._db.transaction() as tx:
                if await tx.fetch(SEEN, [envelope.event_id("parked", origin)], now):
                    await outbox.park(tx, origin, reason, record.headers, record.body or b"", now)

        await self._retrying(write)
        telemetry.PARKED.labels(record.topic).inc()
        log.error("record parked", origin=origin, reason=reason)

    async def _retrying(self, do: Callable[[], Awaitable[None]]) -> None:
        """Wait for the database as long as it takes: a record is never given up because a server is down."""
        wait = 0.05
        while True:
            try:
                return await do()
            except UNAVAILABLE as problem:
                leaving(problem)
                log.warning("database unavailable, waiting", problem=repr(problem), wait=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 2.0)


async def on_strange(event: Event, delivery: Delivery) -> None:
    """Keep an event that this release does not know, for the one that does."""
    fold = await folds.load(delivery.tx, event.case_id)
    await folds.save(delivery.tx, fold.read(event, delivery.id, delivery.at))


class TooManyParked(Hopeless):
    """The budget for parked records is used up; the process must stop so that somebody looks."""
