"""Processes outlive the command, are found again, and are never mistaken for others."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psutil
import pytest

from deploy.local import processes, supervisor
from deploy.local.__main__ import _restart
from deploy.local.language import Problem
from deploy.local.layout import ROOT, Layout
from deploy.local.parts import Part, save_wanted, wanted
from deploy.local.supervisor import LONGEST, YOUNG, Patience

SLEEP = (sys.executable, "-c", "import time; print('髙﨑①㈱🔥', flush=True); time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
)


def part(name: str = "sleeper", argv: tuple[str, ...] = SLEEP, stop_seconds: float = 5) -> Part:
    return Part(name=name, argv=argv, ready="none", env={"TASUKI_LANG": "ja"}, cwd=str(ROOT), stop_seconds=stop_seconds)


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    layout = Layout(tmp_path / "local", 19500)
    yield layout
    save_wanted(layout, [])
    for name in [supervisor.NAME, *processes.recorded(layout)]:
        processes.stop(layout, name)


def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Wait for something another process does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)


def environments() -> list[str]:
    """Of all processes that may be looked at."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found.append((process / "environ").read_bytes().decode("utf-8", "replace"))
    return found


def test_a_process_steps_back_by_as_much_as_it_is_told_to(layout: Layout) -> None:
    assert processes.start(layout, replace(part(), nice=5))
    assert processes.start(layout, part("other"))
    nice = []
    for name in ("sleeper", "other"):
        kept = processes.alive(layout, name)
        assert kept
        group = Path(f"/proc/{kept.pid}/autogroup")
        nice.append(
            (os.getpriority(os.PRIO_PROCESS, kept.pid), "nice 5" in group.read_text() if group.exists() else None)
        )
    assert nice in ([(5, True), (0, False)], [(5, None), (0, None)])


def said(layout: Layout, name: str, words: str) -> bool:
    log = layout.logs / f"{name}.log"
    return log.exists() and words in log.read_text()


def test_a_second_start_leaves_the_running_process_alone(layout: Layout) -> None:
    assert processes.start(layout, part())
    first = processes.alive(layout, "sleeper")
    assert not processes.start(layout, part())
    assert first
    assert processes.alive(layout, "sleeper") == first


def test_a_stopped_process_is_gone_and_forgotten(layout: Layout) -> None:
    processes.start(layout, part())
    kept = processes.alive(layout, "sleeper")
    assert kept
    assert processes.stop(layout, "sleeper")
    assert processes.born(kept.pid) is None
    assert processes.recorded(layout) == []
    assert not processes.stop(layout, "sleeper")


def test_one_that_does_not_listen_is_stopped_by_force(layout: Layout) -> None:
    processes.start(layout, part(argv=STUBBORN, stop_seconds=0.2))
    until(lambda: said(layout, "sleeper", "up"))
    kept = processes.alive(layout, "sleeper")
    assert kept
    assert processes.stop(layout, "sleeper")
    assert processes.born(kept.pid) is None


def test_a_process_whose_record_was_lost_is_found_again(layout: Layout) -> None:
    processes.start(layout, part())
    first = processes.alive(layout, "sleeper")
    assert first
    until(
        lambda: bool(psutil.Process(first.pid).environ())
    )  # the kernel lays it out a moment after the start has returned
    (layout.run / "sleeper.process").unlink()
    assert processes.adopt(layout, ["other", "sleeper"]) == ["sleeper"]
    again = processes.alive(layout, "sleeper")
    assert again
    assert again.pid == first.pid
    assert processes.adopt(layout, ["sleeper"]) == []


def test_a_pid_given_to_somebody_else_is_not_stopped(layout: Layout) -> None:
    with subprocess.Popen(SLEEP, stdout=subprocess.DEVNULL) as stranger:
        record = {"pid": stranger.pid, "born": "earlier-boot:1", "digest": "", "restarts": 0}
        (layout.run / "sleeper.process").write_text(json.dumps(record))
        assert processes.alive(layout, "sleeper") is None
        assert not processes.stop(layout, "sleeper")
        assert stranger.poll() is None
        stranger.kill()


def test_a_process_that_died_is_not_alive_even_while_it_is_a_zombie(layout: Layout) -> None:
    processes.start(layout, part(argv=(sys.executable, "-c", "pass")))
    until(lambda: processes.alive(layout, "sleeper") is None)


def test_only_what_it_needs_is_in_its_environment(layout: Layout) -> None:
    os.environ["TASUKI_SECRET_OF_SOMEBODY_ELSE"] = "secret"
    try:
        processes.start(layout, part(argv=(sys.executable, "-c", "import os; print(sorted(os.environ))")))
        until(lambda: said(layout, "sleeper", "TASUKI_LANG"))
    finally:
        del os.environ["TASUKI_SECRET_OF_SOMEBODY_ELSE"]
    assert not said(layout, "sleeper", "SOMEBODY_ELSE")


