"""A database that was brought back to an earlier moment is behind the log: both shells read again what it lost, and only that."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
from aiokafka.structs import TopicPartition

from shared.contracts.topics import CASES
from shared.runtime.db import Database, Transaction
from shared.runtime.offsets import Offsets
from tests.integration.runtime.conftest import Say, noted
from tests.integration.runtime.shells import SCHEMAS, Reader
from tests.integration.runtime.waiting import eventually

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


async def test_what_was_kept_of_a_log_that_was_made_anew_is_forgotten(
    reader: Reader, database: Callable[[str], Awaitable[Database]]
) -> None:
    """Kafka forgets with a topic what groups have read of it."""
    offsets = Offsets(await database(SCHEMAS[reader.shell]), behind := Noted())
    place = TopicPartition("anew", 0)
    assert await offsets.keep({place: 70})
    assert await offsets.lost({place: 70}) == await offsets.lost({place: 30}) == {}
    assert await offsets.lost({place: 75}) == {place: 70}
    assert behind.records == [5]
    assert await offsets.lost({place: None}) == {}
    assert await offsets.keep({place: 3})
    assert await offsets.lost({place: 4}) == {place: 3}
