"""Who leads every team takes articles out as one file with a sane name, and that is recorded; nobody else does."""

import csv
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from services.intake.domain.roles import Role
from tests.integration.intake.desk import Desk
from tests.integration.intake.library import Library, library
from tests.integration.intake.people import log_in, words
from tests.integration.intake.test_knowledge_pages import PROBLEM, leader, written
from tests.integration.log import Opened

PAGE, FILE = "/knowledge/export", "/knowledge/export/articles"
SECRET = "社内だけの手順"


@pytest_asyncio.fixture
async def shelf(desk: Desk, database: Opened) -> AsyncIterator[Library]:
    async with library(desk, database) as made:
        await made.known.article(PROBLEM, internal=SECRET, audience="public", cause="回線の不調")
        await made.known.article("社内の申請", "総務へ", internal=SECRET)
        await made.known.article("How to pay?", "By card.", audience="public", language="en")
        await made.known.article("書きかけ", publish=False)
        yield made


async def taken(browser: httpx.AsyncClient, **asked: str) -> tuple[str, bytes]:
    """The name of the file that somebody gets, and what is in it."""
    answer = await browser.get(FILE, params=asked)
    assert answer.status_code == 200, words(answer)
    found = re.fullmatch(r'attachment; filename="([\w.-]+)"', answer.headers["content-disposition"])
    assert found
    return found[1], answer.content


def questions(table: bytes) -> set[str]:
    return {row["question"] for row in csv.DictReader(io.StringIO(table.decode("utf-8-sig")))}


async def test_the_page_offers_what_is_taken_out_and_each_file_holds_what_was_asked_for(
    desk: Desk, shelf: Library
) -> None:
    chief = await leader(desk)
    assert f'href="{PAGE}"' in (await chief.get("/knowledge")).text
    page = await chief.get(PAGE)
    assert (page.status_code, f'action="{FILE}"' in page.text, "articles faq site/" in page.text) == (200, True, True)
    day = desk.door.clock.now().astimezone(desk.door.zone).date().isoformat()
    name, table = await taken(chief)
    assert (name, questions(table)) == (f"tasuki-articles-{day}.csv", {PROBLEM, "社内の申請", "How to pay?"})
    assert SECRET in table.decode()
    name, table = await taken(chief, format="csv", audience="public")
    assert (name, questions(table)) == (f"tasuki-articles-public-{day}.csv", {PROBLEM, "How to pay?"})
    assert SECRET not in table.decode()
    assert "回線の不調" not in table.decode()
    name, lines = await taken(chief, format="json", language="en")
    assert (name, json.loads(lines)["question"]) == (f"tasuki-articles-en-{day}.json", "How to pay?")
    name, packed = await taken(chief, format="markdown", audience="internal")
    with zipfile.ZipFile(io.BytesIO(packed)) as folder:
        (inside,) = folder.namelist()
        assert (name, inside[-3:]) == (f"tasuki-articles-internal-{day}.zip", ".md")
        assert "# 社内の申請" in folder.read(inside).decode()
        assert folder.testzip() is None


async def test_many_pages_make_one_file(desk: Desk, shelf: Library) -> None:
    for number in range(205):
        await shelf.known.article(f"質問 {number}", "答え")
    chief = await leader(desk)
    assert len(questions((await taken(chief))[1])) == 208
    with zipfile.ZipFile(io.BytesIO((await taken(chief, format="markdown"))[1])) as folder:
        assert len(set(folder.namelist())) == 208


async def test_that_they_were_taken_out_is_recorded_and_what_there_is_not_is_refused(
    desk: Desk, shelf: Library
) -> None:
    chief = await leader(desk)
    before = await desk.count("audit")
    for wrong in ({"format": "exe"}, {"audience": "all"}, {"language": "fr"}):
        assert (await chief.get(FILE, params=wrong)).status_code == 422
    assert await desk.count("audit") == before
    await taken(chief, audience="public")
    entry = await desk.db.pool.fetchval("SELECT entry FROM audit ORDER BY id DESC LIMIT 1")
    assert [part for part in ('"articles.exported"', '"sato.hanako"', '"public"', '"csv"') if part not in entry] == []
    empty = await taken(chief, audience="internal", language="en", format="markdown")
    assert zipfile.ZipFile(io.BytesIO(empty[1])).namelist() == []


@pytest.mark.parametrize("role", [("reporter", "*"), ("responder", "*"), ("leader", "sre"), ("auditor", "*")])
async def test_nobody_else_takes_articles_out(desk: Desk, shelf: Library, role: tuple[Role, str]) -> None:
    browser = await log_in(desk, "mai", role)
    assert f'href="{PAGE}"' not in (await browser.get("/knowledge")).text
    assert [(await browser.get(path)).status_code for path in (PAGE, FILE)] == [403, 403]


async def test_while_knowledge_is_away_no_file_begins(desk: Desk, shelf: Library) -> None:
    chief = await leader(desk)
    desk.others.answer = lambda request: httpx.Response(503)
    before = await desk.count("audit")
    assert (await chief.get(FILE)).status_code == 502
    assert await desk.count("audit") == before


async def test_who_owns_an_article_and_may_not_publish_is_offered_to_confirm_it(desk: Desk, shelf: Library) -> None:
    chief, mai = await leader(desk), await log_in(desk, "mai", ("responder", "sre"))
    page = await written(chief)
    assert f'action="{page}/confirm"' not in (await mai.get(page)).text
    owned = await shelf.known.article("わたしの記事", owner={"id": "mai", "name": "舞"}, review_by="2026-01-01")
    mine = f"/knowledge/articles/{owned['id']}"
    listed = (await mai.get("/knowledge/review")).text
    assert (f'action="{mine}/confirm"' in listed, f'action="{mine}/withdraw"' in listed) == (True, False)
    shown = (await mai.get(mine)).text
    assert (f'action="{mine}/confirm"' in shown, f'action="{mine}/withdraw"' in shown) == (True, False)
