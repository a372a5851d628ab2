"""What is killed, stopped or refused, and how soon all is as before: `python -m bench.recovery` prints it as JSON."""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from functools import partial
from typing import Any

import psutil

from bench import cpu, load
from bench.figures import percentile
from bench.stack import Stack, running
from deploy.local.parts import wanted
from deploy.local.processes import alive
from deploy.local.ready import answers
from deploy.local.services import SECRETS
from deploy.local.supervisor import YOUNG
from sandbox.client import SandboxClient

PAGES = 40  # under way when the notifier is killed


async def measure(stack: Stack, chosen: argparse.Namespace) -> dict[str, Any]:
    """Everything in one run."""
    await load.measured(stack, "warm-up", partial(load.burst, count=50))
    return {
        "restart_s": {name: await restarted(stack, name) for name in SECRETS},
        "killed": [await killed(stack) for _ in range(chosen.kills)],
        "refused": await away(stack, "500", chosen.refused),
        "away": await away(stack, "down", chosen.away),
    }


async def restarted(stack: Stack, name: str) -> float:
    """Seconds from the kill of a service until the next process of it is ready."""
    record = alive(stack.layout, name)
    assert record is not None
    (part,) = (p for p in wanted(stack.layout) if p.name == name)
    began = time.monotonic()
    os.kill(record.pid, signal.SIGKILL)
    while (new := alive(stack.layout, name)) is None or new.pid == record.pid or not await answers(part):
        await asyncio.sleep(0.02)
    return round(time.monotonic() - began, 2)


async def killed(stack: Stack) -> dict[str, Any]:
    """Forty pages, and the notifier is killed while it sends them: how many are lost or came twice, and when all were out.

    It is as old by then as one that is started anew at once: whatever dies young is left alone for a while.
    """
    record = alive(stack.layout, "notifier")
    assert record is not None
    await asyncio.sleep(psutil.Process(record.pid).create_time() + YOUNG + 1 - time.time())

    async def submit(http: Any) -> load.Run:
        run = await load.burst(http, PAGES)
        record = alive(stack.layout, "notifier")
        if record:
            os.kill(record.pid, signal.SIGKILL)
        return run

    return await load.measured(stack, f"{PAGES} pages, the notifier killed", submit)


async def away(stack: Stack, how: str, seconds: float) -> dict[str, Any]:
    """Five cases while the chat provider fails for so many seconds: all are told in the end, by chat or by another way."""
    async with SandboxClient(stack.sandbox) as sandbox, load.client(stack) as http:
        since, run = await sandbox.cursor(), load.Run()
        await sandbox.fault("chat", how)
        began = time.monotonic()
        for _ in range(5):
            await load.one(http, run)
            await asyncio.sleep(seconds / 5)
        await sandbox.clear_faults("chat")
        back, told = time.monotonic(), set[str]()
        while told != run.sent.keys() and time.monotonic() < back + 120:
            items = await sandbox.received(since=since)
            told = {i["case_id"] for i in items if i["kind"] in ("message", "call", "mail")} & run.sent.keys()
            await asyncio.sleep(0.5)
        ways = {i["channel"] for i in await sandbox.received(since=since) if i["case_id"] in run.sent}
    return {
        "seconds": round(back - began),
        "cases": len(run.sent),
        "lost": len(run.sent) - len(told),
        "all_told_after_s": round(time.monotonic() - back, 1),
        "ways": sorted(ways),
    }


def main() -> int:
    """Measure and print; exit code 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser("python -m bench.recovery", description=__doc__)
    parser.add_argument("--kills", type=int, default=5, help="of the notifier, each while it sends forty pages")
    parser.add_argument("--away", type=float, default=120, help="seconds for which the provider is down")
    parser.add_argument("--refused", type=float, default=20, help="seconds for which it answers 500")
    chosen, began = parser.parse_args(), time.monotonic()
    with running() as stack:
        started = round(time.monotonic() - began, 1)
        memory = round(cpu.resident_mb(stack.pids))
        result = {"cold_start_s": started, "memory_mb": memory, **asyncio.run(measure(stack, chosen))}
    restarts = list(result["restart_s"].values())
    result["restart_longest_s"] = percentile(restarts, 1.0)
    result["taken_over_longest_s"] = max((run["all_paged_s"] for run in result["killed"]), default=None)
    result["killed_lost"] = sum(run["lost"] for run in result["killed"])
    result["lost"] = result["killed_lost"] + result["refused"]["lost"] + result["away"]["lost"]
    result["doubled"] = sum(run["doubled"] for run in result["killed"])
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return int(bool(result["lost"] or result["doubled"]))


if __name__ == "__main__":
    sys.exit(main())
