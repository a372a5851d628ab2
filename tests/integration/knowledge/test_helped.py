"""Which articles helped: as many as the figures say in all, the most helpful first, and by nobody's name."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from tests.integration.knowledge.conftest import Desk
from tests.integration.knowledge.test_use import searched


@pytest_asyncio.fixture(autouse=True)
async def _empty(desk: Desk) -> AsyncIterator[None]:
    tables = "searches, uses, learned, decided, articles, article_versions, article_cases, archive, synonyms"
    await desk.process.db.pool.execute(f"TRUNCATE {tables}")
    yield


async def test_the_most_helpful_article_stands_first_with_its_weeks_and_the_sums_are_those_of_the_figures(
    desk: Desk,
) -> None:
    one = await desk.article("=髙﨑①㈱🔥 の釣銭機")
    other = await desk.article("領収書の宛名")
    vain = await desk.article("役に立たない記事")
    await searched(desk, "釣銭機", one["id"], "opened only")
    for who in ("a", "b"):
        await desk.post("/v1/deflections", {"target": one["id"], "session": who}, {})
    desk.later(weeks=1)
    await desk.post("/v1/deflections", {"target": one["id"], "session": "c"}, {})
    last = desk.log.clock.now()
    for who, solved in (("a", True), ("b", False)):
        await desk.post(f"/v1/articles/{other['id']}/feedback", {"solved": solved, "session": who}, {})
    await desk.post(f"/v1/articles/{vain['id']}/feedback", {"solved": False, "session": "a"}, {})
    told = await desk.get("/v1/figures/articles")
    assert [(h["article"], h["deflected"], h["solved"], h["unsolved"]) for h in told["data"]] == [
        (one["id"], 3, 0, 0), (other["id"], 0, 1, 1),
    ]  # fmt: skip
    assert [h["weeks"][-2:] for h in told["data"]] == [[2, 1], [0, 1]]
    assert told["data"][0]["last_at"] == last.isoformat().replace("+00:00", "Z")
    figures = await desk.get("/v1/figures")
    assert (figures["deflected"], figures["solved"]) == (3, 1)
    assert (await desk.get("/v1/figures/articles", limit=1))["total"] == 2
    await desk.post(f"/v1/articles/{one['id']}/withdraw")
    answer = await desk.ask("GET", "/v1/figures/articles.csv")
    table = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[:5] for row in table[1:]] == [
        [one["id"], " =髙﨑①㈱🔥 の釣銭機", "3", "0", "0"], [other["id"], "領収書の宛名", "0", "1", "1"],
    ]  # fmt: skip
    assert table[0][-1] == (last.date() - timedelta(days=last.weekday())).isoformat()
    assert (await desk.get("/v1/figures/articles", since="2026-01-01", until="2026-02-01"))["data"] == []


async def test_what_helped_by_an_article_that_became_part_of_another_counts_for_that_one(desk: Desk) -> None:
    one, other = await desk.article("端末が止まる"), await desk.article("端末の停止")
    await desk.post("/v1/deflections", {"target": one["id"], "session": "a"}, {})
    await desk.post(f"/v1/articles/{one['id']}/merge", {"into": other["id"]})
    assert [h["article"] for h in (await desk.get("/v1/figures/articles"))["data"]] == [other["id"]]


async def test_who_does_not_write_sees_none_of_it(desk: Desk) -> None:
    for path in ("/v1/figures/articles", "/v1/figures/articles.csv"):
        assert (await desk.ask("GET", path, reader={"writes": False})).status_code == 403
