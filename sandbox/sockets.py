"""The chat's other way to report presses: a WebSocket that the app opens (Socket Mode)."""

import asyncio
import json
from typing import Any
from uuid import uuid4

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

APP_TOKEN = "xapp-sandbox"  # noqa: S105 - opens only this sandbox
ACK_SECONDS = 3.0


class Sockets:
    """Connections of one app on a port of their own, which is opened when the app first asks for an address."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._tickets: set[str] = set()
        self._confirmed: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._changed = asyncio.Condition()
        self.connections: list[ServerConnection] = []
        self.opened = 0

    async def address(self) -> str:
        """An address that can be connected to once."""
        if self._server is None:
            self._server = await serve(self._serve, "127.0.0.1", 0)
        port = next(iter(self._server.sockets)).getsockname()[1]
        ticket = uuid4().hex
        self._tickets.add(ticket)
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id=A0SANDBOX"

    async def deliver(self, payload: dict[str, Any], envelope_id: str = "") -> bool:
        """Send a press over the newest connection; whether it was confirmed within three seconds."""
        return await self.ask(payload, envelope_id) is not None

    async def ask(
        self, payload: dict[str, Any], envelope_id: str = "", kind: str = "interactive"
    ) -> dict[str, Any] | None:
        """Send what somebody did over the newest connection; what the confirmation answers, None without one."""
        id_ = envelope_id or str(uuid4())
        body = {"type": kind, "envelope_id": id_, "payload": payload, "accepts_response_payload": True}
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._confirmed[id_] = future
        try:
            async with asyncio.timeout(ACK_SECONDS):
                await self.connections[-1].send(json.dumps(body, ensure_ascii=False))
                return await future
        except (TimeoutError, ConnectionClosed):
            return None
        finally:
            self._confirmed.pop(id_, None)

    async def say(self, **what: Any) -> None:
        """Say something else over the newest connection, a farewell for example."""
        await self.connections[-1].send(json.dumps(what))

    def cut(self) -> None:
        """Let every connection break without a word."""
        for connection in self.connections:
            connection.transport.abort()

    async def until(self, opened: int, seconds: float = 5) -> None:
        """Wait until so many connections have been opened in all and one stands; raises TimeoutError."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: self.opened >= opened and bool(self.connections))

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, connection: ServerConnection) -> None:
        path = connection.request.path if connection.request else ""
        ticket = path.partition("ticket=")[2].partition("&")[0]
        if ticket not in self._tickets:
            return
        self._tickets.discard(ticket)
        hello = {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "connection_info": {"app_id": "A0SANDBOX"},
        }
        await connection.send(json.dumps(hello))
        await self._stands(connection, True)
        try:
            async for raw in connection:
                told = json.loads(raw)
                future = self._confirmed.get(told.get("envelope_id", ""))
                if future and not future.done():
                    future.set_result(told.get("payload") or {})
        except ConnectionClosed:
            pass
        finally:
            await self._stands(connection, False)

    async def _stands(self, connection: ServerConnection, stands: bool) -> None:
        async with self._changed:
            if stands:
                self.connections.append(connection)
                self.opened += 1
            else:
                self.connections.remove(connection)
            self._changed.notify_all()
