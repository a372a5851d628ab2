"""Somebody who walks through an installation with a real browser: every page is looked at, and the console stays silent.

With TASUKI_WALKTHROUGH set to a folder, pictures of some pages are put there (`make walkthrough`).
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.door import Door
from deploy.local.debian import ensure
from deploy.local.demo_data import login_link
from services.intake.domain.roles import Role
from services.intake.domain.words import Language
from services.intake.pages.render import text
from tests.e2e.conftest import Installation
from tests.integration import accessible
from tests.integration.browser import Browser, Gone, chromium
from tests.integration.intake.test_screens import SIZES

FONT = "fonts-vlgothic"  # of Japanese, for pictures
AREAS = "return [...document.querySelectorAll('nav.areas a')].map((one) => one.getAttribute('href'))"
PRESSED = "return [...document.querySelectorAll('main button')].map((one) => one.textContent.trim())"

IN_SIGHT = """
const { top, right, bottom } = document.querySelector(arguments[0]).getBoundingClientRect();
return top >= 0 && right <= innerWidth && bottom <= innerHeight;
"""


@dataclass
class Walker:
    """One browser of one language and size."""

    installation: Installation
    door: Door
    browser: Browser
    language: Language
    size: tuple[int, int]
    address: str

    async def log_in(self, person: str, name: str, role: Role, team: str) -> None:
        """Come in as somebody who has this role and no other."""
        await self.ask("PUT", f"/v1/grants/{person}", {"grants": [{"role": role, "team": team}]})
        link = await asyncio.to_thread(login_link, self.installation.layout, f"{person}:{name}", False)
        await self.browser.open(link)
        await self.look()
        await self.press("login.once.go")

    async def log_out(self) -> None:
        """Leave the browser to the next one."""
        await self.press("logout")
        await self.look()

    async def open(self, path: str, answer: int = 200) -> None:
        """Open a page and look at it."""
        await self.browser.open(self.address + path)
        await self.look(answer)

    async def look(self, answer: int = 200) -> None:
        """Nothing is wrong with the page that is open."""
        wrong = await accessible.wrong(self.browser, answer)
        assert wrong == [], f"{await self.browser.address()}: {wrong}"

    async def press(self, name: str) -> None:
        """Press the button with this text."""
        await self.browser.press(self.says(name))

    async def unfold(self, css: str) -> None:
        """Open what is folded away, if it is; the page may bring that part up to date just then."""
        while found := await self.browser.all(f"{css}:not([open]) > summary"):
            with suppress(Gone):
                await self.browser.click(found[0], leads=False)

    async def fill(self, **fields: str) -> None:
        """Type into fields by their ids; `_` stands for `-`. Until somebody is in a field, the page may bring it up to date."""
        for name, typed in fields.items():
            while True:
                with suppress(Gone):
                    await self.browser.type(f"#{name.replace('_', '-')}", typed)
                    break

    async def areas(self) -> list[str]:
        """Where the menu leads."""
        return list(await self.browser.value(AREAS))

    async def buttons(self) -> list[str]:
        """What may be pressed on the page."""
        return list(await self.browser.value(PRESSED))

    async def in_sight(self, css: str) -> bool:
        """Whether an element is seen whole without scrolling."""
        return bool(await self.browser.value(IN_SIGHT, css))

    def says(self, name: str, **values: Any) -> str:
        """A text of the pages."""
        return text(name, self.language, **values)

    async def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """What the API says."""
        return await asyncio.to_thread(self.door.ask, method, path, body, **query)

    async def case(self) -> Any:
        """The case whose number stands on the page."""
        number = re.search(r"No\. (\d+)", await self.browser.read("main"))
        assert number is not None
        listed = (await self.ask("GET", "/v1/cases", limit=20))["data"]
        return await self.ask("GET", f"/v1/cases/{next(c['id'] for c in listed if c['number'] == int(number[1]))}")

    async def picture(self, name: str, top: str = "body") -> None:
        """Keep what a phone shows from an element on, where that is wanted."""
        if folder := os.environ.get("TASUKI_WALKTHROUGH"):
            ensure(FONT)
            await self.browser.resize(*SIZES["phone"])
            await self.browser.value(f"document.querySelector('{top}').scrollIntoView()")
            Path(folder).mkdir(parents=True, exist_ok=True)
            (Path(folder) / f"{name}.{self.language}.png").write_bytes(await self.browser.picture(whole=False))
            await self.browser.resize(*self.size)


@asynccontextmanager
async def walking(
    installation: Installation, door: Door, folder: Path, language: Language, size: str
) -> AsyncIterator[Walker]:
    """A browser that nobody has used."""
    async with chromium(folder, language=language) as browser:
        await browser.resize(*SIZES[size])
        await browser.zone("Asia/Tokyo")
        yield Walker(installation, door, browser, language, SIZES[size], installation.env["TASUKI_PUBLIC_URL"])
