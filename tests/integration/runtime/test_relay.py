"""The relay beside brokers that are slow, away or short of a leader: nobody waits for it, and nothing is said for ever."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest_asyncio
from aiokafka.errors import KafkaConnectionError, NotLeaderForPartitionError

from shared.contracts import envelope
from shared.contracts.topics import CASES, DEAD_LETTERS
from shared.runtime import outbox
from shared.runtime.db import Database
from shared.runtime.kafka import BATCH_BYTES, Producer, producer
from shared.runtime.outbox import BATCH
from tests.integration.runtime.conftest import WHEN, Servers, everything, noted
from tests.integration.runtime.relays import add, empty, published, relaying
from tests.integration.runtime.waiting import eventually


@pytest_asyncio.fixture(scope="module")
async def db(database: Callable[[str], Awaitable[Database]]) -> Database:
    return await database("timer")


class Double:
    """What a relay asks of a producer beside sending."""

    async def partitions_for(self, topic: str) -> set[int]:
        return {0}


class Slow(Double):
    """A producer of Kafka that takes its time over each record."""

    def __init__(self, real: Producer, seconds: float) -> None:
        self._real = real
        self._seconds = seconds

    async def send(self, *args: Any, **kwargs: Any) -> "asyncio.Future[Any]":
        await asyncio.sleep(self._seconds)
        sent: asyncio.Future[Any] = await self._real.send(*args, **kwargs)
        return sent


def slow(seconds: float) -> Callable[[str], AbstractAsyncContextManager[Slow]]:
    @asynccontextmanager
    async def opened(bootstrap: str) -> AsyncIterator[Slow]:
        async with producer(bootstrap) as real:
            yield Slow(real, seconds)

    return opened


async def test_a_backlog_goes_out_once_though_the_brokers_take_longer_than_rows_are_held(
    db: Database, kafka: str
) -> None:
    await add(db, "slowly", *range(BATCH))
    async with relaying(db, kafka, producing=slow(0.006)):
        assert await eventually(lambda: empty(db))
    assert await published(kafka, "slowly") == {"slowly": list(range(BATCH))}


class Deaf(Double):
    """What a relay produces by whose way to Kafka breaks: what it was made with is tried for ever, nothing new is let in."""

    def __init__(self) -> None:
        self.taken = asyncio.Event()  # set once something waits here for a broker

    async def send(self, *args: Any, **kwargs: Any) -> "asyncio.Future[Any]":
        self.taken.set()
        return asyncio.get_running_loop().create_future()

    @asynccontextmanager
    async def opened(self, bootstrap: str) -> AsyncIterator["Deaf"]:
        if self.taken.is_set():
            raise KafkaConnectionError("nobody lets us in")
        yield self


async def test_what_no_broker_takes_from_one_relay_goes_out_by_another(db: Database, kafka: str) -> None:
    deaf = Deaf()
    async with relaying(db, kafka, producing=deaf.opened, patience=1):
        await add(db, "left", 1, 2, 3)
        await deaf.taken.wait()
        async with relaying(db, kafka):
            assert await eventually(lambda: empty(db))
    assert await published(kafka, "left") == {"left": [1, 2, 3]}


async def test_who_gives_up_is_not_held_by_what_no_broker_has_taken(kafka: str, servers: Servers) -> None:
    async def give_up() -> None:
        async with producer(kafka) as made:
            await made.send_and_wait(CASES, b"{}", b"away")
            await servers.stop("kafka")
            await made.send(CASES, b"{}", b"away")

    try:
        async with asyncio.timeout(30):
            await give_up()
    finally:
        await servers.start("kafka")


class Leaderless(Double):
    """What a relay produces by where a partition has no leader for too long for the first batch, and has one for the next."""

    def __init__(self) -> None:
        self.failed: list[bytes] = []
        self.log: list[bytes] = []
        self._batch: list[tuple[bytes, asyncio.Future[None]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def send(self, topic: str, body: bytes, key: bytes, headers: Any) -> "asyncio.Future[None]":
        if sum(len(waiting) for waiting, _ in self._batch) + len(body) > BATCH_BYTES:
            assert self._sending is not None
            await self._sending
        if not self._batch:
            self._sending = asyncio.create_task(self._send())
        self._batch.append((body, asyncio.get_running_loop().create_future()))
        return self._batch[-1][1]

    async def _send(self) -> None:
        batch, self._batch = self._batch, []
        for _, answer in batch:
            answer.set_result(None) if self.failed else answer.set_exception(NotLeaderForPartitionError())
        (self.log if self.failed else self.failed).extend(body[:2] for body, _ in batch)

    @asynccontextmanager
    async def opened(self, bootstrap: str) -> AsyncIterator["Leaderless"]:
        yield self


async def test_nothing_of_a_case_goes_out_after_an_earlier_row_has_failed(db: Database, kafka: str) -> None:
    kafkas, wanted = Leaderless(), [b"%02d" % number for number in range(20)]
    async with db.transaction() as tx:
        for number in wanted:
            await tx.execute(
                "INSERT INTO outbox (slot, topic, key, headers, body, created_at) VALUES (0, $1, 'c', '[]', $2, now())",
                *(CASES, number * 25_000),
            )
    async with relaying(db, kafka, producing=kafkas.opened):
        assert await eventually(lambda: empty(db))
    assert kafkas.failed == wanted[: len(kafkas.failed)], "the first batch failed"
    assert kafkas.log == wanted


async def test_what_is_too_large_for_kafka_is_set_aside_and_keeps_nothing_back(db: Database, kafka: str) -> None:
    event = noted("too long")
    _, headers = envelope.encode(event, uuid4(), WHEN)
    async with db.transaction() as tx:
        named = json.dumps([(name, value.decode()) for name, value in headers])
        for key in ("large", "large-beside"):
            await tx.execute(
                "INSERT INTO outbox (slot, topic, key, headers, body, created_at) VALUES (0, $1, $2, $3, $4, now())",
                *(CASES, key, named, b"x" * 1_048_576),
            )
        await outbox.park(tx, "tasuki.cases/3/7@tasuki-timer", "髙﨑" * 500, headers, b"y" * 1_047_000, WHEN)
    await add(db, "large-beside", 1, 2)
    async with relaying(db, kafka):
        assert await eventually(lambda: empty(db))
    assert await published(kafka, "large") == {"large-beside": [1, 2]}
    letters = [(dict(record.headers), record.value) for record in await everything(kafka, DEAD_LETTERS)]
    told = {found["tasuki_origin"].decode(): (found["tasuki_reason"].decode(), body) for found, body in letters}
    assert told.pop("tasuki.cases/3/7@tasuki-timer") == ("髙﨑" * 500, b"y" * 100_000)
    assert sorted(origin.rpartition("/")[0] for origin in told) == ["tasuki.cases/large", "tasuki.cases/large-beside"]
    assert set(told.values()) == {("not published: 1048576 bytes are more than Kafka takes", b"x" * 100_000)}
