"""Where nobody is called, the way to the answer is one that the reporter can go: an address, or what was found for some words."""

import json
from dataclasses import replace

import httpx
import pytest

from services.intake.domain import readers
from shared.contracts import events as e
from shared.contracts.links import make_followup
from tests.integration.intake.desk import LINK_KEY, Desk
from tests.integration.intake.office import ANSWERS, behind
from tests.integration.intake.people import fresh, log_in, words
from tests.integration.intake.test_acting import PLAN
from tests.integration.intake.test_foresight import FIELDS
from tests.integration.intake.test_reporters_page import NO_INCIDENT

WORDS = "再設定 <b>"
OLDER = "/v1/search?q=再設定 <b>"
ANSWER = "ログイン画面の「再設定」を押します。"


def articles(request: httpx.Request) -> httpx.Response:
    """A public article and an internal one for whatever is searched for, and a plan that points to them."""
    if request.url.path == "/v1/search":
        kept = [("a_1", "再設定のしかた", ANSWER, "public"), ("a_2", "内輪の手順", "社内だけの答え", "internal")]
        names = ("id", "question", "answer", "audience")
        found = [{"article": dict(zip(names, one, strict=True)), "reason": "words", "why": []} for one in kept]
        return httpx.Response(200, json={"data": found})
    if request.url.path == "/v1/simulate":
        told = json.loads(json.dumps(ANSWERS["/v1/simulate"]()))
        told["plan"] |= {"levels": [], "authority": [], "suppressed": NO_INCIDENT.model_dump(), "faq": WORDS}
        return httpx.Response(200, json=told | {"assigned": []})
    return behind(request)


async def recorded(desk: Desk, faq: str) -> str:
    """The page of who reported a case for which nobody is called."""
    desk.others.answer = articles
    desk.door.settings = replace(desk.door.settings, public_answers=9)
    case_id = (await desk.submit())["id"]
    await desk.log.drain()
    plan = PLAN.model_copy(update={"suppressed": NO_INCIDENT, "faq": faq})
    await desk.log.tell(e.EscalationPlanned(case_id=case_id, plan=plan))
    return f"/r/{make_followup(LINK_KEY, case_id)}?new=1"


def searched(desk: Desk) -> list[tuple[str, str]]:
    asked = [r for r in desk.others.asked if r.url.path == "/v1/search"]
    return [(r.url.params["q"], r.headers["tasuki-reader"]) for r in asked]


@pytest.mark.parametrize("faq", [WORDS, OLDER])
async def test_the_page_of_who_reported_shows_what_the_words_of_the_rule_find(desk: Desk, faq: str) -> None:
    path = await recorded(desk, faq)
    page = await desk.client.get(path)
    seen = words(page)
    assert "こちらもご覧ください： FAQ の「再設定" in seen
    assert ANSWER in seen
    assert "社内だけの答え" not in seen
    assert "/v1/search" not in page.text
    assert ('form="solved"' in page.text, "&lt;b&gt;" in page.text, "<b>" in page.text) == (False, True, False)
    assert searched(desk) == [(WORDS, readers.PUBLIC)]


async def test_who_is_logged_in_is_shown_what_they_may_see(desk: Desk) -> None:
    path = await recorded(desk, WORDS)
    browser = await log_in(desk, "mai", ("responder", "support"))
    page = await browser.get(path)
    assert "社内だけの答え" in words(page)
    assert 'href="/knowledge?q=%E5%86%8D%E8%A8%AD%E5%AE%9A%20%3Cb%3E"' in page.text
    assert json.loads(searched(desk)[-1][1])["person"] == "mai"


@pytest.mark.parametrize("status", [503, 200])
async def test_while_nothing_can_be_found_the_page_says_what_to_look_for(desk: Desk, status: int) -> None:
    path = await recorded(desk, WORDS)
    desk.others.answer = lambda _: httpx.Response(status, json=[])
    page = await desk.client.get(path)
    assert (page.status_code, "FAQ の「再設定" in words(page), ANSWER in page.text) == (200, True, False)


async def test_before_it_is_sent_the_same_stands_there_once_and_may_make_the_report_needless(desk: Desk) -> None:
    desk.others.answer = articles
    desk.door.settings = replace(desk.door.settings, public_answers=9)
    shown = await fresh(desk).post("/report", data={**FIELDS, "key": "0" * 32, "preview": "1"}, headers={})
    seen = words(shown)
    assert "こちらもご覧ください： FAQ の「再設定" in seen
    assert (seen.count(ANSWER), "社内だけの答え" in seen) == (1, False)
    assert 'form="solved" name="target" value="a_1"' in shown.text
    assert WORDS in [q for q, _ in searched(desk)]