def test_a_log_too_large_is_put_aside_when_the_process_starts(layout: Layout) -> None:
    for number in range(5):
        (layout.logs / "sleeper.log").write_text(f"run {number}")
        processes.rotate(layout, "sleeper")
    assert [(layout.logs / f"sleeper.log.{n}").read_text() for n in (1, 2, 3)] == ["run 4", "run 3", "run 2"]
    assert not (layout.logs / "sleeper.log.4").exists()


def test_a_log_that_is_being_written_is_emptied_and_goes_on(layout: Layout) -> None:
    log = layout.logs / "sleeper.log"
    with log.open("a") as writer:
        writer.write("x" * 100)
        writer.flush()
        processes.trim(layout, "sleeper", limit=50)
        writer.write("more")
    assert log.read_text() == "more"
    assert log.with_suffix(".log.1").read_text() == "x" * 100


def test_what_is_wanted_survives_being_written_down(layout: Layout) -> None:
    save_wanted(layout, [part("a"), part("b", STUBBORN)])
    assert wanted(layout) == [part("a"), part("b", STUBBORN)]


def test_patience_restarts_at_once_what_lived_long_and_waits_longer_for_what_dies_young() -> None:
    patience = Patience(born=0)
    assert patience.died(now=YOUNG + 1) == 0
    pauses = []
    for _ in range(9):
        patience.started(now=100)
        pauses.append(patience.died(now=101))
    assert pauses == sorted(pauses)
    assert pauses[0] == 0.5
    assert pauses[-1] == LONGEST
    patience.started(now=200)
    assert patience.died(now=200 + YOUNG) == 0


def test_the_supervisor_restarts_what_is_killed_and_counts_it(layout: Layout) -> None:
    save_wanted(layout, [part("a"), part("b", ("/nowhere/to/be/found",)), part("c")])
    processes.start(layout, supervisor.part(layout))
    until(lambda: processes.alive(layout, "a") and processes.alive(layout, "c"))
    first = processes.alive(layout, "a")
    assert first
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: (now := processes.alive(layout, "a")) and now.pid != first.pid)
    again = processes.alive(layout, "a")
    assert again
    assert again.restarts == first.restarts + 1
    assert said(layout, supervisor.NAME, "b cannot be started")


def test_a_full_disk_does_not_end_the_supervisor(layout: Layout) -> None:
    save_wanted(layout, [part("a")])
    layout.logs.mkdir(parents=True, exist_ok=True)
    (layout.logs / f"{supervisor.NAME}.log").symlink_to("/dev/full")
    processes.start(layout, supervisor.part(layout))
    until(lambda: processes.alive(layout, "a"))
    first, watching = processes.alive(layout, "a"), processes.alive(layout, supervisor.NAME)
    assert first
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: (now := processes.alive(layout, "a")) and now.pid != first.pid)
    assert processes.alive(layout, supervisor.NAME) == watching


def test_what_cannot_be_written_down_does_not_run(layout: Layout) -> None:
    assert processes.start(layout, part("other"))
    (layout.run / f".a.process.{os.getpid()}").mkdir()  # where the record is written before it takes its place
    with pytest.raises(OSError, match=r"a\.process"):
        processes.start(layout, part("a"))
    assert [name for name in ("other", "a") if any(f"{layout.folder}:{name}" in one for one in environments())] == [
        "other"
    ]


def test_a_killed_supervisor_leaves_everything_running_and_the_next_one_takes_over(layout: Layout) -> None:
    save_wanted(layout, [part("a")])
    processes.start(layout, supervisor.part(layout))
    until(lambda: processes.alive(layout, "a"))
    first, watching = processes.alive(layout, "a"), processes.alive(layout, supervisor.NAME)
    assert first
    assert watching
    os.kill(watching.pid, signal.SIGKILL)
    until(lambda: not processes.alive(layout, supervisor.NAME))
    assert processes.alive(layout, "a") == first
    processes.start(layout, supervisor.part(layout))
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: (now := processes.alive(layout, "a")) and now.pid != first.pid)


def test_there_is_one_supervisor_of_a_folder(layout: Layout) -> None:
    save_wanted(layout, [part("a")])
    processes.start(layout, supervisor.part(layout))
    until(lambda: processes.alive(layout, "a"))
    second = subprocess.run(supervisor.part(layout).argv, cwd=ROOT, capture_output=True, timeout=20)
    assert second.returncode == 0
    assert processes.alive(layout, supervisor.NAME)


def test_what_is_started_anew_is_named_and_the_supervisor_is_one_of_them(layout: Layout) -> None:
    save_wanted(layout, [part("a")])
    processes.start(layout, supervisor.part(layout))
    until(lambda: processes.alive(layout, "a"))
    with pytest.raises(Problem, match="inteke") as problem:
        _restart(layout, "inteke")
    assert problem.value.advice.endswith(": a, supervisor")
    for name in (supervisor.NAME, "a"):
        before = processes.alive(layout, name)
        assert before
        _restart(layout, name)
        until(partial(renewed, layout, name, before.pid))


def renewed(layout: Layout, name: str, pid: int) -> bool:
    now = processes.alive(layout, name)
    return now is not None and now.pid != pid
