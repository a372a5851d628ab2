"""What is in the repository belongs to it: nothing of one machine, no download host, no secret, no trace of how it was typed."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

pytestmark = pytest.mark.security

GENERATED = {
    ".git", ".venv", ".local", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache",
    "__pycache__", "node_modules",
}  # fmt: skip
LARGEST = 1_000_000
# What a service reads as numbers, with how it is made in bench/, and how large each may become.
DATA = {"services/knowledge/domain/words.npz": 5_000_000, "services/knowledge/domain/trees.npz": 100_000}
# What `make walkthrough` takes.
DATA |= {f"docs/walkthrough/{path.name}": 100_000 for path in (ROOT / "docs/walkthrough").glob("*.png")}
FORBIDDEN = {
    "a path of one machine": r"(?<![\w./:$-])/(?:work|root|home/\w+|Users/\w+|opt/\w+/venv)/",
    "a temporary path of one machine": r"(?<![\w.$-])/tmp/(?!tasuki)[\w.-]+/",
    "a download host": r"(?i)--(?:extra-)?index-url|--find-links|(?:files\.pythonhosted|repo1?\.maven(?:\.apache)?)\.\w+",
    "a key": r"-----BEGIN [A-Z ]*PRIVATE KEY|\bxox[abp]-\d{6,}|\bAKIA[0-9A-Z]{16}\b|\btsk_\w{6,}_\w{20,}",
    "how it was typed": r"(?i)\bas an ai\b|\blanguage model\b|\b(?:chat)?gpt\b|\bc[l]aude\b|\bco-?pilot\b|\banthrop[i]c\b"
    r"|generated (?:by|with) (?:an? )?(?:ai|assistant)|\bsub-?agents?\b",
    "an unfinished place": r"\b(?:TODO|FIXME|XXX|HACK)\b",
    "a merge gone wrong": r"^(?:<{7}|>{7}) ",
}
ALLOWED = {("a download host", "deploy/local/artifacts.py"), ("a download host", "deploy/local/lock_jars.py")}


def files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file that belongs to the repository."""
    for folder, below, names in os.walk(root):
        below[:] = sorted(set(below) - GENERATED)
        for path in map(Path(folder).joinpath, sorted(set(names) - GENERATED)):
            if path.is_file():
                yield path.relative_to(root).as_posix(), path


def offenders(root: Path, what: str) -> list[str]:
    """Lines that hold what must not be there."""
    found = []
    for name, path in files(root):
        if name == "tests/architecture/test_tree.py" or (what, name) in ALLOWED or name in DATA:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if re.search(FORBIDDEN[what], line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    return found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_holds_no(what: str) -> None:
    assert offenders(ROOT, what) == []


def test_every_file_is_small_text() -> None:
    assert [name for name, path in files(ROOT) if path.stat().st_size > DATA.get(name, LARGEST)] == []
    assert [name for name, path in files(ROOT) if name not in DATA and b"\0" in path.read_bytes()] == []


def test_lock_files_name_hashes_and_no_host() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "--hash=sha256:" in text, path.name
        assert "://" not in text, path.name


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path of one machine", 'open("/root/x")'),
        ("a path of one machine", "cd /home/taro/tasuki"),
        ("a temporary path of one machine", "see /tmp/notes/brief.md"),
        ("a download host", "pip install --index-url http://mirror/simple"),
        ("a key", "token = xoxb-123456789"),
        ("how it was typed", "As an AI I cannot"),
        ("an unfinished place", "# TODO later"),
        ("a merge gone wrong", "<<<<<<< HEAD"),
    ],
)
def test_it_goes_red(tmp_path: Path, what: str, line: str) -> None:
    (tmp_path / "notes.md").write_text(f"fine\n{line}\n")
    assert offenders(tmp_path, what) == [f"notes.md:2: {line}"]
