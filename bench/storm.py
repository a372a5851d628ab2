"""A storm of P3 with P1s inside: `python -m bench.storm` prints when their calls start, and in how many digests the rest comes."""

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from bench.figures import percentile, spread
from bench.limits import measure as measure_limits
from bench.load import REPORT, Run, burst, client, one
from bench.stack import Stack, running
from bench.stages import ends, stages
from sandbox.client import SandboxClient

P1 = {"urgency": "critical", "impact": "all", "title": "全店舗で止まっている"}
SAME_TEAM = {**REPORT, **P1, "facts": "サポートの画面が全店舗で開かない 髙﨑①㈱🔥"}
OTHER_TEAM = {**REPORT, **P1, "product": "決済", "facts": "決済が全店舗で失敗する 髙﨑①㈱🔥"}
BY = {"by": {"id": "yamada.kyoko", "name": "山田 京子"}, "via": "api"}
NUMBER = re.compile(r"#(\d+)")
# The next storm is to find a recipient who has had nothing lately, and what still waits is sent now instead of later.
FORGET = """UPDATE notifications SET planned_at = planned_at - interval '1 hour', created_at = created_at - interval '1 hour',
            attempted_at = attempted_at - interval '1 hour'"""
HURRY = """UPDATE notifications SET next_attempt_at = now() WHERE id IN (
           SELECT id FROM notifications WHERE bundled AND state = 'pending' AND carrier IS NULL FOR UPDATE SKIP LOCKED)"""
PLANNED = "SELECT count(DISTINCT case_id) FROM notifications WHERE case_id = ANY($1) AND channel = 'chat'"
WITHIN = """SELECT extract(epoch FROM a.started_at - n.created_at)::float * 1000 FROM notifications AS n
            JOIN attempts AS a ON a.notification_id = n.id
            WHERE n.case_id = $1 AND n.channel = 'phone' ORDER BY a.started_at LIMIT 1"""
LEFT = """SELECT count(*) FROM notifications
          WHERE state IN ('pending', 'sending', 'ambiguous') AND purpose = 'page' AND channel = 'chat'"""


@dataclass
class Figures:
    """Milliseconds from the request to the call, and what the person got instead of hundreds of messages."""

    alone: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)
    within: list[float] = field(default_factory=list)  # of it, from the ledger of the notifier to the call
    digests: list[int] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    lost: int = 0
    first_digest_s: float = 0.0
    stages: dict[str, list[float]] = field(default_factory=dict)  # from the request, until …
    spent: dict[str, list[float]] = field(default_factory=dict)  # process → CPU milliseconds for each case of a storm

    def last(self) -> str:
        """The way of both P1s of the last storm, in a line."""
        ways = (", ".join(f"{stage} {values[at]:.0f}" for stage, values in self.stages.items()) for at in (-2, -1))
        return f"within the notifier {self.within[-2]:.0f}, {self.within[-1]:.0f}; ms until " + "; ".join(ways)


@dataclass(frozen=True)
class Called:
    """A P1: which case, when it was sent (UTC seconds), and after how many milliseconds it was accepted and called."""

    case: str
    sent: float
    accepted: float
    call: float


async def called(sandbox: SandboxClient, http: httpx.AsyncClient, report: Mapping[str, Any], since: int) -> Called:
    """Submit a P1 and wait for its first call."""
    run = Run()
    await one(http, run, report)
    ((case, sent),) = run.sent.items()
    item = await sandbox.wait_for("phone", since=since, case_id=case, timeout=60)
    answer = await http.post(f"/v1/cases/{case}/acknowledge", json=BY, headers={"idempotency-key": f"bench-{case}"})
    answer.raise_for_status()
    return Called(case, sent, run.accepted_ms[0], (datetime.fromisoformat(item["at"]).timestamp() - sent) * 1000)


def flood(stack: Stack, count: int) -> Run:
    """Submit `count` P3; in a process of its own, for those who submit a P1 do not wait behind whoever floods them."""

    async def submit() -> Run:
        async with client(stack) as http:
            return await burst(http, count)

    return asyncio.run(submit())


