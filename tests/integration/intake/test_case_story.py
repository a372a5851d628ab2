"""The history on a case's page while nobody answers: rounds are folded, nothing is lost, and a page that is open goes on with it."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared.contracts import events as e
from shared.contracts.plan import Responder
from shared.contracts.vocabulary import Channel, DeadlineName, Outcome, Priority, Purpose
from shared.contracts.vocabulary import Path as Way
from tests.integration.browser import chromium
from tests.integration.intake.desk import Desk
from tests.integration.intake.office import Office, behind, office
from tests.integration.intake.people import log_in, words
from tests.integration.intake.rota import ON_DUTY, SATO, TAKAHASHI

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser
SILENT = "だれも出ない 髙﨑①㈱🔥"
EARLIER = "#story summary[id^=until-now]"


async def climb(desk: Desk, case_id: str, round_: int) -> None:
    """Five lines: a deadline passes, the next person is asked, called, and does not pick up; their team is written to."""
    due, first = desk.door.clock.now(), DeadlineName.FIRST_RESPONSE
    clock = e.DeadlineSet(name=first, generation=round_, due=due + timedelta(minutes=5), span="5m", since=due)
    passed = e.DeadlineBreached(case_id=case_id, name=first, generation=round_ - 1, due=due, late_ms=40)
    asked = e.EscalationAssigned(
        case_id=case_id, round=round_, level=2, path=Way.FUNCTIONAL, priority=Priority.P1, cause="breached", after=0,
        responders=(Responder(person=TAKAHASHI, path=Way.FUNCTIONAL, reason=ON_DUTY),), channels=(Channel.PHONE,),
        deadlines=(clock,), reasons=(ON_DUTY,),
    )  # fmt: skip
    for event in (passed, asked):
        await desk.log.tell(event)
    for channel, recipient, outcome in (
        (Channel.PHONE, TAKAHASHI.id, Outcome.ACCEPTED),
        (Channel.PHONE, TAKAHASHI.id, Outcome.FAILED),
        (Channel.CHAT, "team:sre", Outcome.ACCEPTED),
    ):
        told = e.NotificationAttempted(
            case_id=case_id, notification_id=f"n{round_}-{channel}", purpose=Purpose.PAGE, channel=channel,
            recipient=recipient, attempt=1, outcome=outcome, code="no-answer" if outcome is Outcome.FAILED else "",
        )  # fmt: skip
        await desk.log.tell(told)


async def test_rounds_that_nobody_answered_are_folded_and_every_line_is_there(desk: Desk) -> None:
    place = Office(desk, "")
    desk.others.answer = behind
    desk.clock.at = desk.door.clock.now()
    case_id = await place.case(SILENT, minutes=5, priority=Priority.P1)
    for round_ in (2, 3, 4):
        await climb(desk, case_id, round_)
    browser, page = await log_in(desk, SATO.id, ("leader", "*")), f"/cases/{await place.number(SILENT)}"
    shown = await browser.get(page)
    assert (shown.text.count('id="until-now-'), shown.text.count('<details open><summary id="newest-')) == (1, 1)
    assert "11 件 2 回繰り上げ、1 人に 2 回連絡、応答なし" in words(shown)
    assert "5 件 1 回繰り上げ、1 人に 1 回連絡、応答待ち" in words(shown)
    assert "SRE: チャット / 対応依頼" in shown.text
    assert "チーム sre" not in shown.text
    lines = (await desk.get(f"/v1/cases/{case_id}/timeline")).json()["data"]
    assert (len(lines), shown.text.count('id="line-')) == (18, 18)
    assert sum(line["text"].startswith("SRE: ") for line in lines) == 3
    printed = await browser.get(f"{page}/report")
    assert printed.text.count("SRE: チャット") == 3
    await place.act(SILENT, "acknowledge")
    answered = await browser.get(page)
    assert 'id="newest-' not in answered.text
    assert "16 件 3 回繰り上げ、1 人に 3 回連絡" in words(answered)
    assert answered.text.count('id="line-') == 19


async def test_how_it_went_stands_on_the_page_and_on_paper(desk: Desk) -> None:
    place = Office(desk, "")
    desk.others.answer = behind
    await place.case(SILENT, minutes=5, priority=Priority.P1)
    await place.act(SILENT, "resolve", handling="再起動", result="直った", evaluation="手順書が古かった")
    page = f"/cases/{await place.number(SILENT)}"
    browser = await log_in(desk, SATO.id, ("leader", "*"))
    for at in (page, f"{page}/report"):
        assert "振り返り 手順書が古かった" in words(await browser.get(at))


async def test_an_open_page_goes_on_with_what_is_folded(desk: Desk, tmp_path: Path) -> None:
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        case_id = await place.case(SILENT, minutes=5, priority=Priority.P1)
        for round_ in (2, 3):
            await climb(desk, case_id, round_)
        await browser.open(f"{place.address}/cases/{await place.number(SILENT)}")
        await browser.until("return document.getElementById('state').textContent === '自動で更新中'")
        assert "5 件" in await browser.value("return document.querySelector('#story details[open] .when').textContent")
        await browser.value(f"const fold = document.querySelector('{EARLIER}'); fold.click(); fold.focus()")
        await climb(desk, case_id, 4)
        await browser.until(f"return document.querySelector('{EARLIER} .when').textContent.includes('11 件')")
        await browser.until("return document.querySelectorAll('#story li[id]').length === 18")
        assert await browser.value(f"return document.querySelector('{EARLIER}').parentElement.open"), "it stays open"
        assert await browser.value(f"return document.activeElement === document.querySelector('{EARLIER}')")
        newest = "return document.querySelector('#story summary[id^=newest]')"
        assert await browser.value(f"{newest}.parentElement.open")
        assert "画面を開いた後の変化" in await browser.value(f"{newest}.textContent")
        assert await browser.value("return document.querySelectorAll('#story li.fresh').length") == 5
        await place.act(SILENT, "acknowledge")
        await browser.until("return !document.querySelector('#story summary[id^=newest]')")
        assert "が引き受けました" in await browser.read("#story")
        assert await browser.complaints() == []
