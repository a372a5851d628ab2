"""The relay beside brokers that are slow, away or short of a leader: nobody waits for it, and nothing is said for ever."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest_asyncio

from shared.runtime.db import Database
from shared.runtime.kafka import Producer, producer
from shared.runtime.outbox import BATCH
from tests.integration.runtime.relays import add, empty, published, relaying
from tests.integration.runtime.waiting import eventually


@pytest_asyncio.fixture(scope="module")
async def db(database: Callable[[str], Awaitable[Database]]) -> Database:
    return await database("timer")


class Slow:
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
