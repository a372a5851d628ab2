"""A real browser on the board and on a case: live, by keyboard, on a phone, with and without JavaScript; no text is lost."""

from pathlib import Path

import pytest

from tests.integration.browser import chromium
from tests.integration.intake.desk import Desk
from tests.integration.intake.office import cut, office
from tests.integration.intake.rota import SATO

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser
ROWS = "return [...document.querySelectorAll('#cases .title')].map((e) => e.textContent)"
LIVE = "return document.getElementById('state').textContent"
TEXT = "髙﨑①㈱🔥 対応の記録 １２３"
# What is asked for is answered, and the answer kept on its way until `arrive` is called.
HELD_BACK = """
const ask = window.fetch;
window.fetch = async (...asked) => {
  const answer = await ask(...asked), text = await answer.text();
  window.held = true;
  await new Promise((arrive) => (window.arrive = arrive));
  requestAnimationFrame(() => requestAnimationFrame(() => (window.arrived = true)));
  return new Response(text);
};
"""
FAILING = "決済が全店舗で失敗する E-502"
MINE = "夜間バッチの遅れ"
ENTER = "\ue007"


async def test_changes_come_by_themselves_in_their_place_and_the_keyboard_takes_a_case(
    desk: Desk, tmp_path: Path
) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        await browser.open(f"{place.address}/cases")
        await browser.until(LIVE)
        assert (await browser.value(ROWS))[0] == FAILING
        await place.case("いちばん急ぐ新しい案件", minutes=-30)
        await place.act(FAILING, "acknowledge", by="takahashi.ken")
        await browser.until(f"{ROWS}[0] === 'いちばん急ぐ新しい案件'")
        row = f"return document.getElementById('{place.cases[FAILING]}')?.innerText"
        await browser.until(f"{row}.includes('髙橋 健①')")
        await place.act(FAILING, "resolve", by="takahashi.ken", handling="x", result="y")
        await browser.until(f"{row} === undefined")
        await browser.value("document.getElementById('keys-on').click()")
        await browser.value("document.activeElement.blur()")
        await browser.keys("jjk")
        focused = "return document.activeElement.closest('li')?.querySelector('.title').textContent"
        assert await browser.value(focused) == "いちばん急ぐ新しい案件"
        await browser.keys("a")
        await browser.until("return document.querySelector('.note.good')?.textContent.includes('を引き受けました')")
        owner = (await desk.get(f"/v1/cases/{place.cases['いちばん急ぐ新しい案件']}")).json()["owner"]
        assert owner == SATO.model_dump()
        assert await browser.complaints() == []


async def test_enter_in_a_field_or_on_a_tick_takes_no_case_and_leaves_what_was_typed(
    desk: Desk, tmp_path: Path
) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        await browser.open(f"{place.address}/cases")
        await browser.value("document.querySelector('details.together').open = true")
        await browser.value(f"document.querySelector('[name=\"case-{place.cases[MINE]}\"]').click()")
        for field, typed in (("#to", "髙橋 健① (takahashi.ken)"), ("#lead", "1")):
            await browser.type(field, typed)
            await browser.keys(ENTER)
        await browser.value("document.querySelector('#cases input[type=checkbox]').focus()")
        await browser.keys(ENTER)
        assert await browser.address() == f"{place.address}/cases"
        await browser.press("引き継ぎを依頼する")
        assert f"No. {await place.number(MINE)} の引き継ぎを依頼しました" in await browser.read("main")
    said = await desk.said()
    assert (said.count("case.offered.v1"), said.count("case.acknowledged.v1")) == (1, 0)


async def test_a_page_that_was_asked_for_earlier_takes_back_nothing_that_was_told_since(
    desk: Desk, tmp_path: Path
) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        await browser.open(f"{place.address}/cases")
        await browser.until(LIVE)
        await browser.value(HELD_BACK)
        await browser.value("anew()")
        await browser.until("return window.held")
        await place.act(FAILING, "acknowledge", by="takahashi.ken")
        await place.act("夜間バッチの遅れ", "resolve", handling="x", result="y")
        row = f"return document.getElementById('{place.cases[FAILING]}')?.innerText"
        await browser.until(f"{row}.includes('髙橋 健①')")
        await browser.until(f"{ROWS}.every((one) => one !== '夜間バッチの遅れ')")
        await browser.value("window.arrive()")
        await browser.until("return window.arrived")
        assert "髙橋 健①" in await browser.value(row)
        assert "夜間バッチの遅れ" not in await browser.value(ROWS)
        await browser.value("window.fetch = async () => new Response('<h1>ログイン</h1>')")
        await browser.value("return anew()")
        assert FAILING in await browser.value(ROWS), "the page of the login is no board without cases"
        assert await browser.complaints() == []


