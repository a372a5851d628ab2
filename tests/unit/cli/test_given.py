"""What a command is given: a file that Windows has saved."""

import json
from pathlib import Path

import httpx
import pytest

from cli import __main__ as tasuki
from cli import sources, texts
from cli.door import Door, Refused

MARK = "\ufeff"


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
        ways = {"texts": texts.run, "sources": sources.run}
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
