"""Another process sees and does the same through the control interface."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from sandbox import Sandbox, SandboxClient
from sandbox.client import SandboxRefused

from .conftest import Service
from .test_phone import HANAKO, login, order

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[SandboxClient]:
    async with SandboxClient(sandbox.http_url) as found:
        yield found


async def test_a_call_from_afar(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str, client: SandboxClient
) -> None:
    before = await client.cursor()
    waiting = asyncio.create_task(client.wait_for_call(HANAKO, since=before))
    await http.post(calls_path, data=order(service), auth=login(sandbox))
    call = await waiting
    assert (await client.answer(call["sid"]))["status"] == "in-progress"
    assert (await client.press(call["sid"], "1"))["pressed"] == "1"
    assert (await client.call_until(call["sid"]))["status"] == "completed"
    assert [item["case_id"] for item in await client.received("phone", since=before)] == ["case-1"]
    assert await client.received("phone", since=call["item"]) == []
    with pytest.raises(SandboxRefused, match="409"):
        await client.answer(call["sid"])
    with pytest.raises(TimeoutError, match="received: 1 phone"):
        await client.wait_for("chat", timeout=0.05)


async def test_habits(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str, client: SandboxClient
) -> None:
    await client.auto(HANAKO, answer_after=0, press="1")
    await http.post(calls_path, data=order(service), auth=login(sandbox))
    [post] = await service.wait("/gather")
    assert post.form["Digits"] == "1"


async def test_faults_and_reset(sandbox: Sandbox, client: SandboxClient) -> None:
    await client.fault("email", "550", 2, to="x")
    assert [(f.kind, f.count) for f in sandbox.faults.active] == [("550", 2)]
    for channel, kind in (("email", "busy"), ("fax", "down")):
        with pytest.raises(SandboxRefused, match="422"):
            await client.fault(channel, kind)
    await client.clear_faults("phone")
    assert len(sandbox.faults.active) == 1
    await client.send_trigger({"ticket_id": "9"})
    assert (await client.ticket(9))["subject"] == "決済が全店舗で失敗する"
    await client.reset()
    assert (sandbox.faults.active, sandbox.crm.tickets) == ([], [])


async def test_stream_tells_what_arrives(
    sandbox: Sandbox, service: Service, http: httpx.AsyncClient, calls_path: str
) -> None:
    async with http.stream("GET", "/sandbox/stream") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        await http.post(calls_path, data=order(service), auth=login(sandbox))
        async for line in lines:
            if line == "event: received":
                break
        assert "重大です" in await anext(lines)


async def test_page_and_its_files(http: httpx.AsyncClient) -> None:
    for path in ("/", "/page.css", "/page.js", "/draw.js", "/sound.js", "/words.js"):
        reply = await http.get(path)
        assert reply.status_code == 200
        assert "default-src 'self'" in reply.headers["content-security-policy"]
    assert (await http.get("/readyz")).json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"x" * (1 << 20) + b"y", "application/json", 413),
        (b'{"to": "*", "nonsense": 1}', "application/json", 422),
        (b'{"answer_after": "soon"}', "application/json", 422),
    ],
)
async def test_bad_bodies(http: httpx.AsyncClient, body: bytes, kind: str, status: int) -> None:
    reply = await http.put("/sandbox/autos", content=body, headers={"Content-Type": kind})
    assert reply.status_code == status
    assert reply.json()["detail"]


async def test_another_site_may_not_drive_it(http: httpx.AsyncClient) -> None:
    reply = await http.post("/sandbox/reset", json={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert reply.status_code == 403
