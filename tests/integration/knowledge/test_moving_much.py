"""What is large comes in and goes out as well, or is refused with a reason, and stops nothing else."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
import pytest_asyncio

from services.intake.routes.upstream import LARGEST_ANSWER
from services.knowledge.imports import LARGEST
from services.knowledge.moving import ATTEMPTS, BATCH, GIVEN_UP, KEPT, Mover
from shared.runtime.db import connect
from tests.integration.knowledge.conftest import Desk
from tests.integration.knowledge.test_moving import announced, taken_in


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


async def test_parts_beyond_what_is_taken_in_at_once_are_refused_with_the_reason(desk: Desk) -> None:
    begun = await desk.post("/v1/imports", {"format": "csv"})

    async def put(number: int, body: bytes) -> int:
        answer = await desk.http.put(f"/v1/imports/{begun['id']}/parts/{number}", content=body)
        assert answer.status_code == 204 or answer.json()["title"].startswith("一度に取り込めるファイルは 32 MB まで")
        return answer.status_code

    assert await put(0, b"a") == 204
    await desk.process.db.pool.execute(
        "UPDATE import_parts SET body = convert_to(repeat('a', $1), 'UTF8')", LARGEST - 1
    )
    assert [await put(1, b"bb"), await put(1, b"b"), await put(1, b"c"), await put(2, b"d")] == [413, 204, 204, 413]
    assert [await put(0, b"a"), await put(2, b"d")] == [204, 204]


async def killed(desk: Desk, id_: str, times: int) -> None:
    """Processes begin to take a file in, one after the other, and die before they have done anything."""
    pool = desk.process.db.pool
    async with pool.acquire() as other, other.transaction():
        await other.execute("LOCK TABLE articles IN ACCESS EXCLUSIVE MODE")  # none comes to an end
        for _ in range(times):
            before = await pool.fetchval("SELECT attempts FROM imports WHERE id = $1", id_)
            step = asyncio.create_task(Mover(desk.process.db, desk.log.clock).step())
            while await pool.fetchval("SELECT attempts FROM imports WHERE id = $1", id_) == before:
                assert not step.done()
            step.cancel()
            with suppress(asyncio.CancelledError):
                await step


async def test_a_file_that_kills_whoever_reads_it_is_given_up_and_holds_up_no_other(desk: Desk) -> None:
    pool = desk.process.db.pool
    old = await desk.post("/v1/imports", {"format": "csv"})
    long_ago = desk.log.clock.now() - KEPT - timedelta(days=1)
    await pool.execute("UPDATE imports SET created_at = $1", long_ago)
    id_ = await announced(desk, "question,answer\n髙﨑の質問,はい\n".encode(), publish=True)
    desk.later(seconds=1)
    other = await announced(desk, "question,answer\n二つ目の質問,はい\n".encode(), publish=True)
    await killed(desk, id_, ATTEMPTS)
    assert await pool.fetchval("SELECT count(*) FROM imports WHERE id = $1", old["id"]) == 0, (
        "it is forgotten all the same"
    )
    mover = Mover(desk.process.db, desk.log.clock)
    while await mover.step():
        pass
    done = await desk.get(f"/v1/imports/{id_}")
    assert (done["state"], done["seen"], done["total"], done["added"], done["bad_rows"]) == ("done", 1, 1, 0, 1)
    assert (done["bad"][0]["ja"], done["bad"][0]["en"]) == GIVEN_UP
    assert (await desk.get(f"/v1/imports/{other}"))["added"] == 1
    assert await pool.fetchval("SELECT count(*) FROM import_parts") == 0


async def test_a_file_of_which_more_comes_in_each_time_is_not_given_up(desk: Desk) -> None:
    lines = "".join(f"{n},質問 {n},答え\n" for n in range(3 * BATCH))
    id_ = await announced(desk, f"id,question,answer\n{lines}".encode(), publish=True)
    for _ in range(3):
        await killed(desk, id_, ATTEMPTS - 1)
        assert await Mover(desk.process.db, desk.log.clock).step()
    done = await desk.get(f"/v1/imports/{id_}")
    assert (done["state"], done["added"], done["bad_rows"]) == ("done", 3 * BATCH, 0)


async def test_a_file_that_takes_long_to_read_is_read_to_its_end(desk: Desk, databases: dict[str, str]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for n in range(10):
            packed.writestr(f"{n}.html", f"<title>質問 {n}</title>" + "<p>答え</p>" * 8_000)
    id_ = await announced(desk, out.getvalue(), "html")
    async with connect(databases["knowledge"], 1) as db:
        await db.pool.execute("SELECT set_config('idle_in_transaction_session_timeout', '1500ms', false)")
        assert await Mover(db, desk.log.clock).step()
    assert (await desk.get(f"/v1/imports/{id_}"))["total"] == 10
