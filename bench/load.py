"""Submits cases, and asks the sandbox when each was first paged."""

import asyncio
import random
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from bench import cpu
from bench.figures import percentile, spread
from bench.stack import Stack
from sandbox.client import SandboxClient
from shared.runtime import telemetry
from shared.runtime.transport import Transport

REPORT = {
    "kind": "other",  # many defects of one kind would be gathered into one case
    "urgency": "medium",
    "impact": "one",
    "title": "帳票の文字が欠ける",
    "facts": "請求書の PDF で 髙 と ① が □ になる。髙﨑商事㈱ 様より。再現手順は添付のとおり。",
    "wanted": "回避策があれば教えてほしい",
}


@dataclass
class Run:
    """What went out (case id → when, UTC seconds) and how long the sender waited for its 202, in milliseconds."""

    sent: dict[str, float] = field(default_factory=dict)
    accepted_ms: list[float] = field(default_factory=list)
    refused: int = 0


async def one(http: httpx.AsyncClient, run: Run, report: Mapping[str, Any] = REPORT) -> None:
    """Submit one case."""
    started, at = time.perf_counter(), datetime.now(UTC).timestamp()
    answer = await http.post("/v1/cases", json=report, headers={"idempotency-key": uuid.uuid4().hex})
    if answer.status_code == 202:
        run.accepted_ms.append((time.perf_counter() - started) * 1000)
        run.sent[answer.json()["id"]] = at
    else:
        run.refused += 1


async def quiet(http: httpx.AsyncClient, count: int) -> Run:
    """One at a time, at random moments."""
    run = Run()
    for _ in range(count):
        await asyncio.sleep(random.uniform(0.05, 0.15))
        await one(http, run)
    return run


async def burst(http: httpx.AsyncClient, count: int, at_once: int = 32) -> Run:
    """As fast as they are accepted, `at_once` under way."""
    run, left = Run(), iter(range(count))

    async def worker() -> None:
        for _ in left:
            await one(http, run)

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return run


async def sustained(http: httpx.AsyncClient, per_second: float, seconds: float) -> Run:
    """At a steady rate, whether or not the ones before have been answered."""
    run, tasks, start = Run(), [], time.perf_counter()
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(start + number / per_second - time.perf_counter(), 0))
        tasks.append(asyncio.create_task(one(http, run)))
    await asyncio.gather(*tasks)
    return run


async def measured(stack: Stack, name: str, submit: Any) -> dict[str, Any]:
    """Run one load and say how it went. Every run also checks that nothing is lost and nothing doubled."""
    async with SandboxClient(stack.sandbox) as sandbox, client(stack) as http:
        since = await sandbox.cursor()
        before, started = cpu.seconds(stack.pids), time.perf_counter()
        run: Run = await submit(http)
        accepted = time.perf_counter() - started
        pages = await _pages(sandbox, since, run, patience=120)
        spent = cpu.seconds(stack.pids) - before
    late = [(min(at) - run.sent[case]) * 1000 for case, at in pages.items()]
    end = max((min(at) for at in pages.values()), default=0.0) - min(run.sent.values())
    return {
        "what": name,
        "cases": len(run.sent),
        "refused": run.refused,
        "lost": len(run.sent) - len(pages),
        "doubled": sum(len(at) > 1 for at in pages.values()),
        "submit_to_page_ms": spread(late) if late else {},
        "submit_to_202_ms": spread(run.accepted_ms),
        "all_accepted_s": round(accepted, 2),
        "all_paged_s": round(end, 2),
        "cpu_ms_per_case": round(spent * 1000 / max(len(run.sent), 1), 2),
        "each_tenth_p99_ms": _tenths([(min(at) - run.sent[case]) * 1000 for case, at in pages.items()]),
        "p99_of_the_last_third_ms": round(percentile(late[-len(late) // 3 :], 0.99), 1) if late else None,
    }


def _tenths(late: list[float]) -> list[float]:
    """The p99 of each tenth, in the order in which the cases were sent."""
    size = len(late) / 10
    parts = [late[round(n * size) : round((n + 1) * size)] for n in range(10)]
    return [round(percentile(part, 0.99), 1) for part in parts if part]


async def _pages(sandbox: SandboxClient, since: int, run: Run, patience: float) -> dict[str, list[float]]:
    """Case id → when it was paged; waits until all are there, or nothing more comes for a while."""
    end = time.monotonic() + patience
    pages: dict[str, list[float]] = {}
    while time.monotonic() < end:
        pages = {case: [] for case in run.sent}
        for item in await sandbox.received("chat", since=since):
            if item["kind"] == "message" and item["case_id"] in pages:
                pages[item["case_id"]].append(datetime.fromisoformat(item["at"]).timestamp())
        if all(pages.values()):
            break
        await asyncio.sleep(1.0)
    await asyncio.sleep(1.0)  # what would be doubled has time to come
    return {case: at for case, at in pages.items() if at}


def client(stack: Stack, timeout: float = 60) -> httpx.AsyncClient:
    """A sender with the token of the stack."""
    headers = {"authorization": f"Bearer {stack.token}"}
    wire = Transport(telemetry.authorities())  # the generator stands on the same cores
    return httpx.AsyncClient(base_url=stack.intake, headers=headers, timeout=timeout, transport=wire, trust_env=False)