async def storm(
    stack: Stack, ledger: "asyncpg.Connection[Any]", crowd: Executor, figures: Figures, count: int, patient: bool
) -> None:
    """One storm: the other team's P1 alone, then `count` P3 with a P1 of each team in their middle."""
    async with SandboxClient(stack.sandbox) as sandbox, client(stack) as http:
        since = await sandbox.cursor()
        figures.alone.append((await called(sandbox, http, OTHER_TEAM, since)).call)
        log = await ends(stack.kafka)
        await asyncio.sleep(1.0)
        since, started = await sandbox.cursor(), time.monotonic()
        before = stack.spent()
        raging = asyncio.get_running_loop().run_in_executor(crowd, flood, stack, count)
        while len(await sandbox.received("chat", since=since)) < 3:
            await asyncio.sleep(0.05)
        urgent = await asyncio.gather(called(sandbox, http, SAME_TEAM, since), called(sandbox, http, OTHER_TEAM, since))
        figures.inside.append(urgent[0].call)
        figures.other.append(urgent[1].call)
        figures.within += [await ledger.fetchval(WITHIN, p1.case) for p1 in urgent]
        run = await raging
        reached = await stages(stack.kafka, log, [p1.case for p1 in urgent])
        for p1 in urgent:
            figures.stages.setdefault("accepted", []).append(p1.accepted)
            for event, at in reached[p1.case].items():
                figures.stages.setdefault(event, []).append((at - p1.sent) * 1000)
            figures.stages.setdefault("call", []).append(p1.call)
        numbers = await _numbers(http, run)
        seen: dict[str, list[set[int]]] = {}
        end = time.monotonic() + 180
        while time.monotonic() < end:
            if not patient and await ledger.fetchval(PLANNED, list(run.sent)) == len(run.sent):
                await ledger.execute(HURRY)
            seen = _seen(await sandbox.received("chat", since=since), numbers)
            if numbers <= set().union(*(s for told in seen.values() for s in told), set()):
                break
            await asyncio.sleep(0.5)
        told = max(seen.values(), key=lambda sets: len(set().union(*sets)), default=[])
        digests = [s for s in told if len(s) > 1]
        figures.digests.append(len(digests))
        figures.messages.append(len(told))
        figures.lost += len(numbers - set().union(*told, set()))
        if patient:
            figures.first_digest_s = round(time.monotonic() - started, 1)
        else:
            for name, seconds in stack.spent().items():
                figures.spent.setdefault(name, []).append((seconds - before[name]) * 1000 / count)
        while await ledger.fetchval(LEFT):
            await asyncio.sleep(0.2)
        await ledger.execute(FORGET)


def _seen(items: list[dict[str, Any]], numbers: set[int]) -> dict[str, list[set[int]]]:
    """Recipient → the numbers of the storm that stand in each message they got."""
    found: dict[str, list[set[int]]] = {}
    for item in items:
        if item["kind"] == "message":
            named = {int(n) for n in NUMBER.findall(json.dumps(item["content"], ensure_ascii=False))} & numbers
            if named:
                found.setdefault(item["to"], []).append(named)
    return found


async def _numbers(http: httpx.AsyncClient, run: Run) -> set[int]:
    """The numbers of the cases that were taken in."""
    found = set()
    for case in run.sent:
        found.add(int((await http.get(f"/v1/cases/{case}")).raise_for_status().json()["number"]))
    return found


async def measure(stack: Stack, storms: int, count: int) -> dict[str, Any]:
    """All storms in one run; the digest of the first comes in its own time, those of the others are hurried."""
    figures = Figures()
    ledger = await asyncpg.connect((stack.layout.secrets / "database-url-notifier").read_text().strip())
    await ledger.execute(f"SET search_path TO {await ledger.fetchval('SELECT current_schema()')}")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as crowd:
        await asyncio.get_running_loop().run_in_executor(crowd, os.getpid)  # its start is not the storm's
        for number in range(storms):
            await storm(stack, ledger, crowd, figures, count, patient=number == 0)
            print(f"storm {number + 1}: {figures.last()}", file=sys.stderr)
    limits = await measure_limits(stack)
    await ledger.close()
    return {
        "storms": storms,
        "cases_each": count,
        "p1_inside_ms": spread(figures.inside),
        "p1_of_another_team_alone_ms": spread(figures.alone),
        "p1_of_another_team_during_ms": spread(figures.other),
        "p1_within_the_notifier_ms": spread(figures.within),
        "p1_stages_ms": {stage: spread(values) for stage, values in figures.stages.items()},
        "cpu_ms_per_case": {name: round(percentile(values, 0.5), 2) for name, values in figures.spent.items()},
        "digests_most": max(figures.digests),
        "messages_most": max(figures.messages),
        "all_listed_after_s": figures.first_digest_s,
        "lost": figures.lost,
        "limits": limits,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def main() -> int:
    """Measure and print; exit code 1 when anything was lost or came in more than three digests."""
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__)
    parser.add_argument("--storms", type=int, default=20, help="one after the other")
    parser.add_argument("--cases", type=int, default=500, help="P3 of one team in each")
    parser.add_argument("--json", type=Path, help="write the result here")
    chosen = parser.parse_args()
    with running(bundle_after=5) as stack:
        result = asyncio.run(measure(stack, chosen.storms, chosen.cases))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return 1 if result["lost"] or result["digests_most"] > 3 else 0


if __name__ == "__main__":
    sys.exit(main())
