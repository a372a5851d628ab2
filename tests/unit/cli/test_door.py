"""What the command line takes for done, and what it does when nobody is there: only an answer that says so is done."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from cli.__main__ import parser, run
from cli.door import PATIENCE, Door, Refused

Way = Callable[[Door], object]
WAYS: list[Way] = [
    lambda door: door.post("/v1/cases", {"facts": "髙﨑①㈱🔥"}),
    lambda door: door.get("/v1/cases"),
    lambda door: door.text("/v1/contacts.html"),
    lambda door: door.content("/v1/articles/a/files/f", audience="public"),
    lambda door: door.picture("/v1/policy/replay", {}),
]
LOOKS: list[Way] = [lambda door: door.look("/v1/cases")]


def opened(handle: Callable[[httpx.Request], httpx.Response]) -> Door:
    return Door("http://tasuki.test", "token", transport=httpx.MockTransport(handle))


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_whoever_is_sent_elsewhere_is_told_where_and_that_nothing_was_done(ask: Way, status: int) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers={"location": "https://tasuki.test/"}, text="")

    with opened(handle) as door, pytest.raises(Refused, match=f"{status} → https://tasuki.test/"):
        ask(door)


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("status", [304, 404, 500])
def test_what_was_not_done_is_never_taken_for_an_answer(ask: Way, status: int) -> None:
    with opened(lambda _: httpx.Response(status)) as door, pytest.raises(Refused, match=str(status)):
        ask(door)


@pytest.mark.parametrize("ask", [*WAYS, *LOOKS])
def test_a_line_that_breaks_is_told_in_one_sentence(ask: Way) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with opened(handle) as door, pytest.raises(Refused, match=r"^http://tasuki.test: ReadTimeout$"):
        ask(door)


class Away:
    """A desk that is being restarted: what it says to each request in turn, the last one for good; it keeps the keys."""

    def __init__(self, *answers: int | type[httpx.TransportError]) -> None:
        self.answers = list(answers)
        self.keys: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.keys.append(request.headers["idempotency-key"])
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, type):
            raise answer("", request=request)
        return httpx.Response(answer, json={"id": "c_1"})

    def run(self, *command: str, lasting: float = PATIENCE) -> object:
        with Door("http://tasuki.test", "t", lasting=lasting, transport=httpx.MockTransport(self)) as door:
            return run(parser().parse_args(command), door)


@pytest.fixture
def report(tmp_path: Path) -> str:
    file = tmp_path / "report.json"
    file.write_text(json.dumps({"facts": "髙﨑①㈱🔥"}), encoding="utf-8")
    return str(file)


def test_a_report_waits_for_a_desk_that_is_being_restarted_and_is_one_report(report: str) -> None:
    desk = Away(httpx.ConnectError, httpx.ReadTimeout, 503, 202)
    assert desk.run("submit", report) == {"id": "c_1"}
    assert (len(desk.keys), len(set(desk.keys))) == (4, 1)


def test_where_nobody_knows_whether_it_was_taken_the_key_is_told_by_which_it_is_taken_once(report: str) -> None:
    for command in (["submit", report], ["act", "c_1", "notes", "text=x"]):
        desk = Away(httpx.ReadTimeout)
        with pytest.raises(Refused, match="ReadTimeout") as broken:
            desk.run(*command, lasting=0)
        (told,) = set(re.findall(r"--key (\w+)", str(broken.value)))
        assert desk.keys == [told]
        again = Away(202)
        again.run(*command, "--key", told)
        assert again.keys == [told]


def test_what_is_refused_is_not_asked_again(report: str) -> None:
    desk = Away(422)
    with pytest.raises(Refused, match="422") as refused:
        desk.run("submit", report)
    assert (len(desk.keys), "--key" in str(refused.value)) == (1, False)


def test_a_list_that_goes_on_says_so_and_all_of_it_can_be_had(capsys: pytest.CaptureFixture[str]) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        more = {"data": [{"number": 2}], "next_cursor": None}
        first = {"data": [{"number": 1}], "next_cursor": "髙 1"}
        assert request.url.params.get("status") == "done"
        return httpx.Response(200, json=more if request.url.params.get("cursor") == "髙 1" else first)

    def told(*command: str) -> object:
        with opened(handle) as door:
            return run(parser().parse_args(["cases", "--status", "done", *command]), door)

    assert told() == {"data": [{"number": 1}], "next_cursor": "髙 1"}
    assert "--all" in capsys.readouterr().err
    assert told("--all") == {"data": [{"number": 1}, {"number": 2}], "next_cursor": None}
    assert capsys.readouterr().err == ""
