"""Up to where a service has handled the log, kept in its database too: one that was restored reads again what it does not know."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiokafka.structs import TopicPartition

from shared.runtime import telemetry
from shared.runtime.db import UNAVAILABLE, Database, Transaction

Behind = Callable[[Transaction, int], Awaitable[object]]  # is told how many records the database does not know, at most
KEEP = """INSERT INTO offsets (topic, partition, next) SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
          ON CONFLICT (topic, partition) DO UPDATE SET next = greatest(offsets.next, excluded.next)"""
KEPT = "SELECT topic, partition, next FROM offsets"
BEGIN = """INSERT INTO offsets (topic, partition, next) SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
           ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next"""
SECONDS = 1.0  # a commit is tried again soon, and nobody who hands a partition over waits longer
log = telemetry.logger(__name__)


async def nothing_else(tx: Transaction, records: int) -> None:
    """There is nothing to do but to read again."""


class Offsets:
    """What Kafka is told of one group, kept first beside what came of the records (ADR 38).

    So the database is never behind Kafka, unless it lost what it had committed: by a restore, or with a server whose
    standby had not got everything. `behind` is called then, before anything is read, in the transaction that notes it.
    """

    def __init__(self, db: Database, behind: Behind = nothing_else) -> None:
        self._db = db
        self._behind = behind

    async def keep(self, handled: Mapping[TopicPartition, int]) -> bool:
        """Note the next record of each partition; whether it could be, for else Kafka must not be told."""
        try:
            async with asyncio.timeout(SECONDS), self._db.transaction() as tx:
                await tx.execute(KEEP, *_columns(handled))
        except UNAVAILABLE as problem:
            log.warning("database unavailable, committed later", problem=repr(problem))
            return False
        return True

    async def lost(self, committed: Mapping[TopicPartition, int | None]) -> dict[TopicPartition, int]:
        """Where to read on instead of where Kafka says, of partitions of which the database knows less; waits for the database.

        Where nothing is kept yet, Kafka is believed. What is kept of a log that was lost itself, and made anew, is forgotten.
        """
        while True:
            try:
                return await self._lost(committed)
            except UNAVAILABLE as problem:
                log.warning("database unavailable, waiting", problem=repr(problem))
                await asyncio.sleep(SECONDS / 4)

    async def _lost(self, committed: Mapping[TopicPartition, int | None]) -> dict[TopicPartition, int]:
        async with self._db.transaction() as tx:
            kept = {TopicPartition(row["topic"], row["partition"]): row["next"] for row in await tx.fetch(KEPT)}
            begun = {p: offset or 0 for p, offset in committed.items() if offset is None or p not in kept}
            await tx.execute(BEGIN, *_columns(begun))
            back = {p: kept[p] for p, offset in committed.items() if p not in begun and kept[p] < (offset or 0)}
            if back:
                records = sum((committed[p] or 0) - next_ for p, next_ in back.items())
                await self._behind(tx, records)
                telemetry.READ_AGAIN.inc(records)
                log.error("the database is behind the log, which is read again", records=records, partitions=len(back))
        return back


def _columns(offsets: Mapping[TopicPartition, int]) -> tuple[list[str], list[int], list[int]]:
    places = sorted(offsets)  # whoever writes several rows locks them in one order
    return [p.topic for p in places], [p.partition for p in places], [offsets[p] for p in places]
