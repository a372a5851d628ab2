"""The proxy passes on what it is given, and each way of breaking it is felt and is over when it is mended."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from chaos.proxy import Way
from tests import ports

WORDS = b"postmaster" * 10


@pytest.fixture
async def way() -> AsyncIterator[Way]:
    """A way to somebody who repeats what is said and goes when nothing more comes."""

    async def repeat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(1000):
            writer.write(said)
        writer.close()

    base = ports.block()
    there = await asyncio.start_server(repeat, "127.0.0.1", base)
    way = Way(base + 1, base, random.Random(1))
    await way.open()
    yield way
    await way.close()
    there.close()


async def ask(way: Way) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", way.port)
    try:
        writer.write(WORDS)
        return await reader.readexactly(len(WORDS))
    finally:
        writer.close()


async def test_it_passes_on_what_comes_to_the_end(way: Way) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", way.port)
    writer.write(WORDS * 10_000)
    writer.write_eof()
    assert await reader.read(-1) == WORDS * 10_000
    writer.close()


async def test_a_slow_way_passes_everything_on(way: Way) -> None:
    async with way.broken("slow") as felt:
        assert await ask(way) == WORDS
        assert len(felt) == 1


async def test_what_falls_into_a_hole_comes_when_it_is_mended(way: Way) -> None:
    async with way.broken("hole") as felt:
        asking = asyncio.create_task(ask(way))
        while not felt:
            await asyncio.sleep(0)
        assert not asking.done()
    assert await asking == WORDS


async def test_a_way_that_resets_cuts_in_the_middle(way: Way) -> None:
    async with way.broken("reset") as felt:
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await ask(way)
        assert len(felt) == 1
    assert await ask(way) == WORDS


async def test_a_way_that_refuses_cuts_what_there_is_and_lets_nobody_in(way: Way) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", way.port)
    writer.write(WORDS)
    await reader.readexactly(len(WORDS))
    async with way.broken("refuse") as felt:
        assert len(felt) == 1
        with pytest.raises(ConnectionResetError):
            await reader.read()
        with pytest.raises(ConnectionRefusedError):
            await ask(way)
    assert await ask(way) == WORDS
