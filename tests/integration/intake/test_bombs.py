"""Bodies that are made to harm, at every door of intake and whatever they say that they are: refused, soon, and nothing is done."""

import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import pytest

from services.intake.domain.sessions import IDLE
from services.intake.incoming import SMALL
from services.intake.pages import uploads
from tests.hard import BODIES, MB
from tests.integration.intake.desk import Desk
from tests.integration.intake.people import SITE, fresh, log_in
from tests.integration.intake.teams import theirs
from tests.integration.intake.test_access import OPERATIONS

pytestmark = [pytest.mark.security, pytest.mark.timeout(300)]
TYPES = ("application/json", "application/x-www-form-urlencoded", "text/xml")
BOMBS = [body for body in BODIES if len(body) > 50]
TAKING = [o for o in OPERATIONS if o.method not in ("GET", "HEAD", "OPTIONS")]


@pytest.mark.parametrize("type_", TYPES)
async def test_no_door_breaks(desk: Desk, type_: str) -> None:
    case_id = (await theirs(desk))[0]
    made = await desk.set_up("anything", "generic", options={"mapping": '{"title": "a", "dedup_key": "a"}'})
    cases = await desk.count("cases")
    headers = {"authorization": f"Bearer {desk.token}", "content-type": type_, "x-tasuki-secret": made["secret"]}
    for operation in TAKING:
        path = operation.address(case_id).replace("/v1/webhooks/x", "/v1/webhooks/anything")
        for number, body in enumerate(BOMBS):
            began = time.process_time()
            key = {"idempotency-key": f"{operation.name}-{number}".replace(" ", "")}
            answer = await desk.client.request(operation.method, path, content=body, headers={**headers, **key})
            assert answer.status_code < 500, (operation.name, body[:40], answer.text[:200])
            assert time.process_time() - began < 5, (operation.name, body[:40])
    assert await desk.count("cases") == cases


def form(size: int) -> bytes:
    """A form in which every letter is escaped."""
    return b"mode=anonymous&impact=all&facts=" + b"%41" * (size // 3)


@contextmanager
def little() -> Iterator[None]:
    """What is done meanwhile takes little time of the processor and little memory."""
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
        assert time.process_time() - began < 20
        assert tracemalloc.get_traced_memory()[1] < 60 * MB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [2 * MB, 5 * MB, 22 * MB])
async def test_a_form_of_escapes_alone_takes_neither_the_processor_nor_the_memory(desk: Desk, size: int) -> None:
    body, headers = form(size), {"content-type": "application/x-www-form-urlencoded"}
    with little():
        answer = await desk.client.post("/report", content=body, headers=headers)
    assert answer.status_code == (422 if size < uploads.TEXTS else 413)
    assert await desk.count("cases") == 0


async def test_the_texts_of_a_form_with_files_are_no_more_than_those_of_one_without(desk: Desk) -> None:
    texts = {f"n{number}": (None, b"x" * MB) for number in range(20)}
    request = httpx.Request("POST", "http://intake.test/report", files=texts)
    request.read()
    with little():
        answer = await desk.client.send(request)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path", ["/policy/edit", "/cases/12/note", "/cases/12/steps", "/knowledge/articles/new", "/report/solved"]
)
async def test_what_is_large_is_taken_from_who_has_been_logged_in_alone(desk: Desk, path: str) -> None:
    body, headers = form(SMALL + 3), {"content-type": "application/x-www-form-urlencoded", **SITE}
    browser = await log_in(desk)
    for stranger in (fresh(desk), fresh(desk)):
        assert (await stranger.post(path, content=body, headers=headers)).status_code == 413
        assert (await stranger.post(path, content=pieces(body), headers=headers)).status_code == 413
        stranger.cookies.set(desk.door.cookie.name, "made up")
    assert (await browser.post(path, content=body, headers=headers)).status_code not in (413, 503)
    desk.clock.at += IDLE
    ended = await browser.post(path, content=body, headers=headers)
    assert ended.status_code in (303, 401, 404), "what was typed is not lost with the session"


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    """A body of which nobody says how long it is."""
    for start in range(0, len(body), MB // 16):
        yield body[start : start + MB // 16]
