"""The board with 2,000 open cases and 50 changes a second: `python -m bench.board` prints when a real Chromium shows them, as JSON.

A whole installation is started; what is not needed by the board is then stopped, and this writes to the log what the others
would. Every change names another owner, which nobody has had before: when a row with that name stands in the page, that
change is shown. Half of the changes are of cases on the page.
"""

import argparse
import asyncio
import itertools
import json
import os
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiokafka import AIOKafkaProducer

from bench.figures import spread
from bench.load import client
from bench.stack import Stack, running
from deploy.local.demo_data import login_link
from deploy.local.processes import exclusively, stop
from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.plan import Level, Person, Plan, Reason
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName, Priority
from shared.contracts.vocabulary import Path as Road
from tests.integration.browser import Browser, chromium

OTHERS = ("supervisor", "watchdog", "sandbox", "zipkin", "router", "timer", "notifier", "knowledge")
LEADER = "yamada.kyoko"
BY = e.Actor(kind="person", id="sato.hanako", name="佐藤 花子")
WHY = (Reason(ja="マトリクスによる", en="by the matrix"),)
NAME = "担当 {}さん"
LIVE = "return document.getElementById('state')?.textContent"
ROWS = "return [...document.querySelectorAll('#cases > li')].map((row) => row.id)"
WATCH = """
window.shown = [];
new MutationObserver((changes) => {
  const now = Date.now();
  for (const { addedNodes } of changes) for (const row of addedNodes) {
    const name = row.isConnected && /担当 ([0-9]+)さん/.exec(row.textContent);
    if (name) window.shown.push([Number(name[1]), now]);
  }
}).observe(document.getElementById("cases"), { childList: true });
"""
TAKE = "const taken = window.shown; window.shown = []; return taken"


@dataclass
class Run:
    """What went out and what was seen of it: number of a change → when, UTC milliseconds."""

    on_page: dict[int, float] = field(default_factory=dict)
    elsewhere: int = 0
    shown: dict[int, float] = field(default_factory=dict)
    held: list[dict[str, float]] = field(default_factory=list)

    def late(self) -> list[float]:
        """Milliseconds from before a change was given to the broker until its row stood in the page."""
        return [self.shown[number] - at for number, at in self.on_page.items() if number in self.shown]


