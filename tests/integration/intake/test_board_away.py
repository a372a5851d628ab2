"""A real browser on a board whose connection, page or session is lost: it says so, and goes on where it can."""

from pathlib import Path

import pytest

from tests.integration.browser import Browser, chromium
from tests.integration.intake.desk import Desk
from tests.integration.intake.office import Office, cut, office
from tests.integration.intake.test_board_browser import LIVE, ROWS

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser


async def live(place: Office, browser: Browser, said: str = "自動で更新中") -> None:
    """Log in and open the board, which goes on by itself."""
    await place.log_in(browser)
    await browser.open(f"{place.address}/cases")
    await browser.until(f"{LIVE} === '{said}'")


async def test_a_lost_connection_is_said_and_what_was_missed_comes_afterwards(desk: Desk, tmp_path: Path) -> None:
    async with office(desk) as place, chromium(tmp_path, language="en") as browser:
        await live(place, browser, "Live")
        cut(desk)
        await browser.until(f"{LIVE}.startsWith('The connection is lost')")
        await place.case("切れている間に届いた案件", minutes=9)
        await browser.until(f"{ROWS}.includes('切れている間に届いた案件')")
        assert await browser.value(LIVE) == "Live"


async def test_a_board_whose_session_ended_while_it_was_away_says_so_and_asks_no_more(
    desk: Desk, tmp_path: Path
) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await live(place, browser)
        cut(desk)
        await browser.until(f"{LIVE}.startsWith('接続が切れました')")
        async with desk.db.transaction() as tx:
            await tx.execute("UPDATE sessions SET ended_at = now()")
        await browser.until(f"{LIVE}.startsWith('ログインの期限が切れました')")
        assert await browser.value("return over && source.readyState === EventSource.CLOSED")


async def test_a_board_that_cannot_be_read_anew_says_so_and_is_read_again(desk: Desk, tmp_path: Path) -> None:
    async with office(desk) as place, chromium(tmp_path, language="ja") as browser:
        await live(place, browser)
        await browser.value("window.well = window.fetch")
        for answer in ("new Response('', { status: 503 })", "new Response('<h1>保守中</h1>')", "Promise.reject()"):
            await browser.value(f"window.fetch = async (_, how) => (window.how = how) && {answer}")
            await browser.value("return anew()")
            assert await browser.value("return stale"), "it is asked for again"
            assert (await browser.value(LIVE)).startswith("接続が切れました"), "old rows are not said to be live"
            assert await browser.value("return how.signal instanceof AbortSignal"), "nothing is waited for without end"
            await browser.value("window.fetch = window.well")
            await browser.value("return anew()")
            assert (await browser.value("return stale"), await browser.value(LIVE)) == (False, "自動で更新中")
