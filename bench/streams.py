"""The stream of case changes with 500 listeners and 50 changes a second: `python -m bench.streams` prints how late each hears, as JSON.

A whole installation is started; what the stream does not need is then stopped, and this writes to the log what the others
would. Every change names another owner, so that a listener knows which it has heard: each of them must come once, also to
those who break off every few seconds and return with `Last-Event-ID`. One listener reads nothing, and must be cut off once
more has been said than the kernel keeps for it (Linux: twice the largest of `tcp_wmem`, 8 MB as a rule).
"""

import argparse
import asyncio
import itertools
import json
import os
import re
import socket
import sys
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiokafka import AIOKafkaProducer

from bench import cpu
from bench.board import OTHERS, Log, parts
from bench.figures import spread
from bench.stack import Stack, running
from deploy.local.processes import alive, exclusively, stop

HEARD = re.compile(rb"id: (\d+)\nevent: case\n.*?\"person\.(\d+)\"", re.DOTALL)
PLACE = re.compile(rb"id: (\d+)\n")
SETTLING = 300.0  # seconds that opening the cases may take
STRAGGLING = 60.0  # seconds after the last change in which every listener must have heard it


@dataclass
class Course:
    """When each change was given to the broker (UTC seconds, by its number), and how long after that it was heard (ms)."""

    given: list[float] = field(default_factory=lambda: [0.0])
    late: "array[float]" = field(default_factory=lambda: array("f"))


@dataclass
class Listener:
    """One stream: how often each change came by it, and the place to go on from. `breaks` is after how many seconds it breaks off."""

    stack: Stack
    course: Course
    most: int
    breaks: float = 0.0
    place: bytes = b""
    returns: int = 0
    size: int = 0  # bytes
    times: bytearray = field(init=False)

    def __post_init__(self) -> None:
        """It has heard nothing yet."""
        self.times = bytearray(self.most + 1)

    async def listen(self) -> None:
        """Listen for ever, breaking off in between where that is wanted."""
        while True:
            try:
                async with asyncio.timeout(self.breaks or None):
                    await self._once()
            except TimeoutError:
                self.returns += 1

    async def _once(self) -> None:
        reader, writer = await asyncio.open_connection(*address(self.stack))
        try:
            writer.write(asked(self.stack, self.place))
            rest = b""
            while part := await reader.read(65_536):
                self.size += len(part)
                whole, _, rest = (rest + part).rpartition(b"\n\n")
                self._hear(whole + b"\n\n")
        finally:
            writer.close()

    def _hear(self, text: bytes) -> None:
        now = time.time()
        for event in text.split(b"\n\n"):
            if found := HEARD.search(event):
                number = int(found[2])
                self.times[number] = min(self.times[number] + 1, 255)
                if number:
                    self.course.late.append((now - self.course.given[number]) * 1000)
            if at := PLACE.search(event):
                self.place = at[1]


def address(stack: Stack) -> tuple[str, int]:
    """Where intake listens."""
    where = urlsplit(stack.intake)
    return where.hostname or "", where.port or 80


def asked(stack: Stack, place: bytes = b"") -> bytes:
    """The request for a stream, from a place on where one is known."""
    after = b"Last-Event-ID: " + place + b"\r\n" if place else b""
    token = f"Authorization: Bearer {stack.token}\r\n".encode()
    return b"GET /v1/cases/stream HTTP/1.1\r\nHost: tasuki\r\n" + token + after + b"\r\n"


