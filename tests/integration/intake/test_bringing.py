"""Somebody who leads every team brings articles in on pages: tried first, told line by line, taken in once, and again without doubling."""

import io
import zipfile
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from services.knowledge.moving import Mover
from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.library import Library, library
from tests.integration.intake.people import SITE, log_in, send, words
from tests.integration.log import Opened

PAGE = "/knowledge/import"
CSV = "id,question,answer,audience\n1,髙﨑①㈱🔥 の質問,はい,public\n2,,だめ,public\n3,二つ目の質問,いいえ,internal\n".encode()


@pytest_asyncio.fixture
async def shelf(desk: Desk, database: Opened) -> AsyncIterator[Library]:
    """A library with nothing in it."""
    async with library(desk, database) as made:
        await made.known.process.db.pool.execute("TRUNCATE imports CASCADE")
        yield made


async def upload(browser: httpx.AsyncClient, file: bytes, name: str = "質問集.csv", **fields: str) -> httpx.Response:
    """Choose a file and send the form."""
    csrf = hidden((await browser.get(PAGE)).text, "csrf")
    files = {"file": (name, file, "application/octet-stream")}
    return await browser.post(PAGE, data={"csrf": csrf, **fields}, files=files, headers=SITE)


async def through(shelf: Library, browser: httpx.AsyncClient, answer: httpx.Response) -> tuple[str, str]:
    """Where a file is shown, and what is said there once it has been gone through."""
    assert answer.status_code == 303, words(answer)
    at = answer.headers["location"]
    assert "処理しています" in words(await browser.get(at))
    mover = Mover(shelf.known.process.db, shelf.known.log.clock)
    while await mover.step():
        pass
    return at, words(await browser.get(at))


async def test_a_file_is_tried_told_line_by_line_and_then_taken_in_once(desk: Desk, shelf: Library) -> None:
    browser = await log_in(desk, "sato.hanako", ("leader", "*"))
    at, told = await through(shelf, browser, await upload(browser, CSV))
    assert all(
        one in told for one in ("まだ取り込んでいません", "この 2 件を取り込む", "3 行目", "question がありません")
    )
    assert (await shelf.known.get("/v1/articles"))["data"] == []
    taken = await send(browser, at, f"{at}/apply", publish="1")
    done, told = await through(shelf, browser, taken)
    assert ("取り込みました" in told, "まだ取り込んでいません" in told) == (True, False)
    listed = (await shelf.known.get("/v1/articles"))["data"]
    assert sorted((one["question"], one["state"]) for one in listed) == [
        ("二つ目の質問", "published"), ("髙﨑①㈱🔥 の質問", "published"),
    ]  # fmt: skip
    twice = await send(browser, PAGE, f"{at}/apply")
    assert (twice.status_code, "もう取り込まれた" in words(twice)) == (409, True)
    assert (await send(browser, PAGE, f"{done}/apply")).status_code == 409
    _, again = await through(shelf, browser, await upload(browser, CSV))
    assert "取り込むものはありません" in again
    rows = await desk.db.pool.fetch("SELECT entry FROM audit WHERE object LIKE '/v1/imports%' ORDER BY id DESC LIMIT 9")
    assert any("/apply" in row["entry"] and '"actor":"sato.hanako"' in row["entry"] for row in rows)


async def test_what_came_in_as_drafts_is_published_by_the_same_file(desk: Desk, shelf: Library) -> None:
    browser = await log_in(desk, "sato.hanako", ("leader", "*"))
    at, _ = await through(shelf, browser, await upload(browser, CSV))
    await through(shelf, browser, await send(browser, at, f"{at}/apply"))
    at, told = await through(shelf, browser, await upload(browser, CSV))
    assert ("2 件はまだ公開されていません" in told, "この 2 件を公開する" in told) == (True, True)
    more = CSV + "4,三つ目の質問,たぶん,internal\n".encode()
    _, both = await through(shelf, browser, await upload(browser, more))
    assert ("この 1 件を取り込む" in both, "うち 2 件は、まだ公開されていません" in both) == (True, True)
    await through(shelf, browser, await send(browser, at, f"{at}/apply", publish="1"))
    assert (await shelf.known.get("/v1/articles"))["states"] == {"published": 2}
    _, again = await through(shelf, browser, await upload(browser, CSV))
    assert "取り込むものはありません" in again


async def test_a_zip_of_markdown_and_a_file_of_several_pieces_come_in(desk: Desk, shelf: Library) -> None:
    browser = await log_in(desk, "sato.hanako", ("leader", "*"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as whole:
        whole.writestr("a.md", "# 髙﨑の質問\n\nはい\n")
        whole.writestr("b.md", "# 二つ目\n\nいいえ\n")
    _, told = await through(shelf, browser, await upload(browser, packed.getvalue(), "記事.zip"))
    assert "この 2 件を取り込む" in told
    long = b"id,question,answer\n" + b"".join(b"%d,question %d,%s\n" % (n, n, b"x" * 900) for n in range(600))
    _, told = await through(shelf, browser, await upload(browser, long, "long.txt", format="csv"))
    assert "この 600 件を取り込む" in told


@pytest.mark.parametrize(
    ("file", "name", "said"),
    [
        (b"", "a.csv", "ファイルを選んで"),
        (b"x", "a.xlsx", "形式を選んで"),
        (b"x" * (16 * 1024 * 1024 + 1), "a.csv", "大きすぎます"),
    ],
    ids=["none", "unknown", "large"],
)
async def test_what_cannot_be_a_file_of_articles_is_told(desk: Desk, file: bytes, name: str, said: str) -> None:
    browser = await log_in(desk, "sato.hanako", ("leader", "*"))
    answer = await upload(browser, file, name)
    assert (answer.status_code, said in words(answer)) == (422, True)


async def test_only_who_leads_every_team_brings_articles_in_and_from_no_other_site(desk: Desk, shelf: Library) -> None:
    leader = await log_in(desk, "sato.hanako", ("leader", "*"))
    at = (await upload(leader, CSV)).headers["location"]
    for grant in (("leader", "sre"), ("responder", "*"), ("admin", "*"), ("auditor", "*")):
        browser = await log_in(desk, "mai", grant)
        for path in (PAGE, at):
            assert (await browser.get(path)).status_code == 403, grant
        assert (
            await browser.post(PAGE, data={"a": "b"}, files={"file": ("a.csv", CSV)}, headers=SITE)
        ).status_code == 403
        assert (await send(browser, "/me", f"{at}/apply")).status_code == 403
    files = {"file": ("a.csv", CSV)}
    for headers, fields in ((SITE, {"csrf": "x"}), ({"sec-fetch-site": "cross-site"}, {"csrf": "x"})):
        assert (await leader.post(PAGE, data=fields, files=files, headers=headers)).status_code == 403
    assert (await leader.post(PAGE, data={"a": "b"}, headers=SITE)).status_code == 400
    assert (await leader.get(f"{PAGE}/00000000-0000-0000-0000-000000000000")).status_code == 404
    assert (await leader.get(f"{PAGE}/nonsense")).status_code == 404
