"""A service that is cut off from the log says that it is not ready: nobody else sees it, where its work is to wait for what comes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from shared.contracts.envelope import Record
from shared.contracts.topics import CASES
from shared.runtime.db import Database
from shared.runtime.kafka import QUIET_SECONDS, Consumer
from shared.runtime.lanes import Aside
from shared.runtime.offsets import Offsets
from tests.integration.runtime.conftest import Servers
from tests.integration.runtime.waiting import eventually


async def ignore(records: Sequence[Record], aside: Aside) -> None:
    """Nothing comes."""


@pytest.mark.timeout(240)
async def test_who_hears_nothing_of_the_brokers_is_not_ready_until_they_answer(
    kafka: str, servers: Servers, database: Callable[[str], Awaitable[Database]]
) -> None:
    consumer = Consumer(kafka, "tasuki-quiet", "", (CASES,), ignore, Offsets(await database("timer")))
    reading = asyncio.create_task(consumer.run())

    async def problem() -> str:
        try:
            await consumer.check()
        except ConnectionError as told:
            return str(told)
        return ""

    async def ready() -> bool:
        return not await problem()

    try:
        assert await eventually(ready, 30), await problem()
        await servers.stop("kafka")
        try:
            assert await eventually(problem, QUIET_SECONDS + 10) == "the brokers do not answer"
            assert not reading.done(), "it tries for ever, and says nothing of that"
        finally:
            await servers.start("kafka")
        assert await eventually(ready, 60), await problem()
        assert consumer.heard.quiet < QUIET_SECONDS
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
