"""`python -m bench.timer`: lateness, a million pending, a cold start, a storm, and a stopped replica; prints JSON.

Real timer processes on Kafka and PostgreSQL of their own; the moment that counts is when the broker appended the breach.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import cpu
from bench.figures import percentile, spread
from bench.timer_ground import BY, GRACE, Ground, deadline, grounds, told
from shared.contracts import events as e
from shared.contracts.vocabulary import Priority

MIX = (Priority.P1,) * 2 + (Priority.P2,) * 8 + (Priority.P3,) * 60 + (Priority.P4,) * 30  # per hundred


def now() -> datetime:
    return datetime.now(UTC)


async def lateness(ground: Ground, count: int) -> dict[str, Any]:
    """Deadlines at random moments, told through the log; how long after due + grace the breach stood in it."""
    start = now() + timedelta(seconds=3)
    due = {f"late-{n}": start + timedelta(seconds=random.uniform(0, count / 40)) for n in range(count)}
    await ground.say([event for id_, at in due.items() for event in told(id_, Priority.P1, at)])
    since = await ground.ends()
    found = await ground.wait_for(count, since, count / 40 + 15)
    return late(found, due, GRACE)


def late(found: list[tuple[str, float]], due: dict[str, datetime], grace: timedelta) -> dict[str, Any]:
    """Milliseconds beyond due + grace; what is missing, doubled or early."""
    ms = [(at - (due[id_] + grace).timestamp()) * 1000 for id_, at in found if id_ in due]
    return {
        "breaches": len(ms),
        "lost": len(set(due) - {id_ for id_, _ in found}),
        "doubled": len(ms) - len({id_ for id_, _ in found if id_ in due}),
        "early": sum((at - (due[id_] + grace).timestamp()) < -0.001 for id_, at in found if id_ in due),
        "late_ms": spread(ms) if ms else {},
    }


async def idle(ground: Ground, seconds: float) -> dict[str, float]:
    """Memory of the timer, and what it and PostgreSQL spend while nothing is due, in percent of a core."""
    await asyncio.sleep(3)
    before, started = ground.spent(), time.perf_counter()
    await asyncio.sleep(seconds)
    after, took = ground.spent(), time.perf_counter() - started
    return {
        "memory_mb": round(cpu.resident_mb([process.pid for process in ground.timers]), 1),
        "cpu_percent": round((after["timers"] - before["timers"]) / took * 100, 2),
        "postgres_cpu_percent": round((after["postgres"] - before["postgres"]) / took * 100, 2),
    }


async def million(ground: Ground, count: int, seconds: float) -> dict[str, Any]:
    """A process without deadlines beside one with a million of them, all due within a month."""
    empty = await idle(ground, seconds)
    ground.stop()
    start = now() + timedelta(days=1)

    def rows() -> Iterator[tuple[Any, ...]]:
        for n in range(count):
            yield deadline(f"far-{n}", MIX[n % 100], start + timedelta(seconds=n * 2_500_000 / count))

    await ground.fill(rows())
    await ground.sql.execute("ANALYZE deadlines")
    await ground.start()
    full = await idle(ground, seconds)
    return {
        "pending": count,
        "empty": empty,
        "full": full,
        "extra_mb": round(full["memory_mb"] - empty["memory_mb"], 1),
    }


async def cold_start(ground: Ground, overdue: int) -> dict[str, Any]:
    """Overdue deadlines stand in the table when the process starts; seconds from then until their breaches are said."""
    ground.stop()
    cases = [(f"cold-{n}", MIX[n % 100], now() - timedelta(seconds=60 + n % 600)) for n in range(overdue)]
    await ground.fill_folds(cases)
    await ground.fill(deadline(*case) for case in cases)
    since = await ground.ends()
    started = now().timestamp()
    await ground.start(wait=False)
    found = await ground.wait_for(overdue, since, 60)
    urgent = {id_ for id_, priority, _ in cases if priority is Priority.P1}
    return {
        "overdue": overdue,
        "said": len(found),
        "first_p1_s": round(min(at for id_, at in found if id_ in urgent) - started, 2),
        "last_p1_s": round(max(at for id_, at in found if id_ in urgent) - started, 2),
        "all_s": round(max(at for _, at in found) - started, 2),
    }


async def storm(ground: Ground, count: int, answers: int) -> dict[str, Any]:
    """So many due within one second; meanwhile people acknowledge some of those that are said last."""
    rng = random.Random(7)
    start = now() + timedelta(seconds=30 + count / 10_000)
    cases = [(f"storm-{start:%H%M%S}-{n}", MIX[n % 100], start + timedelta(seconds=rng.random())) for n in range(count)]
    await ground.fill_folds(cases)
    await ground.fill(deadline(*case) for case in cases)
    await ground.sql.execute("ANALYZE")
    await asyncio.sleep(3)
    if now() > start:
        raise SystemExit("filling took too long; give it more time")
    since = await ground.ends()
    spent = ground.spent()
    await asyncio.sleep((start - now()).total_seconds() + GRACE.total_seconds())
    taken = rng.sample([id_ for id_, priority, _ in cases if priority in (Priority.P3, Priority.P4)], answers)
    for place in range(0, answers, answers // 100):
        some = taken[place : place + answers // 100]
        await ground.say([e.CaseAcknowledged(case_id=id_, by=BY, via="phone") for id_ in some])
        await asyncio.sleep(count / 100_000 * 0.15)
    previous = -1
    while (size := sum((await ground.ends()).values())) != previous:
        previous = size
        await asyncio.sleep(4)
    acknowledged, breached = {}, []
    for id_, type_, at in await ground.records(since):
        if type_ == e.CaseAcknowledged.type:
            acknowledged[id_] = at
        elif type_ == e.DeadlineBreached.type:
            breached.append((id_, at))
    due = {id_: at for id_, _, at in cases}
    begun = (start + GRACE).timestamp()
    first: dict[str, float] = {}
    for id_, at in breached:
        first[id_] = min(at, first.get(id_, at))
    by_priority = {
        p.value: spread(
            [(first[id_] - (at + GRACE).timestamp()) * 1000 for id_, q, at in cases if q is p and id_ in first]
        )
        for p in Priority
    }
    after = [first[id_] - at for id_, at in acknowledged.items() if id_ in first and first[id_] > at]
    return {
        **late(breached, due, GRACE),
        "late_ms": by_priority,
        "all_s": round(max(first.values()) - begun, 2),
        "acknowledged_meanwhile": len(acknowledged),
        "of_them_breached_before": sum(first.get(i, at + 1) <= at for i, at in acknowledged.items()),
        "of_them_breached_after": len(after),
        "after_s": spread(after) if after else {},
        "lost": len(set(due) - set(first) - set(acknowledged)),
        "read_back_s": await read_back(ground, begun),
        "cpu_s": {name: round(after - spent[name], 1) for name, after in ground.spent().items()},
    }


async def read_back(ground: Ground, begun: float) -> float:
    """Seconds until the timer had read all its breaches back from the log."""
    while await ground.sql.fetchval("SELECT count(*) FROM deadlines WHERE again_at IS NOT NULL"):
        await asyncio.sleep(1)
    last: datetime = await ground.sql.fetchval("SELECT max(at) FROM inbox")
    return round(last.timestamp() - begun, 2)


async def one_stopped(ground: Ground, number: signal.Signals, count: int) -> dict[str, Any]:
    """Two replicas, one of which is stopped or killed half-way; lateness of what was due from then on."""
    ground.stop()
    first = await ground.start("one")
    await ground.start("two")
    start = now() + timedelta(seconds=5)
    due = {f"{number.name}-{n}": start + timedelta(seconds=n * 10 / count) for n in range(count)}
    since = await ground.ends()
    await ground.say([event for id_, at in due.items() for event in told(id_, Priority.P1, at)])
    half = start + timedelta(seconds=random.uniform(4, 5))
    await asyncio.sleep((half - now()).total_seconds())
    first.send_signal(number)
    found = await ground.wait_for(4 * count, since, 20)
    await asyncio.sleep(8)  # what would be said again has time to come
    found = await ground.breaches(since)
    ground.stop(signal.SIGKILL)
    after = {id_: at for id_, at in due.items() if at + GRACE >= half}
    earliest: dict[str, float] = {}
    for id_, at in found:
        earliest[id_] = min(at, earliest.get(id_, at))
    ms = [(earliest[id_] - (at + GRACE).timestamp()) * 1000 for id_, at in after.items() if id_ in earliest]
    return {**late(found, due, GRACE), "late_ms_after": spread(ms), "p99_s": round(percentile(ms, 0.99) / 1000, 3)}


async def measure(chosen: argparse.Namespace) -> dict[str, Any]:
    """Everything that was asked for, in one run."""
    result: dict[str, Any] = {"load_before": os.getloadavg()[0]}
    async with grounds(chosen.log) as ground:
        wanted = (
            chosen.only.split(",") if chosen.only else ["lateness", "million", "cold", "storm1", "storm2", "replicas"]
        )
        if "lateness" in wanted:
            result["lateness"] = await lateness(ground, chosen.count)
        if "million" in wanted:
            result["million"] = await million(ground, chosen.pending, chosen.idle)
        if "cold" in wanted:
            result["cold_start"] = await cold_start(ground, 1000)
        for replicas in (1, 2):
            if f"storm{replicas}" in wanted:
                ground.stop()
                await ground.sql.execute("TRUNCATE folds, inbox, outbox; DELETE FROM deadlines WHERE fired")
                for number in range(replicas):
                    await ground.start(f"storm-{number}")
                result[f"storm, {replicas} processes"] = await storm(ground, chosen.storm, chosen.storm // 100)
        if "replicas" in wanted:
            await ground.clear()
            for number in (signal.SIGKILL, signal.SIGSTOP):
                result[f"replica {number.name}"] = await one_stopped(ground, number, 1000)
    return result


def failed(result: Mapping[str, Any]) -> bool:
    """Whether anything was lost, doubled or early in any part."""
    parts = [part for part in result.values() if isinstance(part, dict)]
    return any(part.get(what) for part in parts for what in ("lost", "doubled", "early"))


def main() -> int:
    """Measure and print; exit code 1 when a deadline was lost, said twice or said too early."""
    parser = argparse.ArgumentParser(prog="python -m bench.timer", description=__doc__)
    parser.add_argument("--count", type=int, default=400, help="deadlines of the lateness run")
    parser.add_argument("--pending", type=int, default=1_000_000)
    parser.add_argument("--storm", type=int, default=100_000, help="due within one second")
    parser.add_argument("--idle", type=float, default=20, help="seconds to watch an idle timer")
    parser.add_argument("--only", default="", help="lateness,million,cold,storm1,storm2,replicas")
    parser.add_argument("--log", type=Path, default=Path("/dev/null"), help="what the timers print")
    result = asyncio.run(measure(parser.parse_args()))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return int(failed(result))


if __name__ == "__main__":
    sys.exit(main())
