"""The wire under the client on real sockets: whatever a server does, it is told as httpx's own wire tells it."""

import asyncio
import gzip
import socket
import ssl
import struct
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from services.notifier.channels.http import LARGEST_ANSWER, call
from services.notifier.domain.result import Ambiguous, Permanent, Retryable
from shared.runtime import telemetry
from shared.runtime.transport import Transport

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-name: \xe9\r\n\r\nok"


async def read(reader: asyncio.StreamReader) -> bytes:
    """One request, whole."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(h.split(b":")[1]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length")), 0)
    return head + await reader.readexactly(length)


def says(*pieces: bytes, then: str = "close") -> Serve:
    """A server that reads the request and writes this."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read(reader)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        match then:
            case "wait":
                await reader.read()
            case "reset":
                sock: Any = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.close()

    return serve


def folded(body: bytes, encoding: str = "gzip") -> Serve:
    """A server that answers this as something compressed, which nobody has asked for."""
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {len(body)}\r\n\r\n"
    return says(head.encode() + body)


@asynccontextmanager
async def server(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/x?q=%E9%AB%99&a=b+c"


def wires() -> dict[str, httpx.AsyncBaseTransport]:
    return {"ours": Transport(telemetry.authorities()), "httpx": httpx.AsyncHTTPTransport(trust_env=False)}


async def told(wire: httpx.AsyncBaseTransport, url: str, seconds: float = 5, **request: Any) -> Any:
    async with telemetry.http_client(transport=wire) as http:
        return await call(http, "POST", url, seconds, **request)


BEHAVIOURS = {
    "answers": (says(OK), 200),
    "answers in pieces": (
        says(b"HTTP/1.1 201 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n", b"0\r\n\r\n"),
        201,
    ),
    "answers until it closes": (says(b"HTTP/1.1 429 Too Many\r\nretry-after: 7\r\n\r\nslow"), 429),
    "leads elsewhere": (says(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"), 302),
    "says nothing and closes": (says(), Ambiguous("no-answer-from-provider")),
    "resets": (says(then="reset"), Ambiguous("no-answer-from-provider")),
    "breaks off within its head": (says(b"HTTP/1.1 200 OK\r\ncont"), Ambiguous("no-answer-from-provider")),
    "breaks off within its body": (
        says(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nok"),
        Ambiguous("no-answer-from-provider"),
    ),
    "resets within its body": (
        says(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nok", then="reset"),
        Ambiguous("no-answer-from-provider"),
    ),
    "speaks something else": (says(b"220 mail.example.jp ESMTP\r\n"), Ambiguous("no-answer-from-provider")),
    "says gzip and is none": (folded(b"ok"), Ambiguous("answer-unreadable")),
    "says gzip and breaks off": (folded(gzip.compress(b"ok")[:-9]), Ambiguous("answer-unreadable")),
    "folds as nobody else does": (folded(b"ok", "br"), Ambiguous("answer-unreadable")),
    "unfolds": (folded(gzip.compress(b"x" * (LARGEST_ANSWER + 1))), Ambiguous("answer-too-large")),
    "folds what is small": (folded(gzip.compress(b"ok")), 200),
    "has no end": (
        says(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (2 * LARGEST_ANSWER), then="wait"),
        Ambiguous("answer-too-large"),
    ),
}


@pytest.mark.parametrize("wire", ["ours", "httpx"])
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
async def test_what_a_server_does_is_told_alike(wire: str, behaviour: str) -> None:
    serve, expected = BEHAVIOURS[behaviour]
    async with server(serve) as url:
        found = await told(wires()[wire], url, json={"text": "髙﨑①㈱🔥"})
    assert (found.status_code if isinstance(found, httpx.Response) else found) == expected


async def test_what_unfolds_takes_no_more_room_than_an_answer_may() -> None:
    serve = folded(gzip.compress(bytes(64 * 1024 * 1024)))
    async with server(serve) as url:
        tracemalloc.start()
        try:
            assert await told(wires()["ours"], url) == Ambiguous("answer-too-large")
            assert tracemalloc.get_traced_memory()[1] < 16 * LARGEST_ANSWER
        finally:
            tracemalloc.stop()


async def test_what_was_folded_small_is_read() -> None:
    async with server(folded(gzip.compress("髙﨑①㈱🔥".encode()))) as url:
        assert (await told(wires()["ours"], url)).text == "髙﨑①㈱🔥"


@pytest.mark.parametrize("wire", ["ours", "httpx"])
@pytest.mark.parametrize(
    ("then", "expected"),
    [("silent", Ambiguous("no-answer-from-provider")), ("slow", Ambiguous("no-answer-from-provider"))],
)
async def test_a_server_that_takes_too_long(wire: str, then: str, expected: object) -> None:
    serve = (
        says(then="wait") if then == "silent" else says(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok", then="wait")
    )
    async with server(serve) as url:
        assert await told(wires()[wire], url, 0.2) == expected


@pytest.mark.parametrize("wire", ["ours", "httpx"])
async def test_what_has_not_gone_out_is_told_apart(wire: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody listens
        port = closed.getsockname()[1]
        assert await told(wires()[wire], f"http://127.0.0.1:{port}/") == Retryable("unreachable")
    assert await told(wires()[wire], "http://no-such-host.invalid/") == Retryable("unreachable")
    async with server(says(OK)) as url:  # one that speaks no TLS
        assert await told(wires()[wire], url.replace("http://", "https://")) == Retryable("unreachable")


@pytest.mark.parametrize("wire", ["ours", "httpx"])
@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http:///x", "http://[::1", "127.0.0.1/x"])
async def test_an_address_that_is_none(wire: str, url: str) -> None:
    assert await told(wires()[wire], url) == Permanent("bad-address", "target")


async def test_the_request_on_the_wire_is_the_one_of_httpx() -> None:
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read(reader))
        writer.write(OK)
        writer.close()

    async with server(serve) as url:
        for wire in ("ours", "httpx"):
            found = await told(wires()[wire], url, json={"text": "髙﨑①㈱🔥"}, headers={"authorization": "Bearer x"})
            assert (found.text, found.headers["x-name"]) == ("ok", "é")
            await told(wires()[wire], url)
            await told(wires()[wire], url.replace("//", "//user:pa%2Fss@"), data={"a": "髙 b"})
    half = len(seen) // 2
    assert [lines(r) for r in seen[:half]] == [lines(r) for r in seen[half:]]


def lines(request: bytes) -> tuple[bytes, set[bytes], bytes]:
    """First line, headers in no order and with names in small letters, body."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    named = (h.partition(b":") for h in headers)
    return first, {name.lower() + b":" + value.strip() for name, _, value in named}, body


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET"])
async def test_nothing_is_sent_twice_by_itself(method: str) -> None:
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        for answer in (OK, b""):  # the second request of a connection gets none
            await read(reader)
            asked += 1
            writer.write(answer)
        writer.close()

    async with server(serve) as url, telemetry.http_client() as http:
        first, second = await call(http, method, url), await call(http, method, url)
    assert isinstance(first, httpx.Response)
    assert second == Ambiguous("no-answer-from-provider")
    assert asked == 2


async def test_a_connection_is_used_again_only_when_all_was_read() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while not reader.at_eof():
            try:
                request = await read(reader)
            except asyncio.IncompleteReadError:
                break
            size = 2 * LARGEST_ANSWER if b"GET /large" in request else 2
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size + b"o" * size)
        writer.close()

    async with server(serve) as url, telemetry.http_client() as http:
        for _ in range(3):
            assert isinstance(await call(http, "GET", url), httpx.Response)
        assert connections == 1
        assert await call(http, "GET", url.replace("/x", "/large")) == Ambiguous("answer-too-large")
        assert isinstance(await call(http, "GET", url), httpx.Response)
        assert connections == 2