def deaf(stack: Stack) -> socket.socket:
    """A listener that asks for the stream and reads nothing of it."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    found.connect(address(stack))
    found.sendall(asked(stack))
    return found


async def was_cut_off(quiet: socket.socket) -> bool:
    """Whether the other side has ended a stream that nobody read: what is left of it comes to an end."""
    quiet.setblocking(False)
    try:
        async with asyncio.timeout(STRAGGLING):
            while await asyncio.get_running_loop().sock_recv(quiet, 1 << 20):
                continue
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def kept_by_the_kernel() -> int:
    """So many bytes may lie between a sender and one who reads nothing."""
    return 2 * int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text().split()[2])


async def measure(stack: Stack, chosen: argparse.Namespace) -> dict[str, Any]:
    """Open cases, let everybody listen, and change the cases for as long as was asked for."""
    with exclusively(stack.layout):
        for name in OTHERS:
            stop(stack.layout, name)
    intake = alive(stack.layout, "intake")
    assert intake is not None
    total, course = int(chosen.rate * chosen.seconds), Course()
    probe = Listener(stack, course, total)
    steady = [Listener(stack, course, total) for _ in range(chosen.listeners - chosen.restless - 2)]
    restless = [Listener(stack, course, total, breaks=2 + number % 5) for number in range(chosen.restless)]
    async with AIOKafkaProducer(bootstrap_servers=stack.kafka, acks="all") as producer, asyncio.TaskGroup() as group:
        log = Log(producer)
        tasks = [group.create_task(probe.listen())]
        await until(lambda: bool(probe.place), SETTLING)
        await log.open(chosen.cases)
        await until(lambda: probe.times[0] >= min(chosen.cases, 255), SETTLING)
        memory = [cpu.resident_mb([intake.pid])]
        tasks += [group.create_task(one.listen()) for one in (*steady, *restless)]
        quiet = deaf(stack)
        await until(lambda: all(one.place for one in (*steady, *restless)), SETTLING)
        memory.append(cpu.resident_mb([intake.pid]))
        print(f"{len(tasks) + 1} listeners", file=sys.stderr)
        before, started = stack.spent(), time.monotonic()
        cases = itertools.cycle([f"c_{number:026}" for number in range(1, chosen.cases + 1)])
        for number in range(1, total + 1):
            await asyncio.sleep(max(started + number / chosen.rate - time.monotonic(), 0))
            course.given.append(time.time())
            await log.hand(next(cases), number)
        took, after = time.monotonic() - started, stack.spent()
        memory.append(cpu.resident_mb([intake.pid]))
        everybody = (probe, *steady, *restless)
        late = await until(lambda: all(all(one.times[1:]) for one in everybody), STRAGGLING)
        enough = probe.size > kept_by_the_kernel()
        deaf_one = "too little was said" if not enough else "cut off" if await was_cut_off(quiet) else "kept"
        for task in tasks:
            task.cancel()
    return {
        "load": os.getloadavg()[0],
        "listeners": chosen.listeners,
        "seconds": round(took),
        "changes": total,
        "heard": len(course.late),
        "late_ms": spread(course.late) if course.late else {},
        "late_ms_by_part": [spread(part) for part in parts(list(course.late), 4)],
        "all_heard": not late,
        "lost": sum(one.times[1:].count(0) for one in (probe, *steady)),
        "twice": sum(sum(times > 1 for times in one.times[1:]) for one in (probe, *steady)),
        "returns": sum(one.returns for one in restless),
        "lost_across_returns": sum(one.times[1:].count(0) for one in restless),
        "twice_across_returns": sum(sum(times > 1 for times in one.times[1:]) for one in restless),
        "deaf_one": deaf_one,
        "intake_mb": dict(zip(("alone", "with_listeners", "at_the_end"), map(round, memory), strict=True)),
        "cpu_percent_of_a_core": {
            name: round((after[name] - before[name]) / took * 100) for name in ("intake", "postgres", "kafka")
        },
    }


async def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds; True when it does not within so many seconds."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        await asyncio.sleep(0.5)
    return not holds()


def main() -> None:
    """Measure and print; fails when a change was lost or doubled, or the deaf listener was kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.streams", description=__doc__)
    parser.add_argument("--listeners", type=int, default=500, help="as many as one process lets in")
    parser.add_argument("--restless", type=int, default=20, help="of these break off every few seconds and return")
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50, help="changes a second")
    parser.add_argument("--seconds", type=float, default=120)
    chosen = parser.parse_args()
    with running() as stack:
        result = asyncio.run(measure(stack, chosen))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    wrong = [name for name in ("lost", "twice", "lost_across_returns", "twice_across_returns") if result[name]]
    if wrong or result["deaf_one"] == "kept":
        raise SystemExit(f"{wrong}, who reads nothing: {result['deaf_one']}")


if __name__ == "__main__":
    main()
