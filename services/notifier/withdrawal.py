"""Changes the messages that could be answered once that is not needed, and stops telephones that still ring."""

from datetime import timedelta

from opentelemetry.trace import SpanKind

from services.notifier import store
from services.notifier.domain.result import Accepted, Permanent
from services.notifier.roads import Roads
from services.notifier.store import ToClose
from services.notifier.wording import Wording
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
POLL_SECONDS = 0.4
AGAIN_AFTER = timedelta(seconds=15)
TRIES = 5  # a message that cannot be changed so often stays as it is


class Withdrawal:
    """The changing of messages; several processes share the work."""

    def __init__(self, db: Database, clock: Clock, roads: Roads, wording: Wording) -> None:
        self._db = db
        self._clock = clock
        self._roads = roads
        self._wording = wording

    async def once(self) -> None:
        """Change what is to be changed now."""
        now = self._clock.now()
        async with self._db.reading() as connection:
            closings = await store.claim_closing(connection, now, now + AGAIN_AFTER)
        for closing in closings:
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
