"""`python -m bench.paging`: submit → page latency (quiet, burst, sustained) and CPU per case, beside this machine's limits."""

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from bench import cpu, limits, load
from bench.stack import Stack, running


async def measure(stack: Stack, chosen: argparse.Namespace) -> dict[str, Any]:
    """Everything in one run, limits first."""
    result: dict[str, Any] = {"machine": machine(), "limits": await limits.measure(stack)}
    await load.measured(stack, "warm-up", partial(load.burst, count=50))
    before, started = cpu.seconds(stack.pids), time.perf_counter()
    await asyncio.sleep(10)
    result["idle_cpu_percent_of_a_core"] = round(
        (cpu.seconds(stack.pids) - before) / (time.perf_counter() - started) * 100, 1
    )
    result["memory_mb"] = round(cpu.resident_mb(stack.pids))
    quiet = await load.measured(stack, "quiet, one at a time", partial(load.quiet, count=chosen.quiet))
    path = sum(limit["p50"] for limit in result["limits"].values())
    quiet["ratio_to_the_limits_on_the_path"] = round(quiet["submit_to_page_ms"]["p50"] / path, 1)
    result["runs"] = [
        quiet,
        *[
            await load.measured(stack, f"burst of {n}", partial(load.burst, count=n))
            for n in (chosen.burst, chosen.large)
            if n
        ],
        await load.measured(
            stack,
            f"sustained {chosen.rate:g}/s for {chosen.seconds:g} s",
            partial(load.sustained, per_second=chosen.rate, seconds=chosen.seconds),
        ),
    ]
    return result


def machine() -> dict[str, Any]:
    """What it ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def table(result: dict[str, Any]) -> str:
    """The result for people."""
    rows = [f"{'':34}  p50 ms  p99 ms   202 p99  accepted s  paged s  CPU ms/case  lost  doubled"]
    for run in result["runs"]:
        page, answer = run["submit_to_page_ms"], run["submit_to_202_ms"]
        rows.append(
            f"{run['what']:34} {page.get('p50', 0):7} {page.get('p99', 0):7} {answer['p99']:9}"
            f" {run['all_accepted_s']:11} {run['all_paged_s']:8} {run['cpu_ms_per_case']:12}"
            f" {run['lost']:5} {run['doubled']:8}"
        )
    for name, limit in result["limits"].items():
        rows.append(f"limit {name:28} {limit['p50']:7} {limit['p99']:7}")
    rows.append(f"idle CPU {result['idle_cpu_percent_of_a_core']} % of a core, memory {result['memory_mb']} MB")
    return "\n".join(rows)


def main() -> int:
    """Measure and print; exit code 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m bench.paging", description=__doc__)
    parser.add_argument("--quiet", type=int, default=200, help="cases one at a time")
    parser.add_argument("--burst", type=int, default=1000, help="cases at once")
    parser.add_argument("--large", type=int, default=0, help="cases at once, once more")
    parser.add_argument("--rate", type=float, default=50, help="cases a second")
    parser.add_argument("--seconds", type=float, default=60, help="for how long")
    parser.add_argument("--json", type=Path, help="write the result here")
    chosen = parser.parse_args()
    with running() as stack:
        result = asyncio.run(measure(stack, chosen))
    print(table(result), file=sys.stderr)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return 1 if any(run["lost"] or run["doubled"] for run in result["runs"]) else 0


if __name__ == "__main__":
    sys.exit(main())
