"""Starts and stops processes that outlive the command, and recognises them again by pid and time of birth."""

import fcntl
import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypedDict

import psutil

from deploy.local.layout import Layout, write
from deploy.local.parts import Part

MARK = "TASUKI_LOCAL_PART"  # in every process's environment: which one of which folder it is
GONE = "gone"
LOG_LIMIT = 20_000_000
_children: dict[int, subprocess.Popen[bytes]] = {}  # held so that they can be reaped, and are not warned about
KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Record:
    """What is kept of a started process; `born` tells it from a later one that was given the same pid."""

    pid: int
    born: str
    digest: str
    restarts: int
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 10.0


@contextmanager
def exclusively(layout: Layout) -> Iterator[None]:
    """Let one of `up`, `down` and the supervisor start or stop processes at a time."""
    with (layout.run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def born(pid: int) -> str | None:
    """Return a mark of the living process, or None when it is gone or a zombie."""
    reap(pid)
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():  # ticks since boot: unlike a wall time they do not move when the clock is set
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            return f"{boot}:{stat.read_text().rpartition(')')[2].split()[19]}"
        return f"{process.create_time():.0f}"
    except (psutil.Error, OSError):
        return None


def reap(pid: int) -> None:
    """Collect the child if it has ended, so that it does not stay as a zombie."""
    if pid in _children and _children[pid].poll() is not None:
        del _children[pid]


def record(layout: Layout, name: str) -> Record | None:
    """Return what is kept of the last start of a process, whether or not it lives."""
    path = _path(layout, name)
    return Record(**json.loads(path.read_text())) if path.exists() else None


def alive(layout: Layout, name: str) -> Record | None:
    """Return the record of the process if it lives."""
    kept = record(layout, name)
    return kept if kept and born(kept.pid) == kept.born else None


def recorded(layout: Layout) -> list[str]:
    """Return the names of all processes that have been started and not been stopped."""
    return sorted(path.stem for path in layout.run.glob("*.process"))


def start(layout: Layout, part: Part) -> bool:
    """Start the process unless it lives; tell whether it was started. Hold `exclusively`. Raises OSError when it cannot."""
    if alive(layout, part.name):
        return False
    previous = record(layout, part.name)
    log = _log(layout, part.name)
    kept_environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    with log.open("ab") as output:
        child = subprocess.Popen(
            part.argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=part.cwd,
            env={**kept_environment, **part.env, MARK: _mark(layout, part.name)},
            start_new_session=True,
            **as_user(part.user),
        )
    _children[child.pid] = child
    _step_back(child.pid, part.nice)
    restarts = previous.restarts + 1 if previous else 0
    kept = Record(child.pid, born(child.pid) or GONE, part.digest, restarts, part.stop_signal, part.stop_seconds)
    try:
        _keep(layout, part.name, kept)
    except OSError:  # nobody would know of it, and it would be started again and again
        child.kill()
        child.wait()
        raise
    return True


def _step_back(pid: int, nice: int) -> None:
    """Let others have the processor first. Where Linux groups by session, each of ours being one, only the group counts."""
    if nice:
        with suppress(OSError):  # it is gone already
            os.setpriority(os.PRIO_PROCESS, pid, nice)
        with suppress(OSError):  # no such grouping here
            Path(f"/proc/{pid}/autogroup").write_text(str(nice))


def adopt(layout: Layout, names: Iterable[str]) -> list[str]:
    """Find living processes that were started but not recorded, because kill -9 came in between; return their names."""
    marks = {_mark(layout, name): name for name in names if not alive(layout, name)}
    found: dict[str, list[psutil.Process]] = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if name := marks.get(process.environ().get(MARK, "")):
                found.setdefault(name, []).append(process)
    for name, family in found.items():
        pids = {process.pid for process in family}
        with suppress(psutil.Error):
            oldest = next(process for process in family if process.ppid() not in pids)
            last = record(layout, name) or Record(0, GONE, "", -1)
            _keep(
                layout, name, replace(last, pid=oldest.pid, born=born(oldest.pid) or GONE, restarts=last.restarts + 1)
            )
    return sorted(found)


def stop(layout: Layout, name: str) -> bool:
    """Stop the process, by force when asking does not help; tell whether it lived. Its record goes."""
    kept = alive(layout, name)
    if kept:
        _send(kept, kept.stop_signal)
        if not _gone(kept, kept.stop_seconds):
            _send(kept, signal.SIGKILL)
            _gone(kept, 5)
    for pid in list(_children):
        reap(pid)
    _path(layout, name).unlink(missing_ok=True)
    return kept is not None


def interrupt(layout: Layout, name: str) -> bool:
    """Stop the process but keep its record, so that the supervisor starts it anew; tell whether it lived."""
    kept = record(layout, name)
    lived = stop(layout, name)
    if kept:
        _keep(layout, name, replace(kept, born=GONE))
    return lived


class Identity(TypedDict, total=False):
    """The arguments of subprocess that choose who a process runs as."""

    user: int
    group: int
    extra_groups: list[int]


def as_user(user: str | None) -> Identity:
    """Return subprocess arguments that drop root to `user`; empty when there is nothing to drop."""
    if user is None or os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def last_lines(layout: Layout, name: str, count: int = 12) -> str:
    """Return the end of a log."""
    path = layout.logs / f"{name}.log"
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])


def rotate(layout: Layout, name: str, limit: int = 0) -> None:
    """Put a log aside (`.1` newest, `.3` oldest) when it is larger than `limit` bytes and nobody writes it."""
    log = layout.logs / f"{name}.log"
    if not log.exists() or log.stat().st_size <= limit:
        return
    for number in (2, 1):
        older = log.with_suffix(f".log.{number}")
        if older.exists():
            older.replace(log.with_suffix(f".log.{number + 1}"))
    log.replace(log.with_suffix(".log.1"))


def trim(layout: Layout, name: str, limit: int = LOG_LIMIT) -> None:
    """Empty a log that is being written when it has grown past `limit` bytes, keeping its content as `.1`."""
    log = layout.logs / f"{name}.log"
    if log.exists() and log.stat().st_size > limit:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)  # the writer appends (O_APPEND), so it goes on at the new end


def _keep(layout: Layout, name: str, kept: Record) -> None:
    write(_path(layout, name), json.dumps(asdict(kept)))


def _mark(layout: Layout, name: str) -> str:
    return f"{layout.folder}:{name}"


def _path(layout: Layout, name: str) -> Path:
    return layout.run / f"{name}.process"


def _log(layout: Layout, name: str) -> Path:
    rotate(layout, name, LOG_LIMIT)
    return layout.logs / f"{name}.log"


def _send(kept: Record, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(kept.pid, number)


def _gone(kept: Record, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while born(kept.pid) == kept.born:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
