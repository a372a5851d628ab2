"""In a browser the list comes into the page by itself, below the button, and without the search there is no trace of it."""

from pathlib import Path

import httpx
import pytest

from tests.integration.browser import chromium
from tests.integration.intake.desk import Desk, link
from tests.integration.intake.library import library
from tests.integration.intake.people import running
from tests.integration.intake.test_precedents import HANDLING, asked, finished
from tests.integration.log import Opened

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser


async def test_the_list_comes_after_the_page(desk: Desk, database: Opened, tmp_path: Path) -> None:
    async with library(desk, database) as shelf, running(desk) as address, chromium(tmp_path) as browser:
        number = await finished(shelf)
        case_id = await asked(shelf)
        await browser.open(address + link(desk, case_id))
        await browser.until("return document.querySelector('section#precedents h3')")
        seen = await browser.read("main")
        assert f"No. {number}" in seen
        assert HANDLING in seen
        assert seen.index("I have it") < seen.index("How similar cases were solved")
        assert not await browser.complaints()
        desk.others.answer = lambda _: httpx.Response(503)
        await browser.open(address + link(desk, case_id))
        await browser.until("return !document.querySelector('#precedents')")
        assert await browser.all("button.take")
