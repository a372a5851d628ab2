"""The front door under load: `python -m bench.receivers` prints how senders are answered, steadily, in a storm, and while intake is killed."""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil

from bench import cpu
from bench.barrage import Answer, Order, Volley, barrage
from bench.equation import ALL_CASES, IN_LINE, UNPLANNED, WAITING, balance
from bench.figures import spread
from bench.limits import measure as measure_limits
from bench.load import Run as Reports
from bench.load import client, one
from bench.stack import Stack, running
from bench.storm import OTHER_TEAM
from bench.webhooks import MIXES, setups
from deploy.local.processes import alive
from sandbox.client import SandboxClient

URGENT_EVERY = 2.0  # seconds between the P1s that are reported by hand meanwhile
DOOR, DATABASE = "intake", "postgres"


async def shoot(
    stack: Stack,
    crowd: Executor,
    db: "asyncpg.Connection[Any]",
    name: str,
    order: Order,
    kills: int = 0,
    patience: float = 60,
) -> dict[str, Any]:
    """One run: the volley, P1 reports beside it, the books, and how long the rest takes to catch up."""
    before = {part: cpu.seconds(_pids(stack, part)) for part in (DOOR, DATABASE)}
    cases = await db.fetchval(ALL_CASES)
    async with client(stack) as http, SandboxClient(stack.sandbox) as sandbox:
        since = await sandbox.cursor()
        volleying = asyncio.get_running_loop().run_in_executor(crowd, barrage, order)
        watching = asyncio.create_task(_most_memory(stack, volleying))
        reporting = asyncio.create_task(_report(http, volleying))
        killing = asyncio.create_task(_kill(stack, kills, order.seconds))
        volley = await volleying
        load = os.getloadavg()[0]
        killed = await killing
        reports = await reporting
        spent = {part: cpu.seconds(_pids(stack, part)) - before[part] for part in before}
        began = time.monotonic()
        behind = await _caught_up(db, patience)
        calls = [
            (datetime.fromisoformat(item["at"]).timestamp() - reports.sent[item["case_id"]]) * 1000
            for item in await _first_calls(sandbox, since, reports)
        ]
    books = await balance(db, volley)
    taken = books.opened + books.further + books.aside + books.untold
    new = await db.fetchval(ALL_CASES) - cases - len(reports.sent)
    return {
        "what": name,
        "mix": order.mix,
        "sent": len(volley.answers),
        "seconds": round(volley.seconds, 1),
        "answers": _answers(volley.answers),
        "sent_late_ms": spread(volley.late_ms),
        "lines": volley.lines,
        "503_without_retry_after": sum(a.status == 503 and not a.retry_after for a in volley.answers),
        "books": {**asdict(books), "new_cases": new, "balanced": books.balanced and new == books.cases},
        "cpu_ms_per_delivery": {}
        if killed
        else {part: round(s * 1000 / max(taken, 1), 2) for part, s in spent.items()},
        "door_memory_mb": round(await watching),
        "killed": killed,
        "reported_p1_to_202_ms": spread(reports.accepted_ms) if reports.accepted_ms else {},
        "reported_p1_to_call_ms": spread(calls) if calls else {},
        "reported_p1_called": [len(calls), len(reports.sent), reports.refused],
        "caught_up_after_s": round(time.monotonic() - began, 1)
        if behind is None
        else f"not within {patience:g} s: {behind}",
        "load_average": round(load, 1),
    }


def _pids(stack: Stack, part: str) -> list[int]:
    """The process of a part; of the database, those that serve the door."""
    record = alive(stack.layout, part)
    if record is None or part != DATABASE:
        return [record.pid] if record else []
    serving = psutil.Process(record.pid).children()
    return [process.pid for process in serving if f"tasuki_{DOOR}" in " ".join(process.cmdline())]


def _answers(answers: Sequence[Answer]) -> dict[str, Any]:
    """By status, how many and how fast; what was forged counts by itself, for nothing of it is written."""
    found: dict[str, list[float]] = {}
    for answer in answers:
        status = "2xx" if 200 <= answer.status < 300 else str(answer.status or "no answer")
        found.setdefault(status, []).append(answer.ms)
    return {status: {"count": len(ms), **spread(ms)} for status, ms in sorted(found.items())}


async def _most_memory(stack: Stack, volleying: "asyncio.Future[Volley]") -> float:
    """The most that the door held while the volley lasted, in MB."""
    most = 0.0
    while not volleying.done():
        most = max(most, cpu.resident_mb(_pids(stack, DOOR)))
        await asyncio.sleep(1.0)
    return most


async def _report(http: httpx.AsyncClient, volleying: "asyncio.Future[Volley]") -> Reports:
    """Report a P1 every few seconds, as a person does, for as long as the volley lasts."""
    reports, tasks = Reports(), []

    async def report() -> None:
        try:
            await one(http, reports, OTHER_TEAM)
        except httpx.HTTPError:
            reports.refused += 1

    while not volleying.done():
        tasks.append(asyncio.create_task(report()))
        await asyncio.sleep(URGENT_EVERY)
    await asyncio.gather(*tasks)
    return reports


