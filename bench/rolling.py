"""A rolling restart and a rolling upgrade under load: `python -m bench.rolling` prints what was lost, doubled and late meanwhile."""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from bench import plots
from bench.figures import spread
from bench.load import REPORT, client
from bench.paging import machine
from bench.replicas import Replaced, Replicas, previous, release, replicated
from bench.storm import BY, OTHER_TEAM
from deploy.local.layout import ROOT
from sandbox.client import SandboxClient

PATIENT = 30.0  # seconds that a sender tries for
SETTLED = 8.0  # seconds of load after the last replacement
OWNER = "platform@example.com"  # whom the watchdog tells
PAGES = {"phone": "call", "chat": "message"}
SCHEMA = "SELECT name FROM migrations ORDER BY name"


@dataclass
class Sent:
    """Cases by the moment of their first try (UTC seconds), which of them are P1, and how senders were answered."""

    at: dict[str, float] = field(default_factory=dict)
    urgent: set[str] = field(default_factory=set)
    tries: Counter[str] = field(default_factory=Counter)
    given_up: int = 0


class Senders:
    """Programs that report by either door: where one is away or says 503 they try the other, under the same key."""

    def __init__(self, replicas: Replicas, http: httpx.AsyncClient) -> None:
        self._doors = replicas.doors
        self._http = http
        self._turn = 0

    async def ask(self, path: str, body: Mapping[str, Any], key: str, tries: Counter[str]) -> httpx.Response | None:
        """Ask until somebody takes it; None when nobody does."""
        end = time.monotonic() + PATIENT
        while time.monotonic() < end:
            self._turn += 1
            door = self._doors[self._turn % len(self._doors)]
            try:
                answer = await self._http.post(f"{door}{path}", json=body, headers={"idempotency-key": key})
            except httpx.HTTPError as problem:
                tries[type(problem).__name__] += 1
            else:
                tries[str(answer.status_code)] += 1
                if answer.is_success:
                    return answer
            await asyncio.sleep(0.05)
        return None

    async def report(self, sent: Sent, urgent: bool) -> None:
        """Report one case."""
        at = datetime.now(UTC).timestamp()
        answer = await self.ask("/v1/cases", OTHER_TEAM if urgent else REPORT, uuid4().hex, sent.tries)
        if answer is None:
            sent.given_up += 1
            return
        case = str(answer.json()["id"])
        sent.at[case] = at
        if urgent:
            sent.urgent.add(case)

    async def load(self, sent: Sent, rate: float, urgent_every: int, stop: asyncio.Event) -> None:
        """A steady rate until told to stop, whether or not the ones before have been answered; every nth is a P1."""
        started, tasks = time.perf_counter(), set[asyncio.Task[None]]()
        number = 0
        while not stop.is_set():
            await asyncio.sleep(max(started + number / rate - time.perf_counter(), 0))
            task = asyncio.create_task(self.report(sent, number % urgent_every == 0))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            number += 1
        await asyncio.gather(*tasks)

    async def answer(self, sandbox: SandboxClient, since: int) -> None:
        """Take each case when its telephone rings or its message comes, until cancelled: what nobody takes would climb."""
        seen, tries = set[str](), Counter[str]()
        while True:
            for item in await sandbox.received(since=since):
                since = max(since, int(item["id"]))
                case = item["case_id"]
                if PAGES.get(item["channel"]) == item["kind"] and case and case not in seen:
                    seen.add(case)
                    await self.ask(f"/v1/cases/{case}/acknowledge", BY, f"taken-{case}", tries)
            await asyncio.sleep(0.2)


