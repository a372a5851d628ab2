"""The Python environment: what an interruption or another Python has left half is made anew, what is whole is left alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.layout import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose lock names no package at all, so that no network is needed."""
    folder = tmp_path / "髙﨑 tasuki"
    (folder / "deploy" / "local").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "local" / "venv.sh", folder / "deploy" / "local" / "venv.sh")
    (folder / "requirements").mkdir()
    (folder / "requirements" / "run.txt").write_text("# none\n")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    return folder


def made(checkout: Path) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHON": sys.executable}
    return subprocess.Popen(
        [checkout / "deploy" / "local" / "venv.sh", "run"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


@pytest.mark.parametrize("stamped", [True, False])
def test_one_without_its_packages_is_made_anew_by_one_of_two_at_once(checkout: Path, stamped: bool) -> None:
    if stamped:  # as after an upgrade of the system, which has its packages in the folder of another version
        shutil.copy(checkout / "requirements" / "run.txt", checkout / ".venv" / ".run.installed")
    both = [made(checkout), made(checkout)]
    said = [each.communicate(timeout=120)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert sorted(".venv を作っています" in one for one in said) == [False, True]
    subprocess.run([checkout / ".venv" / "bin" / "python", "-I", "-c", "import pip"], check=True)


def test_one_that_is_whole_is_left_alone(checkout: Path) -> None:
    packages = next((checkout / ".venv" / "lib").glob("python3*")) / "site-packages"
    (packages / "pip.py").write_text("")
    shutil.copy(checkout / "requirements" / "run.txt", checkout / ".venv" / ".run.installed")
    one = made(checkout)
    assert (one.communicate(timeout=60)[0], one.returncode) == ("", 0)
    assert (packages / "pip.py").exists()
