"""What operators ask of any service, asked of the timer: how it does, how punctual it is, and to try a parked record again."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.timer import api
from services.timer.fire import RECENT, Firing
from services.timer.settings import Settings
from shared.contracts import envelope
from shared.contracts.events import Event
from shared.contracts.vocabulary import Priority
from shared.runtime import web
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests.integration.log import T0, Log
from tests.integration.timer.conftest import DUE, GRACE, begun, planned, submitted


@pytest.fixture
async def http(log: Log) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(database_url=Secret(""), kafka="", http_port=0, service_token=Secret("between"))
    process = Process("timer", settings, log.db, log.clock)
    process.checks["database"] = log.db.check

    async def never() -> None:
        raise ConnectionError("no partition is assigned yet")

    process.checks["kafka"] = never
    process.app = web.create("timer", process.checks)
    await api.build(process)
    headers = {"authorization": "Bearer between"}
    transport = httpx.ASGITransport(process.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://timer.test", headers=headers) as client:
        yield client


def parked(event: Event, cause: str, **changed: Any) -> dict[str, Any]:
    """What is sent to have a record handled once more."""
    body, headers = envelope.encode(event, envelope.event_id(cause), T0)
    told = [(name, base64.b64encode(value).decode()) for name, value in headers]
    place = {"topic": "tasuki.cases", "partition": 0, "offset": 7}
    return {**place, "headers": told, "body": base64.b64encode(body).decode(), **changed}


async def test_it_says_what_is_not_ready_and_since_when_something_waits(log: Log, http: httpx.AsyncClient) -> None:
    await begun(log, "c1")
    log.clock.at = DUE + timedelta(seconds=2)
    await Firing(log.db, log.clock, GRACE).fire(log.clock.at)
    told = (await http.get("/v1/vitals")).json()
    assert (told["service"], told["version"]) == ("timer", "0.1.0")
    assert told["checks"] == [{"name": "database", "problem": ""}, {"name": "kafka", "problem": "ConnectionError"}]
    assert told["outbox"] == {"waiting": 1, "oldest": "2026-11-24T01:05:02Z"}
    assert told["schema_version"].startswith("timer/00")
    assert (await http.get("/v1/vitals", headers={"authorization": "Bearer x"})).status_code == 401


async def test_it_says_how_late_breaches_were_and_what_waits_to_be_said(log: Log, http: httpx.AsyncClient) -> None:
    RECENT.clear()
    await begun(log, "c1")
    log.clock.at = DUE + timedelta(seconds=2)
    told = (await http.get("/v1/deadlines/standing")).json()
    assert told == {"breaches": 0, "worst": 0.0, "late_since": "2026-11-24T01:05:00.300000Z", "unattended": 0}
    await Firing(log.db, log.clock, GRACE).fire(log.clock.at)
    told = (await http.get("/v1/deadlines/standing")).json()
    assert told == {"breaches": 1, "worst": 1.7, "late_since": None, "unattended": 0}
    log.clock.at += timedelta(hours=2)
    assert (await http.get("/v1/deadlines/standing")).json()["breaches"] == 0


async def test_a_parked_record_is_handled_once_however_often_it_is_sent(log: Log, http: httpx.AsyncClient) -> None:
    await log.tell(submitted("c1"))
    record = parked(planned("c1", Priority.P1), "plan of c1")
    for verdict in ("handled", "known", "known"):
        assert (await http.post("/v1/replay", json=record)).json() == {"verdict": verdict, "reason": ""}
    async with log.db.reading() as tx:
        assert await tx.fetchval("SELECT planned FROM open_cases WHERE case_id = 'c1'") is True
        assert await tx.fetchval("SELECT count(*) FROM inbox") == 2


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"body": "e30="}, "does not fit its schema"),
        ({"headers": []}, "bad CloudEvents headers"),
        ({"headers": [*parked(submitted("c9"), "x")["headers"][:2], ["ce_type", "eC55"], ["ce_time", "MjAyNi0xMS0yNFQwMTowMDowMFo="]]}, "nobody waits for it"),
    ],
)  # fmt: skip
async def test_one_that_still_cannot_be_handled_is_refused_and_changes_nothing(
    log: Log, http: httpx.AsyncClient, changed: dict[str, Any], reason: str
) -> None:
    told = (await http.post("/v1/replay", json=parked(planned("c1", Priority.P1), "x", **changed))).json()
    assert told["verdict"] == "refused"
    assert reason in told["reason"]
    async with log.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM inbox") == 0
