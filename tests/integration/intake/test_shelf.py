"""The pages of knowledge: by whose day something is due, and how long they wait for what takes its time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest_asyncio

from tests.integration.intake.desk import Desk
from tests.integration.intake.library import Library, library
from tests.integration.intake.people import log_in, send, words
from tests.integration.log import Opened


@pytest_asyncio.fixture
async def shelf(desk: Desk, database: Opened) -> AsyncIterator[Library]:
    """A library with nothing in it."""
    async with library(desk, database) as made:
        yield made


async def test_an_article_is_due_by_the_day_of_the_organisation(desk: Desk, shelf: Library) -> None:
    made = await shelf.known.article("髙﨑①㈱🔥 の質問", review_by="2026-11-25")
    for hour, due in ((14, False), (15, True)):  # 23:30 and 00:30 in Tokyo
        desk.clock.at = datetime(2026, 11, 24, hour, 30, tzinfo=UTC)
        browser = await log_in(desk, "sato.hanako", ("leader", "*"))
        page = words(await browser.get(f"/knowledge/articles/{made['id']}"))
        assert ("この内容は、いまも正しいですか" in page) == due


async def test_the_pages_that_go_through_all_that_was_asked_wait_longer(desk: Desk, shelf: Library) -> None:
    waited: dict[str, float] = {}

    async def answer(request: httpx.Request) -> httpx.Response:
        waited[request.url.path] = request.extensions["timeout"]["read"]
        return await shelf.answer(request)

    desk.others.answer = answer  # type: ignore[assignment]
    browser = await log_in(desk, "sato.hanako", ("leader", "*"))
    for page in ("/knowledge/review", "/knowledge/figures", "/knowledge?q=x"):
        assert (await browser.get(page)).status_code == 200
    gone = await send(browser, "/knowledge/review", f"/knowledge/review/s_{'0' * 24}/accept")
    assert gone.status_code == 409
    assert waited["/v1/learning"] == waited["/v1/figures"] == waited[f"/v1/learning/s_{'0' * 24}/accept"] == 30
    assert waited["/v1/search"] == 3
