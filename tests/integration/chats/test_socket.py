"""Over Slack's socket the same happens: the form opens, and what is wrong or received comes back with the confirmation."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from sandbox.sockets import APP_TOKEN
from shared.runtime.db import Database
from tests.integration.chats.conftest import FACTS, Talk, talking
from tests.integration.notifier.conftest import SATO, SLACK


@pytest_asyncio.fixture(scope="module")
async def connected(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[Talk]:
    """Two services of which one has opened a socket."""
    async with talking(database, TASUKI_SLACK_APP_TOKEN=APP_TOKEN) as made:
        await made.sandbox.chat.sockets.until(1)
        yield made


async def test_a_report_over_the_socket(connected: Talk) -> None:
    said = await connected.forms.command("help", SLACK[SATO])
    assert (said.url, "困りごとを報告できます" in said.body) == ("socket", True)
    await connected.forms.command("", SLACK[SATO])
    form = await connected.opened(SLACK[SATO])
    await connected.forms.send(form, {"facts": FACTS})
    assert form.errors == {"impact": "どれかを選んでください。"}
    await connected.forms.send(form, {"facts": FACTS, "impact": "some"})
    [case] = await connected.cases()
    assert (case.by.id, case.source) == (SATO, "slack")
    assert f"受付番号：No. {case.number}" in form.words
