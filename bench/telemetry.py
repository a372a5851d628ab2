"""`python -m bench.telemetry`: what traces, metrics and logs cost in CPU for a case.

Two installations stand side by side. One is as shipped: traces rationed and sent off (to this process, which counts what
a viewer would keep), metrics counted and scraped as often as Prometheus does in compose, logs at "info". In the other
there is none of it. They take the same load in turns.
"""

import argparse
import asyncio
import json
import os
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

import httpx

from bench import load
from bench.paging import machine
from bench.stack import FIRST_PORT, Stack, installed, stack_of
from deploy.local.layout import ROOT
from deploy.local.services import SECRETS, address

SCRAPED = 15.0  # seconds from one scrape to the next: deploy/compose/prometheus.yml
ACCEPT = "application/openmetrics-text;version=1.0.0"
OFF = {"TASUKI_TRACES": "none", "TASUKI_LOG_LEVEL": "critical"}
OTHER_PORT = FIRST_PORT + 400


class Viewer(ThreadingHTTPServer):
    """In place of a viewer of traces; `spans` is how many it was sent."""

    daemon_threads = True
    spans = 0


class Taking(BaseHTTPRequestHandler):
    """Takes what it is sent, on connections that stay."""

    protocol_version = "HTTP/1.1"
    server: Viewer

    def do_POST(self) -> None:
        """Count the spans."""
        self.server.spans += self.rfile.read(int(self.headers["content-length"])).count(b'"traceId"')
        self.send_response(202)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of it."""


@contextmanager
def viewer() -> Iterator[Viewer]:
    """One that listens; services are told of it by `sent_to`."""
    with Viewer(("127.0.0.1", 0), Taking) as made:
        Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def sent_to(made: Viewer) -> dict[str, str]:
    """The settings that have spans sent there."""
    return {"TASUKI_TRACES": "zipkin", "TASUKI_TRACES_URL": f"http://127.0.0.1:{made.server_port}/api/v2/spans"}


@contextmanager
def silent_python() -> Iterator[str]:
    """An interpreter with the packages of this one, in which no figure is counted; gives its path."""
    with tempfile.TemporaryDirectory(prefix="tasuki-silent-") as folder:
        venv.create(folder, symlinks=True)
        Path(folder).chmod(0o755)
        (packages,) = Path(folder).glob("lib/*/site-packages")
        lines = (f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})", str(ROOT), "import bench.silenced")
        (packages / "silenced.pth").write_text("\n".join(lines) + "\n", "utf-8")
        yield f"{folder}/bin/python"


async def figures(stack: Stack) -> str:
    """What the five services and the watchdog tell a scrape."""
    async with httpx.AsyncClient(trust_env=False, headers={"accept": ACCEPT}) as http:
        told = [await http.get(f"{address(stack.layout, name)}/metrics") for name in (*SECRETS, "watchdog")]
        return "".join(one.raise_for_status().text for one in told)


async def scraped(stack: Stack) -> None:
    """Scrape until cancelled."""
    while True:
        await figures(stack)
        await asyncio.sleep(SCRAPED)


async def measure(on: Stack, off: Stack, chosen: argparse.Namespace) -> dict[str, Any]:
    """Each load by pairs of runs; who begins changes from pair to pair. Raises ValueError when what is off is on."""
    loads = {
        f"burst of {chosen.burst}": partial(load.burst, count=chosen.burst),
        f"sustained {chosen.rate:g}/s for {chosen.seconds:g} s": partial(
            load.sustained, per_second=chosen.rate, seconds=chosen.seconds
        ),
    }
    for stack in (on, off):
        await load.measured(stack, "warm-up", partial(load.burst, count=chosen.warm))
    if "tasuki_http_request_seconds_count" in await figures(off):
        raise ValueError("figures are counted where none should be")
    scraping = asyncio.create_task(scraped(on))
    runs: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {name: [] for name in loads}
    for turn in range(chosen.pairs):
        for name, submit in loads.items():
            pair = {}
            for stack in (on, off) if turn % 2 == 0 else (off, on):
                pair[stack is on] = await load.measured(stack, name, submit)
            runs[name].append((pair[True], pair[False]))
    scraping.cancel()
    with suppress(asyncio.CancelledError):
        await scraping
    examples = (await figures(on)).count('# {trace_id="')
    done = [run for pairs in runs.values() for pair in pairs for run in pair]
    return {
        "machine": machine(),
        "load_average": round(os.getloadavg()[2], 1),
        "examples_of_traces": examples,
        "lost": sum(run["lost"] for run in done),
        "doubled": sum(run["doubled"] for run in done),
        "loads": [
            {"what": name, **compared([(a["cpu_ms_per_case"], b["cpu_ms_per_case"]) for a, b in pairs])}
            for name, pairs in runs.items()
        ],
    }


def compared(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Of pairs of CPU milliseconds for a case (on, off): all, their medians, and by how many percent on is above off.

    The percentage is the median of that of each pair, for the two of a pair had the same company on the machine.
    """
    above = [round((on / off - 1) * 100, 1) for on, off in pairs]
    return {
        "on_ms": [on for on, _ in pairs],
        "off_ms": [off for _, off in pairs],
        "on_median_ms": round(median(on for on, _ in pairs), 2),
        "off_median_ms": round(median(off for _, off in pairs), 2),
        "percent_of_each_pair": above,
        "percent": round(median(above), 1),
    }


def table(result: dict[str, Any]) -> str:
    """The result for people."""
    rows = [f"{'':34} CPU ms/case: on     off      more, of each pair"]
    for one in result["loads"]:
        pairs = ", ".join(f"{percent:+}" for percent in one["percent_of_each_pair"])
        rows.append(
            f"{one['what']:34} {one['on_median_ms']:15} {one['off_median_ms']:7} {one['percent']:+7} % ({pairs})"
        )
        rows += [f"  {name:3} {min(one[f'{name}_ms']):g} to {max(one[f'{name}_ms']):g}" for name in ("on", "off")]
    rows.append(f"load of the machine, 15 minutes: {result['load_average']}")
    return "\n".join(rows)


def main() -> int:
    """Measure and print; exit code 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m bench.telemetry", description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="runs of each load, with and without")
    parser.add_argument("--burst", type=int, default=500, help="cases at once")
    parser.add_argument("--rate", type=float, default=20, help="cases a second")
    parser.add_argument("--seconds", type=float, default=20, help="for how long")
    parser.add_argument("--warm", type=int, default=100, help="cases before the first measurement")
    parser.add_argument("--json", type=Path, help="write the result here")
    chosen = parser.parse_args()
    with (
        viewer() as taking,
        silent_python() as python,
        installed(more=sent_to(taking)) as on,
        installed(first_port=OTHER_PORT, more=OFF, python=python) as off,
    ):
        result = asyncio.run(measure(stack_of(on, 0), stack_of(off, 0), chosen)) | {"spans": taking.spans}
    print(table(result), file=sys.stderr)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return int(bool(result["lost"] or result["doubled"]))


if __name__ == "__main__":
    sys.exit(main())
