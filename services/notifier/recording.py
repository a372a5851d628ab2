"""Writes what came of a send, and has follow what follows from it."""

import asyncio

from services.notifier import bundling, lookups, outcomes, store, trouble
from services.notifier.domain.contact import Contact
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.retry import FOUND, Step, look_again
from services.notifier.following import Following
from services.notifier.roads import Roads
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import UNAVAILABLE, Database

log = telemetry.logger(__name__)
TRIES = 20


class Recording:
    """The books of one process."""

    def __init__(self, db: Database, clock: Clock, roads: Roads, following: Following) -> None:
        self._db = db
        self._clock = clock
        self._roads = roads
        self._following = following

    async def record(self, n: Notification, step: Step, contact: Contact | None) -> None:
        """Write what came of it, also through a short absence of the database: forgetting it may mean sending twice."""
        for _ in range(TRIES):
            try:
                await self._write(n, step, contact)
                return
            except UNAVAILABLE as problem:
                log.warning("database unavailable, outcome not yet written", problem=repr(problem))
                await asyncio.sleep(0.5)

    async def _write(self, n: Notification, step: Step, contact: Contact | None) -> None:
        now = self._clock.now()
        async with self._db.transaction() as tx:
            if step.code == FOUND and await lookups.taken(tx, n, step):
                step = look_again(n, step, now, self._roads.cards[step.provider].once)
            said = outcomes.row(tx, n, step.outcome, step.code, now) if step.outcome else None
            written = await store.record(tx, n, step, now, said)
            if written and step.outcome:
                outcomes.count(n, step.outcome, now)
            if written:
                await trouble.follow(tx, n, step, contact, self._roads.open, now)
                await bundling.follow(tx, n, step, contact, self._roads.open, now)
        if written and step.state is State.ACCEPTED:
            self._following.follow(n)
