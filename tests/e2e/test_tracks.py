"""Handling and authority side by side, and a change of shift in the middle, on everything real."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.door import Door
from sandbox.client import SandboxClient
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.alone

OUTAGE = {"kind": "outage", "urgency": "critical", "impact": "all", "facts": "全利用者がログインできない 髙﨑①㈱🔥"}


async def case(door: Door, id_: str) -> Any:
    return await asyncio.to_thread(door.get, f"/v1/cases/{id_}")


async def people(door: Door, id_: str, track: str) -> list[str]:
    """Whose answer is waited for on a track."""
    found = [t for t in (await case(door, id_))["tracks"] if t["track"] == track and t["awaiting"]]
    return [r["id"] for t in found for r in t["responders"] if not r["answered"]]


async def until(door: Door, id_: str, track: str, wanted: list[str], seconds: float = 30) -> None:
    """Wait until these people are asked on a track."""
    async with asyncio.timeout(seconds):
        while await people(door, id_, track) != wanted:
            await asyncio.sleep(0.1)


async def press_one(door: Door, sandbox: SandboxClient, person: str, id_: str, since: int) -> None:
    """Answer the call to a person about a case, and press 1."""
    phones = {p["id"]: p["phone"] for p in (await asyncio.to_thread(door.get, "/v1/contacts"))["people"]}
    call = await sandbox.wait_for_call(phones[person], since=since, case_id=id_, timeout=10)
    await sandbox.answer(call["sid"])
    await sandbox.press(call["sid"], "1")


async def called(sandbox: SandboxClient, id_: str, since: int) -> list[str]:
    """Every number that was called about a case, one entry a call."""
    calls = await sandbox.received("phone", since=since, case_id=id_)
    return [c["to"] for c in calls if c["kind"] == "call"]


@pytest.mark.timeout(120)
async def test_an_engineer_who_has_it_does_not_keep_it_from_those_who_must_know(
    installation: Installation, door: Door, sandbox: SandboxClient
) -> None:
    since = await sandbox.cursor()
    id_ = (await asyncio.to_thread(door.post, "/v1/cases", OUTAGE))["id"]
    async with asyncio.timeout(10):
        while not await people(door, id_, "handling"):
            await asyncio.sleep(0.05)
    (engineer,) = await people(door, id_, "handling")
    await press_one(door, sandbox, engineer, id_, since)
    await until(door, id_, "handling", [])
    assert (await case(door, id_))["owner"]["id"] == engineer
    await until(door, id_, "authority", ["yamada.kyoko"])  # the responsible person was silent, so the manager is asked
    await press_one(door, sandbox, "yamada.kyoko", id_, since)
    await until(door, id_, "authority", [])
    known = await case(door, id_)
    assert (known["owner"]["id"], known["status"]) == (engineer, "in_progress")
    before = await called(sandbox, id_, since)
    assert len(before) == len(set(before)) == 3  # engineer, responsible person, manager: once each
    await asyncio.sleep(8)  # longer than the next deadline would be: nobody may be called any more
    assert await called(sandbox, id_, since) == before
    done = {"handling": "試験", "result": "完了", "by": {"id": engineer, "name": "試験"}}
    await asyncio.to_thread(door.post, f"/v1/cases/{id_}/resolve", done)


@pytest.mark.timeout(120)
async def test_whoever_comes_on_duty_is_called_for_what_nobody_has_answered(
    installation: Installation, door: Door, sandbox: SandboxClient
) -> None:
    since = await sandbox.cursor()
    report = {**OUTAGE, "urgency": "high", "impact": "some", "personal_data": True}  # P2 by phone, a quarter of an hour
    id_ = (await asyncio.to_thread(door.post, "/v1/cases", report))["id"]
    async with asyncio.timeout(10):
        while not await people(door, id_, "handling"):
            await asyncio.sleep(0.05)
    (engineer,) = await people(door, id_, "handling")
    clock = next(d for d in (await case(door, id_))["deadlines"] if d["name"] == "first_response")
    now = datetime.now(UTC)
    absence = {
        "person": engineer,
        "since": now.isoformat(),
        "until": (now + timedelta(hours=1)).isoformat(),
        "substitute": "ito.sakura",
        "by": {"id": engineer, "name": "試験"},
    }
    told = await asyncio.to_thread(door.post, "/v1/absences", absence)
    try:
        await until(door, id_, "handling", ["ito.sakura"])
        await press_one(door, sandbox, "ito.sakura", id_, since)
        await until(door, id_, "handling", [])
        known = await case(door, id_)
        assert known["owner"]["id"] == "ito.sakura"
        assert next(d for d in known["deadlines"] if d["name"] == "first_response")["due"] == clock["due"]
        calls = await called(sandbox, id_, since)
        assert len(calls) == len(set(calls)) == 3  # the one before, the responsible person, the one who stands in
    finally:
        await asyncio.to_thread(door.ask, "DELETE", f"/v1/absences/{told['absence']['id']}", by=engineer)
    done = {"handling": "試験", "result": "完了", "by": {"id": "ito.sakura", "name": "試験"}}
    await asyncio.to_thread(door.post, f"/v1/cases/{id_}/resolve", done)
