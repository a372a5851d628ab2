"""People and programs that go on while everything breaks: they report, try until they are heard, answer their telephones, and finish."""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.growth_ground import DONE
from bench.load import REPORT
from bench.storm import OTHER_TEAM, SAME_TEAM
from sandbox.client import SandboxClient

REPORTS: tuple[dict[str, Any], ...] = (REPORT, REPORT, SAME_TEAM, OTHER_TEAM)
PATIENT = 120.0  # seconds until a sender gives up
TAKES = 30.0  # seconds from an urgent report until it is finished, if somebody has it by then
AGAIN = 15.0  # seconds until somebody looks again
DEAF = "+819000000102"  # never answers: for them it climbs


@dataclass
class Senders:
    """What was accepted and what was finished, by case id with the time of the answer, and how often a sender gave up.

    `urgent`: cases that are to be finished, with the time at which somebody looks.
    """

    accepted: dict[str, float] = field(default_factory=dict)
    urgent: dict[str, float] = field(default_factory=dict)
    finished: dict[str, float] = field(default_factory=dict)
    given_up: int = 0

    async def report(self, http: httpx.AsyncClient, body: dict[str, Any], key: str) -> None:
        """Send one report under one key until it is accepted."""
        end = time.monotonic() + PATIENT
        while time.monotonic() < end:
            try:
                answer = await http.post("/v1/cases", json=body, headers={"idempotency-key": key})
                if answer.status_code == httpx.codes.ACCEPTED:
                    case = answer.json()["id"]
                    self.accepted[case] = time.time()
                    if body["urgency"] == "critical":
                        self.urgent[case] = self.accepted[case] + TAKES
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.3)
        self.given_up += 1

    async def finish(self, http: httpx.AsyncClient, case: str) -> None:
        """Let whoever has the case say that it is done; look again later where nobody has it, or where this was not heard."""
        self.urgent[case] += AGAIN
        with suppress(httpx.HTTPError):
            found = (await http.get(f"/v1/cases/{case}")).raise_for_status().json()
            owner = found["owner"]
            if found["status"] == "resolved":  # an answer was lost on the way, or the case that leads is done
                del self.urgent[case]
            elif owner:
                done = {**DONE, "by": {"id": owner["id"], "name": owner["name"]}}
                (await http.post(f"/v1/cases/{case}/resolve", json=done)).raise_for_status()
                self.finished[case] = time.time()
                del self.urgent[case]


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


async def keep_finishing(http: httpx.AsyncClient, senders: Senders) -> None:
    """Finish what is urgent, one after the other, until cancelled."""
    while True:
        for case in [case for case, at in senders.urgent.items() if at < time.time()]:
            await senders.finish(http, case)
        await asyncio.sleep(1.0)
