"""`status` and `logs`: what runs, since how many restarts, with how much memory, and what it says."""

import asyncio
import os
import sys
import unicodedata

import psutil

from deploy.local import postgres
from deploy.local.language import Problem, text
from deploy.local.layout import PORTS, Layout
from deploy.local.parts import Part, wanted
from deploy.local.processes import alive, record
from deploy.local.ready import answers, blocking
from deploy.local.supervisor import NAME


def status(layout: Layout) -> int:
    """Print the table; return 0 when everything wanted is ready, else 1."""
    parts = wanted(layout)
    if not parts:
        print(text("動いていません。起動: make up", "Not running. Start it with make up"))
        return 1
    ready = dict(zip((part.name for part in parts), blocking(_ask(layout, parts)), strict=True))
    ready[NAME] = alive(layout, NAME) is not None
    head = (text("名前", "name"), "pid", text("ポート", "port"), text("状態", "state"), text("再起動", "restarts"),
            text("メモリー", "memory"))  # fmt: skip
    rows = [head, *(_row(layout, name, ready[name]) for name in ready)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        print("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip())
    if not all(ready.values()):
        print(text("直す: make up  調べる: make logs S=名前", "mend: make up  look into it: make logs S=name"))
    return 0 if all(ready.values()) else 1


def logs(layout: Layout, name: str | None, follow: bool) -> None:
    """Become `tail` on one log, or on all of them."""
    known = sorted(path.stem for path in layout.logs.glob("*.log"))
    if name and not (layout.logs / f"{name}.log").exists():
        raise Problem(
            (f"{name} の記録はありません", f"there is no log of {name}"),
            (f"S= に指定できる名前: {', '.join(known)}", f"names for S=: {', '.join(known)}"),
        )
    files = [str(layout.logs / f"{name}.log")] if name else sorted(str(p) for p in layout.logs.glob("*.log"))
    if not files:
        print(text("記録はまだありません", "there are no logs yet"))
        return
    sys.stdout.flush()
    count = "200" if name else "15"
    os.execvp("tail", ["tail", "-n", count, *(["-F"] if follow else []), *files])  # noqa: S606


async def _ask(layout: Layout, parts: list[Part]) -> list[bool]:
    kafka, admin = f"127.0.0.1:{layout.port('kafka')}", postgres.admin_url(layout)
    return list(await asyncio.gather(*(answers(part, kafka, admin) for part in parts)))


def _row(layout: Layout, name: str, ready: bool) -> tuple[str, ...]:
    living, kept = alive(layout, name), record(layout, name)
    state = (
        text("停止", "stopped") if not living else text("準備完了", "ready") if ready else text("準備中", "not ready")
    )
    return (
        name,
        str(living.pid) if living else "-",
        str(layout.port(name)) if name in PORTS else "-",
        state,
        str(kept.restarts) if kept else "0",
        f"{_memory(living.pid, name != NAME) / 1e6:.0f} MB" if living else "-",
    )


def _memory(pid: int, family: bool) -> int:
    """Bytes of the process and its children, shared pages counted once where the system tells.

    What the supervisor started has its own row, so its children do not count as its family.
    """
    total = 0
    try:
        process = psutil.Process(pid)
        for each in (process, *(process.children(recursive=True) if family else ())):
            try:
                full = each.memory_full_info()
                total += int(getattr(full, "pss", 0) or full.rss)
            except psutil.AccessDenied:
                total += int(each.memory_info().rss)
    except psutil.Error:
        return total
    return total


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in cell)
