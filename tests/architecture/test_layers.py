"""The contracts of import-linter hold, and each of them goes red when it is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

BREAKS = [
    ("services never import each other", "services/timer/store.py", "import services.router.store"),
    ("services stand on runtime, runtime on contracts", "shared/contracts/plan.py", "import shared.runtime.clock"),
    ("services stand on runtime, runtime on contracts", "shared/runtime/loop.py", "import services.timer.store"),
    ("the telephone gateway stands beside", "gateway/line.py", "import services.timer.store"),
    ("the telephone gateway reads top-down", "gateway/control.py", "import gateway.line"),
    ("decisions are pure", "services/timer/domain/deadlines.py", "import asyncpg"),
    ("decisions are pure", "shared/contracts/case.py", "import time"),
    ("a service reads top-down", "services/timer/store.py", "import services.timer.handlers"),
    ("a service reads top-down", "services/timer/domain/deadlines.py", "import services.timer.store"),
    ("a service reads top-down", "services/timer/extra.py", '"""A module that nobody has given a place."""'),
    ("handlers and stores know no framework", "services/timer/handlers.py", "import fastapi"),
    ("Faust is a shell of the router's worker", "services/timer/worker.py", "import faust"),
]


def lint(folder: Path) -> str:
    """What import-linter says of the tree in a folder."""
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache", "--config", folder / "pyproject.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return done.stdout + done.stderr


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for folder in ("services", "shared", "gateway", "watchdog"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_all_are_kept(tree: Path) -> None:
    said = lint(tree)
    assert "0 broken" in said, said


@pytest.mark.parametrize(("contract", "file", "line"), BREAKS, ids=lambda v: v.split("/")[-1])
def test_it_goes_red(tree: Path, contract: str, file: str, line: str) -> None:
    path = tree / file
    path.write_text(f"{path.read_text() if path.exists() else ''}\n{line}\n")
    broken = [said for said in lint(tree).splitlines() if said.endswith("BROKEN")]
    assert any(said.startswith(contract) for said in broken), broken
