"""A person has a report handled as another case, and splits it off again, on everything real: who is called, and who is not."""

import asyncio
from typing import Any

import pytest

from cli.door import Door
from sandbox.client import SandboxClient
from tests.e2e.conftest import Installation
from tests.e2e.test_tracks import OUTAGE, called, case, people, press_one, until

pytestmark = pytest.mark.alone
BY = {"id": "yamada.kyoko", "name": "山田 京子"}


async def act(door: Door, id_: str, verb: str, **body: Any) -> Any:
    return await asyncio.to_thread(door.post, f"/v1/cases/{id_}/{verb}", {"by": BY, **body})


async def asked_for(door: Door) -> str:
    """A report for which somebody is asked."""
    id_: str = (await asyncio.to_thread(door.post, "/v1/cases", OUTAGE))["id"]
    async with asyncio.timeout(10):
        while not await people(door, id_, "handling"):
            await asyncio.sleep(0.05)
    return id_


@pytest.mark.timeout(120)
async def test_nobody_is_called_for_what_is_handled_as_another_case_until_it_is_split_off(
    installation: Installation, door: Door, sandbox: SandboxClient
) -> None:
    since = await sandbox.cursor()
    lead, report = await asked_for(door), await asked_for(door)
    phones = {p["id"]: p["phone"] for p in (await asyncio.to_thread(door.get, "/v1/contacts"))["people"]}
    for person in (await case(door, report))["responders"]:
        await sandbox.wait_for_call(phones[person["id"]], since=since, case_id=report, timeout=20)
    number = (await case(door, lead))["number"]
    linked = await act(door, report, "link", lead=number, reason="同じ証明書 髙﨑①㈱🔥")
    assert linked["linked"]["number"] == number
    async with asyncio.timeout(10):
        while [j["id"] for j in (await case(door, lead))["joined"]] != [report]:
            await asyncio.sleep(0.1)
    await act(door, lead, "acknowledge")
    await until(door, lead, "handling", [])
    before = await called(sandbox, report, since)
    await asyncio.sleep(8)  # longer than the deadlines would be: nobody may be called for it any more
    assert await called(sandbox, report, since) == before
    split_at = await sandbox.cursor()
    assert (await act(door, report, "split", reason="別の機種の不具合"))["linked"] is None
    async with asyncio.timeout(10):
        while not await people(door, report, "handling"):
            await asyncio.sleep(0.05)
    (engineer,) = await people(door, report, "handling")
    await press_one(door, sandbox, engineer, report, split_at)
    await until(door, report, "handling", [])
    own = await case(door, report)
    assert (own["owner"]["id"], own["linked"], bool(own["deadlines"])) == (engineer, None, True)
    assert (await case(door, lead))["joined"] == []
    await act(door, lead, "resolve", handling="試験", result="完了")
    await act(door, report, "notes", text="まだ続いています")
    assert (await case(door, report))["status"] == "in_progress"
    await act(door, report, "resolve", handling="試験", result="完了")
