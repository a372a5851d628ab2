"""A real browser on the form and on the reporter's page: what is typed is neither lost nor sent twice, whatever happens to the line."""

from pathlib import Path

import pytest

from tests.integration.browser import Browser, chromium
from tests.integration.intake.desk import TEXT, Desk
from tests.integration.intake.office import office

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser
ATTACHED = """
const chosen = new DataTransfer();
chosen.items.add(new File(["<svg/>"], "x.svg"));
document.getElementById("files-chosen").files = chosen.files;
"""


async def report(browser: Browser, address: str) -> None:
    """Fill the form in."""
    await browser.open(f"{address}/report")
    await browser.type("#facts", TEXT)
    await browser.value("document.querySelector('[name=impact][value=all]').click()")


async def test_after_a_report_whose_file_was_refused_the_form_is_empty(desk: Desk, tmp_path: Path) -> None:
    async with office(desk, fill=False) as place, chromium(tmp_path, language="ja") as browser:
        await report(browser, place.address)
        await browser.value(ATTACHED)
        await browser.press("報告を送る")
        assert "x.svg" in await browser.read("#summary")
        await browser.open(f"{place.address}/report")
        assert await browser.read("#facts") == ""
