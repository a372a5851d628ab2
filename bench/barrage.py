"""Senders outside: requests go out at the instant they are due, whether or not those before them were answered."""

import asyncio
import heapq
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import cast

import uvloop

from bench.webhooks import Shot, shots

PATIENCE = 15.0  # seconds until a sender gives up, as the most patient one
BETWEEN = 1.0  # seconds until a refused one comes again, as Retry-After says


@dataclass(frozen=True)
class Order:
    """What is to be sent to a port of this machine; `stubborn` senders come again until they are told 2xx or 4xx."""

    port: int
    run: str
    mix: dict[str, int]
    per_second: float
    seconds: float
    stubborn: bool = False


@dataclass(frozen=True)
class Answer:
    """What one request got: the status (0 when the line broke, or nobody was there), `ms` after it was due."""

    what: str
    source: str
    delivery: str
    status: int
    ms: float
    retry_after: bool


@dataclass
class Volley:
    """All answers, every delivery that was sent, and how late the requests themselves went out."""

    answers: list[Answer] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    sent: set[tuple[str, str]] = field(default_factory=set)
    lines: int = 0
    seconds: float = 0.0


class _Line(asyncio.Protocol):
    """One connection that is kept; answers come one at a time and with a Content-Length."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answered: asyncio.Future[tuple[int, bool]] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none of asyncio's classes

    def connection_lost(self, problem: Exception | None) -> None:
        self.transport = None
        if self._answered and not self._answered.done():
            self._answered.set_result((0, False))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        length = int(lower.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) >= length and self._answered and not self._answered.done():
            self._buffer = b""
            self._answered.set_result((int(head[9:12]), b"\r\nretry-after:" in lower))

    async def ask(self, wire: bytes) -> tuple[int, bool]:
        """Send a request; the status that came back, 0 when the line broke, and whether it says when to come again."""
        if self.transport is None:
            return 0, False
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(wire)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                return await self._answered
        self.transport.abort()
        return 0, False


class _Senders:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._idle: list[_Line] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._due: list[tuple[float, int, Shot]] = []
        self._number = count()
        self.volley = Volley()

    async def fire(self, stream: Sequence[Shot]) -> Volley:
        """Send all of it, and what comes again."""
        began = time.perf_counter() + 0.2
        self._due = [(began + shot.at, next(self._number), shot) for shot in stream]
        self.volley.sent = {(shot.source, shot.delivery) for shot in stream if shot.what != "forged"}
        heapq.heapify(self._due)
        while self._due or self._under_way:
            if not self._due:
                await asyncio.sleep(0.02)
                continue
            if (early := self._due[0][0] - time.perf_counter()) > 0:
                await asyncio.sleep(min(early, 0.05))  # something may come again before the next of the stream is due
                continue
            due, _, shot = heapq.heappop(self._due)
            task = asyncio.create_task(self._one(due, shot))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        self.volley.seconds = time.perf_counter() - began
        return self.volley

    async def _one(self, due: float, shot: Shot) -> None:
        self.volley.late_ms.append((time.perf_counter() - due) * 1000)
        line = await self._line()
        status, told = await line.ask(shot.wire) if line else (0, False)
        done = time.perf_counter()
        if line and line.transport:
            self._idle.append(line)
        ms = (done - due) * 1000
        self.volley.answers.append(Answer(shot.what, shot.source, shot.delivery, status, ms, told))
        if self._order.stubborn and not 200 <= status < 500:
            heapq.heappush(self._due, (done + BETWEEN, next(self._number), shot))

    async def _line(self) -> _Line | None:
        while self._idle:
            if (line := self._idle.pop()).transport:
                return line
        self.volley.lines += 1
        with suppress(OSError):
            return (await asyncio.get_running_loop().create_connection(_Line, "127.0.0.1", self._order.port))[1]
        return None


def elsewhere() -> None:
    """Let a process that stands for other machines have the processor when it needs it, where that may be asked for."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text("-10")


def barrage(order: Order) -> Volley:
    """Send what is ordered; to be run in a process of its own, which makes everything before the first is due."""
    elsewhere()
    stream = list(shots(order.run, order.mix, order.per_second, order.seconds))
    return uvloop.run(_Senders(order).fire(stream))