async def test_the_counts_follow_a_case_that_is_taken_elsewhere(desk: Desk, tmp_path: Path) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        await browser.open(f"{place.address}/cases")
        await browser.until(LIVE)
        free = "return Number(document.querySelector('.view.none strong').textContent)"
        before = await browser.value(free)
        await place.act(FAILING, "acknowledge", by="takahashi.ken")
        await browser.until(
            f"{free} === {before - 1}", seconds=60
        )  # the page asks for counts at most every half minute


async def test_on_a_phone_the_button_that_takes_a_case_is_in_sight(desk: Desk, tmp_path: Path) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        await browser.resize(390, 780)
        await browser.open(f"{place.address}/cases/{await place.number(FAILING)}")
        below = "return document.querySelector('button.take').getBoundingClientRect().bottom - innerHeight"
        assert await browser.value(below) <= 0
        await browser.open(f"{place.address}/admin/audit")
        cut_off = "return document.querySelector('.parts [aria-current]').getBoundingClientRect().right - innerWidth"
        assert await browser.value(cut_off) < 1


async def test_a_case_is_taken_handled_and_closed_on_a_phone_without_javascript(desk: Desk, tmp_path: Path) -> None:
    async with office(desk) as place, chromium(tmp_path, scripts=False, language="ja") as browser:
        await place.log_in(browser)
        await browser.resize(360, 740)
        number = await place.number(FAILING)
        await browser.open(f"{place.address}/cases/{number}")
        await browser.press("引き受ける")
        assert "引き受けました" in await browser.read(".note.good")
        await browser.type("#notes-text", TEXT)
        await browser.press("書き込む")
        assert TEXT in await browser.read("#history")
        await browser.click((await browser.all("#resolve > summary"))[0], leads=False)
        await browser.type("#resolve-handling", TEXT)
        await browser.type("#resolve-result", "直りました。")
        await browser.press("完了にする")
        assert "完了にしました" in await browser.read(".note.good")
        assert (await desk.get(f"/v1/cases/{place.cases[FAILING]}")).json()["resolution"]["handling"] == TEXT


async def test_nothing_that_was_written_is_lost_when_the_session_ends_or_the_case_changes(
    desk: Desk, tmp_path: Path
) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        number = await place.number("夜間バッチの遅れ")
        await browser.open(f"{place.address}/cases/{number}")
        await browser.value("document.getElementById('resolve').open = true")
        await browser.type("#resolve-handling", TEXT)
        await browser.type("#resolve-result", "直りました。")
        await place.act("夜間バッチの遅れ", "reassess", urgency="critical", reason="広がった")
        await browser.value("document.querySelector('#resolve button').click()")
        await browser.until("return !!document.getElementById('summary')")
        assert "見ていた時から変わっています" in await browser.read("#summary")
        assert await browser.read("#resolve-handling") == TEXT
        assert "画面を開いた後の変化" in await browser.read("#history")
        async with desk.db.transaction() as tx:
            await tx.execute("UPDATE sessions SET ended_at = now()")
        await browser.press("完了にする")
        assert "書いた内容は残っています" in await browser.read("h1")
        assert await browser.read("#resolve-handling") == TEXT
        async with desk.db.transaction() as tx:
            await tx.execute("UPDATE sessions SET ended_at = NULL")
        for _ in range(2):  # a page without a session has no proof of one: it asks once more, with all that was written
            await browser.press("もう一度送る")
        assert "完了にしました" in await browser.read(".note.good")
        assert (await desk.get(f"/v1/cases/{place.cases['夜間バッチの遅れ']}")).json()["resolution"]["handling"] == TEXT


