"""What is large comes in and goes out as well, or is refused with a reason, and stops nothing else."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.intake.routes.relay import LARGEST_ANSWER
from tests.integration.knowledge.conftest import Desk
from tests.integration.knowledge.test_moving import taken_in


@pytest_asyncio.fixture(autouse=True)
async def _empty(desk: Desk) -> AsyncIterator[None]:
    await desk.process.db.pool.execute("TRUNCATE articles, article_versions, article_cases, imports CASCADE")
    yield


@pytest.mark.parametrize("letters", ["髙🔥", '"\n'], ids=["of many bytes", "that are written as two"])
async def test_pages_of_long_articles_are_small_enough_to_be_handed_on_and_hold_each_once(
    desk: Desk, letters: str
) -> None:
    long = f"答{letters * 9_999}え"
    rows = [{"id": f"x-{n}", "question": f"質問 {n}", "answer": long, "internal": long} for n in range(40)]
    assert (await taken_in(desk, json.dumps(rows).encode(), "json", part=200_000, publish=True))["added"] == 40
    for format_ in ("csv", "json", "markdown"):
        text, cursor, pages = "", "", 0
        while cursor is not None:
            answer = await desk.http.get(f"/v1/exports/{format_}", params={"cursor": cursor})
            assert len(answer.content) < LARGEST_ANSWER
            page = answer.json()
            text, cursor, pages = text + "".join(file["text"] for file in page["data"]), page["next_cursor"], pages + 1
        assert 1 < pages < 40
        assert [text.count(f"x-{n}{end}") for n in range(40) for end in ('"', ",") if f"x-{n}{end}" in text] == [1] * 40
