"""A real browser on the form and on the reporter's page: what is typed is neither lost nor sent twice, whatever happens to the line."""

from pathlib import Path

import pytest

from shared.contracts.links import make_followup
from tests.integration.browser import Browser, chromium
from tests.integration.intake.desk import LINK_KEY, TEXT, Desk, link
from tests.integration.intake.office import office

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser
FORM = "document.querySelector('form[data-draft]')"
# The report arrives, and its answer does not.
LOST = f"return fetch('/report', {{ method: 'POST', body: new FormData({FORM}) }}).then((answer) => answer.ok)"
ATTACHED = """
const chosen = new DataTransfer();
chosen.items.add(new File(["<svg/>"], "x.svg"));
document.getElementById("files-chosen").files = chosen.files;
"""
# A press, and loading stopped before anything came: what the page then waits for is kept, to be had at once.
STOPPED = """
window.later = [];
window.setTimeout = (then, ms) => window.later.push([then, ms]);
document.querySelector("main form button[type=submit]").click();
window.stop();
"""


async def report(browser: Browser, address: str) -> None:
    """Fill the form in."""
    await browser.open(f"{address}/report")
    await browser.type("#facts", TEXT)
    await browser.value("document.querySelector('[name=impact][value=all]').click()")


async def test_a_report_whose_answer_was_lost_is_one_case(desk: Desk, tmp_path: Path) -> None:
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        await report(browser, place.address)
        assert await browser.value(LOST)
        await browser.open(f"{place.address}/report")
        assert await browser.read("#facts") == TEXT
        await browser.press("報告を送る")
        assert "報告ありがとうございます" in await browser.read("h1")
        assert await desk.said() == ["case.submitted.v1"]
        await report(browser, place.address)
        await browser.press("報告を送る")
        assert await desk.said() == ["case.submitted.v1"] * 2, "the next report is one of its own"


async def test_a_report_that_was_changed_after_its_answer_was_lost_can_be_sent_as_another(
    desk: Desk, tmp_path: Path
) -> None:
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        await report(browser, place.address)
        assert await browser.value(LOST)
        await browser.open(f"{place.address}/report")
        await browser.type("#facts", "ほかの件です。")
        await browser.press("報告を送る")
        assert "すでに受け付けています" in await browser.read("#summary")
        assert await browser.read("#facts") == "ほかの件です。"
        assert await desk.said() == ["case.submitted.v1"]
        await browser.press("報告を送る")
        assert await desk.said() == ["case.submitted.v1"] * 2
        await browser.open(f"{place.address}/report")
        assert await browser.read("#facts") == ""


async def test_after_a_report_whose_file_was_refused_the_form_is_empty(desk: Desk, tmp_path: Path) -> None:
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        await report(browser, place.address)
        await browser.value(ATTACHED)
        await browser.press("報告を送る")
        assert "x.svg" in await browser.read("#summary")
        await browser.open(f"{place.address}/report")
        assert await browser.read("#facts") == ""


async def test_what_an_article_brings_along_stands_after_what_was_typed(desk: Desk, tmp_path: Path) -> None:
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        await report(browser, place.address)
        for _ in range(2):
            await browser.open(f"{place.address}/report?facts=E-502%20とは")
            assert await browser.read("#facts") == f"{TEXT}\nE-502 とは"
            await browser.type("#reporter_name", "田中")
        await browser.open(f"{place.address}/report")
        assert await browser.read("#facts") == f"{TEXT}\nE-502 とは"


async def test_what_the_guide_brings_along_stands_instead_of_what_was_chosen_before(desk: Desk, tmp_path: Path) -> None:
    chosen = "return document.querySelector('select[name=kind], [name=kind]:checked').value"
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        await browser.open(f"{place.address}/report?mode=full&kind=other")
        await browser.type("#facts", TEXT)
        await browser.open(f"{place.address}/report?mode=full&kind=harassment")
        assert (await browser.value(chosen), await browser.read("#facts")) == ("harassment", TEXT)


async def test_what_a_reporter_adds_outlives_the_line_and_goes_when_it_was_sent(desk: Desk, tmp_path: Path) -> None:
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        page = f"{place.address}/r/{make_followup(LINK_KEY, await place.case('返金の相談'))}"
        await browser.open(page)
        await browser.type("#text", TEXT)
        await browser.open(page)
        assert await browser.read("#text") == TEXT
        await browser.offline(True)
        await browser.value(f"{FORM}.querySelector('button').click()")
        assert "書いた内容は残っています" in await browser.read(".offline")
        await browser.offline(False)
        await browser.until("return location.search.includes('sent=1') && document.readyState === 'complete'")
        assert await browser.read("#text") == ""
        assert TEXT in await browser.read("#history")
        await browser.type("#text", "もう一つ")
        await browser.value(f"{FORM}.querySelector('button').click(); window.stop(); location.reload()")
        await browser.until("return performance.getEntriesByType('navigation')[0].type === 'reload'")
        assert await browser.read("#text") == "もう一つ", (
            "an older answer, seen once more, says nothing of this message"
        )


async def test_a_button_whose_page_was_stopped_can_be_pressed_again(desk: Desk, tmp_path: Path) -> None:
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        shown = await desk.submit(urgency="critical")
        await browser.open(place.address + link(desk, shown["id"]))
        await browser.value(STOPPED)
        assert await browser.value("return document.querySelector('main form button').textContent") == "送信しています…"
        ((_, waits),) = await browser.value("return window.later")
        assert 10_000 <= waits <= 30_000
        await browser.value("window.later[0][0]()")
        await browser.press("引き受ける")
        assert await browser.all("form.numbers")
