"""Changes the messages that could be answered once that is not needed, and stops telephones that still ring."""

import asyncio
from collections import Counter
from datetime import timedelta
from functools import partial

from opentelemetry.trace import SpanKind

from services.notifier import store
from services.notifier.domain.result import Accepted, Permanent
from services.notifier.roads import Roads
from services.notifier.store import ToClose
from services.notifier.wording import Wording
from shared.contracts.vocabulary import Channel
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
POLL_SECONDS = 0.4
AGAIN_AFTER = timedelta(seconds=15)  # more than one change takes
HANDS = 20  # changes at once: so many of telephones, and so many of all else
TRIES = 5  # a message that cannot be changed so often stays as it is


class Withdrawal:
    """The changing of messages; several processes share the work. What is broken off here, another takes up."""

    def __init__(self, db: Database, clock: Clock, roads: Roads, wording: Wording) -> None:
        self._db = db
        self._clock = clock
        self._roads = roads
        self._wording = wording
        self._busy: Counter[bool] = Counter()  # of telephones, and of all else
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Change what is to be changed, for ever."""
        try:
            while True:
                await self._round()
                await asyncio.sleep(POLL_SECONDS)
        finally:
            for task in self._running:
                task.cancel()
            if self._running:
                await asyncio.wait(self._running)

    async def _round(self) -> None:
        """Begin with what is due, as far as there are hands: a telephone that rings waits for no chat that hangs."""
        now, free = self._clock.now(), {ringing: HANDS - self._busy[ringing] for ringing in (True, False)}
        async with self._db.reading() as connection:
            closings = await store.claim_closing(connection, now, now + AGAIN_AFTER, free[True], free[False])
        for closing in closings:
            ringing = closing.notification.channel is Channel.PHONE
            self._busy[ringing] += 1
            task = asyncio.create_task(self._one(closing), name=f"withdraw {closing.notification.id}")
            self._running.add(task)
            task.add_done_callback(partial(self._ended, ringing))

    def _ended(self, ringing: bool, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._busy[ringing] -= 1
        if not task.cancelled() and (problem := task.exception()):
            log.error("changing failed, it comes again", task=task.get_name(), problem=repr(problem)[:500])

    async def _one(self, closing: ToClose) -> None:
        if await self._change(closing) or closing.tries >= TRIES:
            async with self._db.reading() as connection:
                await store.closed(connection, closing.notification.id)

    async def _change(self, closing: ToClose) -> bool:
        """Say in the message why it needs no answer; False when it is worth another try."""
        n = closing.notification
        async with self._db.reading() as connection:
            known = await store.known(connection, n)
        contact = known.contact
        way, provider = self._roads.way(n, contact), self._roads.providers.get(n.provider)
        if contact is None or way is None or provider is None:
            return True
        message = self._wording.closed(n, contact, closing.words, n.provider, known.customer)
        with telemetry.span(f"{n.channel} withdraw", SpanKind.CLIENT, n.traceparent, case_id=n.case_id) as opened:
            result = await provider.withdraw(message, way.value)
            if not isinstance(result, Accepted):
                telemetry.failed(opened, result.code)
                log.warning("message not changed", case_id=n.case_id, notification_id=str(n.id), code=result.code)
        return isinstance(result, Accepted | Permanent)