class Log:
    """The log of cases, written to as the services write to it."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def say(self, event: e.Event) -> None:
        """Append one event; returns before the broker has it."""
        now = datetime.now(UTC)
        body, headers = envelope.encode(event, envelope.event_id("bench", event.model_dump_json(), now), now)
        await self._producer.send(event.topic, body, event.key.encode(), headers=headers)

    async def hand(self, case_id: str, number: int) -> None:
        """Give a case to somebody else, whose name holds the number of this change."""
        to = Person(id=f"person.{number}", name=NAME.format(number))
        await self.say(e.CaseReassigned(case_id=case_id, by=BY, to=to))

    async def open(self, count: int) -> None:
        """Open cases that somebody has, due one after the other, the first in a day."""
        level = Level(targets=(), channels=(Channel.CHAT,), first_response="5m")
        plan = Plan(
            policy_version=1, priority=Priority.P3, path=Road.FUNCTIONAL, team="payments", levels=(level, level),
            first_handling="15m", resolution="4h", reasons=WHY,
        )  # fmt: skip
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        for number in range(1, count + 1):
            id_ = f"c_{number:026}"
            report = Report(title=f"帳票の文字が欠ける {number}", facts="髙﨑商事㈱ 様の請求書で 髙 と ① が □ になる。")
            due = tomorrow + timedelta(minutes=number)
            clock = e.DeadlineSet(name=DeadlineName.RESOLUTION, generation=1, due=due)
            await self.say(e.CaseSubmitted(case_id=id_, by=BY, number=number, report=report, source="api"))
            await self.say(e.EscalationPlanned(case_id=id_, plan=plan))
            await self.say(
                e.EscalationAssigned(
                    case_id=id_, round=1, level=1, path=Road.FUNCTIONAL, priority=Priority.P3, cause="submitted", after=0,
                    responders=(), channels=(Channel.CHAT,), deadlines=(clock,), reasons=WHY,
                )
            )  # fmt: skip
            await self.hand(id_, 0)


async def change(log: Log, cases: list[str], rows: list[str], run: Run, rate: float, seconds: float) -> None:
    """Change cases at a steady rate, one on the page and one elsewhere in turn."""
    here, there = itertools.cycle(rows), itertools.cycle(sorted(set(cases) - set(rows)))
    start = time.monotonic()
    for number in range(1, int(rate * seconds) + 1):
        await asyncio.sleep(max(start + number / rate - time.monotonic(), 0))
        if number % 2:
            run.on_page[number] = time.time() * 1000
            await log.hand(next(here), number)
        else:
            run.elsewhere += 1
            await log.hand(next(there), number)


async def watch(browser: Browser, run: Run, every: float) -> None:
    """Note what has been shown, and what the page holds, until this is cancelled."""
    while True:
        for number, at in await browser.value(TAKE):
            run.shown.setdefault(int(number), at)
        run.held.append(await browser.held())
        await asyncio.sleep(every)


async def measure(stack: Stack, chosen: argparse.Namespace) -> dict[str, Any]:
    """Fill the board, open it, and change it for as long as was asked for."""
    async with client(stack) as http:
        given = {"grants": [{"role": "leader", "team": "*"}]}
        (await http.put(f"/v1/grants/{LEADER}", json=given)).raise_for_status()
    link = login_link(stack.layout, LEADER, admin=False)
    with exclusively(stack.layout):
        for name in OTHERS:
            stop(stack.layout, name)
    run, cases = Run(), [f"c_{number:026}" for number in range(1, chosen.cases + 1)]
    async with (
        AIOKafkaProducer(bootstrap_servers=stack.kafka, acks="all") as producer,
        chromium(chosen.profile, language="ja") as browser,
    ):
        log = Log(producer)
        await log.open(chosen.cases)
        await browser.open(link)
        await browser.click((await browser.all("main button"))[0])
        async with asyncio.timeout(300):  # until all are open and each is somebody's
            while (found := await opened(browser, stack.intake)) != [chosen.cases, 0]:
                print(f"open, with nobody: {found}", file=sys.stderr)
                await asyncio.sleep(2)
        await browser.until(LIVE)
        rows = await browser.value(ROWS)
        print(f"{len(rows)} rows on the page", file=sys.stderr)
        await browser.value(WATCH)
        before, busy, started = stack.spent(), await browser.held(), time.monotonic()
        watching = asyncio.create_task(watch(browser, run, chosen.every))
        await change(log, cases, rows, run, chosen.rate, chosen.seconds)
        took, after = time.monotonic() - started, stack.spent()
        await asyncio.sleep(chosen.every + 2)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        complaints = await browser.complaints()
    spent = {name: round((after[name] - before[name]) / took * 100) for name in ("intake", "postgres", "kafka")}
    spent["page"] = round((run.held[-1]["busy"] - busy["busy"]) / took * 100)
    late = run.late()
    return {
        "load": os.getloadavg()[0],
        "open": chosen.cases,
        "seconds": round(took),
        "changes": len(run.on_page) + run.elsewhere,
        "on_page": len(run.on_page),
        "never_shown": len(run.on_page) - len(late),
        "late_ms": spread(late) if late else {},
        "late_ms_by_part": [spread(part) for part in parts(late, 5)],
        "heap_mb": [round(one["heap"] / 1e6, 2) for one in run.held],
        "nodes": [round(one["nodes"]) for one in run.held],
        "listeners": [round(one["listeners"]) for one in run.held],
        "cpu_percent_of_a_core": spent,
        "complaints": complaints,
    }


def parts(values: list[float], count: int) -> list[list[float]]:
    """Values in so many pieces of the same length, in their order; what is left over is left out."""
    size = len(values) // count
    return [values[at * size : (at + 1) * size] for at in range(count)] if size else []


async def opened(browser: Browser, intake: str) -> list[int]:
    """How many cases the board has, and how many of them nobody has, as its page says."""
    await browser.open(f"{intake}/cases")
    views = "return ['all', 'none'].map((one) => Number(document.querySelector(`.view.${one} strong`).textContent))"
    found: list[int] = await browser.value(views)
    return found


def main() -> None:
    """Measure and print; fails when a change on the page was never shown."""
    parser = argparse.ArgumentParser(prog="python -m bench.board", description=__doc__)
    parser.add_argument("--cases", type=int, default=2000, help="open ones")
    parser.add_argument("--rate", type=float, default=50, help="changes a second")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--every", type=float, default=20, help="seconds between two looks at what the page holds")
    chosen = parser.parse_args()
    with TemporaryDirectory() as profile, running() as stack:
        chosen.profile = Path(profile)
        result = asyncio.run(measure(stack, chosen))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if result["never_shown"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
