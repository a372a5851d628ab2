"""People at the front door with a browser: logged in, or on their way, sending forms as pages do."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx

from sandbox.line import serving
from sandbox.process import listening
from services.intake import admission, logins
from services.intake.domain.roles import Grant, Role
from shared.runtime.clock import Clock
from tests.integration.intake.desk import Desk, hidden

ADMIN: tuple[tuple[Role, str], ...] = (("admin", "*"),)
SITE = {"sec-fetch-site": "same-origin"}


async def give(desk: Desk, person: str, *grants: tuple[Role, str]) -> None:
    """Give a person exactly these roles."""
    async with desk.db.transaction() as tx:
        await admission.grant(tx, person, frozenset(Grant(*grant) for grant in grants), "tests", desk.clock.now())


async def link_for(desk: Desk, person: str = "sato", name: str = "佐藤 花子") -> str:
    """The path of a link that lets a person in once."""
    async with desk.db.transaction() as tx:
        return f"/login/once/{await logins.add_link(tx, person, name, desk.clock.now())}"


async def log_in(
    desk: Desk, person: str = "sato", *grants: tuple[Role, str], name: str = "佐藤 花子"
) -> httpx.AsyncClient:
    """A browser in which a person with these roles (or an administrator) is logged in."""
    await give(desk, person, *(grants or ADMIN))
    browser = fresh(desk)
    answer = await browser.post(await link_for(desk, person, name), data={"go": "1"}, headers=SITE)
    assert answer.status_code == 303, answer.text
    return browser


def fresh(desk: Desk) -> httpx.AsyncClient:
    """A browser with no cookies, at the address that the front door is known by."""
    transport = httpx.ASGITransport(desk.app, raise_app_exceptions=False)
    return httpx.AsyncClient(
        transport=transport, base_url="https://tasuki.example.jp", headers={"accept-language": "ja"}
    )


async def send(browser: httpx.AsyncClient, page: str, path: str, **fields: Any) -> httpx.Response:
    """Send a form that stands on a page, with what the page gave it."""
    csrf = hidden((await browser.get(page)).text, "csrf")
    return await browser.post(path, data={"csrf": csrf, **fields}, headers=SITE)


@asynccontextmanager
async def running(desk: Desk, **settings: Any) -> AsyncIterator[str]:
    """The front door at an address of its own, where time goes on by itself."""
    desk.clock.at = datetime.now(UTC)
    with listening("127.0.0.1", 0) as bound:
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        desk.door.settings = replace(desk.door.settings, public_url=address, **settings)
        desk.door.clock = Clock()
        desk.door.__post_init__()
        async with serving(desk.app, bound):
            yield address


def words(answer: httpx.Response) -> str:
    """What is read on a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
