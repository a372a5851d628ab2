"""Keeps the wanted processes running: starts anew whatever died, waiting longer each time it dies young."""

import fcntl
import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from deploy.local.layout import ROOT, Layout
from deploy.local.parts import Part, wanted
from deploy.local.processes import adopt, alive, exclusively, start, trim
from deploy.local.release import SUPERVISOR, release

NAME = "supervisor"
LOOK = 2.0  # seconds between looks; where the system tells of a death at once, it is a look in between
YOUNG = 20.0
LONGEST = 15.0


@dataclass
class Patience:
    """How often a process died young; times are monotonic seconds."""

    born: float
    failures: int = 0
    due: float | None = None  # when the dead one is to be started; None while it lives

    def died(self, now: float) -> float:
        """Note a death and return the pause before the next start: none for one that lived long, else doubling."""
        self.failures = self.failures + 1 if now - self.born < YOUNG else 0
        pause = min(LONGEST, 0.25 * 2**self.failures) if self.failures else 0.0
        self.due = now + pause
        return pause

    def started(self, now: float) -> None:
        """Note a start."""
        self.born, self.due = now, None


def part(layout: Layout) -> Part:
    """Return the supervisor as a process, so that `up` starts it like any other."""
    return Part(
        name=NAME,
        argv=(sys.executable, "-m", "deploy.local.supervisor", str(layout.folder), str(layout.port_base)),
        ready="none",
        cwd=str(ROOT),
        stop_seconds=5,
        release=release(SUPERVISOR),
    )


def look(layout: Layout, patience: dict[str, Patience], now: float) -> None:
    """Start what is wanted, dead and due. Each process has its own patience; one that crashes holds up no other."""
    for each in wanted(layout):
        state = patience.setdefault(each.name, Patience(born=now - YOUNG))
        if alive(layout, each.name):
            state.due = None
            continue
        if state.due is None:
            pause = state.died(now)
            _say(f"{each.name} died; starting it in {pause:.1f} s")
        if state.due is not None and now >= state.due:
            with exclusively(layout):
                if each in wanted(layout):  # `down` may have come in between
                    _try(layout, each)
            state.started(now)


def nap(layout: Layout, patience: dict[str, Patience], now: float) -> None:
    """Sleep until something dies, is due to be started, or `LOOK` has passed."""
    due = [state.due - now for state in patience.values() if state.due is not None]
    seconds = max(0.02, min([LOOK, *due]))
    if not hasattr(os, "pidfd_open"):
        time.sleep(min(seconds, 0.2))
        return
    deaths, open_files = select.poll(), []
    for each in wanted(layout):
        if kept := alive(layout, each.name):
            with suppress(OSError):  # it has just died: the next look sees it
                open_files.append(os.pidfd_open(kept.pid))
                deaths.register(open_files[-1], select.POLLIN)
    deaths.poll(seconds * 1000)
    for file in open_files:
        os.close(file)


def _try(layout: Layout, each: Part) -> None:
    try:
        start(layout, each)
    except OSError as error:  # its program is gone, the disk is full: the others still need watching
        _say(f"{each.name} cannot be started: {error}")


def _say(text: str) -> None:
    with suppress(OSError):  # the disk is full, and the log stands on it
        print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def turn(layout: Layout, patience: dict[str, Patience], number: int) -> None:
    """Look once, and now and then shorten the logs. Raises OSError, as when the disk is full."""
    look(layout, patience, time.monotonic())
    if number % 30 == 0:
        for each in wanted(layout):
            trim(layout, each.name)


def main() -> None:
    """Look until told to stop, or until the folder is gone. A second supervisor of the same folder ends at once."""
    layout = Layout(Path(sys.argv[1]), int(sys.argv[2]))
    lock = layout.run / "supervisor.lock"
    only = lock.open("w")
    try:
        fcntl.flock(only, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with exclusively(layout):
        adopt(layout, (each.name for each in wanted(layout)))
    patience: dict[str, Patience] = {}
    for number in count(1):
        if not lock.exists():
            return
        try:
            turn(layout, patience, number)
        except OSError as error:  # whatever is full or gone: what is wanted must be running once it is back
            _say(f"cannot look: {error}")
        nap(layout, patience, time.monotonic())


if __name__ == "__main__":
    main()
