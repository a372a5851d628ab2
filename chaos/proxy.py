"""A TCP proxy on the way from one part to another, which may slow the way down, swallow what is sent, cut it, or shut it."""

import asyncio
import random
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

HOWS = ("slow", "hole", "reset", "refuse")
LATENCY = (0.02, 0.2)  # seconds that each piece takes longer on a slow way
BYTES_A_SECOND = 100_000  # that a slow way lets through
PIECE = 16384  # bytes
CUT = struct.pack("ii", 1, 0)  # to linger for no time: the other side is told by RST


@dataclass(eq=False)
class Connection:
    """Both of its ends, each to be read from and written to."""

    ends: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]

    def cut(self) -> None:
        """End it as a machine does that knows nothing of it."""
        for _, writer in self.ends:
            with suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CUT)
            writer.transport.abort()


class Way:
    """Connections to `port` go on to `target`, both of this machine.

    While it is broken: "slow" holds each piece back, "hole" takes everything and passes nothing on until it is mended,
    "reset" passes half of a piece on and cuts both ends, "refuse" cuts what there is and lets nobody in.
    """

    def __init__(self, port: int, target: int, dice: random.Random) -> None:
        self.port = port
        self._target = target
        self._dice = dice
        self._how = ""
        self._mended = asyncio.Event()
        self._open: set[Connection] = set()
        self._hit: set[Connection] = set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Let connections in."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    def shut(self) -> None:
        """Let nobody in, and cut what there is."""
        if self._server:
            self._server.close()
        for connection in self._open:
            connection.cut()

    async def close(self) -> None:
        """End it; nothing of it goes on afterwards."""
        self.shut()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    @asynccontextmanager
    async def broken(self, how: str) -> AsyncIterator[set[Connection]]:
        """Break it, and mend it afterwards; gives the connections that felt it, more and more."""
        self._hit, self._how = set(), how
        self._mended.clear()
        if how == "refuse":
            self._hit |= self._open
            self.shut()
        try:
            yield self._hit
        finally:
            self._how = ""
            self._mended.set()
            if how == "refuse":
                await self.open()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection([(reader, writer)])
        self._open.add(connection)
        if task := asyncio.current_task():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        passing: list[asyncio.Task[None]] = []
        try:
            connection.ends.append(await asyncio.open_connection("127.0.0.1", self._target))
            (here, back), (there, onward) = connection.ends
            passing += [asyncio.create_task(self._pass(connection, *way)) for way in ((here, onward), (there, back))]
            await asyncio.gather(*passing)
            for _, end in connection.ends:
                end.close()
        except OSError:  # nobody is there, or an end is gone: the other is told so
            connection.cut()
        finally:
            for task in passing:
                task.cancel()
            self._open.discard(connection)

    async def _pass(self, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what comes until there is no more."""
        while piece := await reader.read(PIECE):
            if self._how:
                self._hit.add(connection)
            match self._how:
                case "hole":
                    await self._mended.wait()
                case "slow":
                    await asyncio.sleep(self._dice.uniform(*LATENCY) + len(piece) / BYTES_A_SECOND)
                case "reset":
                    writer.write(piece[: len(piece) // 2])
                    raise ConnectionResetError
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
