"""Servers that go away: what was accepted is kept, a critical case is paged at once, and nothing is paged twice."""

import asyncio
import signal
import time
from collections import Counter
from typing import Any

import pytest

from cli.door import Door, Refused
from sandbox.client import SandboxClient
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.alone

KAFKA_AWAY = 30.0
URGENT = {"urgency": "critical", "impact": "all", "facts": "決済が全店舗で失敗する 髙﨑①㈱🔥"}
PRESSING = {"urgency": "high", "impact": "some", "facts": "一部でログインできない"}


def submit(door: Door, report: dict[str, Any]) -> str:
    return str(door.post("/v1/cases", report)["id"])


@pytest.mark.timeout(240)
async def test_kafka_stops_for_half_a_minute_while_cases_are_submitted(
    installation: Installation, door: Door, sandbox: SandboxClient
) -> None:
    since = await sandbox.cursor()
    await installation.signal("supervisor", signal.SIGSTOP)
    try:
        await installation.signal("kafka")
        stopped = time.monotonic()
        urgent = await asyncio.to_thread(submit, door, URGENT)
        cases = [urgent]
        call = await sandbox.wait_for("phone", since=since, case_id=urgent, timeout=20)
        assert time.monotonic() - stopped < KAFKA_AWAY, "a critical case is paged although Kafka is away"
        for person in ("engineer", "responsible"):  # both tracks ring; who is asked for what is said in the call
            if person == "responsible":
                call = await sandbox.wait_for("phone", since=call["id"], case_id=urgent, timeout=20)
            await sandbox.answer(call["vendor_id"])
            await sandbox.press(call["vendor_id"], "1")
        while time.monotonic() - stopped < KAFKA_AWAY:
            cases.append(await asyncio.to_thread(submit, door, PRESSING))
            await asyncio.sleep(1.0)
    finally:
        await installation.signal("supervisor", signal.SIGCONT)
    for case in cases[1:]:
        await sandbox.wait_for("chat", since=since, case_id=case, timeout=60)
    async with asyncio.timeout(60):
        while (await asyncio.to_thread(door.get, f"/v1/cases/{urgent}"))["status"] != "in_progress":
            await asyncio.sleep(0.2)
    await asyncio.sleep(2.0)
    pages = [i for i in await sandbox.received(since=since) if i["kind"] in ("call", "message") and i["case_id"]]
    for case in cases:
        door.post(
            f"/v1/cases/{case}/resolve", {"handling": "試験", "result": "完了", "by": {"id": "t", "name": "試験"}}
        )
    doubled = {k: n for k, n in Counter(i["notification_id"] for i in pages).items() if n > 1}
    assert not doubled
    assert {i["case_id"] for i in pages} >= set(cases)


@pytest.mark.timeout(120)
async def test_postgres_is_killed_and_the_submission_is_refused_or_kept_but_never_lost(
    installation: Installation, door: Door, sandbox: SandboxClient
) -> None:
    since = await sandbox.cursor()
    await installation.signal("postgres")
    accepted: list[str] = []
    refused = ""
    end = time.monotonic() + 15
    while time.monotonic() < end and len(accepted) < 5:
        try:
            accepted.append(await asyncio.to_thread(submit, door, PRESSING))
        except Refused as problem:  # a clear no; the sender knows and tries again
            refused = str(problem)
            await asyncio.sleep(0.3)
    assert len(accepted) == 5, f"the database came back, and still: {refused}"
    for case in accepted:
        await sandbox.wait_for("chat", since=since, case_id=case, timeout=60)
