"""The lowest level of trouble: connections that are reset or closed without an answer."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

import uvicorn
from starlette.requests import Request
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from sandbox.faults import KINDS, TRANSPORT, Fault, Faults


class Line(HttpToolsProtocol):
    """An HTTP connection whose transport the application can reach, to cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


@asynccontextmanager
async def serving(app: ASGIApp, bound: socket.socket) -> AsyncIterator[None]:
    """Serve the application on a bound socket inside the running event loop until the block ends."""
    config = uvicorn.Config(
        app,
        http=Line,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: Line(config, state, {}), sock=bound, backlog=512)
    try:
        yield
    finally:
        server.close()
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=1)
        for task in state.tasks:
            task.cancel()


class Cut(Exception):
    """The connection is gone; there is nobody to answer."""


def reset(transport: asyncio.BaseTransport) -> None:
    """Close with a TCP reset, dropping what was not sent: the nearest thing to a machine that is down."""
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.fileno() != -1:
        with socket.socket(fileno=socket.dup(connection.fileno())) as twin:
            twin.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def cut(request: Request) -> NoReturn:
    """Reset the connection of this request; raises Cut, which ends the handling."""
    reset(request.state.transport)
    raise Cut


async def hinder(request: Request, faults: Faults, channel: str, to: str, *, sending: bool) -> Fault | None:
    """Let one fault of the transport act: cuts when down, waits when slow; returns what the caller has to act out.

    Only a request that sends something meets all of them; a query meets only slow and down.
    """
    fault = faults.take(
        channel, to, (KINDS[channel] if channel != "phone" else TRANSPORT) if sending else ("slow", "down")
    )
    if fault is None:
        return None
    if fault.kind == "down":
        cut(request)
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return None
    return fault


async def hold_back(request: Request, fault: Fault) -> None:
    """Let what has been accepted be answered late, or never."""
    await asyncio.sleep(fault.seconds)
    if fault.kind != "late":
        cut(request)
