"""Whoever answers with little that unfolds into much fills no memory: a login provider, a sender's API, a service behind, a notifier, a hook."""

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.journal import Call, Journal
from gateway.reports import Reports
from services.intake import records
from services.intake.provider import Away, Provider
from services.intake.senders.sender import Source
from services.intake.settings import Issuer
from shared.contracts.call import CallOrder
from shared.runtime import telemetry
from shared.runtime.clock import Clock
from shared.runtime.settings import Secret
from tests.integration.intake.desk import SETTINGS, Desk
from watchdog.paths import Paths
from watchdog.settings import Settings as Watch

pytestmark = pytest.mark.security
BOMB = gzip.compress(b" " * (96 << 20))
ROOM = 64 << 20  # bytes, more than any of them may read
Ask = Callable[[str, httpx.AsyncClient], Awaitable[object]]


@asynccontextmanager
async def answering(*bodies: bytes) -> AsyncIterator[str]:
    """A server that says 200 and these, one after the other, and the last one from then on."""
    left = list(bodies)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = left.pop(0) if len(left) > 1 else left[0]
        folded = b"content-encoding: gzip\r\n" if body is BOMB else b""
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
        writer.write(head + folded + b"content-length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


async def provider(url: str, http: httpx.AsyncClient) -> None:
    settings = replace(SETTINGS, oidc_issuer=Issuer(url), oidc_client_id="tasuki")
    with pytest.raises(Away):
        await Provider(settings, http, Clock()).address("s", "n", "v")


async def sender(url: str, http: httpx.AsyncClient) -> None:
    source = Source("desk", "kintone", ("s",), {"app": "42", "url": url}, tokens=("t",))
    with pytest.raises(records.Unreadable):
        await records.fetch(http, source, url, 30)


async def hook(url: str, http: httpx.AsyncClient) -> None:
    x = Secret("x")
    watch = Watch(
        watchdog_token=x, watchdog_webhook_secret=x, watchdog_data=Path(), public_url="", watchdog_heartbeat_url=url
    )
    await Paths(watch, http).beat()


@pytest.mark.parametrize("ask", [provider, sender, hook], ids=lambda ask: ask.__name__)
async def test_an_answer_unfolds_no_further_than_it_is_read(ask: Ask) -> None:
    async with answering(BOMB) as url, telemetry.http_client(30) as http:
        await within_room(ask(url, http))


async def test_a_service_behind_is_read_no_further_either(desk: Desk) -> None:
    async with answering(BOMB) as url, telemetry.http_client(30) as http:
        desk.door.http = http
        desk.door.settings = replace(desk.door.settings, router_url=url)
        answer: Any = await within_room(desk.get("/v1/policy"))
    assert (answer.status_code, answer.json()["code"]) == (502, "upstream-too-large")


async def test_a_report_of_a_call_is_told_again_after_such_an_answer(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    journal = Journal(tmp_path / "calls.jsonl", now)
    async with answering(BOMB, b'{"say": "x"}') as url, telemetry.http_client(30) as http:
        call = Call("n-1", CallOrder(to="+819000000101", speech="x", report=url), now)
        journal.place(call)
        reports = Reports(journal, http, "whsec_eA==", Clock())
        said: Any = await within_room(reports.say(journal.calls["n-1"], "ringing"))
        await reports.close()
    journal.close()
    assert said is not None


async def within_room(asked: Awaitable[object]) -> object:
    """What is given, if it took no more room than it may."""
    tracemalloc.start()
    try:
        given = await asked
        assert tracemalloc.get_traced_memory()[1] < ROOM
        return given
    finally:
        tracemalloc.stop()
