"""Changes the messages that could be answered once that is not needed, and stops telephones that still ring."""

from collections.abc import Mapping
from datetime import timedelta

from opentelemetry.trace import SpanKind

from services.notifier import store
from services.notifier.channels.channel import Channel
from services.notifier.domain.result import Accepted, Permanent
from services.notifier.store import ToClose
from services.notifier.wording import Wording
from shared.contracts import vocabulary
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
POLL_SECONDS = 0.4
AGAIN_AFTER = timedelta(seconds=15)
TRIES = 5  # a message that cannot be changed so often stays as it is


class Withdrawal:
    """The changing of messages; several processes share the work."""

    def __init__(
        self, db: Database, clock: Clock, channels: Mapping[vocabulary.Channel, Channel], wording: Wording
    ) -> None:
        self._db = db
        self._clock = clock
        self._channels = channels
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
        n, contact = closing.notification, closing.contact
        if contact is None:
            return True
        message = self._wording.closed(n, contact, closing.words)
        with telemetry.span(f"{n.channel} withdraw", SpanKind.CLIENT, n.traceparent, case_id=n.case_id) as opened:
            result = await self._channels[n.channel].withdraw(message, contact)
            if not isinstance(result, Accepted):
                telemetry.failed(opened, result.code)
                log.warning("message not changed", case_id=n.case_id, notification_id=str(n.id), code=result.code)
        return isinstance(result, Accepted | Permanent)
