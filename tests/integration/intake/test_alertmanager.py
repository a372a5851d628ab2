"""A real Alertmanager by its three roads to us: its webhook, and as if we were PagerDuty or Opsgenie."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.intake.alertmanager import Alertmanager, running
from tests.integration.intake.clients import listening
from tests.integration.intake.desk import Desk
from tests.integration.runtime.waiting import eventually

SOURCES = {"alertmanager", "pagerduty", "opsgenie"}


@pytest.fixture
async def alertmanager(desk: Desk, tmp_path: Path) -> AsyncIterator[Alertmanager]:
    async with listening(desk.app) as server, running(tmp_path, f"http://127.0.0.1:{server.port}") as real:
        yield real


async def told(desk: Desk, verdict: str) -> set[str]:
    """The sources that a delivery came from which ended so."""
    async with desk.db.reading() as tx:
        return {row["source"] for row in await tx.fetch("SELECT source FROM deliveries WHERE verdict = $1", verdict)}


async def test_what_fires_opens_a_case_and_its_end_closes_it(desk: Desk, alertmanager: Alertmanager) -> None:
    begun = desk.clock.at - timedelta(minutes=5)
    await alertmanager.tell("決済エラー率", begun.isoformat())

    async def opened() -> bool:
        return await told(desk, "opened") == SOURCES

    assert await eventually(opened)
    desk.clock.at += timedelta(minutes=1)
    await alertmanager.tell("決済エラー率", begun.isoformat(), (begun + timedelta(minutes=1)).isoformat())

    async def resolved() -> bool:
        return await told(desk, "resolved") == SOURCES

    assert await eventually(resolved)
    cases = (await desk.get("/v1/cases")).json()["data"]
    assert [case["status"] for case in cases] == ["done"] * 3
    shown = [(await desk.get(f"/v1/cases/{case['id']}")).json() for case in cases]
    assert {case["external"]["system"] for case in shown} == SOURCES
    assert all("決済エラー率" in case["report"]["title"] for case in shown)
    assert await desk.count("quarantine") == 0
