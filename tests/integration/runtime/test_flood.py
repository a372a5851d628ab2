"""Poison without end is a bad release, not a bad record: the process stops so that somebody looks."""

import asyncio

from shared.runtime.consume import PARKED_PER_MINUTE
from tests.integration.runtime.conftest import Say, noted
from tests.integration.runtime.shells import Reader


async def test_more_poison_than_one_bad_record_explains_stops_the_process(reader: Reader, say: Say) -> None:
    for number in range(PARKED_PER_MINUTE + 5):
        await say(noted("x", f"c_flood_{number}"), body=b"{")
    assert reader.process is not None
    async with asyncio.timeout(20):
        assert await reader.process.wait() != 0
