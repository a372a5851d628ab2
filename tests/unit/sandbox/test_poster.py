"""The lean client survives what servers do to kept-alive connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sandbox.poster import Interrupted, Poster, Unreachable

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def answering(*answers: bytes, close: bool = False) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that gives the answers in turn over one connection, then hangs up."""
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            head = await reader.readuntil(b"\r\n\r\n")
            seen.append(head + await reader.readexactly(4))
            writer.write(answer)
            if close:
                break
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a?b=1", seen


async def test_one_connection_serves_several_requests_and_a_new_one_when_it_was_closed() -> None:
    poster = Poster()
    async with answering(OK, OK) as (url, seen):
        for _ in range(3):
            assert await poster.send("POST", url, b"body", {"X-A": "b"}) == (200, {"content-length": "2"}, b"ok")
            await asyncio.sleep(0)
    assert len(seen) == 3
    assert seen[0].startswith(b"POST /a?b=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    poster.close()


async def test_an_answer_that_breaks_off_is_not_sent_again() -> None:
    poster = Poster()
    async with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", close=True) as (url, seen):
        with pytest.raises(Interrupted):
            await poster.send("POST", url, b"body", {})
    assert len(seen) == 1


async def test_nonsense_nobody_and_silence() -> None:
    poster = Poster()
    async with answering(b"220 mail.example ESMTP\r\n", close=True) as (url, _):
        with pytest.raises(Interrupted):
            await poster.send("POST", url, b"body", {})
    with pytest.raises(Unreachable):
        await poster.send("POST", "http://127.0.0.1:1/", b"", {})
    async with answering(b"", b"") as (url, _):
        with pytest.raises(TimeoutError):
            await poster.send("POST", url, b"body", {}, timeout=0.05)
    with pytest.raises(ValueError, match="line break"):
        await poster.send("POST", "http://127.0.0.1:1/", b"", {"A": "x\r\nB: y"})