async def measured(
    replicas: Replicas, name: str, chosen: argparse.Namespace, doing: Awaitable[list[Replaced]]
) -> dict[str, Any]:
    """Load while something is done; then everything is waited for and counted."""
    stop, sent = asyncio.Event(), Sent()
    async with (
        client(replicas.stack, timeout=10) as http,
        SandboxClient(replicas.stack.sandbox) as sandbox,
    ):
        senders, since = Senders(replicas, http), await sandbox.cursor()
        answering = asyncio.create_task(senders.answer(sandbox, since))
        loading = asyncio.create_task(senders.load(sent, chosen.rate, chosen.urgent_every, stop))
        began = time.time()
        replaced = await doing
        await asyncio.sleep(SETTLED)
        stop.set()
        await loading
        seconds = time.time() - began
        pages = await _pages(sandbox, since, sent)
        answering.cancel()
        chats = [
            i for i in await sandbox.received("chat", since=since) if i["kind"] == "message" and i["case_id"] in sent.at
        ]
        alarms = [i for i in await sandbox.received("email", since=since, to=OWNER) if "watchdog@" in str(i)]
    first = {case: (at - sent.at[case]) * 1000 for case, at in pages.items()}
    doubled = Counter(item["notification_id"] for item in chats if item["notification_id"])
    return {
        "what": name,
        "seconds": round(seconds),
        "cases": len(sent.at),
        "p1": len(sent.urgent),
        "given_up": sent.given_up,
        "tries": dict(sent.tries),
        "lost": len(sent.at) - len(pages),
        "doubled": sum(count > 1 for count in doubled.values()),
        "p1_to_call_ms": spread([first[case] for case in sent.urgent if case in first]),
        "p3_to_page_ms": spread([ms for case, ms in first.items() if case not in sent.urgent]),
        "watchdog_alarms": len(alarms),
        "p1_points": [(round(sent.at[c] - began, 2), round(first[c])) for c in sent.urgent if c in first],
        "replaced": [_told(one, sent, first, began) for one in replaced],
    }


def _told(one: Replaced, sent: Sent, first: Mapping[str, float], began: float) -> dict[str, object]:
    """How long it took, and the slowest P1 that came in meanwhile."""
    meanwhile = [first[case] for case in sent.urgent & first.keys() if one.began - 1 <= sent.at[case] <= one.ready + 1]
    took = {"stopped_s": round(one.gone - one.began, 1), "ready_s": round(one.ready - one.gone, 1)}
    slowest = round(max(meanwhile, default=0))
    return {"part": one.part, "at_s": round(one.began - began, 2), **took, "slowest_p1_ms": slowest}


async def _pages(sandbox: SandboxClient, since: int, sent: Sent) -> dict[str, float]:
    """Case → when it was first paged (a P1 by telephone, the others by chat); waits until all are there, for a minute."""
    end = time.monotonic() + 60
    while True:
        pages: dict[str, float] = {}
        for item in await sandbox.received(since=since):
            way = PAGES.get(item["channel"])
            wanted = "phone" if item["case_id"] in sent.urgent else "chat"
            if item["case_id"] in sent.at and item["kind"] == way and item["channel"] == wanted:
                pages.setdefault(item["case_id"], datetime.fromisoformat(item["at"]).timestamp())
        if len(pages) == len(sent.at) or time.monotonic() > end:
            await asyncio.sleep(2.0 if len(pages) == len(sent.at) else 0)  # what would be doubled has time to come
            return pages
        await asyncio.sleep(1.0)


async def schema(url: str) -> set[str]:
    """The migrations that the database of intake has seen."""
    session = await asyncpg.connect(url)
    try:
        return {row["name"] for row in await session.fetch(SCHEMA)}
    finally:
        await session.close()


