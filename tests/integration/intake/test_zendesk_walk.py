"""A new administrator with a browser connects Zendesk by doing what docs/sources/zendesk*.md say, and nothing else."""

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from services.intake import __main__ as command
from services.intake.senders import guides
from shared.runtime.settings import Secret
from tests.integration.browser import Browser, chromium
from tests.integration.intake.desk import Desk, signed
from tests.integration.intake.people import running

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser
DOCS = Path(__file__).parents[3] / "docs/sources"
PAPERS = {"ja": "zendesk.ja.md", "en": "zendesk.md"}
ANSWER = {"plan": {"priority": "P2"}, "assigned": [{"responders": [{"person": {"name": "髙﨑 ①子"}}]}]}
PLACEHOLDERS = {
    "ticket.id": "4711", "ticket.title": "決済が全店舗で失敗する", "ticket.priority": "Urgent", "ticket.status": "Open",
    "ticket.tags": "vip", "ticket.link": "shop.zendesk.com/agent/tickets/4711", "ticket.organization.name": "髙﨑㈱",
    "ticket.requester.name": "山田①", "ticket.assignee.name": "佐藤 花子", "ticket.group.name": "レジ",
    "ticket.updated_at_with_timestamp": "2026-11-28T01:00:00Z", "current_user.id": "6401",
    "ticket.latest_comment": "１１時から失敗する🔥",
}  # fmt: skip


@dataclass
class Zendesk:
    """The other side: what was entered there, and what it then does."""

    url: str = ""
    body: str = ""
    secret: str = "dGhlIHNpZ25pbmcgc2VjcmV0IG9mIHplbmRlc2s="

    async def fire(self) -> httpx.Response:
        """Have the trigger send its body, filled in and signed."""
        body = re.sub(r"{{([\w.]+)}}", lambda found: PLACEHOLDERS[found[1]], self.body).encode()
        headers = signed(body, self.secret, datetime.now(UTC).isoformat())
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.post(self.url, content=body, headers=headers)


def steps(paper: str, section: int) -> list[str]:
    """The numbered steps of a section."""
    text = (DOCS / paper).read_text().split(f"\n## {section}. ")[1].split("\n## ")[0]
    return re.findall(r"^\d+\. (.+)$", text, re.M)


@dataclass
class Reader:
    """Does what a step says: **bold** is followed, pressed, filled with the example beside it, copied from, or at least seen."""

    browser: Browser
    address: str
    zendesk: Zendesk
    copied: str = ""
    named: str = ""

    async def follow(self, step: str) -> None:
        """Do one step."""
        for place in re.finditer(r"\*\*(.+?)\*\*", step):
            example = re.search(r"`([^`]+)`", step[place.end() :].split("**")[0])
            await self._do(place[1], example[1] if example else "")

    async def _do(self, label: str, example: str) -> None:
        browser, words = self.browser, f"normalize-space()='{label}'"
        if buttons := await browser.found(f"//button[{words} and not(@data-copy)]"):
            return await browser.click(buttons[0])
        if links := await browser.found(f"//main//a[{words}]"):
            return await browser.click(links[0])
        if fields := await browser.found(f"//label[normalize-space(text())='{label}']"):
            given = example or self.zendesk.secret
            return await browser.type(f"#{await browser.attribute(fields[0], 'for')}", given)
        if await browser.found(f"//button[{words} and @data-copy]"):
            self.copied = await browser.read(f"[aria-label='{self.named}']")
            return None
        self.named = label
        seen = await browser.found(f"//*[{words} or @aria-label='{label}']")
        assert seen, f"the page at {await browser.address()} shows no {label}: {await browser.read()}"
        return None


@pytest.mark.parametrize("language", PAPERS)
async def test_what_the_docs_say_is_all_it_takes(
    desk: Desk, databases: dict[str, str], tmp_path: Path, language: str
) -> None:
    paper, zendesk = PAPERS[language], Zendesk()
    desk.others.answer = lambda request: httpx.Response(200, json=ANSWER)
    async with running(desk) as address, chromium(tmp_path, language=language) as browser:
        here = Reader(browser, address, zendesk)
        opening, entering, *registering = steps(paper, 1)
        assert "`<TASUKI_PUBLIC_URL>/admin/sources`" in opening
        await browser.open(f"{address}/admin/sources")
        login = re.search(r"`\./tasuki login ([^`]+)`", entering)
        assert login
        assert f"./tasuki login {login[1]}" in await browser.read()
        settings = replace(desk.door.settings, database_url=Secret(databases["intake"]))
        await browser.open(await command.make_login_link(settings, login[1].split()))
        await here.follow(entering)
        for step in registering:
            await here.follow(step)
        zendesk.url = here.copied
        assert zendesk.url == f"{address}/v1/webhooks/zendesk-tokyo"
        for step in steps(paper, 2)[:4]:
            await here.follow(step)
        zendesk.body = here.copied
        assert zendesk.body == (DOCS / paper).read_text().split("```json\n")[1].split("\n```")[0]
        trying, firing = steps(paper, 7)
        await here.follow(trying)
        assert "髙﨑 ①子" in await browser.read()
        assert await desk.count("cases") == 0
        assert (await zendesk.fire()).status_code == 202
        await here.follow(firing)
        assert await desk.count("cases") == 1
    assert await desk.said() == ["case.submitted.v1"]


@pytest.mark.parametrize("paper", [*PAPERS.values(), "../../README.md", "../../README.ja.md"])
def test_the_body_in_the_docs_is_the_one_that_the_page_gives(paper: str) -> None:
    bodies = re.findall(r"```json\n(.+?)\n```", (DOCS / paper).read_text(), re.S)
    body = next(body for body in bodies if "{{ticket.id}}" in body)
    assert body == guides.ZENDESK.paste
    assert json.loads(body)
    assert set(re.findall(r"{{([\w.]+)}}", body)) == set(PLACEHOLDERS)
