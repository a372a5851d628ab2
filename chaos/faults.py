"""What may be done to an installation, chosen by a seed: to its parts, the ways between them, its disk, its clocks and the providers."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from chaos.ground import STORES, TWINS, Ground, set_clock, small_disk
from chaos.proxy import HOWS
from deploy.local.parts import wanted
from deploy.local.processes import alive, exclusively, interrupt
from deploy.local.provision import SERVICES
from sandbox.client import SandboxClient

PROVIDERS = (("chat", "500"), ("chat", "429"), ("chat", "timeout-after-accept"), ("phone", "500"), ("phone", "slow"),
             ("phone", "timeout-after-accept"), ("phone", "busy"))  # fmt: skip
LONGEST = 3.0  # seconds that a part is stopped
BROKEN = (0.5, 9.0)  # seconds that a way or the disk is; a producer gives up after six
STEP = (5.0, 180.0)  # seconds, forwards or back, by which a clock is wrong
WRONG = (3.0, 8.0)  # seconds that it is
SELDOM = 0.3  # of what is done to a process is done to a store, which everything waits for
# How often each kind comes in comparison with the others.
KINDS = {"kill": 30, "stop": 16, "restart": 8, "deceive": 14, "network": 20, "disk": 4, "clock": 8}
PARTS = (*SERVICES, *(f"{name}-2" for name in TWINS))
FULL = b"No space left on device"


@dataclass(frozen=True)
class Fault:
    """One thing that is done: a kind; to whom, and how; for how many seconds, how often, or by how many seconds."""

    kind: str
    whom: str
    much: float = 0.0
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """What it is counted as."""
        return f"{self.kind} {self.whom.rpartition(' ')[2]}" if self.kind == "network" else self.kind

    @property
    def held(self) -> float:
        """For how many seconds something stands still because of it."""
        return self.much if self.kind in ("stop", "network", "disk") else 0.0

    def __str__(self) -> str:
        return f"{self.kind} {self.whom} ({self.much:.1f})"


@dataclass(frozen=True)
class Effect:
    """How often it was felt, and how many pages it may have left in doubt."""

    felt: int = 0
    doubts: int = 0


def choose(dice: random.Random, kinds: Collection[str], ways: Collection[str]) -> Fault:
    """The next fault of a seed."""
    (kind,) = dice.choices([k for k in KINDS if k in kinds], [KINDS[k] for k in KINDS if k in kinds])
    match kind:
        case "kill" | "restart":
            return Fault(kind, dice.choice(STORES if dice.random() < SELDOM else PARTS))
        case "stop":
            return Fault(kind, dice.choice(PARTS), dice.uniform(0.2, LONGEST))
        case "deceive":
            return Fault(kind, " ".join(dice.choice(PROVIDERS)), dice.randint(1, 2))
        case "network":
            return Fault(kind, f"{dice.choice(sorted(ways))} {dice.choice(HOWS)}", dice.uniform(*BROKEN))
        case "disk":
            return Fault(kind, "postgres", dice.uniform(*BROKEN))
    return Fault(kind, dice.choice(PARTS), dice.choice((1, -1)) * dice.uniform(*STEP), dice.uniform(*WRONG))


def impossible(ground: Ground) -> dict[str, str]:
    """The kinds that cannot be had here, with the reason."""
    lacking = {"disk": "" if ground.disk else "a disk can be mounted by root only"}
    lacking["clock"] = "" if ground.clocks else "there is no C compiler (cc)"
    return {kind: why for kind, why in lacking.items() if why}


async def inflict(fault: Fault, ground: Ground, sandbox: SandboxClient) -> Effect:
    """Do it, and undo what can be undone."""
    match fault.kind:
        case "deceive":
            return await _deceive(fault, sandbox)
        case "network":
            return await _break(fault, ground)
        case "disk":
            return await _fill(fault, ground)
        case "clock":
            return await _set(fault, ground)
    return await _hit(fault, ground)


async def _deceive(fault: Fault, sandbox: SandboxClient) -> Effect:
    channel, _, kind = fault.whom.partition(" ")
    with suppress(httpx.TransportError):  # a connection that was let go just now; the next fault comes soon
        await sandbox.fault(channel, kind, int(fault.much), seconds=0.5)
    return Effect(1, int(fault.much))


async def _break(fault: Fault, ground: Ground) -> Effect:
    """Each connection of the notifier may have carried a page, or what came of it; no other sends pages."""
    way, _, how = fault.whom.partition(" ")
    async with ground.ways[way].broken(how) as felt:
        await asyncio.sleep(fault.much)
    return Effect(len(felt), len(felt) if way in ("notifier-sandbox", "notifier-postgres") else 0)


async def _fill(fault: Fault, ground: Ground) -> Effect:
    """Leave no room; whatever is under way then may have no outcome."""
    data, log = small_disk(ground.layout), ground.layout.logs / "postgres.log"
    before, filler = log.read_bytes().count(FULL), data / "filler"
    try:
        with filler.open("wb") as file:
            until = time.monotonic() + fault.much
            while time.monotonic() < until:
                room = os.statvfs(data)
                with suppress(OSError):
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, room.f_bavail * room.f_frsize)
                await asyncio.sleep(0.1)
    finally:
        filler.unlink()
    return Effect(log.read_bytes().count(FULL) - before, 1)


async def _set(fault: Fault, ground: Ground) -> Effect:
    """Set the clock of one process, and put it right; it is asked what time it is."""
    file = ground.clock(fault.whom)
    set_clock(file, fault.much)
    try:
        await asyncio.sleep(fault.seconds)
        felt = await _differs(ground, fault.whom, abs(fault.much) / 2)
    finally:
        set_clock(file, 0)
    return Effect(int(felt), 0)


async def _differs(ground: Ground, part: str, seconds: float) -> bool:
    """Whether its answers are dated as much before or after now."""
    ready = next(each.ready for each in wanted(ground.layout) if each.name == part)
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as http:
            dated = (await http.get(ready)).headers["date"]
    except (httpx.HTTPError, KeyError):
        return False
    return abs(parsedate_to_datetime(dated).timestamp() - time.time()) > seconds


async def _hit(fault: Fault, ground: Ground) -> Effect:
    record = alive(ground.layout, fault.whom)
    if record is None:
        return Effect()
    with suppress(ProcessLookupError):
        match fault.kind:
            case "kill":
                os.kill(record.pid, signal.SIGKILL)
            case "restart":
                await asyncio.to_thread(_restart, ground, fault.whom)
            case "stop":
                os.kill(record.pid, signal.SIGSTOP)
                try:
                    await asyncio.sleep(fault.much)
                finally:
                    os.kill(record.pid, signal.SIGCONT)
    return Effect(1, 1)


def _restart(ground: Ground, part: str) -> None:
    """Stop it as an operator does; the supervisor starts it anew."""
    with exclusively(ground.layout):
        interrupt(ground.layout, part)
