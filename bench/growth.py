"""Submit → page while an installation grows: `python -m bench.growth` prints JSON.

Measured on one installation: empty; then with more and more open cases; then with people, teams and schedules as well; then with
rules; then with more and more finished cases. What comes stays, so that the last measurement is of all of it together. The
database is thrown away in the end.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bench import cpu, limits, load, paging
from bench.figures import spread
from bench.growth_ground import Ground, people, rules
from bench.recovery import restarted
from bench.stack import Stack, running

READS = {
    "newest": "/v1/cases",
    "newest of a status": "/v1/cases?status=received",
    "of an owner who has none": "/v1/cases?owner=ito.sakura",
    "with a word that stands in none": "/v1/cases?q=どこにもない語",
    "search": "/v1/search?q=請求書の文字が欠ける",
}
CALM = 30.0  # percent of a core, below which the services are done with what was told to them
OPEN_DAYS, DONE_DAYS = (0.1, 6.0), (7.0, 365.0)


async def measure(stack: Stack, chosen: argparse.Namespace) -> dict[str, Any]:
    """Everything in one run, limits at both ends, to tell a slower machine from a slower installation."""
    before = await limits.measure(stack)
    steps = [await measured(stack, chosen, "empty", 0.0)]
    began = time.monotonic()
    async for what in grown(stack, chosen):
        steps.append(await measured(stack, chosen, what, round(time.monotonic() - began, 1)))
        began = time.monotonic()
    first, last = steps[0], steps[-1]
    restarts = {name: await restarted(stack, name) for name in ("intake", "router", "timer", "notifier")}
    return {
        "machine": paging.machine(),
        "limits": before,
        "limits_at_the_end": await limits.measure(stack),
        "steps": steps,
        "ratio": {
            "p50": ratio(first["submit_to_page_ms"]["p50"], last["submit_to_page_ms"]["p50"]),
            "p99": ratio(first["submit_to_page_ms"]["p99"], last["submit_to_page_ms"]["p99"]),
            "cpu_ms_per_case": ratio(first["cpu_ms_per_case"], last["cpu_ms_per_case"]),
            "idle_cpu": ratio(first["idle_cpu_percent_of_a_core"], last["idle_cpu_percent_of_a_core"]),
            "memory": ratio(first["memory_mb"], last["memory_mb"]),
        },
        "restart_s": restarts,
        "restart_longest_s": max(restarts.values()),
        "records_in_the_index": chosen.records,
        "lost": sum(step["lost"] for step in steps),
        "doubled": sum(step["doubled"] for step in steps),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


async def grown(stack: Stack, chosen: argparse.Namespace) -> AsyncIterator[str]:
    """Let it grow step by step; each time, what has come."""
    ground = Ground(stack)
    await ground.prepare()
    open_cases = [*ground.taken, *ground.taken, *ground.taken, *ground.taken, *ground.waiting]  # one in five waits
    for more, count in added(chosen.open):
        await ground.fill(open_cases, more, OPEN_DAYS)
        yield f"{count:,} open"
    async with load.client(stack, timeout=300) as http:
        if chosen.people:
            await people(stack, http, chosen.people)
            yield f"{chosen.people:,} people"
        if chosen.rules:
            await rules(http, chosen.rules)
            yield f"{chosen.rules:,} rules"
    for number, (more, count) in enumerate(added(chosen.archived), 1):
        last = number == len(chosen.archived)
        await ground.fill(ground.done, more, DONE_DAYS, chosen.records if last else 0)
        if last and chosen.records:
            print(f"{chosen.records:,} records found after {await restarted(stack, 'knowledge')} s", file=sys.stderr)
        print(f"the database takes {await ground.gigabytes()} GiB", file=sys.stderr)
        yield f"{count:,} done"


def added(totals: Sequence[int]) -> list[tuple[int, int]]:
    """Totals that rise, each behind how many more it is than the one before."""
    return [(total - before, total) for before, total in zip((0, *totals), totals, strict=False)]


def ratio(first: float, last: float) -> float:
    """The last beside the first."""
    return round(last / first, 2)


async def measured(stack: Stack, chosen: argparse.Namespace, what: str, grew_in_s: float) -> dict[str, Any]:
    """How it does now: until it is calm, idle, one case at a time, many at once, and as people look at it."""
    calm = await calmed(stack)
    await load.measured(stack, "warm-up", partial(load.burst, count=50))
    before, started = stack.spent(), time.perf_counter()
    await asyncio.sleep(chosen.idle)
    after, took = stack.spent(), time.perf_counter() - started
    idle = {name: round((after[name] - before[name]) / took * 100, 1) for name in before}
    memory = round(cpu.resident_mb(stack.pids))
    quiet = await load.measured(stack, "quiet", partial(load.quiet, count=chosen.quiet))
    burst = await load.measured(stack, "burst", partial(load.burst, count=chosen.burst))
    found = {
        "what": what,
        "grew_in_s": grew_in_s,
        "calm_after_s": calm,
        "submit_to_page_ms": quiet["submit_to_page_ms"],
        "submit_to_202_ms": quiet["submit_to_202_ms"],
        "cpu_ms_per_quiet_case": quiet["cpu_ms_per_case"],
        "cpu_ms_per_case": burst["cpu_ms_per_case"],
        "burst_all_paged_s": burst["all_paged_s"],
        "idle_cpu_percent_of_a_core": round(sum(idle.values()), 1),
        "idle_by_process": idle,
        "memory_mb": memory,
        "reads_ms": await reads(stack),
        "lost": quiet["lost"] + burst["lost"],
        "doubled": quiet["doubled"] + burst["doubled"],
    }
    print(json.dumps(found, ensure_ascii=False), file=sys.stderr, flush=True)
    return found


async def calmed(stack: Stack) -> float:
    """Seconds until the services are busy with nothing of what has come any more."""
    began, before = time.monotonic(), cpu.seconds(stack.pids)
    while True:
        await asyncio.sleep(2)
        after = cpu.seconds(stack.pids)
        if (after - before) / 2 * 100 < CALM or time.monotonic() > began + 120:
            return round(time.monotonic() - began - 2, 1)
        before = after


async def reads(stack: Stack) -> dict[str, dict[str, float]]:
    """How long lists, the board and a search take, in milliseconds."""
    found = {}
    async with load.client(stack) as http:
        for name, path in READS.items():
            late = []
            for _ in range(10):
                started = time.perf_counter()
                (await http.get(path)).raise_for_status()
                late.append((time.perf_counter() - started) * 1000)
            found[name] = spread(late)
    return found


def main() -> int:
    """Measure and print; exit code 1 when anything was lost or doubled."""

    def numbers(text: str) -> list[int]:
        return sorted(int(number) for number in text.split(",") if number)

    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--quiet", type=int, default=100, help="cases one at a time, in each measurement")
    parser.add_argument("--burst", type=int, default=300, help="cases at once, in each measurement")
    parser.add_argument("--idle", type=float, default=10, help="seconds in which nothing is done, in each measurement")
    parser.add_argument("--open", type=numbers, default=[10_000, 50_000], help="open cases, in rising steps")
    parser.add_argument("--people", type=int, default=1_000, help="ten to a team, each team with a schedule")
    parser.add_argument("--rules", type=int, default=500, help="in the policy")
    parser.add_argument(
        "--archived", type=numbers, default=[100_000, 1_000_000], help="finished cases, in rising steps"
    )
    parser.add_argument("--records", type=int, default=20_000, help="of them in the archive that is searched")
    chosen = parser.parse_args()
    with running() as stack:
        result = asyncio.run(measure(stack, chosen))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return int(bool(result["lost"] or result["doubled"]))


if __name__ == "__main__":
    sys.exit(main())
