"""The wire under the HTTP client: aiohttp's, which takes a quarter of the processor time of httpx's own."""

import ssl
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.cookies import CookieError

import aiohttp
import httpx
import yarl

CONNECTIONS = 100  # at once
IDLE_SECONDS = 4  # most servers break off after five
LARGEST_LINE = 64 * 1024  # bytes of one header of an answer
ADDED_BY_AIOHTTP = ("accept", "accept-encoding", "content-type", "user-agent")  # what httpx does not say is not said

AS_IT_IS = {"accept-encoding": "identity"}  # to be asked for; who compresses all the same is read all the same
_FOLDED = ("gzip", "x-gzip", "deflate")


class Transport(httpx.AsyncBaseTransport):
    """Sends what an `httpx.AsyncClient` asks for, and fails as httpx does: nobody who uses the client sees a difference.

    That a request has not gone out (`ConnectError`, `ConnectTimeout`, `PoolTimeout`) is told apart from all else, because
    only then may it be sent again. No request is repeated by itself.
    """

    def __init__(self, verify: ssl.SSLContext) -> None:
        self._verify = verify
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; its answer is read as it comes. Raises what httpx raises."""
        if request.url.scheme not in ("http", "https") or not request.url.host:
            raise httpx.UnsupportedProtocol("an address that begins with http:// or https://", request=request)
        bare = request.url.copy_with(userinfo=b"") if request.url.userinfo else request.url  # the header says it by now
        limit = request.extensions.get("timeout", {})
        within = aiohttp.ClientTimeout(
            total=None, connect=limit.get("pool"), sock_connect=limit.get("connect"), sock_read=limit.get("read")
        )
        with _as_httpx(request):
            answer = await self._opened().request(
                request.method,
                yarl.URL(str(bare), encoded=True),
                headers=[(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw],
                data=await request.aread() or None,
                allow_redirects=False,
                timeout=within,
            )
        return httpx.Response(
            answer.status, headers=answer.raw_headers, stream=_Body(answer, request), request=request,
            extensions={"reason_phrase": (answer.reason or "").encode("latin-1", "replace")},
        )  # fmt: skip

    async def aclose(self) -> None:
        """Close what is open."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._verify, limit=CONNECTIONS, keepalive_timeout=IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=ADDED_BY_AIOHTTP,
                max_line_size=LARGEST_LINE,
                max_field_size=LARGEST_LINE,
            )
            self._session._retry_connection = False  # it would send a PUT twice when the first has no answer
        return self._session


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: aiohttp.ClientResponse, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx(self._request):
            async for piece in self._answer.content.iter_any():
                yield piece

    async def aclose(self) -> None:
        """Keep the connection when all was read, and break it off otherwise."""
        if not self._answer.content.at_eof():
            self._answer.close()
        self._answer.release()


@contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as problem:
        named = httpx.ConnectTimeout if isinstance(problem, TimeoutError) else httpx.ConnectError
        raise named(str(problem), request=request) from problem
    except aiohttp.ServerTimeoutError as problem:
        raise httpx.ReadTimeout(str(problem), request=request) from problem
    except (aiohttp.InvalidURL, CookieError) as problem:
        raise httpx.LocalProtocolError(str(problem), request=request) from problem
    except aiohttp.ClientOSError as problem:
        raise httpx.ReadError(str(problem), request=request) from problem
    except aiohttp.ClientError as problem:
        raise httpx.RemoteProtocolError(str(problem), request=request) from problem
    except ValueError as problem:  # a header that cannot be written
        raise httpx.LocalProtocolError(str(problem), request=request) from problem


class TooLarge(httpx.DecodingError):
    """An answer has more bytes than are read."""


async def whole(answer: httpx.Response, most: int) -> bytes:
    """The body of an answer that is still to be read, at most so many bytes, compressed or not.

    Raises TooLarge, `httpx.DecodingError` for what cannot be unfolded, and as httpx does.
    """
    content = bytearray()
    assert isinstance(answer.stream, httpx.AsyncByteStream)
    async for chunk in answer.stream:  # httpx itself would unfold a chunk whole, however large it becomes
        content += chunk
        if len(content) > most:
            raise TooLarge(f"more than {most} bytes")
    encoding = answer.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity") or not content:
        return bytes(content)
    unfolding = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, as its first bytes say
    try:
        plain = unfolding.decompress(content, most + 1) if encoding in _FOLDED else b""
    except zlib.error as problem:
        raise httpx.DecodingError(str(problem)) from None
    if len(plain) > most:
        raise TooLarge(f"more than {most} bytes")
    if not unfolding.eof:
        raise httpx.DecodingError(f"{encoding[:20]} that breaks off, or that we cannot unfold")
    return plain