async def test_a_draft_survives_a_page_that_does_not_come(desk: Desk, tmp_path: Path) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        page = f"{place.address}/cases/{await place.number(FAILING)}"
        await browser.open(page)
        await browser.type("#notes-text", TEXT)
        await browser.open(page)
        assert await browser.read("#notes-text") == TEXT
        await browser.press("書き込む")
        assert await browser.read("#notes-text") == ""
        assert TEXT in await browser.read("#history")
        await browser.value("document.querySelector('#steps .deed').open = true")
        await browser.type("#steps-texts", TEXT)
        await browser.open(page)
        assert await browser.read("#steps-texts") == TEXT
        await browser.press("追加する")
        assert await browser.value("return document.getElementById('steps-texts').value") == ""
        await browser.open(f"{place.address}/me")
        assert await browser.all("#addresses button .unseen"), "no script takes away what is said to who cannot see"


async def test_a_case_brings_itself_up_to_date_and_leaves_what_is_being_written(desk: Desk, tmp_path: Path) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        case = place.cases["夜間バッチの遅れ"]
        await browser.open(f"{place.address}/cases/{await place.number('夜間バッチの遅れ')}")
        await browser.until(f"{LIVE} === '自動で更新中'")
        await browser.value("window.same = document.getElementById('status')")
        texts = ["お客様に折り返し", "確かめる"]
        step, _ = (await desk.post(f"/v1/cases/{case}/steps", {"texts": texts})).json()["data"]
        await browser.until("return document.getElementById('story').innerText.includes('手順を 2 件追加しました')")
        assert await browser.value("return window.same.isConnected"), "what is the same stays"
        assert "未完了" in await browser.read("#all-steps")
        await browser.type("#notes-text", TEXT)
        await browser.value("document.querySelector('#what details').open = true")
        await browser.value("document.querySelectorAll('#all-steps button.quiet')[1].focus()")
        await desk.post(f"/v1/cases/{case}/steps/{step['id']}/done")
        await browser.until("return document.getElementById('all-steps').innerText.includes('が完了しました')")
        assert await browser.value("return document.activeElement.textContent") == "手順を完了にする：確かめる"
        await place.act("夜間バッチの遅れ", "resolve", handling="x", result="y")
        await browser.until("return document.querySelector('#status [aria-current]').textContent === '完了'")
        assert await browser.read("#notes-text") == TEXT
        assert await browser.value("return document.querySelector('#what details').open")
        fresh = "return [...document.querySelectorAll('#story .fresh')].map((line) => line.innerText).join()"
        assert (await browser.value(fresh)).count("画面を開いた後の変化") >= 3
        await browser.value("document.getElementById('notes-text').value = ''; document.activeElement.blur()")
        await place.act("夜間バッチの遅れ", "reopen", reason="まだ遅い")
        await browser.until("return !!document.querySelector('#resolve')")
        cut(desk)
        await browser.until(f"{LIVE}.startsWith('接続が切れました')")
        await browser.until(f"{LIVE}.startsWith('接続が切れました') === false")
        assert await browser.complaints() == []


async def test_a_case_that_cannot_be_read_says_so_and_comes_later_and_the_end_of_the_session_is_said(
    desk: Desk, tmp_path: Path
) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await place.log_in(browser)
        await browser.open(f"{place.address}/cases/{await place.number(FAILING)}")
        await browser.until(f"{LIVE} === '自動で更新中'")
        await browser.value("window.well = window.fetch; window.fetch = async () => new Response('', { status: 503 })")
        await place.act(FAILING, "notes", text=TEXT)
        await browser.until(f"{LIVE}.startsWith('接続が切れました')")
        await browser.value("window.fetch = window.well")
        await browser.until(f"return document.getElementById('story').innerText.includes('{TEXT}')")
        assert "新しい内容に更新しました" in await browser.value(LIVE)
        async with desk.db.transaction() as tx:
            await tx.execute("UPDATE sessions SET ended_at = now()")
        cut(desk)
        await browser.until(f"{LIVE}.startsWith('ログインの期限が切れました')")


async def test_many_changes_leave_no_more_rows_than_a_page_has(desk: Desk, tmp_path: Path) -> None:
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        for at in range(60):
            await place.case(f"案件 {at}", minutes=30 + at)
        await place.log_in(browser)
        await browser.open(f"{place.address}/cases")
        await browser.until(LIVE)
        for at in range(100):
            await place.act(f"案件 {at % 60}", "notes", text=f"{at}")
        last = await place.case("最後の案件", minutes=-5)
        await browser.until(f"return document.querySelector('#cases > li').id === '{last}'")
        assert len(await browser.value(ROWS)) == 50
        assert await browser.complaints() == []
