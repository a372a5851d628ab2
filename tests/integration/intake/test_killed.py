"""Intake is killed, and loses its database, while deliveries pour in: every 2xx is a case, a duplicate or set aside."""

import asyncio
import base64
import hashlib
import hmac
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from shared.contracts import topics
from tests import ports
from tests.integration.intake.desk import DATA_KEY, LINK_KEY, SERVICE_TOKEN, TEXT, ZENDESK_SECRET, ticket
from tests.integration.log import Opened

ROOT = Path(__file__).parents[3]
DELIVERIES, SENDERS = 300, 24
FAULTS = {40: "kill", 90: "terminate", 140: "kill", 190: "terminate", 240: "kill"}  # after so many answers


@dataclass
class Running:
    """Intake as a process of its own, which can be killed and started again on the same port."""

    url: str
    env: dict[str, str]
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        command = (sys.executable, "-m", "services.intake")
        quiet = asyncio.subprocess.DEVNULL
        self.process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=self.env, stdout=quiet)

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()


@dataclass
class Storm:
    """What was sent and answered: for each delivery the bodies of its 2xx answers, in order."""

    answered: dict[str, list[str]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def deliver(self, http: httpx.AsyncClient, id_: str, body: bytes) -> None:
        """Send one delivery until it is answered with 2xx, as a sender that tries again does."""
        while True:
            stamp = datetime.now(UTC).isoformat()
            signature = hmac.new(ZENDESK_SECRET.encode(), stamp.encode() + body, hashlib.sha256).digest()
            headers = {
                "x-zendesk-webhook-signature": base64.b64encode(signature).decode(),
                "x-zendesk-webhook-signature-timestamp": stamp,
                "x-zendesk-webhook-invocation-id": id_,
            }
            try:
                answer = await http.post("/v1/webhooks/zendesk", content=body, headers=headers)
            except httpx.HTTPError as problem:
                self.refused[type(problem).__name__] += 1
                await asyncio.sleep(0.05)
                continue
            if answer.is_success:
                async with self.moved:
                    self.answered.setdefault(id_, []).append(answer.text)
                    self.moved.notify_all()
                return
            assert answer.status_code == 503, answer.text
            self.refused["503"] += 1
            await asyncio.sleep(0.05)

    @property
    def count(self) -> int:
        return sum(map(len, self.answered.values()))


@pytest.fixture
async def intake(database: Opened, databases: dict[str, str], kafka: str) -> AsyncIterator[Running]:
    await database("intake")
    port = ports.port()
    nowhere = dict.fromkeys(("TASUKI_ROUTER_URL", "TASUKI_NOTIFIER_URL", "TASUKI_KNOWLEDGE_URL"), "http://127.0.0.1:1")
    env = {
        "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", ""), "TASUKI_DATABASE_URL": databases["intake"],
        "TASUKI_KAFKA": kafka, "TASUKI_HTTP_PORT": str(port), "TASUKI_SERVICE_TOKEN": SERVICE_TOKEN, "TASUKI_INSTANCE": "1",
        "TASUKI_PUBLIC_URL": "https://tasuki.example.jp", "TASUKI_LINK_KEY": LINK_KEY, "TASUKI_DATA_KEY": DATA_KEY,
        "TASUKI_ZENDESK_WEBHOOK_SECRET": ZENDESK_SECRET, **nowhere,
    }  # fmt: skip
    running = Running(f"http://127.0.0.1:{port}", env)
    await running.start()
    yield running
    await running.kill()


async def break_things(storm: Storm, intake: Running, db: asyncpg.Connection) -> None:
    """Do every fault in the middle of the storm."""
    for after, fault in FAULTS.items():
        async with storm.moved:
            await storm.moved.wait_for(lambda after=after: storm.count >= after)  # type: ignore[misc]
        if fault == "kill":
            await intake.kill()
            await intake.start()
        else:
            ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"
            await db.execute(ours)


async def published(kafka: str, type_: str) -> set[bytes]:
    """The keys of all events of a type that are on the log."""
    keys = set()
    consumer = AIOKafkaConsumer(topics.CASES, bootstrap_servers=kafka, auto_offset_reset="earliest")
    async with consumer:
        end = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(place) < last for place, last in end.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                keys |= {record.key for record in records if dict(record.headers)["ce_type"] == type_.encode()}
    return keys


async def test_every_answer_is_a_case_a_duplicate_or_set_aside(
    intake: Running, databases: dict[str, str], kafka: str
) -> None:
    storm, waiting = Storm(), list(range(DELIVERIES))
    db = await asyncpg.connect(databases["intake"])

    async def sender(http: httpx.AsyncClient) -> None:
        while waiting:
            n = waiting.pop()
            broken, repeated = n % 7 == 0, n % 5 == 0
            body = b"{%d" % n if broken else ticket(ticket_id=str(n + 1), latest_comment=f"{TEXT} {n}")
            for _ in range(2 if repeated else 1):
                await storm.deliver(http, f"inv-{n}", body)

    async with httpx.AsyncClient(base_url=intake.url, timeout=20, trust_env=False) as http, asyncio.timeout(100):
        faults = asyncio.create_task(break_things(storm, intake, db))
        await asyncio.gather(*(sender(http) for _ in range(SENDERS)))
        await faults
        while await db.fetchval("SELECT (SELECT count(*) FROM arrivals) + (SELECT count(*) FROM outbox)"):
            await asyncio.sleep(0.1)
    rows = Counter(
        {r["verdict"]: r["n"] for r in await db.fetch("SELECT verdict, count(*) AS n FROM deliveries GROUP BY 1")}
    )
    cases, aside = await db.fetchval("SELECT count(*) FROM cases"), await db.fetchval("SELECT count(*) FROM quarantine")
    keys = {row["id"].encode() for row in await db.fetch("SELECT id FROM cases")}
    await db.close()
    duplicates = sum(len(answers) - 1 for answers in storm.answered.values())
    assert len(storm.answered) == DELIVERIES
    assert storm.count == cases + duplicates + aside
    assert rows == {"opened": cases, "quarantined": aside}
    assert (aside, duplicates) == (len(range(0, DELIVERIES, 7)), len(range(0, DELIVERIES, 5)))
    # A repeat gets the first answer, or the outcome of what waited then.
    assert all(len({a for a in answers if "waiting" not in a}) <= 1 for answers in storm.answered.values())
    assert storm.refused.total() > SENDERS, "hardly anything went wrong, so nothing was proven"
    assert await published(kafka, "case.submitted.v1") == keys
