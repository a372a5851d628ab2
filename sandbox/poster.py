"""A lean HTTP/1.1 client for call-backs: thousands of small posts to the same few places, cheaply."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

import httptools

LIMIT = 1 << 20  # bytes of one answer


class Unreachable(ConnectionError):
    """Nobody accepted the connection: the request has not been sent."""


class Interrupted(ConnectionError):
    """The connection ended before the answer was whole."""


class _Connection(asyncio.Protocol):
    """One kept-alive connection, one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.used = self.open = False
        self._answer: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.open = transport, True

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        if self._answer and not self._answer.done():
            self._answer.set_exception(Interrupted("the connection was closed before the answer was whole"))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.close()
            if self._answer and not self._answer.done():
                self._answer.set_exception(Interrupted(f"the answer is not HTTP: {error}"))

    async def exchange(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        assert self.transport is not None
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self._parser = httptools.HttpResponseParser(self)
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        await self._answer
        self.used = True
        if not self._parser.should_keep_alive():
            self.close()
        return self._parser.get_status_code(), self.headers, bytes(self.body)

    def close(self) -> None:
        self.open = False
        if self.transport:
            self.transport.abort()

    # --- the parser calls these

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self.body += body
        if len(self.body) > LIMIT:
            self.close()

    def on_message_complete(self) -> None:
        if self._answer and not self._answer.done() and self._parser.get_status_code() >= 200:
            self._answer.set_result(None)


class Poster:
    """Keeps connections to plain http addresses open between requests."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, int], list[_Connection]] = {}

    async def send(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str], timeout: float = 15
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (lower-case names) and body of the answer.

        Raises Unreachable, Interrupted, TimeoutError after `timeout` seconds, ValueError for an address that is none.
        """
        parts = urlsplit(url)
        place = (parts.hostname or "", parts.port or 80)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc.rpartition('@')[2]}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a line break in an address or a header")
        request = ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + body
        async with asyncio.timeout(timeout):
            return await self._exchange(place, request)

    async def _exchange(self, place: tuple[str, int], request: bytes) -> tuple[int, dict[str, str], bytes]:
        while True:
            connection = await self._connection(place)
            was_used = connection.used
            try:
                answer = await connection.exchange(request)
            except Interrupted:
                if was_used and not connection.headers:  # it was closed while it lay idle; take another
                    continue
                raise
            except asyncio.CancelledError:
                connection.close()
                raise
            if connection.open:
                self._idle.setdefault(place, []).append(connection)
            return answer

    async def _connection(self, place: tuple[str, int]) -> _Connection:
        idle = self._idle.get(place, [])
        while idle:
            if (connection := idle.pop()).open:
                return connection
        try:
            async with asyncio.timeout(3):
                _, fresh = await asyncio.get_running_loop().create_connection(_Connection, *place)
        except OSError as error:
            raise Unreachable(f"{place[0]}:{place[1]}: {error or 'no answer to the connection'}") from None
        return fresh

    def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()
