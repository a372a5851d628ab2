"""Nobody can tell who an anonymous report came from: what a browser gives away is searched for in all that is kept anywhere."""

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import quote

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from shared.contracts.topics import TOPICS
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.alone

ADDRESS = "203.0.113.77"
TRACE, SPAN = "5ca1ab1e0ddba11c0ffee0ddf00dcafe", "0ddba11c0ffee123"
BROWSER = {
    "user-agent": "PlantedBrowser/77.7 (phone)",
    "cookie": "who=planted-cookie-4711",
    "referer": "https://intra.example.jp/planted-referrer/yamada",
    "accept-language": "ja-JP-x-planted,ja;q=0.77",
    "x-forwarded-for": ADDRESS,
    "forwarded": f"for={ADDRESS}",
    "x-real-ip": ADDRESS,
    "x-request-id": "planted-request-id",
    "traceparent": f"00-{TRACE}-{SPAN}-01",
    "tracestate": "planted=state",
    "baggage": "who=planted-baggage",
    "authorization": "Bearer tsk_planted0token",
}
MARKS = ("lantedBrowser", "planted", ADDRESS, TRACE, SPAN, "lanted")


async def tables(installation: Installation) -> Iterator[str]:
    """Every cell of every table of every service."""
    found = []
    for service in ("intake", "router", "timer", "notifier", "knowledge"):
        url = (installation.layout.secrets / f"database-url-{service}").read_text().strip()
        connection = await asyncpg.connect(url)
        for (table,) in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"):
            for row in await connection.fetch(f'SELECT * FROM "{table}"'):
                told = [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in row.values()]
                found.append(f"{service}.{table}: {told}")
        await connection.close()
    return iter(found)


async def records(kafka: str) -> Iterator[str]:
    """Every record of every topic, with its key and headers."""
    found = []
    names = [topic.name for topic in TOPICS]
    consumer = AIOKafkaConsumer(*names, bootstrap_servers=kafka, group_id=None, auto_offset_reset="earliest")
    await consumer.start()
    try:
        parts = list(consumer.assignment())
        ends = await consumer.end_offsets(parts)
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                found += [f"{r.topic}: {r.key!r} {r.headers!r} {r.value!r}" for r in batch]
    finally:
        await consumer.stop()
    return iter(found)


async def test_nothing_anywhere_tells_who_it_was_and_they_can_be_answered(installation: Installation) -> None:
    public, kafka = installation.env["TASUKI_PUBLIC_URL"], f"127.0.0.1:{installation.layout.port('kafka')}"
    async with httpx.AsyncClient(base_url=public, headers=BROWSER, timeout=30) as browser:
        page = await browser.get("/report?mode=anonymous&who=planted")
        key = re.search(r'name="key" value="([0-9a-f]{32})"', page.text)
        assert key
        assert "set-cookie" not in page.headers
        report = {
            "mode": "anonymous",
            "key": key[1],
            "facts": "髙﨑①㈱🔥 匿名の報告 １２３",
            "impact": "one",
            "kind": "other",
        }
        sent = await browser.post(
            "/report?utm=planted", data={**report, "reporter_name": "planted", "reporter_id": "planted"}
        )
        assert sent.status_code == 303, sent.text[:1000]
        link = sent.headers["location"].partition("?")[0]
        assert (sent.headers["referrer-policy"], "set-cookie" in sent.headers) == ("no-referrer", False)
        token = link.removeprefix("/r/")
        case_id = token[:28]
        with installation.door() as door:
            door.ask(
                "POST", f"/v1/cases/{case_id}/notes", {"text": "お知らせありがとうございます。", "internal": False}
            )
        async with asyncio.timeout(20):
            while "お知らせありがとうございます。" not in (own := await browser.get(f"{link}?who=planted")).text:
                await asyncio.sleep(0.2)
        assert own.headers["referrer-policy"] == "no-referrer"
        back = re.search(r'name="key" value="([0-9a-f]{32})"', own.text)
        assert back
        assert (await browser.post(link, data={"key": back[1], "text": "補足です。"})).status_code == 303
        with installation.door() as door:
            assert any("補足です。" in line["text"] for line in door.get(f"/v1/cases/{case_id}/timeline")["data"])
        assert (await browser.get(f"{link[:-1]}{'A' if link[-1] != 'A' else 'B'}")).status_code == 404
    spans = ""
    async with httpx.AsyncClient() as viewer, asyncio.timeout(30):
        while "post /r/{token}" not in spans.lower():  # the last of them; spans are exported every five seconds
            await asyncio.sleep(0.2)
            spans = (await viewer.get(f"{installation.zipkin}/zipkin/api/v2/traces?limit=100000&lookback=3600000")).text
    logs = [
        f"{path.name}: {line}"
        for path in installation.layout.logs.iterdir()
        for line in path.read_text("utf-8", "replace").splitlines()
    ]
    kept = [*await tables(installation), *await records(kafka), *logs, *spans.split("},{")]
    assert sum(case_id in line for line in kept) > 10  # it is looked for where it would be
    assert "post /report" in spans.lower()
    marks = (*MARKS, key[1], token, quote(token))
    found = {(mark, line[max(0, line.find(mark) - 100) :][:200]) for mark in marks for line in kept if mark in line}
    assert found == set()
