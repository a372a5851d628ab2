"""Once a day it is looked whom nothing reaches at P1; one of the processes does it, and says so in one message."""

import asyncio
from zoneinfo import ZoneInfo

from services.notifier import contacts, people, store
from services.notifier.domain import reach, roll
from services.notifier.roads import Roads
from services.notifier.settings import Settings
from shared.contracts import canary
from shared.contracts.vocabulary import Channel
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
LOOK_SECONDS = 60.0


class RollCall:
    """The check of one process; several processes share the days."""

    def __init__(self, db: Database, clock: Clock, roads: Roads, settings: Settings) -> None:
        self._db = db
        self._clock = clock
        self._roads = roads
        self._zone, self._hour = ZoneInfo(settings.zone), settings.roll_call_hour

    async def run(self) -> None:
        """Look every minute whether it is time; not at once, so that a start is not held up."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.once()

    async def once(self) -> bool:
        """Call the roll if the hour has come and nobody has done it today; whether this process did."""
        now = self._clock.now()
        local = now.astimezone(self._zone)
        if local.hour < self._hour:
            return False
        async with self._db.transaction() as tx:
            if await people.roll_called(tx, local.date()):
                return False
            everybody, _, _ = await contacts.directory(tx)
            served = {channel: self._roads.kinds(channel) for channel in Channel}
            missed = reach.missed([c for c in everybody if c.id != canary.PERSON], served)
            if not everybody or not await people.call_the_roll(tx, local.date(), len(missed), now):
                return False
            owner = await contacts.platform_owner(tx)
            wish = roll.wish(missed, owner, self._roads.open, local.date()) if owner else None
            await store.add(tx, [wish] if wish else [], now)
        if missed:
            log.warning("people cannot be reached at P1", count=len(missed), told=wish is not None)
        return True