async def _first_calls(sandbox: SandboxClient, since: int, reports: Reports) -> list[dict[str, Any]]:
    first: dict[str, dict[str, Any]] = {}
    for item in await sandbox.received("phone", since=since):
        if item["case_id"] in reports.sent:
            first.setdefault(item["case_id"], item)
    return list(first.values())


async def _kill(stack: Stack, times: int, seconds: float) -> int:
    """Kill the door at random moments; whoever keeps the installation running starts it anew."""
    began, done = time.monotonic(), 0
    for at in sorted(random.uniform(0.05, 0.95) * seconds for _ in range(times)):
        await asyncio.sleep(max(began + at - time.monotonic(), 0))
        for pid in _pids(stack, DOOR):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                done += 1
    return done


async def _caught_up(db: "asyncpg.Connection[Any]", patience: float) -> dict[str, int] | None:
    """Wait until everything is published and planned; what is left when that takes too long."""
    end = time.monotonic() + patience
    left = {}
    while time.monotonic() < end:
        left = {"in line": await db.fetchval(IN_LINE)}
        left |= {"to publish": await db.fetchval(WAITING), "to plan": await db.fetchval(UNPLANNED)}
        if not any(left.values()):
            return None
        await asyncio.sleep(1.0)
    return left


async def measure(stack: Stack, chosen: argparse.Namespace) -> dict[str, Any]:
    """All runs against one installation, limits first."""
    limits = await measure_limits(stack)
    async with client(stack) as http:
        for source in setups():
            (await http.post("/v1/sources", json=source)).raise_for_status()
    db = await asyncpg.connect(stack.database_url)
    port, mix = int(stack.intake.rpartition(":")[2]), MIXES[chosen.mix]
    runs = []
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as crowd:

        async def run(name: str, order: Order, kills: int = 0) -> None:
            runs.append(await shoot(stack, crowd, db, name, order, kills, chosen.patience))
            print(line(runs[-1]), file=sys.stderr, flush=True)

        await shoot(stack, crowd, db, "warm-up", Order(port, "warm", mix, 50, 3))
        if chosen.seconds:
            name = f"{chosen.rate:g}/s for {chosen.seconds:g} s"
            await run(name, Order(port, "steady", mix, chosen.rate, chosen.seconds))
        if chosen.storm_seconds:
            name = f"{chosen.storm:g}/s for {chosen.storm_seconds:g} s"
            await run(name, Order(port, "storm", mix, chosen.storm, chosen.storm_seconds))
        if chosen.kills:
            name = f"{chosen.kill_rate:g}/s for {chosen.kill_seconds:g} s, intake killed"
            order = Order(port, "killed", mix, chosen.kill_rate, chosen.kill_seconds, stubborn=True)
            await run(name, order, chosen.kills)
    await db.close()
    return {"limits": limits, "runs": runs, "at": datetime.now(UTC).isoformat(timespec="seconds")}


def line(run: dict[str, Any]) -> str:
    """A run for people; of answers, how many and p50 / p99 / the longest."""
    told = "  ".join(
        f"{status}: {a['count']} ({a['p50']:g} / {a['p99']:g} / {a['max']:g} ms)"
        for status, a in run["answers"].items()
    )
    books = run["books"]
    return (
        f"{run['what']}: {told}\n  {books['told']} = {books['opened']} opened + {books['further']} further"
        f" + {books['aside']} aside + {books['duplicates']} again; untold {books['untold']}, lost {books['lost']},"
        f" new cases {books['new_cases']}, balanced {books['balanced']}\n  CPU ms {run['cpu_ms_per_delivery']},"
        f" memory {run['door_memory_mb']} MB, sent late {run['sent_late_ms']['p99']} ms, lines {run['lines']},"
        f" caught up {run['caught_up_after_s']} s, load {run['load_average']}\n  P1 by hand: 202 after"
        f" {run['reported_p1_to_202_ms']}, call after {run['reported_p1_to_call_ms']}, {run['reported_p1_called']}"
    )


def main() -> int:
    """Measure and print; exit code 1 when a 2xx is not accounted for, or a forged request was taken."""
    parser = argparse.ArgumentParser(prog="python -m bench.receivers", description=__doc__)
    parser.add_argument("--rate", type=float, default=200, help="requests a second, steadily")
    parser.add_argument("--seconds", type=float, default=60, help="for how long (0 leaves it out)")
    parser.add_argument("--storm", type=float, default=2000, help="requests a second in the storm")
    parser.add_argument("--storm-seconds", type=float, default=15, help="for how long (0 leaves it out)")
    parser.add_argument("--kills", type=int, default=5, help="how often intake is killed (0 leaves it out)")
    parser.add_argument("--kill-rate", type=float, default=100, help="requests a second meanwhile")
    parser.add_argument("--kill-seconds", type=float, default=30, help="for how long")
    parser.add_argument(
        "--patience", type=float, default=600, help="seconds that the rest has to catch up after each run"
    )
    parser.add_argument("--mix", choices=MIXES, default="usual", help="what is sent")
    parser.add_argument("--json", type=Path, help="write the result here")
    chosen = parser.parse_args()
    with running(bundle_after=5) as stack:
        result = asyncio.run(measure(stack, chosen))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return 0 if all(run["books"]["balanced"] for run in result["runs"]) else 1


if __name__ == "__main__":
    sys.exit(main())
