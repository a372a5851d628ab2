"""`tasuki personal …` asks the door for what is meant: whether the reporter is to go too is not lost on the way."""

import httpx
import pytest

from cli import personal
from cli.__main__ import parser
from cli.door import Door


def run(answer: object, *arguments: str) -> httpx.Request:
    """One command against an API that gives this answer; what was asked of it."""
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=answer)

    with Door("http://tasuki.test", "token", transport=httpx.MockTransport(handle)) as door:
        assert personal.run(parser().parse_args(["personal", *arguments]), door) == 0
    return asked[0]


@pytest.mark.parametrize(("more", "query"), [([], {}), (["--reporter"], {"reporter": "true"})])
def test_erasing_says_whether_the_reporter_goes_too(
    more: list[str], query: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    sent = run({"originals": 2}, "erase", "c_1", "--yes", *more)
    assert (sent.method, sent.url.path, dict(sent.url.params)) == ("DELETE", "/v1/cases/c_1/personal", query)
    assert capsys.readouterr().out == "消去しました（2 件の文）。\n"


def test_a_query_that_stands_in_the_path_arrives() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=dict(request.url.params))

    with Door("http://tasuki.test", "token", transport=httpx.MockTransport(handle)) as door:
        assert door.get("/v1/search?q=a") == {"q": "a"}
