"""What a command is given: a file that Windows has saved, a YAML file with a mistake, and nobody who answers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from cli import __main__ as tasuki
from cli import contacts, sources, texts
from cli.door import Door, Refused

MARK = "\ufeff"
ROOT = Path(__file__).parents[3]


class Api:
    """The door's other side: what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(200, json={"id": "c_1", "version": 0, "people": [], "originals": 0})

    def run(self, *command: str) -> dict[str, object]:
        """One command; the body of its last request."""
        read = tasuki.parser().parse_args(command)
        ways = {"contacts": contacts.run, "texts": texts.run, "sources": sources.run}
        with Door("http://tasuki.test", "t", transport=httpx.MockTransport(self)) as door:
            ways.get(read.command, tasuki.run)(read, door)
        told: dict[str, object] = json.loads(self.asked[-1].content)
        return told


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "given.txt"


def test_the_mark_that_windows_puts_before_a_file_is_no_part_of_it(file: Path) -> None:
    report = {"facts": "髙﨑①㈱🔥"}
    file.write_text(MARK + json.dumps(report), encoding="utf-8")
    assert Api().run("submit", str(file)) == report
    assert Api().run("sources", "try", "m", str(file)) == {"body": json.dumps(report)}
    edited = Api().run(
        "texts", "edit-from", "ja/page", str(file), "--why", "x", "--by", "y", "--if-version", "1", "--json"
    )
    assert edited["text"] == json.dumps(report)


def test_a_file_in_another_encoding_is_told_with_its_place(file: Path) -> None:
    file.write_bytes('{"facts": "髙"}'.encode("cp932"))
    with pytest.raises(Refused, match="not UTF-8 at byte 12"):
        Api().run("submit", str(file))


def test_a_mistake_in_yaml_is_told_with_its_line(file: Path) -> None:
    file.write_text("people:\n  - {id: a, name: A}\n - {id: b}\n", encoding="utf-8")
    api = Api()
    with pytest.raises(Refused, match=r"given\.txt:3: YAML として読めません"):
        api.run("contacts", "import", str(file))
    file.write_text("people: \x07", encoding="utf-8")
    with pytest.raises(Refused, match="not YAML"):
        api.run("contacts", "import", str(file))
    assert api.asked == []


def test_a_name_that_looks_like_a_day_is_a_name(file: Path) -> None:
    file.write_text("people: [{id: a, name: 2026-11-30}]", encoding="utf-8")
    assert Api().run("contacts", "import", str(file)) == {"people": [{"id": "a", "name": "2026-11-30"}]}


def test_where_nobody_answers_nothing_is_erased_and_that_is_said_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "personal", "erase", "c_1"], stdin=subprocess.DEVNULL, capture_output=True,
        text=True, env={**os.environ, "TASUKI_TOKEN": "t", "TASUKI_PUBLIC_URL": "http://127.0.0.1:1"}, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 1
    assert "--yes" in done.stderr
    assert len(done.stderr.splitlines()) == 1
