"""CPU seconds of processes and everything below them, as the kernel counts them."""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes, their living descendants, and the children that they have reaped."""
    children: dict[int, list[int]] = defaultdict(list)
    spent: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(path.parent.name)
        children[int(fields[1])].append(pid)
        spent[pid] = sum(map(int, fields[11:15])) / TICK
    todo, total, seen = list(pids), 0.0, set()
    while todo:
        pid = todo.pop()
        if pid not in seen:
            seen.add(pid)
            total += spent.get(pid, 0.0)
            todo += children[pid]
    return total


def resident_mb(pids: Iterable[int]) -> float:
    """Memory that these processes hold for themselves alone or share evenly, in MB (Pss)."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
    return total / 1024
