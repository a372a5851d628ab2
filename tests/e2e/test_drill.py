"""A drill, from the console to its report, on everything real: people are really called, and nothing of it counts."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest

from cli.door import Door
from deploy.local.demo_data import login_link
from sandbox.client import SandboxClient, SandboxRefused
from tests.e2e.conftest import Installation
from tests.e2e.test_tracks import called, case

pytestmark = pytest.mark.alone

SITE = {"sec-fetch-site": "same-origin"}
TITLE = "髙﨑①㈱🔥 だれもログインできない想定"


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found[1]


@asynccontextmanager
async def logged_in(installation: Installation) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of somebody who administers."""
    link = await asyncio.to_thread(login_link, installation.layout, "yamada.kyoko", True)
    url, headers = installation.env["TASUKI_PUBLIC_URL"], {"accept-language": "ja"}
    async with httpx.AsyncClient(base_url=url, headers=headers) as browser:
        answer = await browser.post(link, data={"go": "1"}, headers=SITE)
        assert answer.status_code == 303, answer.text
        yield browser


async def answered(door: Door, sandbox: SandboxClient, drill_id: str, id_: str, since: int) -> list[str]:
    """Whoever is called about a drill picks up and presses 1, until it is over; gives the ids of these calls."""
    taken: list[str] = []
    async with asyncio.timeout(40):
        while (await state(door, drill_id))["state"] != "ended":
            for item in await sandbox.received("phone", since=since, case_id=id_):
                sid = item["vendor_id"]
                if sid not in taken and (await sandbox.call(sid))["status"] == "ringing":
                    with suppress(SandboxRefused):  # it has stopped ringing meanwhile
                        await sandbox.answer(sid)
                        await sandbox.press(sid, "1")
                        taken.append(sid)
            await asyncio.sleep(0.1)
    return taken


async def figures(door: Door) -> Any:
    """How many finished cases the review counts."""
    return (await asyncio.to_thread(door.get, "/v1/policy/review"))["cases"]


async def state(door: Door, id_: str) -> Any:
    return await asyncio.to_thread(door.get, f"/v1/drills/{id_}")


@pytest.mark.timeout(120)
async def test_a_drill_from_the_console_calls_people_and_leaves_its_report_and_nothing_else(
    installation: Installation, door: Door, sandbox: SandboxClient
) -> None:
    since, counted = await sandbox.cursor(), await figures(door)
    async with logged_in(installation) as browser:
        page = (await browser.get("/drills")).text
        teams = re.findall(r'<option value="([^"]+)"', page.partition('name="scenario"')[0])
        form = {"csrf": hidden(page, "csrf"), "key": hidden(page, "key"), "minutes": "15", "scenario": "outage"}
        answer = await browser.post(
            "/drills", data={**form, "team": teams[0], "title": TITLE, "language": "ja"}, headers=SITE
        )
        assert answer.status_code == 303, answer.text
        drill_id = answer.headers["location"].partition("?")[0].rpartition("/")[2]
        async with asyncio.timeout(15):
            while (await state(door, drill_id))["state"] != "running":
                await asyncio.sleep(0.1)
        id_ = (await state(door, drill_id))["case_id"]
        taken = await answered(door, sandbox, drill_id, id_, since)
        said = [(await sandbox.call_until(sid, "ended", timeout=20))["said_text"] for sid in taken]
        assert said
        assert all(one.startswith("これは訓練です。") for one in said)
        report = (await browser.get(f"/drills/{drill_id}")).text
        assert "必要な応答がそろいました" in report
        assert "# 訓練の報告" in (await browser.get(f"/drills/{drill_id}.md")).text
        board = (await browser.get("/cases")).text
    told = await state(door, drill_id)
    assert any(one["answered_at"] for one in told["asked"])
    assert all(one["reached_at"] for one in told["asked"] if one["answered_at"])
    assert (await case(door, id_))["status"] == "done"
    messages = await sandbox.received("chat", since=since, case_id=id_)
    assert messages, "the chat has it too"
    assert all("【訓練】" in str(m) for m in messages)
    assert TITLE not in board
    before = await called(sandbox, id_, since)
    await asyncio.sleep(8)  # longer than the next deadline would be
    assert await called(sandbox, id_, since) == before
    timeline = (await asyncio.to_thread(door.get, f"/v1/cases/{id_}/timeline"))["data"]
    assert "knowledge.archived.v1" not in {line["type"] for line in timeline}
    found = await asyncio.to_thread(door.get, "/v1/search", q="だれもログインできない想定")
    assert TITLE not in str(found)
    assert await figures(door) == counted
    assert id_ not in {one["id"] for one in (await asyncio.to_thread(door.get, "/v1/cases", limit=200))["data"]}
