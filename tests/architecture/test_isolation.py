"""Each image stands alone: with `shared/`, what it is made of, and the packages its own lock file names, and nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

IMPORT_EVERYTHING = """
import importlib, json, pkgutil, sys
lock, package, *more = sys.argv[1:]
refused = set(json.loads(sys.stdin.read()))

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in refused:
            raise ModuleNotFoundError(f"{name} is not in requirements/{lock}.txt", name=name)

sys.meta_path.insert(0, NotInstalled())
for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
for name in more:
    importlib.import_module(name)
outside = [n for n in sys.modules if n.startswith("services.") and not n.startswith(package)]
assert not outside, outside
"""


def not_installed(requirements: str) -> list[str]:
    """Top-level modules of this environment that an image made from these requirements would not have."""
    named = {re.sub(r"[-_.]+", "-", n).lower() for n in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", requirements, re.M)}
    return sorted(
        module
        for module, owners in packages_distributions().items()
        if not named & {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners}
    )


def alone(box: Path, lock: str, refused: list[str], package: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Import every module of a package, and some more modules, in a process that sees only the box."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IMPORT_EVERYTHING, lock, package, *more],
        cwd=box,
        input=json.dumps(refused),
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(box)},
    )


def put(box: Path, name: str) -> None:
    shutil.copytree(ROOT / name, box / name, ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture
def box(tmp_path: Path) -> Path:
    put(tmp_path, "shared")
    (tmp_path / "services").mkdir()
    shutil.copy(ROOT / "services" / "__init__.py", tmp_path / "services")
    return tmp_path


@pytest.mark.parametrize("service", ["intake", "router", "timer", "notifier", "knowledge"])
def test_a_service_imports_alone(box: Path, service: str) -> None:
    put(box, f"services/{service}")
    refused = not_installed((ROOT / "requirements" / f"{service}.txt").read_text())
    assert {"pytest", "hypothesis"} <= set(refused)
    done = alone(box, service, refused, f"services.{service}")
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize(
    ("name", "beside", "more"),
    [
        ("watchdog", (), ()),
        ("gateway", (), ()),
        ("sandbox", ("deploy",), ("deploy.compose.prepare",)),  # its image makes the secrets and the servers ready too
    ],
)
def test_what_stands_beside_the_services_imports_alone(
    box: Path, name: str, beside: tuple[str, ...], more: tuple[str, ...]
) -> None:
    shutil.rmtree(box / "services")
    for folder in (name, *beside):
        put(box, folder)
    done = alone(box, name, not_installed((ROOT / "requirements" / f"{name}.txt").read_text()), name, *more)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("import services.router", "No module named 'services.router'"),
        ("import hypothesis", "hypothesis is not in requirements/timer.txt"),
        ("import faust", "faust is not in requirements/timer.txt"),
    ],
)
def test_a_service_that_leans_on_more_goes_red(box: Path, line: str, complaint: str) -> None:
    (box / "services" / "timer").mkdir()
    (box / "services" / "timer" / "__init__.py").write_text(line + "\n")
    done = alone(box, "timer", not_installed((ROOT / "requirements" / "timer.txt").read_text()), "services.timer")
    assert done.returncode != 0
    assert complaint in done.stderr
