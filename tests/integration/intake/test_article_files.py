"""Files of articles through the front door: cleaned as those of cases, given as nothing to run, by pages and by the API."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.library import Library, library
from tests.integration.intake.people import SITE, log_in, send, words
from tests.integration.intake.teams import attach, theirs
from tests.integration.intake.test_files_pages import KEY, Chosen, chosen
from tests.integration.knowledge.conftest import FILE
from tests.integration.log import Opened
from tests.unit.intake.pictures import GPS, HTML, jpeg, png

BYTES = "application/octet-stream"
BY = {"by": "sato.hanako"}
NEW = "/knowledge/articles/new"
PHOTO = "髙﨑①㈱🔥.jpg"


@pytest.fixture
async def shelf(desk: Desk, database: Opened) -> AsyncIterator[Library]:
    async with library(desk, database) as made:
        yield made


async def article(shelf: Library, **more: Any) -> str:
    """A published article of one line; gives its id."""
    return str((await shelf.known.article("決済端末が止まる", **more))["id"])


async def given(
    desk: Desk, id_: str, raw: bytes, name: str = FILE, token: str = "", key: str = "", **query: Any
) -> httpx.Response:
    """Attach a file by the API, in the name of Sato."""
    headers = {"authorization": f"Bearer {token or desk.token}", "content-type": BYTES}
    headers |= {"idempotency-key": key} if key else {}
    asked = {one: said for one, said in {"name": name, **BY, **query}.items() if said is not None}
    return await desk.client.post(f"/v1/articles/{id_}/files", params=asked, content=raw, headers=headers)


async def files(shelf: Library, id_: str, reader: Any = None) -> list[tuple[str, str, int, bool]]:
    page = await shelf.known.get(f"/v1/articles/{id_}", reader)
    return [(file["name"], file["kind"], file["size"], file["public"]) for file in page["files"]]


async def test_a_photo_is_kept_once_without_its_place_and_given_back_as_nothing_a_browser_runs(
    desk: Desk, shelf: Library
) -> None:
    id_ = await article(shelf)
    first = await given(desk, id_, png(behind=GPS + HTML), "../" + FILE, key="k")
    assert first.status_code == 201, first.text
    told = first.json()
    assert (told["name"], told["kind"], told["size"], told["public"]) == (FILE, "image/png", len(png()), False)
    assert first.headers["etag"] == f'"{told["version"]}"'
    again = await given(desk, id_, png(behind=GPS + HTML), "../" + FILE, key="k")
    assert again.json() == told
    other = (await given(desk, id_, png(behind=GPS + HTML), "y.png", key="k", public="true")).json()
    assert (other["id"], other["name"], other["public"]) == (told["id"], FILE, False), "as it is kept"
    assert (await given(desk, id_, jpeg(up=6), "x", key="k")).json()["name"] == "x.jpg"
    assert [name for name, *_ in await files(shelf, id_)] == [FILE, "x.jpg"]
    answer = await desk.get(first.headers["location"])
    assert answer.content == png()
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == (BYTES, "nosniff")
    assert "sandbox" in answer.headers["content-security-policy"]
    quoted = "attachment; filename*=UTF-8''%E9%AB%99%EF%A8%91%E2%91%A0%E3%88%B1%F0%9F%94%A5.png"
    assert answer.headers["content-disposition"] == quoted
    assert (await desk.get(f"{first.headers['location']}?audience=public")).status_code == 404
    rows = await desk.db.pool.fetch("SELECT entry FROM audit WHERE object LIKE '/v1/articles/%/files/%'")
    assert len(rows) == 8, "asked for, and agreed to"
    assert not any("髙﨑" in row["entry"] for row in rows)


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 422, "file-empty"),
        (HTML, 422, "file-kind"),
        (b"PK\x03\x04" + bytes(500), 422, "file-kind"),
        (png()[:-9], 422, "file-damaged"),
        (b"x" * (11 * 1024 * 1024), 413, "too-large"),
    ],
)
async def test_what_cannot_be_attached_changes_nothing(
    desk: Desk, shelf: Library, raw: bytes, status: int, code: str
) -> None:
    id_ = await article(shelf)
    answer = await given(desk, id_, raw)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await files(shelf, id_) == []
    assert (await shelf.known.get(f"/v1/articles/{id_}"))["state"] == "published"


async def test_what_the_library_refuses_is_told_as_it_says_it(desk: Desk, shelf: Library) -> None:
    id_ = await article(shelf)
    nobody = await given(desk, id_, b"log", by=None)
    assert (nobody.status_code, nobody.json()["code"]) == (422, "invalid")
    assert (await given(desk, "a_0", b"log")).json()["code"] == "unknown"
    for _ in range(20):
        assert (await given(desk, id_, b"log")).status_code == 201
    full = await given(desk, id_, b"log")
    assert (full.status_code, full.json()["code"], "20 個" in full.json()["title"]) == (422, "files-too-many", True)
    desk.others.answer = lambda _: httpx.Response(503)
    assert (await given(desk, id_, b"log")).status_code == 502
    assert (await desk.get(f"/v1/articles/{id_}/files/{uuid4()}")).status_code == 502


async def test_no_way_leads_around_the_cleaning(desk: Desk, shelf: Library) -> None:
    id_, file = await article(shelf), uuid4()
    headers = {"authorization": f"Bearer {desk.token}", "content-type": BYTES}
    query = {"name": "x.png", "kind": "image/png", **BY}
    for method, path in (
        ("PUT", f"/v1/article-files/{id_}/{file}"), ("PUT", f"/v1/articles/{id_}/files/{file}"),
        ("PUT", f"/v1/articles/{id_}/../../article-files/{id_}/{file}"), ("POST", f"/v1/articles/{id_}%2Ffiles"),
        ("POST", f"/v1/articles/{id_}/files/"), ("POST", f"/v1/articles/{id_}/%2566iles"),
        ("PUT", f"/v1/articles/{id_}%2F..%2F..%2Farticle-files%2F{id_}%2F{file}"),
    ):  # fmt: skip
        answer = await desk.client.request(method, path, params=query, content=HTML, headers=headers)
        assert not answer.is_success, path
    assert await files(shelf, id_) == []


async def test_roles_decide_who_attaches_and_who_sees_what_is_not_published(desk: Desk, shelf: Library) -> None:
    id_ = await article(shelf)
    works = await desk.token_for("works", "all", None, ("responder", "sre"))
    for role, status in (("responder", 201), ("reporter", 403), ("auditor", 403)):
        token = await desk.token_for(role, "all", None, (role, "sre"))  # type: ignore[arg-type]
        assert (await given(desk, id_, b"log", token=token)).status_code == status
    assert (await given(desk, id_, b"log", token=works, publish="true")).json()["code"] == "may-not-publish"
    assert (await given(desk, id_, b"log", token="x")).status_code == 401
    reads = await desk.token_for("reads", "read", None, ("reporter", "sre"))
    (file,) = (await shelf.known.get(f"/v1/articles/{id_}"))["files"]
    path = f"/v1/articles/{id_}/files/{file['id']}"
    assert (await desk.get(path, token=works)).status_code == 200
    assert (await desk.get(path, token=reads)).status_code == 404
    await shelf.known.post(f"/v1/articles/{id_}/publish")
    assert (await desk.get(path, token=reads)).content == b"log"


async def posted(browser: httpx.AsyncClient, page: str, *new: Chosen, **fields: str) -> httpx.Response:
    csrf = hidden((await browser.get(page)).text, "csrf")
    data = {"csrf": csrf, "key": KEY, **fields}
    return await browser.post(f"{page}/files", data=data, files=chosen(*new), headers=SITE)


async def test_on_the_page_of_an_article_files_are_attached_shown_marked_and_removed(
    desk: Desk, shelf: Library
) -> None:
    id_ = await article(shelf, audience="public")
    page, writer = f"/knowledge/articles/{id_}", await log_in(desk, "mai", ("responder", "sre"))
    forged = await writer.post(f"{page}/files", data={"key": KEY}, files=chosen((FILE, png())), headers=SITE)
    assert forged.status_code == 403
    assert (await posted(writer, page)).status_code == 422
    for _ in range(2):
        done = await posted(writer, page, (PHOTO, jpeg(behind=GPS, up=6)), ("手順.csv", "日時,金額\n".encode("cp932")))
        assert done.headers["location"] == f"{page}?done=attach#files"
    left = await posted(writer, page, ("x.html", HTML), ("b.png", png()), key=KEY[::-1])
    assert (left.status_code, "x.html：この種類の" in words(left)) == (422, True)
    kinds = [(kind, public) for _, kind, _, public in await files(shelf, id_)]
    assert kinds == [("image/jpeg", False), ("text/plain", False), ("image/png", False)]
    shown = await writer.get(f"{page}?done=attach")
    assert (shown.text.count("<img loading"), "添付して公開する" in shown.text) == (2, False)
    assert "読者には版" in words(shown), "what readers see is another version"
    at = [part.partition('"')[0] for part in shown.text.split(f'href="{page}/files/')[1:]]
    types = [(await writer.get(f"{page}/files/{one}")).headers["content-type"] for one in at]
    assert types == ["image/jpeg", BYTES, "image/png"]
    clerk = await log_in(desk, "ken", ("auditor", "sre"))
    assert "/files/" not in (await clerk.get(page)).text
    assert (await clerk.get(f"{page}/files/{at[0]}")).status_code == 404
    assert (await posted(clerk, page, (FILE, png()))).status_code == 403
    assert (await send(writer, page, f"{page}/files/{at[0]}/mark", public="1")).status_code == 303
    assert (await send(writer, page, f"{page}/files/{at[1]}/remove")).status_code == 303
    assert (await send(writer, page, f"{page}/files/{at[2]}/remove", for_good="1")).status_code == 403
    chief = await log_in(desk, "sato.hanako", ("leader", "*"))
    assert (await send(chief, page, f"{page}/publish")).status_code == 303
    read = await clerk.get(page)
    assert (read.text.count("<img loading"), 'action="' + page + "/files" in read.text) == (2, False)
    assert (await send(chief, page, f"{page}/files/{at[2]}/remove", for_good="1")).status_code == 303
    assert [(name, public) for name, _, _, public in await files(shelf, id_, {"audience": "public"})] == [(PHOTO, True)]
    assert "完全に削除" in words(await chief.get(page))
    old = await chief.get(f"{page}/versions/{int((await shelf.known.get(f'/v1/articles/{id_}'))['version']) - 1}")
    assert ("完全に削除されたファイル" in words(old), old.text.count("<img loading")) == (True, 1)
    now = await posted(chief, page, ("c.png", png()), key="f" * 32, publish="1")
    assert now.headers["location"] == f"{page}?done=publish#files"
    assert [name for name, *_ in await files(shelf, id_, {"writes": False})] == [PHOTO, "c.png"]


async def test_files_of_a_case_that_are_ticked_go_over_as_copies_that_stay(desk: Desk, shelf: Library) -> None:
    case_id = await shelf.resolved("決済端末が E-502 で止まる")
    wanted, _ = [(await attach(desk, case_id, raw, n)).json() for raw, n in ((png(), FILE), (b"log", "端末.log"))]
    chief = await log_in(desk, "sato.hanako", ("leader", "*"))
    page = (await chief.get(f"{NEW}?case={case_id}")).text
    assert (FILE in page, "端末.log" in page, " checked>" in page.partition('id="copied"')[2]) == (True, True, False)
    fields = {name: hidden(page, name) for name in ("csrf", "key", "case", "cases")}
    fields |= {"question": "決済端末が止まったら？", "answer": "再起動します。", f"file-{wanted['id']}": "1"}
    wrong = await chief.post(NEW, data={**fields, "question": ""}, headers=SITE)
    assert (wrong.status_code, wrong.text.count(" checked>")) == (422, 1), "what was ticked stays so"
    for _ in range(2):
        done = await chief.post(NEW, data={**fields, "publish": "1"}, headers=SITE)
        assert done.status_code == 303, words(done)
    id_ = done.headers["location"].partition("?")[0].rpartition("/")[2]
    assert await files(shelf, id_, {"writes": False}) == [(FILE, "image/png", len(png()), False)]
    headers = {"authorization": f"Bearer {desk.token}"}
    await desk.client.delete(f"/v1/cases/{case_id}/personal", headers=headers)
    assert (await desk.get(f"/v1/cases/{case_id}/attachments")).json()["data"] == []
    (kept,) = (await shelf.known.get(f"/v1/articles/{id_}"))["files"]
    assert (await chief.get(f"/knowledge/articles/{id_}/files/{kept['id']}")).content == png()


async def test_files_of_a_case_that_somebody_may_not_see_go_nowhere(desk: Desk, shelf: Library) -> None:
    secret = (await theirs(desk))[0]
    (file,) = (await desk.get(f"/v1/cases/{secret}/attachments")).json()["data"]
    writer = await log_in(desk, "mai", ("responder", "sre"))
    page = (await writer.get(NEW)).text
    fields = {name: hidden(page, name) for name in ("csrf", "key")}
    fields |= {"case": secret, f"file-{file['id']}": "1", "question": "だれの？", "answer": "わたしの。"}
    told = await writer.post(NEW, data=fields, headers=SITE)
    assert (told.status_code, "添付できなかった" in words(told), file["name"] in told.text) == (422, True, False)
    assert '<main id="main" data-taken>' in told.text, "the text is in: its draft in the tab may go"
    (made,) = (await shelf.known.get("/v1/articles"))["data"]
    assert await files(shelf, made["id"]) == []
    assert await shelf.known.process.db.pool.fetchval("SELECT count(*) FROM article_file_bytes") == 0
