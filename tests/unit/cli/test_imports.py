"""`tasuki import` sends a part again while nobody takes it, and one that breaks off tells what came of the rows before."""

import json
from pathlib import Path

import httpx
import pytest

from cli import imports
from cli.__main__ import parser
from cli.door import Door


class Desk:
    """The door's other side: what it says to each request in turn; None takes every row."""

    def __init__(self, *answers: int | type[BaseException] | None) -> None:
        self.answers = list(answers)
        self.asked: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.content)
        answer = self.answers.pop(0)
        if answer is KeyboardInterrupt:
            raise KeyboardInterrupt
        if isinstance(answer, type):
            raise answer("")
        if answer is not None:
            return httpx.Response(answer, json={"code": "unable", "title": "髙﨑"})
        rows = [
            {"line": number, "external_id": "①", "result": "taken", "errors": []}
            for number, line in enumerate(request.content.split(b"\n"), 1)
            if line
        ]
        return httpx.Response(200, json={"data": rows})

    def run(self, file: Path, *more: str) -> int:
        with Door("http://tasuki.test", "token", transport=httpx.MockTransport(self)) as door:
            return imports.run(parser().parse_args(["import", str(file), *more]), door)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "open.ndjson"
    file.write_text("".join(f'{{"external_id": "{number}"}}\n' for number in range(2 * imports.PART + 50)))
    return file


def test_a_part_is_sent_again_while_nobody_takes_it(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(None, 503, httpx.ReadTimeout, None, 502, None)
    assert desk.run(file) == 0
    assert capsys.readouterr().out == "受け付けた: 450\n"
    assert desk.asked[1] == desk.asked[2] == desk.asked[3] != desk.asked[0]


def test_one_that_breaks_off_tells_what_it_did_and_from_where_on_nothing_is_known(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Desk(None, None, 403).run(file) == 1
    told = capsys.readouterr()
    assert told.out == "受け付けた: 400\n"
    assert "403 unable: 髙﨑\n401 行目から後" in told.err
    assert Desk(None, 403).run(file, "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["counts"], said["unknown_from_line"]) == ({"taken": 200}, 201)


def test_one_that_somebody_breaks_off_tells_the_same(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Desk(None, None, KeyboardInterrupt).run(file) == 1
    told = capsys.readouterr()
    assert told.out == "受け付けた: 400\n"
    assert "Ctrl-C\n401 行目から後" in told.err
    with pytest.raises(KeyboardInterrupt):
        Desk(KeyboardInterrupt).run(file)
