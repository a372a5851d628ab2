"""Asks how a call went of which nobody has told: a call-back that was lost must not keep the next try waiting."""

import asyncio
from datetime import timedelta

from services.notifier import calls
from services.notifier.channels.channel import Asked
from services.notifier.channels.sip import WAIT_ALONE
from services.notifier.channels.twilio import LONGEST_CALL, RING_SECONDS
from services.notifier.desk import Desk
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Heard
from services.notifier.domain.retry import PAGE_TRIED_FOR
from services.notifier.roads import Roads
from shared.contracts.vocabulary import Outcome
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
POLL_SECONDS = 5.0
LATE = timedelta(seconds=60)  # since the attempt began: it has rung its 25 seconds by then, and been told of
OVER = timedelta(seconds=WAIT_ALONE + RING_SECONDS + LONGEST_CALL)  # no call of which nobody knows lasts longer
BROKEN_OFF = Heard(Outcome.FAILED, "interrupted", ours=True)
AGAIN_AFTER = timedelta(seconds=30)  # longer than one question takes


class Unheard:
    """The asking; several processes share it."""

    def __init__(self, db: Database, clock: Clock, roads: Roads, desk: Desk) -> None:
        self._db = db
        self._clock = clock
        self._roads = roads
        self._desk = desk

    async def once(self) -> None:
        """Ask about the calls whose end should have been told by now; one that is being talked on is asked for again."""
        now = self._clock.now()
        names = [name for name, provider in self._roads.providers.items() if isinstance(provider, Asked)]
        async with self._db.reading() as connection:
            times = now - PAGE_TRIED_FOR, now - LATE, now, now + AGAIN_AFTER
            found = await calls.claim_unheard(connection, names, *times)
        await asyncio.gather(*map(self._ask, found))

    async def _ask(self, n: Notification) -> None:
        provider = self._roads.providers[n.provider]
        assert isinstance(provider, Asked)
        heard = await provider.ask(n)
        if heard is None and n.attempted_at < self._clock.now() - OVER:
            heard = BROKEN_OFF
        if heard is None:
            return
        spare = heard.ours and self._roads.stands_in(n.provider)
        told = self._desk.progress(n.id, n.attempts, heard.outcome, heard.code, again=heard.again, spare=spare)
        if await told:
            log.warning("nobody told of a call", case_id=n.case_id, notification_id=str(n.id), code=heard.code)
