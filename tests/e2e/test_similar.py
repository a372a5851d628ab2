"""Who is asked hears how the same trouble was solved before, nobody else does, and without the search the page comes all the same."""

import asyncio
import signal
import time
from typing import Any

import pytest

from cli.door import Door
from sandbox.client import SandboxClient
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.alone

FACTS = "ニシン端末のカード決済が全店舗でエラーになります。"
REPORT = {"urgency": "critical", "impact": "all", "title": "ニシン端末でカード決済ができない", "facts": FACTS}
HANDLING, SECRET = "ニシン端末の証明書を更新した。", "怒鳴られた担当を外した。"
BY = {"id": "takahashi.ken", "name": "髙橋 健"}


async def asked(door: Door, **more: str) -> dict[str, Any]:
    """A report of this trouble, once people are asked about it."""
    id_ = (await asyncio.to_thread(door.post, "/v1/cases", {**REPORT, **more}))["id"]
    async with asyncio.timeout(30):
        while not (case := await asyncio.to_thread(door.get, f"/v1/cases/{id_}"))["responders"]:
            await asyncio.sleep(0.1)
    return dict(case)


async def solved(door: Door, handling: str, **more: str) -> int:
    """The number of such a case that is done and in the archive."""
    case = await asked(door, **more)
    end = {"by": BY, "handling": handling, "result": "決済できた。", "evaluation": "期限を監視する。"}
    await asyncio.to_thread(door.post, f"/v1/cases/{case['id']}/resolve", end)
    async with asyncio.timeout(30):
        while not any(
            one["record"]["case_id"] == case["id"]
            for one in (await asyncio.to_thread(door.get, "/v1/search", q=FACTS, form="case", limit=50))["data"]
        ):
            await asyncio.sleep(0.2)
    return int(case["number"])


def lists(items: list[dict[str, Any]]) -> dict[str, str]:
    """To whom lists went, and what they said."""
    return {item["to"]: item["text"] for item in items if "似た案件" in item["text"]}


@pytest.mark.timeout(240)
async def test_how_it_was_solved_before_is_told_to_who_is_asked_alone(
    installation: Installation, door: Door, sandbox: SandboxClient
) -> None:
    number = await solved(door, HANDLING)
    await solved(door, SECRET, kind="harassment")
    people = {p["id"]: p["slack"] for p in door.get("/v1/contacts")["people"] if p.get("slack")}

    since = await sandbox.cursor()
    case = await asked(door)
    who = {people[person["id"]] for person in case["responders"]}
    told: dict[str, str] = {}
    async with asyncio.timeout(30):
        while told.keys() < who:
            told = lists([i for i in await sandbox.received(since=since) if i["case_id"] == case["id"]])
            await asyncio.sleep(0.1)
    assert told.keys() == who, "nobody else, and no room"
    for text in told.values():
        assert f"#{number}" in text
        assert HANDLING in text
        assert SECRET not in text
    await asyncio.to_thread(door.post, f"/v1/cases/{case['id']}/resolve", {"by": BY, "handling": "x", "result": "x"})

    since = await sandbox.cursor()
    await installation.signal("knowledge", signal.SIGSTOP)
    try:
        began = time.monotonic()
        late = await asked(door)
        await sandbox.wait_for("chat", since=since, case_id=late["id"], timeout=10)
        assert time.monotonic() - began < 10
        await asyncio.sleep(5)  # longer than everybody waits for an answer
        received = [i for i in await sandbox.received(since=since) if i["case_id"] == late["id"]]
        assert {i["to"] for i in received if i["channel"] == "chat"} >= {people[r["id"]] for r in late["responders"]}
        assert lists(received) == {}
    finally:
        await installation.signal("knowledge", signal.SIGCONT)
