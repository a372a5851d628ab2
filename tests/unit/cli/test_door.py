"""What the command line takes for done: only an answer that says so, never a page that it is sent on to."""

from collections.abc import Callable

import httpx
import pytest

from cli.door import Door, Refused

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
