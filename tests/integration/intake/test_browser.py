"""A real browser that runs everything on the page and clicks whatever it finds acknowledges nothing; two taps of a person do."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox import Sandbox, Settings
from sandbox.line import serving
from sandbox.mail import Mail
from sandbox.process import listening
from shared.runtime.clock import Clock
from tests.integration.browser import CLICKABLE, Browser, Gone, chromium
from tests.integration.intake.desk import Desk, link

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser
LOOK = 1.2  # seconds that a program waits so as to look like a person
EVERYTHING = "for (const e of document.querySelectorAll('main *')) { if (e.click) e.click(); }"
BACKWARDS = "for (const e of [...document.querySelectorAll('main *')].reverse()) { if (e.click) e.click(); }"
FORMS = "for (const form of document.forms) form.submit();"
BUTTONS = "for (const form of document.forms) for (const b of form.querySelectorAll('button')) form.requestSubmit(b);"


@pytest.fixture
async def front(desk: Desk) -> AsyncIterator[str]:
    """The address of the front door, where time goes on by itself."""
    desk.clock.at = datetime.now(UTC)
    desk.door.clock = Clock()
    with listening("127.0.0.1", 0) as bound:
        async with serving(desk.app, bound):
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"


async def acknowledged(desk: Desk) -> int:
    return (await desk.said()).count("case.acknowledged.v1")


async def click(browser: Browser, place: int, css: str = CLICKABLE) -> bool:
    """Click what stands at a place of the page, after a look at numbers; False when nothing stands there."""
    await asyncio.sleep(LOOK if await browser.all("form.numbers") else 0)
    found = await browser.all(css)
    if place < len(found):
        with suppress(Gone):  # hidden, or no longer there: a program shrugs and goes on
            await browser.click(found[place])
    return place < len(found)


async def one_after_the_other(browser: Browser, url: str) -> None:
    """Each thing on the first page, and behind each of those each thing on the second, from a fresh copy each time."""
    first = second = 0
    while True:
        await browser.open(url)
        if not await click(browser, first):
            return
        if await click(browser, second):
            second += 1
        else:
            first, second = first + 1, 0


async def on_one_page(browser: Browser, url: str) -> None:
    """What each page offers in turn, without going back while there is anything to press."""
    await browser.open(url)
    pressed: Counter[int] = Counter()
    for _ in range(16):
        offered = len(await browser.all("main a, main button"))
        if not await click(browser, pressed[offered], "main a, main button"):
            pressed[offered] = -1
            await browser.open(url)
        pressed[offered] += 1


def by_script(script: str) -> Callable[[Browser, str], Awaitable[None]]:
    """The same script again and again, on the page and on what follows from it."""

    async def run(browser: Browser, url: str) -> None:
        for _ in range(3):
            await browser.open(url)
            for _ in range(2):
                await asyncio.sleep(LOOK if await browser.all("form.numbers") else 0)
                await browser.run(script)

    return run


PROGRAMS = {
    "one after the other": one_after_the_other,
    "on one page": on_one_page,
    "everything by script": by_script(EVERYTHING),
    "everything by script, backwards": by_script(BACKWARDS),
    "forms by script": by_script(FORMS),
    "buttons by script": by_script(BUTTONS),
}


async def test_a_browser_that_clicks_everything_acknowledges_nothing(desk: Desk, front: str, tmp_path: Path) -> None:
    async with chromium(tmp_path) as browser:
        for name, program in PROGRAMS.items():
            case_id, pages = (await desk.submit(urgency="critical"))["id"], await desk.count("challenges")
            await program(browser, front + link(desk, case_id))
            assert await desk.count("challenges") > pages, name
            assert await acknowledged(desk) == 0, name


@pytest.mark.parametrize("scripts", [True, False])
async def test_two_taps_of_a_person_acknowledge(desk: Desk, front: str, tmp_path: Path, scripts: bool) -> None:
    shown = await desk.submit(urgency="critical")
    async with chromium(tmp_path, scripts) as browser:
        await browser.open(front + link(desk, shown["id"]) + "?lang=ja")
        await browser.press("引き受ける")
        assert await acknowledged(desk) == 0
        await asyncio.sleep(LOOK)
        await browser.press(str(shown["number"]))
        assert await browser.all(".thanks")
        assert await acknowledged(desk) == 1
        await browser.press("取り消す（1分以内）")
        assert not await browser.all("main button")
    assert await desk.said() == ["case.submitted.v1", "case.acknowledged.v1", "case.unacknowledged.v1"]


async def test_the_sandbox_follows_a_link_as_a_person_does(desk: Desk, front: str) -> None:
    shown = await desk.submit(urgency="critical")
    url = front + link(desk, shown["id"])
    text = f"【P1】2件 10:30 まで\n案件番号: #{shown['number']}\n{url}\n"
    mail = Mail(1, "a@example.jp", ["b@example.jp"], "【P1】対応のお願い", text, "", "", [], {}, [url])
    async with Sandbox.run(settings=Settings(public_url=front)) as sandbox:
        assert (await sandbox.mail.follow(mail, confirm=False))[0] == 200
        assert await acknowledged(desk) == 0
        status, page = await sandbox.mail.follow(mail, "/a/")
    assert (status, "引き受けました" in page or "You have it" in page) == (200, True)
    assert await acknowledged(desk) == 1