async def measure(replicas: Replicas, after: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """As usual, during a restart of all processes, and during an upgrade of all processes with its migrations."""
    await replicas.second()
    url = replicas.stack.database_url
    known = await schema(url)

    async def nothing() -> list[Replaced]:
        await asyncio.sleep(chosen.seconds)
        return []

    async def upgraded() -> list[Replaced]:
        await asyncio.to_thread(replicas.migrate, after)
        return await replicas.replace_all(after)

    await measured(replicas, "warm-up", chosen, asyncio.sleep(10, []))
    return {
        "machine": machine(),
        "rate": chosen.rate,
        "from": chosen.from_,
        "runs": [
            await measured(replicas, "as usual", chosen, nothing()),
            await measured(replicas, "rolling restart", chosen, replicas.replace_all(replicas.before)),
            await measured(replicas, "rolling upgrade", chosen, upgraded()),
        ],
        "migrations": sorted(await schema(url) - known),
    }


def table(result: dict[str, Any]) -> str:
    """The result for people."""
    rows = [f"{'':18} seconds  cases    P1  lost  doubled  P1 p50    p99    max  P3 p50    p99  refused tries  alarms"]
    for run in result["runs"]:
        p1, p3 = run["p1_to_call_ms"], run["p3_to_page_ms"]
        refused = sum(count for what, count in run["tries"].items() if not what.startswith("2"))
        rows.append(
            f"{run['what']:18} {run['seconds']:7} {run['cases']:6} {run['p1']:5} {run['lost'] + run['given_up']:5} {run['doubled']:8}"
            f" {p1['p50']:7.0f} {p1['p99']:6.0f} {p1['max']:6.0f} {p3['p50']:7.0f} {p3['p99']:6.0f} {refused:14} {run['watchdog_alarms']:7}"
        )
    usual = result["runs"][0]["p1_to_call_ms"]["p99"]
    worst = [run["p1_to_call_ms"]["p99"] / usual for run in result["runs"][1:]]
    rows.append(f"P1 p99 beside the usual: {', '.join(f'{ratio:.1f}' for ratio in worst)}")
    rows.append(f"migrations: {', '.join(result['migrations']) or 'none'}")
    return "\n".join(rows)


def picture(result: dict[str, Any]) -> str:
    """Every P1 by when it was reported, the runs one after the other, over bands while a process was being replaced."""
    points, spans, passed = list[tuple[float, float]](), list[plots.Span](), 0.0
    for run in result["runs"]:
        points += [(passed + at, ms) for at, ms in run["p1_points"]]
        for one in run["replaced"]:
            at = passed + one["at_s"]
            spans.append((at, at + one["stopped_s"] + one["ready_s"], f"{run['what']}: {one['part']}"))
        passed += run["seconds"]
    usual = result["runs"][0]["p1_to_call_ms"]["p99"]
    title = "P1, request → call: as usual, rolling restart, rolling upgrade; line: twice the usual p99"
    return plots.dots(title, "ms", points, spans, 2 * usual)


def main() -> int:
    """Measure, print, and keep the figures where asked; the exit code tells whether anything was lost or doubled."""
    parser = argparse.ArgumentParser("python -m bench.rolling", description=__doc__)
    parser.add_argument(
        "--from", dest="from_", help="the release before, a commit; else the one before the last migration"
    )
    parser.add_argument("--rate", type=float, default=10, help="cases a second")
    parser.add_argument("--urgent-every", type=int, default=10, help="every nth is a P1")
    parser.add_argument("--seconds", type=float, default=40, help="of the measurement as usual")
    parser.add_argument("--out", type=Path, help="a file for the figures as JSON")
    parser.add_argument("--page", action="store_true", help="write the plot of docs/benchmarks.md")
    chosen = parser.parse_args()
    chosen.from_ = chosen.from_ or previous()
    with release(chosen.from_) as before, replicated(before) as replicas:
        result = asyncio.run(measure(replicas, ROOT, chosen))
    print(table(result))
    if chosen.page:
        (plots.FOLDER / "rolling.svg").write_text(picture(result), "utf-8")
    text = json.dumps(result, indent=2, ensure_ascii=False)
    if chosen.out:
        chosen.out.write_text(f"{text}\n", "utf-8")
    else:
        print(text)
    return int(any(run["lost"] or run["doubled"] or run["given_up"] for run in result["runs"]))


if __name__ == "__main__":
    sys.exit(main())
