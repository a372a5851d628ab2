"""What may be done to an installation, chosen by a seed: kill a part, stop it for a while, or let a provider misbehave."""

import asyncio
import os
import random
import signal
from contextlib import suppress
from dataclasses import dataclass

import httpx

from deploy.local.layout import Layout
from deploy.local.processes import alive
from sandbox.client import SandboxClient

SERVICES = ("intake", "router", "timer", "notifier", "knowledge")
STORES = ("kafka", "postgres")
PROVIDERS = (("chat", "500"), ("chat", "429"), ("chat", "timeout-after-accept"), ("phone", "500"), ("phone", "slow"),
             ("phone", "timeout-after-accept"), ("phone", "busy"))  # fmt: skip
LONGEST = 3.0  # seconds
SELDOM = 0.15  # of the faults hit a store, which everything waits for


@dataclass(frozen=True)
class Fault:
    """One thing that is done: kill, stop or deceive; to whom; for how many seconds, or how often."""

    kind: str
    whom: str
    much: float

    def __str__(self) -> str:
        return f"{self.kind} {self.whom} ({self.much:.1f})"


def choose(dice: random.Random) -> Fault:
    """The next fault of a seed."""
    roll = dice.random()
    if roll < SELDOM:
        return Fault("kill", dice.choice(STORES), 0)
    if roll < 0.5:
        return Fault("kill", dice.choice(SERVICES), 0)
    if roll < 0.75:
        return Fault("stop", dice.choice(SERVICES), dice.uniform(0.2, LONGEST))
    return Fault("deceive", " ".join(dice.choice(PROVIDERS)), dice.randint(1, 2))


async def inflict(fault: Fault, layout: Layout, sandbox: SandboxClient) -> int:
    """Do it, and undo what can be undone; gives how many pages it may have left in doubt."""
    if fault.kind == "deceive":
        channel, _, kind = fault.whom.partition(" ")
        with suppress(httpx.TransportError):  # a connection that was let go just now; the next fault comes soon
            await sandbox.fault(channel, kind, int(fault.much), seconds=0.5)
        return int(fault.much)
    record = alive(layout, fault.whom)
    if record is None:
        return 0
    with suppress(ProcessLookupError):
        if fault.kind == "kill":
            os.kill(record.pid, signal.SIGKILL)
        else:
            os.kill(record.pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(fault.much)
            finally:
                os.kill(record.pid, signal.SIGCONT)
    return 1
