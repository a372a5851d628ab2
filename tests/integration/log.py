"""The log as a test needs it: hand a service its records, and read what it has to say."""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from shared.contracts import envelope
from shared.contracts.envelope import Record
from shared.contracts.events import REGISTRY, Event
from shared.runtime.clock import Clock
from shared.runtime.consume import Handlers, Handling
from shared.runtime.db import Database

E = TypeVar("E", bound=Event)


class Hands(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.at = now

    def now(self) -> datetime:
        return self.at


@dataclass
class Log:
    """One service on its real database, fed by hand. What it says is read back to it, as Kafka would."""

    db: Database
    clock: Hands
    handlers: Handlers
    said: list[Event] = field(default_factory=list)
    offset: int = 0
    unfolded: tuple[type[Event], ...] = ()

    async def tell(self, event: Event, id_: object = None, at: datetime | None = None) -> list[Event]:
        """Put an event on the log, and everything that is said because of it; gives what was said.

        `at` is when it was said by the clock of who said it, where that is another.
        """
        before = len(self.said)
        await self.read(event, id_, at)
        await self.drain()
        return self.said[before:]

    async def read(self, event: Event, id_: object = None, at: datetime | None = None) -> None:
        """Put an event on the log, and leave in the outbox what is said because of it."""
        id_ = envelope.event_id(id_ or uuid4(), event.type)
        await self._read(*envelope.encode(event, id_, at or self.clock.now()))

    async def drain(self) -> None:
        """Read the outbox back until it is empty."""
        while True:
            async with self.db.transaction() as tx:
                rows = await tx.fetch("DELETE FROM outbox RETURNING id, headers, body")
            if not rows:
                return
            for row in sorted(rows, key=lambda r: int(r["id"])):
                headers = [(name, value.encode()) for name, value in json.loads(row["headers"])]
                self.said.append(envelope.decode(envelope.meta(headers).type, row["body"]))
                await self._read(row["body"], headers)

    async def _read(self, body: bytes, headers: envelope.Headers) -> None:
        self.offset += 1
        handling = Handling(self.db, self.clock, "test", self.handlers, self.unfolded)
        await handling.consume([Record("tasuki.cases", 0, self.offset, headers, body)])

    @contextmanager
    def older(self, *unknown: type[Event]) -> Iterator[None]:
        """Meanwhile a release is at work that does not know these types."""
        mine, known = self.handlers, dict(REGISTRY)
        self.handlers = {type_: handler for type_, handler in mine.items() if type_ not in unknown}
        for type_ in unknown:
            del REGISTRY[type_.type]
        try:
            yield
        finally:
            self.handlers = mine
            REGISTRY.clear()
            REGISTRY.update(known)

    def of(self, type_: type[E]) -> list[E]:
        """Everything of one type that was said."""
        return [event for event in self.said if isinstance(event, type_)]


T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)
Opened = Callable[[str], Awaitable[Database]]
