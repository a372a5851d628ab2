"""A client for addresses that others give us: they cannot lead into our own network.

A name is resolved once, all its addresses are judged, and the connection goes to one that was judged. No connection is
used twice, so that each has been judged, and no redirect is followed.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address

import httpx

from shared.runtime import telemetry
from shared.runtime.networks import Address, Allowed, allowed, is_web

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
PORT = {"https": 443, "http": 80}
CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0


class Forbidden(httpx.UnsupportedProtocol):
    """The address is none that may be written to; nothing was sent."""


async def resolved(host: str, port: int) -> Sequence[Address]:
    """All addresses of a host, as the system finds them; raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(address[0])) for *_, address in found))


class Guard(httpx.AsyncBaseTransport):
    """Judges where a request goes before anything is connected."""

    def __init__(
        self, allow: Allowed, resolve: Resolve = resolved, verify: ssl.SSLContext | None = None, most: int = 100
    ) -> None:
        self._allow = allow
        self._resolve = resolve
        once = httpx.Limits(max_connections=most, max_keepalive_connections=0)
        self._inner = httpx.AsyncHTTPTransport(verify=verify or telemetry.authorities(), trust_env=False, limits=once)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send to the first address that answers; raises `Forbidden`, or what the network does."""
        url = request.url
        host, port = url.raw_host.decode("ascii"), url.port or PORT.get(url.scheme, 0)
        found = await self._found(host, port) if is_web(url.scheme, host, bool(url.userinfo)) else ()
        reason = self._allow.refuses(url.scheme, host, port, bool(url.userinfo), found)
        if reason:
            raise Forbidden(reason, request=request)
        problem: httpx.TransportError = httpx.ConnectError("no address", request=request)
        for address in found:
            try:
                return await self._inner.handle_async_request(_pinned(request, host, address))
            except (httpx.ConnectError, httpx.ConnectTimeout) as failure:  # nothing was sent yet
                problem = failure
        raise problem

    async def aclose(self) -> None:
        """Give back connections."""
        await self._inner.aclose()

    async def _found(self, host: str, port: int) -> Sequence[Address]:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await self._resolve(host, port)
        except UnicodeError:
            return ()
        except OSError as problem:  # a time-out is one as well
            raise httpx.ConnectError("the name is not known") from problem


def client(allow: str, resolve: Resolve = resolved, verify: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """A client that writes to the public network and, besides, to what `allow` names (networks and hosts, by comma)."""
    timeout = httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
    return telemetry.http_client(timeout, transport=Guard(allowed(allow), resolve, verify), follow_redirects=False)


def _pinned(request: httpx.Request, host: str, address: Address) -> httpx.Request:
    """The same request to one address; the server is still asked, and proves itself, by its name."""
    extensions = {**request.extensions, "sni_hostname": host}
    url = request.url.copy_with(host=str(address))
    return httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)
