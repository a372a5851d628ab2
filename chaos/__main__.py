"""Chaos: `python -m chaos --seed 7 --cycles 20` starts an installation, breaks it on purpose under load, and says what went wrong."""

import argparse
import asyncio
import json
import random
import sys
import time
from contextlib import suppress
from pathlib import Path

from bench.load import client
from bench.stack import Stack, running
from chaos.checker import check
from chaos.faults import LONGEST, choose, inflict
from chaos.load import Senders, habits, keep_reporting
from chaos.recording import Recording, read_log
from sandbox.client import SandboxClient

BETWEEN = (1.5, 5.0)  # seconds of peace after a fault
QUIET = 12.0  # seconds without anything received, and everything is over


async def run(stack: Stack, seed: int, cycles: int, per_second: float, patience: float) -> Recording:
    """One run of a seed, recorded."""
    dice, senders, made = random.Random(seed), Senders(), Recording(held=LONGEST)
    async with SandboxClient(stack.sandbox) as sandbox, client(stack) as http:
        await habits(sandbox)
        reporting = asyncio.create_task(keep_reporting(http, senders, random.Random(seed + 1), per_second))
        try:
            for cycle in range(cycles):
                fault = choose(dice)
                made.crashes += await inflict(fault, stack.layout, sandbox)
                print(f"{cycle + 1}/{cycles} {fault}, {len(senders.accepted)} accepted", file=sys.stderr, flush=True)
                await asyncio.sleep(dice.uniform(*BETWEEN))
        finally:
            reporting.cancel()
            with suppress(asyncio.CancelledError):
                await reporting
        await sandbox.clear_faults()
        people = (await http.get("/v1/contacts")).raise_for_status().json()["people"]
        made.people = {person["phone"]: person["id"] for person in people}
        waited = await _at_rest(sandbox, set(senders.accepted), patience)
        print(f"at rest after {waited:.0f} s", file=sys.stderr)
        made.accepted = senders.accepted
        made.received, made.calls = await sandbox.received(), await sandbox.calls()
    made.log = await read_log(stack.kafka)
    made.unheard = senders.given_up
    return made


async def _at_rest(sandbox: SandboxClient, cases: set[str], patience: float) -> float:
    """Wait until somebody was told of every case, and nobody has received anything for a while; gives for how long."""
    began, cursor = time.monotonic(), -1
    since = began
    while (now := time.monotonic()) - began < patience:
        if (newest := await sandbox.cursor()) != cursor:
            cursor, since = newest, now
        elif now - since > QUIET and cases <= {item["case_id"] for item in await sandbox.received()}:
            break
        await asyncio.sleep(1.0)
    return time.monotonic() - began


def main() -> int:
    """Run, check, print; exit code 1 when anything is wrong. The same seed does the same things again."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="what is done, and to whom")
    parser.add_argument("--cycles", type=int, default=20, help="how many faults")
    parser.add_argument("--rate", type=float, default=2.0, help="reports a second meanwhile")
    parser.add_argument("--patience", type=float, default=300, help="seconds that everything has to come to rest")
    parser.add_argument("--json", type=Path, help="write the result here")
    chosen = parser.parse_args()
    with running(hurry=True) as stack:
        made = asyncio.run(run(stack, chosen.seed, chosen.cycles, chosen.rate, chosen.patience))
    problems = check(made)
    told = {
        "seed": chosen.seed,
        "cycles": chosen.cycles,
        "accepted": len(made.accepted),
        "received": len(made.received),
        "calls": len(made.calls),
        "in_the_log": sum(map(len, made.log.values())),
        "problems": problems,
    }
    print(json.dumps(told, ensure_ascii=False, indent=1))
    if chosen.json:
        chosen.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
