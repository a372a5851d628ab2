"""HTTP as every service speaks it: problems in the reader's language, bodies with an end, health, and who may come in."""

import asyncio
import select
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
import uvloop
from fastapi import Request
from pydantic import BaseModel, ConfigDict

from shared.contracts.report import Line
from shared.runtime import web

pytestmark = pytest.mark.security

TOKEN = "service-token"


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Line
    count: int = 0


class Broken:
    """A database that can be taken away."""

    away = False

    async def check(self) -> None:
        if self.away:
            raise ConnectionRefusedError("secret address")


@pytest.fixture
def database() -> Broken:
    return Broken()


@pytest_asyncio.fixture
async def client(database: Broken) -> AsyncIterator[httpx.AsyncClient]:
    app = web.create("sample", {"database": database.check})

    @app.post("/things")
    async def things(body: Sample) -> dict[str, str]:
        return {"name": body.name}

    @app.post("/raw")
    async def raw(request: Request) -> dict[str, int]:
        return {"read": len(await request.body())}

    @app.get("/inside")
    async def inside(request: Request) -> dict[str, bool]:
        web.require_token(request, TOKEN)
        return {"in": True}

    @app.get("/fails")
    async def fails() -> None:
        raise RuntimeError("the secret is 090-1234-5678")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://sample") as made:
        yield made


async def test_an_answer_keeps_text_to_the_character(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", json={"name": "髙﨑①㈱🔥"})
    assert answer.json() == {"name": "髙﨑①㈱🔥"}


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "ja"),
        ("ja", "ja"),
        ("en", "en"),
        ("en-GB,en;q=0.9,ja;q=0.1", "en"),
        ("ja,en;q=0.8", "ja"),
        ("fr", "ja"),
        ("fr,en;q=0.5", "en"),
        ("*", "ja"),
        ("髙".encode().decode("latin-1"), "ja"),
    ],
)
async def test_a_problem_is_told_in_the_readers_language(client: httpx.AsyncClient, asked: str, language: str) -> None:
    answer = await client.get("/none", headers={b"accept-language": asked.encode("latin-1")})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert answer.json() == {
        "type": "urn:tasuki:problem:not-found",
        "title": "見つかりません。" if language == "ja" else "There is nothing here.",
        "status": 404,
        "code": "not-found",
        "instance": "/none",
    }


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"),
        (b"", 422, "invalid"),
        (b'{"name": "\xff\xfe"}', 400, "malformed"),
        (b'{"name": "\x80"}', 400, "malformed"),
        (b'{"name": "a\\u0000b"}', 422, "invalid"),
        (b'{"name": "\\ud800"}', 422, "invalid"),
        (b'{"name": 7}', 422, "invalid"),
        (b'{"name": "x", "colour": "vermilion"}', 422, "invalid"),
        (b'{"name": "x", "count": "many"}', 422, "invalid"),
        (b"[" * 100_000, 400, "malformed"),
        (b'{"name": "x", "count": ' + b"9" * 5000 + b"}", 400, "malformed"),
        (b'{"name": "x", "\\ud800": 1}', 422, "invalid"),
        (b'{"name": "x", "count": 1e400}', 422, "invalid"),
        (b'{"name": "x", "count": NaN}', 422, "invalid"),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_a_bad_body_is_refused_and_never_echoed(
    client: httpx.AsyncClient, body: bytes, status: int, code: str
) -> None:
    answer = await client.post("/things", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    for value in ("vermilion", "many", "a\x00b"):
        assert value not in answer.text


async def test_each_error_names_its_place(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", json={"name": "x", "count": "many"})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/count"]


async def test_a_body_that_says_it_is_too_large_is_refused_unread(client: httpx.AsyncClient) -> None:
    answer = await client.post("/raw", content=b"x" * (web.LARGEST_BODY + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize("path", ["/raw", "/things"])
async def test_a_body_that_does_not_say_its_size_is_stopped_when_it_is_too_large(
    client: httpx.AsyncClient, path: str
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 64 * 1024
            yield b" " * 64 * 1024

    answer = await client.post(path, content=endless(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_largest_body_that_is_allowed_is_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/raw", content=b"x" * web.LARGEST_BODY)
    assert answer.json() == {"read": web.LARGEST_BODY}


async def test_a_wrong_method_says_which_are_right(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/things")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xff"])
async def test_only_the_token_opens(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/inside", headers={b"authorization": given.encode("latin-1")})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert TOKEN not in answer.text


async def test_the_token_opens(client: httpx.AsyncClient) -> None:
    answer = await client.get("/inside", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.json() == {"in": True}


async def test_what_fails_inside_is_503_without_its_reason(client: httpx.AsyncClient) -> None:
    answer = await client.get("/fails")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "secret" not in answer.text


async def test_ready_says_which_part_is_not_and_nothing_more(client: httpx.AsyncClient, database: Broken) -> None:
    assert (await client.get("/readyz")).text == "ok database\n"
    database.away = True
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready database: ConnectionRefusedError\n")
    assert (await client.get("/livez")).status_code == 200


async def test_requests_are_measured_by_route_and_not_by_path(client: httpx.AsyncClient) -> None:
    await client.get("/c_secretcase")
    measured = (await client.get("/metrics")).text
    assert 'route="/things"' in measured or 'route="none"' in measured
    assert "c_secretcase" not in measured


@pytest.mark.parametrize("proxy", [{"x-forwarded-for": "192.0.2.1"}, {"forwarded": "for=192.0.2.1"}])
async def test_who_comes_by_a_proxy_reads_no_figures_and_no_parts(
    client: httpx.AsyncClient, database: Broken, proxy: dict[str, str]
) -> None:
    assert "tasuki_" in (await client.get("/metrics")).text
    hidden = await client.get("/metrics", headers=proxy)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not-found")
    for database.away, status, said, whole in (
        (False, 200, "ok\n", "ok database\n"),
        (True, 503, "not ready\n", "not ready database: ConnectionRefusedError\n"),
    ):
        outside, inside = await client.get("/readyz", headers=proxy), await client.get("/readyz")
        assert (outside.status_code, outside.text) == (status, said)
        assert (inside.status_code, inside.text) == (status, whole)


def test_a_crowd_is_let_in_many_at_a_time() -> None:
    async def turns() -> int:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        serving = asyncio.create_task(web.serve(web.create("test", {}), "127.0.0.1", port))
        async with asyncio.timeout(20):
            while not (first := await answered(port)):
                await asyncio.sleep(0)
            crowd = [socket.create_connection(("127.0.0.1", port)) for _ in range(160)]
            for one in (first, *crowd):
                one.setblocking(False)
                one.send(b"GET /livez HTTP/1.1\r\nhost: test\r\n\r\n")
            count, waiting = 0, set(crowd)
            while waiting:
                await asyncio.sleep(0)
                count += 1
                waiting -= set(select.select(waiting, [], [], 0)[0])
        for one in (first, *crowd):
            one.close()
        serving.cancel()
        await asyncio.wait([serving])
        return count

    assert uvloop.run(turns()) < 80


async def answered(port: int) -> socket.socket | None:
    """A connection to the server, once it listens."""
    try:
        return socket.create_connection(("127.0.0.1", port))
    except ConnectionRefusedError:
        return None
