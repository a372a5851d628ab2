"""A database that was brought back to an earlier moment is behind the log: both shells read again what it lost, and only that."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.structs import TopicPartition
from prometheus_client import REGISTRY

from shared.contracts.topics import CASES
from shared.runtime.clock import wall
from shared.runtime.db import Database, Transaction
from shared.runtime.kafka import producer
from shared.runtime.offsets import STILL_KNOWN, Log, Logs, Offsets, Places, Told, told
from tests.integration.runtime.conftest import Say, noted
from tests.integration.runtime.shells import SCHEMAS, Reader
from tests.integration.runtime.waiting import eventually

LEFT = 70
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"
TABLES = ("handled", "inbox", "offsets")
COMMITTED = "SELECT coalesce(sum(next), 0) FROM offsets WHERE topic = $1"


class Noted:
    """How many records the database does not know."""

    def __init__(self) -> None:
        self.records: list[int] = []

    async def __call__(self, tx: Transaction, records: int) -> None:
        self.records.append(records)


@asynccontextmanager
async def session_of(reader: Reader) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    session = await asyncpg.connect(reader.url)
    try:
        yield session
    finally:
        await session.close()


async def committed(reader: Reader) -> int:
    """The sum of what the service has noted of all partitions; nothing is written while a service stands still."""
    async with session_of(reader) as session:
        return int(await session.fetchval(COMMITTED, CASES))


async def said(reader: Reader, say: Say, wish: str, count: int) -> None:
    """So many more records are handled, and their offsets are kept."""
    before = await committed(reader)
    for number in range(count):
        await say(noted(f"{reader.shell}:{wish}", f"c_{number}"))
    await reader.handled(wish, count)

    async def kept() -> bool:
        return await committed(reader) >= before + count

    assert await eventually(kept)


async def test_what_the_database_lost_is_read_again_and_nothing_before_it(reader: Reader, say: Say) -> None:
    await said(reader, say, "before", 12)
    await reader.end()
    async with session_of(reader) as session:
        for table in TABLES:
            await session.execute(f"CREATE TABLE backup_{table} AS TABLE {table}")
    await reader.start()
    await said(reader, say, "since", 12)
    await reader.end()
    async with session_of(reader) as session, session.transaction():
        for table in TABLES:
            await session.execute(
                f"TRUNCATE {table}; INSERT INTO {table} TABLE backup_{table}; DROP TABLE backup_{table}"
            )
    await reader.start()
    await reader.handled("since", 12)
    await reader.handled("before", 12)
    again = [line for line in reader.lines if line.startswith("began")]
    assert len(again) == 12, "the log is not read from its beginning"
    await said(reader, say, "after", 3)
    await reader.end()
    await reader.start()
    await said(reader, say, "at last", 3)
    assert len([line for line in reader.lines if line.startswith("began")]) == 3, "it is behind no longer"


async def test_a_process_under_which_the_database_is_restored_leaves_before_it_handles_more(
    reader: Reader, say: Say
) -> None:
    await said(reader, say, "held", 5)
    async with session_of(reader) as session:
        await session.execute("UPDATE offsets SET next = next - 1")
        await session.execute(CUT)
    assert await reader.gone() == LEFT
    await reader.start()
    await said(reader, say, "held on", 3)


def read_again() -> float:
    return REGISTRY.get_sample_value("tasuki_records_read_again_total") or 0


def place(name: str) -> TopicPartition:
    return TopicPartition(name, 0)


async def whence(offsets: Offsets, told: Told, logs: Logs) -> Places:
    """From where to read, when nobody else handles anything meanwhile."""
    return await offsets.whence(told, logs, await offsets.stood())


async def test_from_where_a_partition_is_read(reader: Reader, database: Callable[[str], Awaitable[Database]]) -> None:
    db, behind = await database(SCHEMAS[reader.shell]), Noted()
    offsets = Offsets(db, behind)
    assert await whence(offsets, {place("new"): None}, {place("new"): Log(0, 0, 0)}) == {place("new"): 0}
    assert await offsets.keep({place("new"): 70})
    for known in (70, 30):  # Kafka is told after the database
        assert await whence(offsets, {place("new"): known}, {}) == {place("new"): known}
    assert not behind.records
    assert await whence(offsets, {place("new"): 75}, {}) == {place("new"): 70}
    assert behind.records == [5]
    said_by_a_starting_broker = await whence(offsets, {place("new"): None}, {place("new"): Log(10, 80, 20)})
    assert said_by_a_starting_broker == {place("new"): 70}
    made_anew = await whence(offsets, {place("new"): None}, {place("new"): Log(0, 3, 0)})
    assert made_anew == {place("new"): 0}
    assert await offsets.keep({place("new"): 3})
    assert await whence(offsets, {place("new"): 4}, {}) == {place("new"): 3}


@pytest.mark.parametrize("known", [70, None], ids=["as Kafka was told", "and Kafka knows nothing"])
async def test_a_log_that_lost_its_end_is_read_again_as_far_back_as_the_inbox_remembers(
    reader: Reader, database: Callable[[str], Awaitable[Database]], known: int | None
) -> None:
    offsets = Offsets(await database(SCHEMAS[reader.shell]), behind := Noted())
    lost, before = place(f"lost {known}"), read_again()
    assert await whence(offsets, {lost: 70}, {lost: Log(0, 70, 41)}) == {lost: 70}
    assert await whence(offsets, {lost: known}, {lost: Log(0, 60, 41)}) == {lost: 41}
    assert (read_again() - before, behind.records) == (19, []), "the database is not behind"
    assert await offsets.keep({lost: 45})
    assert await whence(offsets, {lost: 45}, {lost: Log(0, 61, 41)}) == {lost: 45}, (
        "what was of the lost end is forgotten"
    )


async def test_what_another_has_handled_since_the_log_was_asked_is_no_lost_end(
    reader: Reader, database: Callable[[str], Awaitable[Database]]
) -> None:
    offsets, before = Offsets(await database(SCHEMAS[reader.shell])), read_again()
    assert await whence(offsets, {place("busy"): 5}, {place("busy"): Log(0, 10, 0)}) == {place("busy"): 5}
    stood = await offsets.stood()
    assert await offsets.keep({place("busy"): 12})
    assert await offsets.whence({place("busy"): 10}, {place("busy"): Log(0, 10, 0)}, stood) == {place("busy"): 10}
    assert read_again() == before


async def test_what_the_brokers_say_of_a_log(kafka: str) -> None:
    admin, name = AIOKafkaAdminClient(bootstrap_servers=kafka), f"told-{uuid4().hex}"
    await admin.start()
    await admin.create_topics([NewTopic(name, 2, 1)])
    await admin.close()
    old = int((wall() - STILL_KNOWN).timestamp() * 1000) - 60_000
    async with producer(kafka) as writing:
        for partition, when in ((0, old), (0, None), (0, None), (1, old)):
            await writing.send_and_wait(name, b"{}", partition=partition, timestamp_ms=when)
    async with AIOKafkaConsumer(bootstrap_servers=kafka, group_id=name, enable_auto_commit=False) as looking:
        looking.assign(places := [TopicPartition(name, number) for number in range(2)])
        await looking.commit({places[0]: 2})
        offsets, logs = await told(looking, places)
    assert offsets == {places[0]: 2, places[1]: None}
    assert logs == {places[0]: Log(0, 3, 1), places[1]: Log(0, 1, 1)}


async def test_a_service_that_has_kept_nothing_yet_believes_kafka(
    reader: Reader, database: Callable[[str], Awaitable[Database]]
) -> None:
    offsets = Offsets(await database(SCHEMAS[reader.shell]), behind := Noted())
    half_read = await whence(offsets, {place("old"): None}, {place("old"): Log(400, 900, 600)})
    assert half_read == {place("old"): 400}
    assert await whence(offsets, {place("old"): 700}, {}) == {place("old"): 700}, "what the broker said was not kept"
    assert await whence(offsets, {place("old"): 800}, {}) == {place("old"): 700}
    assert behind.records == [100]


async def test_what_waits_for_a_database_that_is_locked_can_be_cancelled_and_told_to_wait(
    reader: Reader, database: Callable[[str], Awaitable[Database]]
) -> None:
    db = await database(SCHEMAS[reader.shell])
    offsets = Offsets(db)
    async with db.transaction() as tx:
        await tx.execute("LOCK TABLE offsets")
        assert not await offsets.keep({place("locked"): 1})
        waiting = asyncio.create_task(whence(offsets, {place("locked"): 1}, {}))
        await asyncio.wait({waiting}, timeout=0.2)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
