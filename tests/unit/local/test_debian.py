"""Debian packages: what is there is left alone, and what cannot be installed is said with what to do."""

import os
from pathlib import Path

import pytest

from deploy.local import debian
from deploy.local.language import Problem
from deploy.local.screen import Screen


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH on which nothing is installed but `there`, and no apt."""
    program(tmp_path, "dpkg-query", '[ "$4" = there ] && printf installed || { printf config-files; exit 0; }')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("TASUKI_LANG", "both")
    return tmp_path


def test_what_is_installed_needs_nothing(path: Path) -> None:
    debian.ensure("there", "there")


def test_without_dpkg_nothing_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not debian.installed("there")
    with pytest.raises(Problem) as problem:
        debian.ensure("there")
    assert "sudo apt-get install there" in problem.value.advice


def test_removed_with_its_configuration_kept_is_not_installed(path: Path) -> None:
    assert not debian.installed("gone")


def test_what_is_missing_is_installed_by_root_or_asked_for(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(path, "apt-get", f'echo "$@" >> {path}/asked')
    if os.geteuid() == 0:
        debian.ensure("there", "sipp-tools", "baresip", screen=Screen())
        assert (path / "asked").read_text().splitlines()[-1] == (
            "-o DPkg::Lock::Timeout=300 install -y --no-install-recommends sipp-tools baresip"
        )
        assert "sipp-tools baresip" in capsys.readouterr().out
    else:
        with pytest.raises(Problem, match="sipp-tools baresip"):
            debian.ensure("there", "sipp-tools", "baresip")


def test_a_failing_apt_is_told_with_its_own_words(path: Path) -> None:
    program(path, "apt-get", "echo 'E: no such package' >&2; exit 100")
    with pytest.raises(Problem) as problem:
        debian.ensure("gone", screen=Screen(quiet=True))
    assert ("E: no such package" in problem.value.said) == (os.geteuid() == 0)
    assert problem.value.advice
