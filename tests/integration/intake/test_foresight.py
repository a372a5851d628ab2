"""Before a report is sent: who would be told and why, and how others were helped, to whom that may be shown."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from services.intake.domain import readers
from shared.contracts.vocabulary import Priority
from tests.integration.browser import chromium
from tests.integration.intake.desk import TEXT, Desk, hidden
from tests.integration.intake.office import ANSWERS, behind, office, told
from tests.integration.intake.people import fresh, log_in, words
from tests.integration.intake.teams import case_of

FIELDS = {"mode": "short", "facts": TEXT, "impact": "all", "wanted": "判断をお願いします", "now": "1"}
SOLVED = "端末を再起動し、回線を切り替えました。"


@pytest.fixture
async def solved(desk: Desk) -> str:
    """A case whose answer the knowledge base finds."""
    case_id = await case_of(desk, "support")

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v1/search":
            return behind(request)
        found = ANSWERS["/v1/search"]()
        found["data"][0]["record"]["case_id"] = case_id
        return httpx.Response(200, json=found)

    desk.others.answer = answer
    return case_id


@pytest.mark.parametrize(("mode", "told_of"), [("short", "takahashi.ken"), ("anonymous", "untold")])
async def test_the_simulator_hears_who_would_report_it_and_nothing_of_who_stays_anonymous(
    desk: Desk, mode: str, told_of: str
) -> None:
    desk.others.answer = behind
    key = hidden((await desk.client.get("/report")).text, "key")
    await desk.form("/report", {**FIELDS, "mode": mode, "key": key, "reporter_id": "takahashi.ken", "preview": "1"})
    (asked,) = told(desk.others.asked, "/v1/simulate")
    assert asked.get("reporter", "untold") == told_of


async def test_it_is_said_who_will_be_told_how_by_when_and_why_and_nothing_is_sent(desk: Desk) -> None:
    desk.others.answer = behind
    key = hidden((await desk.client.get("/report")).text, "key")
    shown = await desk.form("/report", {**FIELDS, "key": key, "preview": "1"})
    seen = words(shown)
    for part in (
        "まだ送信していません",
        "佐藤 花子さんに電話・チャットで対応をお願いします",
        "初回応答の期限は5分です",
        "応答がなければ、一次当番に",
        "影響が全体に及ぶ障害のため",
        TEXT,
    ):
        assert part in seen, part
    assert await desk.count("cases") == 0
    (asked,) = told(desk.others.asked, "/v1/simulate")
    assert (asked["report"]["urgency"], asked["source"]) == ("critical", "form")
    kept = {name: hidden(shown.text, name) for name in ("mode", "key", "facts", "impact", "wanted", "now")}
    assert kept == {**FIELDS, "key": key}
    edited = await desk.form("/report", {**kept, "edit": "1"})
    assert (TEXT in edited.text, await desk.count("cases")) == (True, 0)
    assert (await desk.form("/report", kept)).status_code == 303
    assert (await desk.form("/report", kept)).status_code == 303
    assert await desk.count("cases") == 1


@pytest.mark.parametrize(
    "answer", [httpx.Response(503), httpx.Response(200, json={"plan": {}}), httpx.Response(200, json=[])]
)
async def test_while_it_cannot_be_foretold_the_report_can_be_sent(desk: Desk, answer: httpx.Response) -> None:
    desk.others.answer = lambda _: httpx.Response(answer.status_code, content=answer.content)
    shown = await desk.form("/report", {**FIELDS, "key": "0" * 32, "preview": "1"})
    assert (shown.status_code, "いま確かめられません" in words(shown)) == (200, True)
    assert hidden(shown.text, "facts") == TEXT


async def test_answers_are_for_who_may_see_their_cases(desk: Desk, solved: str) -> None:
    ours = await log_in(desk, "mai", ("responder", "support"))
    assert SOLVED in (await ours.get("/report/answers?q=決済できない")).text
    others = await log_in(desk, "ken", ("responder", "payments"))
    assert (await others.get("/report/answers?q=決済できない")).text == ""
    assert (await ours.get("/report/answers?q=決")).text == "", "too little to go by"


async def test_the_public_is_shown_no_case_whatever_the_knowledge_base_answers(desk: Desk, solved: str) -> None:
    nobody = fresh(desk)
    desk.door.settings = replace(desk.door.settings, public_answers=0)
    assert (await nobody.get("/report/answers?q=決済できない")).text == ""
    assert told(desk.others.asked, "/v1/search", "GET") == []
    desk.door.settings = replace(desk.door.settings, public_answers=9)
    assert (await nobody.get("/report/answers?q=決済できない")).text == ""
    assert [r.headers["tasuki-reader"] for r in desk.others.asked if r.url.path == "/v1/search"] == [readers.PUBLIC]


@pytest.mark.timeout(300)
async def test_a_report_waits_for_a_lost_connection_and_is_sent_once_when_it_is_back(
    desk: Desk, tmp_path: Path
) -> None:
    async with office(desk, fill=False, public_answers=60) as place, chromium(tmp_path, language="ja") as browser:
        await place.case("以前の案件", minutes=5, priority=Priority.P3)
        article = {"id": "a_1", "question": "決済端末が E-502 になる", "answer": "再起動します。", "audience": "public"}
        answers = {"data": [{"article": article, "reason": "words", "why": [], "score": 1.0}]}
        desk.others.answer = lambda r: httpx.Response(200, json=answers) if r.url.path == "/v1/search" else behind(r)
        await browser.open(f"{place.address}/report")
        await browser.resize(360, 740)
        await browser.type("#facts", "決済端末が動かない")
        await browser.until("return document.getElementById('answers').textContent.includes('E-502')")
        await browser.open(f"{place.address}/report")
        assert await browser.read("#facts") == "決済端末が動かない"
        await browser.value("document.querySelector('input[name=impact][value=one]').click()")
        await browser.offline(True)
        await browser.value("document.querySelector('.send button').click()")
        assert "まだ送信できていません" in await browser.read(".offline")
        assert await desk.count("cases") == 1
        await browser.offline(False)
        await browser.until("return location.pathname.startsWith('/r/') && document.readyState === 'complete'")
        assert "報告ありがとうございます" in await browser.read("main")
        assert await desk.count("cases") == 2
        await browser.open(f"{place.address}/report")
        assert await browser.read("#facts") == ""
