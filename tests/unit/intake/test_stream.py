"""A stream ends when its reader takes nothing any more; whoever reads slowly keeps it."""

import asyncio
from collections.abc import AsyncIterator

from starlette.types import Message

from services.intake.routes.stream import Stream

PARTS = [b"one", b"two", b"three"]


async def told(ended: asyncio.Event) -> AsyncIterator[bytes]:
    try:
        for part in PARTS:
            yield part
    finally:
        ended.set()


class Hasty(Stream):
    patience = 0.01


async def test_who_takes_nothing_is_given_up_and_what_was_kept_for_them_is_let_go() -> None:
    ended, sent = asyncio.Event(), list[bytes]()

    async def full(message: Message) -> None:
        if message.get("body") == PARTS[1]:
            await asyncio.Event().wait()
        sent.append(message.get("body", b""))

    async with asyncio.timeout(10):
        await Hasty(told(ended)).stream_response(full)
    assert sent == [b"", PARTS[0]]
    assert ended.is_set()


async def test_who_takes_each_part_in_time_gets_all() -> None:
    ended, sent = asyncio.Event(), list[bytes]()

    async def slow(message: Message) -> None:
        await asyncio.sleep(0)
        sent.append(message.get("body", b""))

    await Stream(told(ended)).stream_response(slow)
    assert [part for part in sent if part] == PARTS
    assert ended.is_set()
