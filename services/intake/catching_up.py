"""Takes what waits for its turn, in its order: several in one transaction, and one that cannot be taken is set aside."""

from asyncpg import DeadlockDetectedError

from services.intake import arrivals, auditing, delivering
from services.intake.arrivals import Arrival, Queue
from services.intake.receiving import DELIVERIES
from services.intake.senders import SENDERS
from services.intake.senders.sender import Malformed, Outcome, Source, Unmapped
from services.intake.sources import Sources
from shared.runtime import telemetry
from shared.runtime.db import UNAVAILABLE, Database, Transaction

log = telemetry.logger(__name__)
BATCH = 10
MOST_TRIES = 3
POLL_SECONDS = 0.25


class CatchingUp:
    """The taking of what waits; the first process that comes does it, the others look on."""

    def __init__(self, db: Database, sources: Sources, queue: Queue) -> None:
        self._db, self._sources, self._queue = db, sources, queue

    async def run(self) -> None:
        """Look and take for ever; where nothing waits, looking is all."""
        while True:
            await self._queue.look()
            if not len(self._queue) or not await self.once():
                await self._queue.nudge.wait(POLL_SECONDS)

    async def once(self) -> int:
        """Take the next few; gives how many. Where they cannot be taken together, the first one alone."""
        try:
            return await self._take(BATCH)
        except UNAVAILABLE:
            raise
        except Exception as problem:
            log.warning("what waits cannot be taken together", problem=repr(problem)[:300])
        try:
            return await self._take(1)
        except UNAVAILABLE:
            raise
        except (delivering.InFlight, DeadlockDetectedError):
            return 0
        except Exception as problem:
            return await self._failed(problem)

    async def take_in(self, tx: Transaction, most: int) -> list[tuple[Arrival, list[Outcome]]]:
        """Take the next few within a transaction; gives what became of each."""
        found = await arrivals.next_ones(tx, most)
        if not found:
            return []
        auditing.later(tx)
        told = [(one, await self._deliver(tx, one)) for one in found]
        await arrivals.done(tx, found)
        return told

    async def _take(self, most: int) -> int:
        async with self._db.transaction() as tx:
            told = await self.take_in(tx, most)
        for one, outcomes in told:
            for outcome in outcomes:
                DELIVERIES.labels(one.source, "again" if outcome.again else outcome.verdict).inc()
        return len(told)

    async def _deliver(self, tx: Transaction, one: Arrival) -> list[Outcome]:
        source, given = await self._source(one.source), await arrivals.opened(tx, one)
        if source.sender not in SENDERS:
            gone = Unmapped(one.delivery_id, "送信元の設定がなくなっています。", "The source is no longer set up.")
            return [await delivering.set_aside(tx, source, gone, given)]
        readings = SENDERS[source.sender].read(given, source)
        if isinstance(readings, Malformed):
            readings = (delivering.unreadable(given, one.delivery_id),)
        return await delivering.deliver(tx, source, readings, given, "ja")

    async def _failed(self, problem: Exception) -> int:
        """Count that the first one cannot be taken; after the third time a person is to look at it."""
        async with self._db.transaction() as tx:
            found = await arrivals.next_ones(tx, 1)
            if not found or await arrivals.tried(tx, found[0]) < MOST_TRIES:
                return 0
            one = found[0]
            log.error("a delivery cannot be taken", source=one.source, problem=repr(problem)[:300])
            failed = Unmapped(
                one.delivery_id, "取り込み中に障害が起きました。", "It could not be taken in: something failed."
            )
            await delivering.set_aside(tx, await self._source(one.source), failed, await arrivals.opened(tx, one))
            await arrivals.done(tx, found)
        return 1

    async def _source(self, id_: str) -> Source:
        return await self._sources.even_disabled(id_) or Source(id_, "", ())
