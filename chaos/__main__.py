"""Chaos: `python -m chaos --seed 7 --cycles 20` starts an installation, breaks it on purpose under load, and says what went wrong."""

import argparse
import asyncio
import json
import random
import sys
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.load import client
from bench.stack import Stack, installed, stack_of
from chaos.bugs import BUGS, put_in
from chaos.checker import check
from chaos.faults import KINDS, choose, impossible, inflict
from chaos.ground import prepared, small_disk, tidy
from chaos.load import Senders, habits, keep_finishing, keep_reporting
from chaos.recording import Recording, read_log
from deploy.local.layout import ROOT, Layout
from sandbox.client import SandboxClient

FIRST_PORT = 26200
FIRST_RESPONSE = "30s"  # of a P1; short enough for many climbs, long enough for what climbs not to be all that is done
ENVIRONMENT = {"TASUKI_TRACES": "none", "TASUKI_SANDBOX_KEEP": "60000"}  # all that is received is to be judged
BETWEEN = (1.5, 5.0)  # seconds of peace after a fault
QUIET = 12.0  # seconds without anything received, and everything is over


@dataclass(frozen=True)
class Chosen:
    """By which dice, how many faults of which kinds, at how many reports a second; seconds to come to rest in."""

    seed: int
    cycles: int
    kinds: frozenset[str] = frozenset(KINDS)
    per_second: float = 2.0
    patience: float = 300.0


async def run(stack: Stack, chosen: Chosen) -> Recording:
    """One run of a seed, recorded."""
    dice, senders, made = random.Random(chosen.seed), Senders(), Recording()
    habit = random.Random(chosen.seed + 1)
    async with (
        prepared(stack.layout, random.Random(chosen.seed + 2)) as ground,
        SandboxClient(stack.sandbox) as sandbox,
        client(stack) as http,
    ):
        out = {kind: why for kind, why in impossible(ground).items() if kind in chosen.kinds}
        for kind, why in out.items():
            _say(f"{kind} is left out: {why}")
        await habits(sandbox)
        reporting = asyncio.create_task(keep_reporting(http, senders, habit, chosen.per_second))
        finishing = asyncio.create_task(keep_finishing(http, senders))
        try:
            for cycle in range(chosen.cycles):
                fault = choose(dice, chosen.kinds - out.keys(), ground.ways)
                effect = await inflict(fault, ground, sandbox)
                made.note(fault.name, effect.felt, effect.doubts, fault.held)
                _say(f"{cycle + 1}/{chosen.cycles} {fault}: felt {effect.felt}, {len(senders.accepted)} accepted")
                await asyncio.sleep(dice.uniform(*BETWEEN))
        finally:
            await _ended(reporting)
        await sandbox.clear_faults()
        people = (await http.get("/v1/contacts")).raise_for_status().json()["people"]
        made.people = {number: person["id"] for person in people for number in _several(person["phone"])}
        waited = await _at_rest(sandbox, senders, chosen.patience)
        _say(f"at rest after {waited:.0f} s, {len(senders.urgent)} not finished")
        await _ended(finishing)
        made.accepted, made.finished, made.left = senders.accepted, senders.finished, frozenset(senders.urgent)
        made.received, made.calls = await sandbox.received(), await sandbox.calls()
        made.log = await read_log(stack.kafka)
    made.unheard = senders.given_up
    return made


def _several(written: str | list[str]) -> list[str]:
    """One telephone number stands for a list of it."""
    return [written] if isinstance(written, str) else written


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _at_rest(sandbox: SandboxClient, senders: Senders, patience: float) -> float:
    """Wait until somebody was told of every case, what is urgent is done, and nobody receives anything; gives for how long."""
    began, cursor = time.monotonic(), -1
    since = began
    while (now := time.monotonic()) - began < patience:
        if (newest := await sandbox.cursor()) != cursor:
            cursor, since = newest, now
        elif (
            now - since > QUIET
            and not senders.urgent
            and senders.accepted.keys() <= {item["case_id"] for item in await sandbox.received()}
        ):
            break
        await asyncio.sleep(1.0)
    return time.monotonic() - began


def recorded(chosen: Chosen, root: Path = ROOT) -> Recording:
    """Run it on an installation of its own, of the code in `root`; nothing of it is kept."""
    layout: Layout | None = None
    disk = Path()
    try:
        with installed(FIRST_RESPONSE, root, FIRST_PORT, ENVIRONMENT) as layout:
            disk = small_disk(layout)
            return asyncio.run(run(stack_of(layout, bundle_after=0), chosen))
    finally:
        if layout:
            tidy(layout.folder, disk)


def main() -> int:
    """Run, check, print; exit code 1 when anything is wrong, or a bug was not found. The same seed does the same things again."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="what is done, and to whom")
    parser.add_argument("--cycles", type=int, default=20, help="how many faults")
    parser.add_argument("--only", type=_kinds, default=frozenset(KINDS), help=f"some of {','.join(KINDS)}")
    parser.add_argument("--rate", type=float, default=2.0, help="reports a second meanwhile")
    parser.add_argument("--patience", type=float, default=300, help="seconds that everything has to come to rest")
    parser.add_argument("--json", type=Path, help="write the result here, with the log of each case that is wrong")
    parser.add_argument(
        "--bug", choices=BUGS, help="put a mistake into the code that must be found, by faults of its kinds"
    )
    given = parser.parse_args()
    bug = BUGS.get(given.bug)
    chosen = Chosen(given.seed, given.cycles, bug.kinds if bug else given.only, given.rate, given.patience)
    with put_in(bug) if bug else nullcontext(ROOT) as root:
        made = recorded(chosen, root)
    problems = check(made)
    told = {
        "seed": given.seed,
        "bug": given.bug,
        "cycles": given.cycles,
        "faults": {name: {"done": done, "felt": felt} for name, (done, felt) in sorted(made.faults.items())},
        "in_doubt": made.crashes,
        "accepted": len(made.accepted),
        "finished": len(made.finished),
        "received": len(made.received),
        "calls": len(made.calls),
        "in_the_log": sum(map(len, made.log.values())),
        "problems": problems,
    }
    print(json.dumps(told, ensure_ascii=False, indent=1))
    if given.json:
        told["evidence"] = made.evidence(problems)
        given.json.write_text(json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    if bug:
        return 0 if any(problem.startswith(bug.found) for problem in problems) else 1
    return 1 if problems else 0


def _kinds(words: str) -> frozenset[str]:
    kinds = frozenset(words.split(","))
    if unknown := kinds - KINDS.keys():
        raise argparse.ArgumentTypeError(f"no such fault: {', '.join(sorted(unknown))}")
    return kinds


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
