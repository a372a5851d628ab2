"""People and programs that go on while everything breaks: they report, try again until they are heard, and answer their telephones."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.load import REPORT
from bench.storm import OTHER_TEAM, SAME_TEAM
from sandbox.client import SandboxClient

REPORTS: tuple[dict[str, Any], ...] = (REPORT, REPORT, SAME_TEAM, OTHER_TEAM)
PATIENT = 120.0  # seconds until a sender gives up
DEAF = "+819000000102"  # never answers: for them it climbs


@dataclass
class Senders:
    """What was accepted, by case id with the time of its 202, and how often a sender gave up."""

    accepted: dict[str, float] = field(default_factory=dict)
    given_up: int = 0

    async def report(self, http: httpx.AsyncClient, body: dict[str, Any], key: str) -> None:
        """Send one report under one key until it is accepted."""
        end = time.monotonic() + PATIENT
        while time.monotonic() < end:
            try:
                answer = await http.post("/v1/cases", json=body, headers={"idempotency-key": key})
                if answer.status_code == httpx.codes.ACCEPTED:
                    self.accepted[answer.json()["id"]] = time.time()
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.3)
        self.given_up += 1


async def habits(sandbox: SandboxClient) -> None:
    """Everybody answers and takes it after a moment, but for one."""
    await sandbox.auto("*", answer_after=0.3, press="1", press_after=0.2)
    await sandbox.auto(DEAF)


async def keep_reporting(http: httpx.AsyncClient, senders: Senders, dice: random.Random, per_second: float) -> None:
    """Report at random moments until cancelled; those under way are then waited for."""
    tasks: set[asyncio.Task[None]] = set()
    try:
        while True:
            body, key = dice.choice(REPORTS), f"chaos-{dice.getrandbits(64):x}"
            task = asyncio.create_task(senders.report(http, body, key))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            await asyncio.sleep(dice.expovariate(per_second))
    finally:
        await asyncio.gather(*tasks)
