"""Up to where a service has handled the log, kept in its database too: one that was restored reads again what it does not know."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple, TypeAlias

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition
from prometheus_client import Counter

from shared.runtime import telemetry
from shared.runtime.clock import wall
from shared.runtime.db import UNAVAILABLE, Connection, Database, Transaction
from shared.runtime.loop import leave, leaving

# It is told how many records the database does not know, at most.
Behind: TypeAlias = Callable[[Transaction, int], Awaitable[object]]


class Log(NamedTuple):
    """Of the log of a partition the first offset that is there, the next one, and where that begins which the inbox still knows."""

    first: int
    next: int
    known: int


# What Kafka was told of each partition; None: it knows nothing of it.
Told: TypeAlias = Mapping[TopicPartition, int | None]
Places: TypeAlias = dict[TopicPartition, int]  # of each partition the next offset
Logs: TypeAlias = Mapping[TopicPartition, Log]
KEEP = """INSERT INTO offsets (topic, partition, next) SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
          ON CONFLICT (topic, partition) DO UPDATE SET next = greatest(offsets.next, excluded.next)"""
BEGIN = """INSERT INTO offsets (topic, partition, next) SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
           ON CONFLICT (topic, partition) DO UPDATE SET next = excluded.next"""
KEPT = "SELECT topic, partition, next FROM offsets"
# Another one after each restore to a moment, and after each fail-over.
TIMELINE = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END"
STILL_KNOWN = timedelta(days=13)  # what was handled since is in the inbox, which forgets after 14 days
SECONDS = 1.0  # a commit is tried again soon, and nobody who hands a partition over waits longer
READ_AGAIN = Counter(
    "tasuki_records_read_again_total", "Records read again, for the database had lost them or the log its end"
)
log = telemetry.logger(__name__)


async def told(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> tuple[Told, Logs]:
    """What Kafka was told of these partitions, and what there is of their logs.

    Where Kafka was told something, the log is left out that its broker says nothing of at once: no other waits for it.
    """
    offsets = dict(zip(places, await asyncio.gather(*map(consumer.committed, places)), strict=True))
    since = int((wall() - STILL_KNOWN).timestamp() * 1000)

    async def log_of(place: TopicPartition) -> Log | None:
        with suppress(*(() if offsets[place] is None else (KafkaError, TimeoutError))):
            async with asyncio.timeout(None if offsets[place] is None else SECONDS):
                first, last, known = await asyncio.gather(
                    consumer.beginning_offsets([place]), consumer.end_offsets([place]),
                    consumer.offsets_for_times({place: since}),
                )  # fmt: skip
                return Log(first[place], last[place], known[place].offset if known[place] else last[place])
        return None

    logs = zip(places, await asyncio.gather(*map(log_of, places)), strict=True)
    return offsets, {place: found for place, found in logs if found}


async def nothing_else(tx: Transaction, records: int) -> None:
    """There is nothing to do but to read again."""


class Offsets:
    """What Kafka is told of one group, kept first beside what came of the records (ADR 38).

    So the database is never behind Kafka, unless it lost what it had committed: by a restore, or with a server whose
    standby had not got everything. `behind` is called then, before anything is read, in the transaction that notes it.
    A process under which that happens leaves, as it does where `hold_fast` sees it: what it holds in memory is of another one.
    """

    def __init__(self, db: Database, behind: Behind = nothing_else) -> None:
        self._db = db
        self._behind = behind
        self._kept: dict[TopicPartition, int] = {}  # what stands in the database at least
        db.met.append(self._meet)

    async def keep(self, handled: Mapping[TopicPartition, int]) -> bool:
        """Note the next record of each partition; whether it could be, for else Kafka must not be told."""
        writing = asyncio.create_task(self._write(handled))
        writing.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            await asyncio.wait({writing}, timeout=SECONDS)  # to break a statement off may take longer than that
        finally:
            writing.cancel()
        if not writing.done():
            log.warning("database too slow, committed later")
            return False
        try:
            writing.result()
        except UNAVAILABLE as problem:
            log.warning("database unavailable, committed later", problem=repr(problem))
            return False
        self._kept |= {place: max(offset, self._kept.get(place, 0)) for place, offset in handled.items()}
        return True

    async def stood(self) -> Places:
        """What stands in the database of all partitions; waits for it. To be asked before the log, which grows meanwhile."""
        return await self._patiently(self._rows)

    async def whence(self, told: Told, logs: Logs, stood: Places) -> Places:
        """From where to read what is newly assigned, given what Kafka was told of it; waits for the database.

        A log that ends before what was handled has lost its end, or was made anew, and others may have written there since:
        it is read again as far back as the inbox remembers. That Kafka knows nothing a broker also says that is just starting.
        Whoever read it before may still handle what has come since the log was asked; so its end is held against `stood`.
        """
        return await self._patiently(lambda: self._whence(told, logs, stood))

    async def _patiently(self, do: Callable[[], Awaitable[Places]]) -> Places:
        while True:
            try:
                return await do()
            except UNAVAILABLE as problem:
                leaving(problem)
                log.warning("database unavailable, waiting", problem=repr(problem))
                await asyncio.sleep(SECONDS / 4)

    async def _rows(self) -> Places:
        async with self._db.reading() as tx:
            return await _kept(tx)

    async def _whence(self, told: Told, logs: Logs, stood: Places) -> Places:
        places, begun, records, short = Places(), Places(), 0, 0
        async with self._db.transaction() as tx:
            kept = await _kept(tx)
            for place, offset in told.items():
                row, there = kept.get(place), logs.get(place)
                new = row is None
                if there is not None and there.next < max(stood.get(place, 0), offset or 0):
                    log.error(
                        "the log ends before what was handled of it",
                        place=place,
                        ends=there.next,
                        next=stood.get(place),
                        told=offset,
                    )
                    places[place], new = there.known, True
                    short += there.next - there.known
                elif offset is not None:
                    places[place] = offset if row is None else min(row, offset)
                    records += offset - places[place]
                else:
                    places[place] = logs[place].first if row is None else row
                    # Of a log that holds something a broker that is starting may have said so, though half of it is read.
                    new = row is None and logs[place].next == 0
                if new:
                    begun[place] = places[place]
            if begun:
                await tx.execute(BEGIN, *_columns(begun))
            if records:
                await self._behind(tx, records)
                log.error("the database is behind the log, which is read again", records=records)
            READ_AGAIN.inc(records + short)
        self._kept |= kept | begun
        return places

    def of(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """From where these would be read on, as far as this process knows."""
        return {place: self._kept[place] for place in places if place in self._kept}

    async def _write(self, handled: Mapping[TopicPartition, int]) -> None:
        async with self._db.transaction() as tx:
            await tx.execute(KEEP, *_columns(handled))

    async def _meet(self, connection: Connection) -> None:
        """Leave when a new connection leads to a database that is not as far any more."""
        rows = await _kept(connection)
        if any(rows.get(place, 0) < offset for place, offset in self._kept.items()):
            leave("the database does not know any more what was handled: it was restored")


async def hold_fast(db: Database) -> None:
    """Leave as soon as a new connection leads to another database than now: one that was restored, or a standby that took over.

    A standby is taken for a database that is away.
    """
    async with db.reading() as tx:
        known = await tx.fetchval(TIMELINE)

    async def meet(connection: Connection) -> None:
        timeline = await connection.fetchval(TIMELINE)
        if timeline is None:
            raise ConnectionError("the database is a standby")
        if timeline != known:
            leave(f"the database was restored, or another server took over: timeline {timeline} after {known}")

    db.met.append(meet)


async def _kept(connection: "Connection | Transaction") -> Places:
    return {TopicPartition(row["topic"], row["partition"]): row["next"] for row in await connection.fetch(KEPT)}


def _columns(offsets: Mapping[TopicPartition, int]) -> tuple[list[str], list[int], list[int]]:
    places = sorted(offsets)  # whoever writes several rows locks them in one order
    return [p.topic for p in places], [p.partition for p in places], [offsets[p] for p in places]
