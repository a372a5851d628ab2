"""What PostgreSQL has is never thrown away: not when a part of it has gone, nor when it lies where systems delete old files."""

import os
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import home, postgres, processes
from deploy.local.__main__ import _clean, _restart
from deploy.local.language import Problem
from deploy.local.layout import Layout
from deploy.local.processes import Record
from deploy.local.screen import Screen
from deploy.local.up import down, up

INITDB = """#!/bin/sh
[ -z "$(ls -A "$2")" ] || exit 3
echo half > "$2/half"
[ -e "$0.may" ] || exit 1
echo 17 > "$2/PG_VERSION"
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "髙﨑 local", 19600)


def test_data_of_which_a_part_has_gone_are_left_as_they_are(
    tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    home = tmp_path / "home"
    layout.remember(postgres=str(home))
    for folder in (home, tmp_path / "tasuki"):  # where root finds the binaries, and everybody else
        (folder / f"postgres-{postgres.VERSION}").mkdir(parents=True)
    kept = home / "data" / "base" / "1" / "1259"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"rows")
    with pytest.raises(Problem, match=r"手を付けていません|nothing was deleted") as problem:
        postgres.prepare(layout, tmp_path / "unused.jar")
    assert str(home / "data") in problem.value.advice
    assert kept.read_bytes() == b"rows"


def test_a_first_start_that_is_interrupted_leaves_nothing_that_is_taken_for_data(tmp_path: Path) -> None:
    initdb, data = tmp_path / "bin" / "initdb", tmp_path / "home" / "data"
    initdb.parent.mkdir()
    data.parent.mkdir()
    initdb.write_text(INITDB)
    initdb.chmod(0o755)
    with pytest.raises(Problem):
        postgres._initialise(tmp_path, data, "password", None)
    assert not postgres._whole(data)
    initdb.with_name("initdb.may").touch()
    postgres._initialise(tmp_path, data, "password", None)
    assert postgres._whole(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert [path.name for path in data.parent.iterdir()] == ["data"]


class Kept:
    """An installation whose data once were put where old files are deleted."""

    def __init__(self, layout: Layout, folder: Path) -> None:
        self.layout, self.swept, self.shared = layout, folder / "swept", folder / "shared"
        self.old, self.new = self.swept / "tasuki-0123", self.shared / "tasuki-0123"
        self.swept.mkdir()
        layout.remember(postgres=str(self.old))

    def filled(self) -> "Kept":
        (self.old / "data").mkdir(parents=True)
        (self.old / "data" / "PG_VERSION").write_text("17\n")
        return self

    def rescue(self) -> tuple[str, str] | None:
        return postgres.rescue(self.layout, self.swept, self.shared)


@pytest.fixture
def kept(layout: Layout, tmp_path: Path) -> Kept:
    return Kept(layout, tmp_path)


def test_data_move_out_of_where_old_files_are_deleted(kept: Kept) -> None:
    moved = kept.filled().rescue()
    assert moved
    assert all(str(kept.new) in said for said in moved)
    assert postgres.place(kept.layout) == kept.new
    assert postgres._whole(kept.new / "data")
    assert kept.rescue() is None


def test_data_of_a_server_that_runs_stay_where_they_are(kept: Kept) -> None:
    me = os.getpid()
    processes._keep(kept.layout, "postgres", Record(me, processes.born(me) or "", "", 0))
    assert kept.filled().rescue() is None
    assert postgres.place(kept.layout) == kept.old
    assert postgres._whole(kept.old / "data")


def test_data_that_were_moved_by_hand_are_found(kept: Kept) -> None:
    kept.filled()
    kept.shared.mkdir()
    kept.old.rename(kept.new)
    kept.rescue()
    assert postgres.place(kept.layout) == kept.new


def test_data_that_are_gone_or_a_folder_that_somebody_else_put_there_are_not_begun_anew(
    kept: Kept, tmp_path: Path
) -> None:
    with pytest.raises(Problem):
        kept.rescue()
    kept.old.symlink_to(tmp_path)
    with pytest.raises(Problem):
        kept.rescue()
    assert not kept.shared.exists()


def test_a_copy_touches_neither_the_data_nor_the_processes_of_the_original(tmp_path: Path) -> None:
    original, copy = Layout(tmp_path / "髙﨑" / ".local"), Layout(tmp_path / "copy" / ".local")
    theirs = tmp_path / home.name_elsewhere(original)
    theirs.mkdir()
    original.remember(home=str(original.folder), postgres=str(theirs))
    shutil.copytree(original.folder, copy.folder)
    screen = Screen(quiet=True)
    acts: list[Callable[[], object]] = [
        lambda: up(copy, screen),
        lambda: down(copy, screen),
        lambda: _restart(copy, None),
        lambda: _clean(copy),
    ]
    for act in acts:
        with pytest.raises(Problem, match=re.escape(str(original.folder))) as problem:
            act()
        assert f"cp -a {theirs} {tmp_path / home.name_elsewhere(copy)}" in problem.value.advice
        assert f"rm -r {copy.folder}" in problem.value.advice
    home.require_own(original)
    _clean(original)
    assert not theirs.exists()
    assert copy.folder.exists()


def test_a_copy_of_a_folder_of_an_older_release_is_known_by_its_data(tmp_path: Path) -> None:
    original, copy = Layout(tmp_path / "one"), Layout(tmp_path / "two")
    for layout in (original, copy):
        layout.remember(postgres=str(original.folder / "postgres"))
    home.require_own(original)
    with pytest.raises(Problem, match=re.escape(str(original.folder))):
        home.require_own(copy)


def test_data_elsewhere_that_are_not_this_folders_stay_when_it_is_cleaned(tmp_path: Path) -> None:
    layout, theirs = Layout(tmp_path / "moved" / ".local"), tmp_path / "tasuki-0123"
    theirs.mkdir()
    layout.remember(postgres=str(theirs))
    _clean(layout)
    assert theirs.exists()
    assert not layout.folder.exists()
