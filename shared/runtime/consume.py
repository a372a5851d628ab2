"""One record, one transaction: seen before? → decode → handle → remember; a record that cannot be handled is parked."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts import envelope
from shared.contracts.events import Event
from shared.runtime import outbox, telemetry
from shared.runtime.clock import Clock, monotonic
from shared.runtime.db import UNAVAILABLE, Database, Transaction
from shared.runtime.kafka import Record
from shared.runtime.loop import Hopeless

SEEN = "INSERT INTO inbox (event_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING event_id"
PRUNE = "DELETE FROM inbox WHERE at < $1"
TRIES = 3
PARKED_PER_MINUTE = 30  # more than that is a bad deploy, not a bad record: stop instead of emptying the topic
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
    """The consume function of one service: its handlers, by event type."""

    def __init__(self, db: Database, clock: Clock, group: str, handlers: Handlers) -> None:
        self._db = db
        self._clock = clock
        self._group = group
        self._handlers = {type_.type: handler for type_, handler in handlers.items()}
        self._parked: deque[float] = deque(maxlen=PARKED_PER_MINUTE)

    async def consume(self, record: Record) -> None:
        """Handle one record. Returns when it is handled, skipped or parked; waits as long as the database is away."""
        try:
            meta = envelope.meta(record.headers)
        except envelope.Unreadable as problem:
            await self._park(record, str(problem))
            return
        handler = self._handlers.get(meta.type)
        if handler is None:
            return
        with telemetry.consuming(record, meta, self._group):
            reason = await self._try(record, meta, handler)
            if reason:
                await self._park(record, reason)

    async def _try(self, record: Record, meta: envelope.Meta, handler: Handler) -> str:
        """Handle a record; what is returned is the reason why it cannot be handled, or nothing."""
        try:
            event = envelope.decode(meta.type, record.body)
        except envelope.Unreadable as problem:
            return str(problem)
        reason = ""
        for attempt in range(1, TRIES + 1):
            try:
                await self._retrying(lambda: self._handle(record, meta, event, handler))
            except Exception as problem:
                log.exception("handler failed", case_id=event.case_id, type=meta.type, attempt=attempt)
                reason = f"{self._group}: {type(problem).__name__}: {problem}"
            else:
                return ""
        return reason

    async def _handle(self, record: Record, meta: envelope.Meta, event: Event, handler: Handler) -> None:
        now = self._clock.now()
        async with self._db.transaction() as tx:
            if await tx.fetchval(SEEN, meta.id, now) is None:
                return
            delivery = Delivery(tx, meta.id, meta.time, now, record.topic, record.partition, record.offset)
            await handler(event, delivery)

    async def _park(self, record: Record, reason: str) -> None:
        started = monotonic()
        if len(self._parked) == PARKED_PER_MINUTE and started - self._parked[0] < 60:
            raise TooManyParked(f"{PARKED_PER_MINUTE} records parked within a minute; last: {reason}")
        self._parked.append(started)
        origin = f"{record.topic}/{record.partition}/{record.offset}@{self._group}"
        now = self._clock.now()

        async def write() -> None:
            async with self._db.transaction() as tx:
                if await tx.fetchval(SEEN, envelope.event_id("parked", origin), now) is not None:
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
                log.warning("database unavailable, waiting", problem=repr(problem), wait=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 2.0)


class TooManyParked(Hopeless):
    """The budget for parked records is used up; the process must stop so that somebody looks."""
