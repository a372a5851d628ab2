"""A real browser on the page of a digest, as the links of a message open it on a phone and at a desk."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from tests import ports
from tests.integration import accessible
from tests.integration.browser import chromium
from tests.integration.notifier.conftest import ITO, World, serving
from tests.integration.notifier.test_storms import accepted, storm, time_passes, to

pytestmark = pytest.mark.timeout(300)  # the first run may have to install the browser
ASSETS = Path(__file__).parents[3] / "services/intake/pages/assets"  # intake serves them at the same address


async def test_the_page_of_a_digest_is_sound_on_a_phone_and_at_a_desk(world: World, tmp_path: Path) -> None:
    await world.process.db.pool.execute("UPDATE bundling SET after = 5")
    cases = await storm(world, 8, ITO)
    await accepted(world, cases[:5])
    since = world.sandbox.journal.cursor
    await time_passes(world)
    await accepted(world, cases)
    found = re.search(r"/digests/[A-Za-z0-9_.-]+", to(world, ITO, since)[0])
    assert found
    assert world.process.app is not None
    front = FastAPI()
    front.mount("/assets", StaticFiles(directory=ASSETS))
    front.mount("/", world.process.app)
    async with serving(front, ports.port()) as address, chromium(tmp_path, language="ja") as browser:
        for width, height in ((360, 740), (1280, 860)):
            await browser.resize(width, height)
            await browser.open(address + found[0])
            assert await accessible.wrong(browser) == []
            names = await browser.value("return [...document.querySelectorAll('main a')].map((a) => a.textContent)")
            assert [name.partition(" ")[2] for name in names] == ["P3 決済が全店舗で失敗する"] * 3
