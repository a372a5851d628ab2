"""Should I report this? What the page says is what the simulator says of the policy in force, and what the form then asks about."""

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest_asyncio

from services.intake.domain.roles import Role
from services.intake.domain.words import span
from services.intake.pages.form import report_of
from tests.integration.intake.desk import SERVICE_TOKEN, Desk
from tests.integration.intake.people import log_in, words
from tests.integration.log import Opened
from tests.integration.router import policy_desk

NAMES = ["danger", "personal", "down", "legal", "several", "authority", "long"]
SO = {1: "今すぐ報告", 2: "報告（急ぎではない）", 3: "報告（週のまとめで届く）"}


@dataclass
class Guide:
    """The front door with a real router behind it, and somebody who works on the front line."""

    desk: Desk
    router: policy_desk.Desk
    browser: httpx.AsyncClient

    async def simulated(self, query: str) -> dict[str, Any]:
        """What the simulator says of the report that the form makes of an address."""
        given = {name: all_[0] for name, all_ in parse_qs(query).items()}
        typed = {"kind": "other", "urgency": "medium", "impact": "one", **given, "facts": "―"}
        report, errors = report_of(typed, "full", self.desk.door.zone)
        assert report is not None, errors
        question = {"report": report.model_dump(mode="json"), "source": "form"}
        answer = await self.router.client.post("/v1/simulate", json=question)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def carried(self, name: str) -> str:
        """What the answer to a question carries into the form."""
        page = (await self.browser.get(f"/guide/{name}")).text
        found = re.search(r'href="/report\?([^"]*)lang=ja"', page)
        assert found, page
        return html.unescape(found[1])


@pytest_asyncio.fixture
async def guide(desk: Desk, database: Opened, tmp_path: Path) -> AsyncIterator[Guide]:
    router = await policy_desk.opened(await database("router"), tmp_path / "policy")
    assert policy_desk.TOKEN == SERVICE_TOKEN
    mounts = {"all://router.test": httpx.ASGITransport(router.app)}
    async with httpx.AsyncClient(transport=desk.others.transport, mounts=mounts) as http:
        desk.door.http = http
        yield Guide(desk, router, await log_in(desk, "mai", ("reporter", "*")))


async def test_each_answer_is_what_the_simulator_says_of_what_the_form_will_ask_about(guide: Guide) -> None:
    page = words(await guide.browser.get("/guide"))
    for name in NAMES:
        told = await guide.simulated(await guide.carried(name))
        plan, shown = told["plan"], words(await guide.browser.get(f"/guide/{name}"))
        within = span(plan["levels"][0]["first_response"], "ja")
        asked = {r["person"]["name"] for a in told["assigned"] for r in a["responders"]}
        assert f"{plan['priority']}・{within}以内" in shown, name
        assert f"初回応答の期限は{within}です" in shown, name
        assert asked, name
        assert [person for person in asked if person not in shown] == [], name
        assert [reason["ja"] for reason in plan["reasons"] if reason["ja"] not in shown] == [], name
        told_first = [*plan["levels"][0]["targets"], *(plan["authority"] or [{"targets": []}])[0]["targets"]]
        line = f"はい → {SO[plan['load']]} {plan['priority']}・{within}以内・"
        assert line in page, (line, page)
        assert [t["name"] for t in told_first if t["name"] not in shown.partition("報告する")[0]] == [], name
    authority = (await guide.simulated(await guide.carried("authority")))["plan"]
    assert authority["rules"] == ["refund-to-manager"]
    legal = (await guide.simulated(await guide.carried("legal")))["plan"]
    assert (legal["rules"], legal["priority"]) == (["legal-or-public"], "P1")
    assert "long-handling" in (await guide.simulated(await guide.carried("long")))["plan"]["rules"]
    for name in ("danger", "personal"):
        assert (await guide.simulated(await guide.carried(name)))["plan"]["restricted"] is True, name


async def test_another_policy_gives_other_answers(guide: Guide) -> None:
    assert "30 分より長くかかりそうですか" in words(await guide.browser.get("/guide"))
    before = words(await guide.browser.get("/guide/down"))
    assert "P1・5分以内" in before
    done = await guide.router.publish(
        1, matrix="first_response: 5m→first_response: 7m", rules="estimate_over: 30→estimate_over: 40"
    )
    assert done.is_success, done.text
    assert "P1・7分以内" in words(await guide.browser.get("/guide/down"))
    assert "40 分より長くかかりそうですか" in words(await guide.browser.get("/guide"))
    assert "estimate_minutes=41" in await guide.carried("long")


async def test_the_form_opens_with_what_was_answered_and_nothing_is_run_of_an_address(guide: Guide) -> None:
    form = (await guide.browser.get(f"/report?{await guide.carried('danger')}lang=ja")).text
    assert re.search(r'<option value="harassment"[^>]* selected', form)
    assert re.search(r'<option value="high"[^>]* selected', form)
    leak = (await guide.browser.get(f"/report?{await guide.carried('personal')}lang=ja")).text
    assert re.search(r'name="personal_data" value="1" checked', leak)
    public = (await guide.browser.get(f"/report?{await guide.carried('legal')}lang=ja")).text
    assert re.search(r'name="urgency_reason"[^>]* value="訴訟・炎上のおそれ', public)
    odd = await guide.browser.get('/report?mode=full&kind=<script>&estimate_minutes="><b>&impact=all')
    assert (odd.status_code, "<script>&" in odd.text, '"><b>' in odd.text) == (200, False, False)


async def test_whoever_answers_no_to_all_searches_first_and_hears_what_is_no_incident(guide: Guide) -> None:
    page = await guide.browser.get("/guide")
    assert [f'id="{name}"' for name in (*NAMES, "else") if f'id="{name}"' not in page.text] == []
    for name, then in zip(NAMES, [*NAMES[1:], "else"], strict=True):
        assert f'href="/guide/{name}"' in page.text
        assert f'href="#{then}"' in page.text, "no leads to the next question, without JavaScript"
    assert 'action="/knowledge"' in page.text
    assert "<script" not in page.text.partition("<main")[2]
    rules = (await guide.router.client.get("/v1/policy")).json()["policy"]["rules"]
    quiet = [rule["reason"]["ja"] for rule in rules if rule["then"]["suppress"]]
    assert quiet
    assert [reason for reason in quiet if reason not in words(page)] == []
    plan = (await guide.simulated(""))["plan"]
    assert f"その場合： {SO[plan['load']]} {plan['priority']}・" in words(page)
    assert "まず、答えを探してください" in words(await guide.browser.get("/guide/else"))
    english = words(await guide.browser.get("/guide?lang=en"))
    assert "Should I report this?" in english
    assert "P1:" in english


async def test_everybody_inside_reads_it_and_without_the_policy_a_report_is_still_one_press_away(
    desk: Desk, guide: Guide
) -> None:
    roles: list[tuple[Role, str]] = [("responder", "sre"), ("auditor", "*"), ("admin", "*")]
    for path in ("/policy", "/knowledge", "/report"):
        assert 'href="/guide"' in (await guide.browser.get(path)).text, path
    for role in roles:
        browser = await log_in(desk, f"one.{role[0]}", role)
        assert (await browser.get("/guide")).status_code == 200
    assert (await guide.browser.get("/guide/nothing")).status_code == 404
    assert (await desk.client.get("/guide")).headers["location"].startswith("/login")
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(503))) as http:
        desk.door.http = http
        for path in ("/guide", "/guide/danger"):
            page = await guide.browser.get(path)
            assert page.status_code == 200
            assert "迷ったら報告してください" in words(page)
            assert 'href="/report' in page.text
