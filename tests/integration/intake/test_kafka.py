"""The whole service on real Kafka: what is accepted is published, read back, and shown; Kafka away stops nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import httpx

from services.intake import api, worker
from services.intake.__main__ import make_token
from shared.runtime import loop, web
from shared.runtime.clock import Clock
from shared.runtime.outbox import Relay
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests.integration.intake.desk import SETTINGS, TEXT
from tests.integration.log import Opened


@asynccontextmanager
async def running(database: Opened, url: str, kafka: str) -> AsyncIterator[httpx.AsyncClient]:
    settings = replace(SETTINGS, database_url=Secret(url), kafka=kafka)
    process = Process("intake", settings, await database("intake"), Clock())
    process.checks["database"] = process.db.check
    async with process.closing:
        await worker.build(process)
        process.app = web.create("intake", process.checks)
        await api.build(process)
        process.loops["relay"] = Relay(process.db, kafka).run
        tasks = [asyncio.create_task(loop.forever(name, run)) for name, run in process.loops.items()]
        token = await make_token(settings, ["--name", "crm", "--scopes", "all"])
        headers = {"authorization": f"Bearer {token}"}
        transport = httpx.ASGITransport(process.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://intake.test", headers=headers) as client:
            yield client
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)


async def timeline(client: httpx.AsyncClient, case_id: str) -> list[tuple[str, bool]]:
    lines = (await client.get(f"/v1/cases/{case_id}/timeline")).json()["data"]
    return [(line["type"], line["pending"]) for line in lines]


async def test_what_is_accepted_comes_back_from_the_log(
    database: Opened, databases: dict[str, str], kafka: str
) -> None:
    async with running(database, databases["intake"], kafka) as client:
        answer = await client.post("/v1/cases", json={"facts": TEXT}, headers={"idempotency-key": "k"})
        case_id = answer.json()["id"]
        by = {"by": {"id": "sato", "name": "佐藤"}}
        assert (await client.post(f"/v1/cases/{case_id}/acknowledge", json=by)).json()["owner"]["name"] == "佐藤"
        async with asyncio.timeout(20):
            while any(pending for _, pending in await timeline(client, case_id)):
                await asyncio.sleep(0.05)
        assert await timeline(client, case_id) == [("case.submitted.v1", False), ("case.acknowledged.v1", False)]
        assert (await client.get(f"/v1/cases/{case_id}")).json()["status"] == "in_progress"


async def test_kafka_away_stops_nobody(database: Opened, databases: dict[str, str]) -> None:
    async with running(database, databases["intake"], "127.0.0.1:1") as client:
        answer = await client.post("/v1/cases", json={"facts": TEXT}, headers={"idempotency-key": "k2"})
        assert answer.status_code == 202
        assert (await client.get("/readyz")).status_code == 200
        assert await timeline(client, answer.json()["id"]) == [("case.submitted.v1", True)]
