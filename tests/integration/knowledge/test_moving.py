"""Articles come in from files while people search, go out again, and the same file twice doubles nothing."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from cli import faq
from cli.door import Refused
from services.knowledge.moving import BATCH, Mover
from tests.integration.knowledge.conftest import YAMADA, Desk, ids


@pytest_asyncio.fixture(autouse=True)
async def _empty(desk: Desk) -> AsyncIterator[None]:
    await desk.process.db.pool.execute("TRUNCATE articles, article_versions, article_cases, imports CASCADE")
    yield


async def announced(desk: Desk, body: bytes, format_: str = "csv", part: int = 1_000, **more: Any) -> str:
    """A file that is all there and waits to be taken in."""
    begun = await desk.post("/v1/imports", {"format": format_, **more})
    for number, start in enumerate(range(0, len(body), part)):
        path = f"/v1/imports/{begun['id']}/parts/{number}"
        assert (await desk.http.put(path, content=body[start : start + part])).status_code == 204
    await desk.post(f"/v1/imports/{begun['id']}/start", {})
    return str(begun["id"])


async def taken_in(desk: Desk, body: bytes, format_: str = "csv", **more: Any) -> dict[str, Any]:
    id_ = await announced(desk, body, format_, **more)
    mover = Mover(desk.process.db, desk.log.clock)
    while await mover.step():
        pass
    done: dict[str, Any] = await desk.get(f"/v1/imports/{id_}")
    assert done["state"] == "done"
    return done


FILE = "id,question,answer,audience\n1,髙﨑①㈱🔥 の質問,はい,public\n2,,だめ,public\n3,二つ目の質問,いいえ,internal\n".encode()


async def test_good_rows_come_in_bad_ones_are_listed_and_again_doubles_nothing(desk: Desk) -> None:
    tried = await taken_in(desk, FILE, dry_run=True, publish=True)
    assert (tried["added"], tried["bad_rows"], (await desk.get("/v1/articles"))["data"]) == (2, 1, [])
    done = await taken_in(desk, FILE, publish=True)
    assert (done["added"], done["bad_rows"], done["total"]) == (2, 1, 3)
    assert done["bad"] == [{"line": 3, "name": "", "ja": "question がありません。", "en": "There is no question."}]
    again = await taken_in(desk, FILE, publish=True)
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 2)
    changed = await taken_in(desk, FILE.replace("いいえ".encode(), "たぶん".encode()), publish=True)
    assert (changed["added"], changed["changed"], changed["same"]) == (0, 1, 1)
    found = await desk.get("/v1/search", q="二つ目の質問")
    assert found["data"][0]["article"]["answer"] == "たぶん"
    assert len((await desk.get("/v1/articles"))["data"]) == 2


async def test_an_id_that_stands_twice_in_a_file_is_one_article_and_the_later_row_counts(desk: Desk) -> None:
    file = "id,question,answer\n1,一つ目,はい\n1,一つ目,いいえ\n1,一つ目,いいえ\n2,髙﨑の質問,はい\n".encode()
    tried = await taken_in(desk, file, dry_run=True, publish=True)
    assert tried["seen"] == 4
    done = await taken_in(desk, file, publish=True)
    assert (done["added"], done["changed"], done["same"]) == (2, 1, 1)
    assert (await desk.get("/v1/search", q="一つ目"))["data"][0]["article"]["answer"] == "いいえ"


async def test_what_came_in_has_its_first_version_and_says_what_was_done(desk: Desk) -> None:
    await taken_in(desk, FILE, publish=True)
    one = (await desk.get("/v1/articles"))["data"][0]["id"]
    pool = desk.process.db.pool
    steps = await pool.fetch("SELECT version, verb, text FROM article_steps WHERE id = $1 ORDER BY number", one)
    assert [tuple(row) for row in steps] == [(1, "create", "import"), (2, "publish", "")]
    versions = await pool.fetch("SELECT version, why FROM article_versions WHERE id = $1 ORDER BY version", one)
    assert [tuple(row) for row in versions] == [(1, "import"), (2, "")]  # the second has a day of review


async def test_without_publishing_drafts_wait_for_a_review(desk: Desk) -> None:
    await taken_in(desk, FILE)
    page = await desk.get("/v1/articles")
    assert page["states"] == {"draft": 2}
    assert page["data"][0]["owner"] == YAMADA


async def test_a_process_that_dies_midway_is_followed_by_one_that_goes_on(desk: Desk) -> None:
    lines = "".join(f"{n},質問 {n},答え\n" for n in range(BATCH + 60))
    id_ = await announced(desk, f"id,question,answer\n{lines}".encode(), publish=True)
    await Mover(desk.process.db, desk.log.clock).step()
    midway = await desk.get(f"/v1/imports/{id_}")
    assert (midway["state"], midway["seen"], midway["total"]) == ("running", BATCH, BATCH + 60)
    late = await desk.http.put(f"/v1/imports/{id_}/parts/0", content=b"x")
    assert late.status_code == 404
    others = [Mover(desk.process.db, desk.log.clock) for _ in range(2)]
    while any(await asyncio.gather(*(mover.step() for mover in others))):
        pass
    done = await desk.get(f"/v1/imports/{id_}")
    assert (done["state"], done["added"]) == ("done", BATCH + 60)
    assert (await desk.get("/v1/articles"))["states"] == {"published": BATCH + 60}


async def test_having_nothing_to_do_wakes_nobody(desk: Desk) -> None:
    told: list[str] = []
    desk.process.db.committed.append(lambda: told.append("committed"))
    assert not await Mover(desk.process.db, desk.log.clock).step()
    assert not told  # its own commit would wake it again, and again


async def test_a_thousand_articles_come_in_and_searches_are_answered_between_the_batches(desk: Desk) -> None:
    lines = "".join(f"{n},設備 {n} 号機の点検の手順,{n} 番の弁を閉じる\n" for n in range(1000))
    id_ = await announced(desk, f"id,question,answer\n{lines}".encode(), part=100_000, publish=True)
    running = asyncio.create_task(Mover(desk.process.db, desk.log.clock).run())
    answered = 0
    try:
        while (await desk.get(f"/v1/imports/{id_}"))["state"] != "done":
            (await desk.http.get("/v1/search", params={"q": "点検の手順", "typing": "true"})).raise_for_status()
            answered += 1
    finally:
        running.cancel()
    assert (
        answered >= 1000 / BATCH / 10
    )  # whoever asks waits for some batches, on a busy machine for more, and not for all
    await desk.library.refresh()
    assert ids(await desk.get("/v1/search", q="設備 777 号機"))[0]
    assert (await desk.get("/v1/articles"))["states"] == {"published": 1000}


async def exported(desk: Desk, format_: str, reader: Any = None, **query: Any) -> list[dict[str, str]]:
    found, cursor = [], ""
    while True:
        page = await desk.get(f"/v1/exports/{format_}", reader, limit=2, cursor=cursor, **query)
        found += page["data"]
        if not page["next_cursor"]:
            return found
        cursor = page["next_cursor"]


async def test_what_goes_out_comes_in_as_the_same(desk: Desk) -> None:
    for n in range(5):
        await desk.article(f"書き出す質問 {n}", f"=答え {n}", phrasings=[f"別の聞き方 {n}"], internal="秘密")
    text = "".join(file["text"] for file in await exported(desk, "csv"))
    table = list(csv.DictReader(io.StringIO(text)))
    assert len(table) == 5
    assert {row["answer"][:2] for row in table} == {" ="}
    files = await exported(desk, "markdown")
    assert len({file["name"] for file in files}) == 5
    await desk.process.db.pool.execute("TRUNCATE articles, article_versions, article_cases CASCADE")
    done = await taken_in(desk, text.encode(), publish=True)
    assert (done["added"], done["bad_rows"]) == (5, 0)
    again = await taken_in(desk, "".join(f["text"] for f in await exported(desk, "json")).encode(), "json")
    assert again["same"] == 5


async def test_what_was_written_here_goes_out_is_mended_and_comes_in_again_without_doubling(desk: Desk) -> None:
    first = await desk.article(
        "髙﨑①㈱🔥 の往復の切符", "はい", phrasings=["別の聞き方"], internal="秘密", audience="public"
    )
    await desk.article("二つ目の質問", "いいえ", cause="古い版")
    text = "".join(file["text"] for file in await exported(desk, "csv"))
    untouched = await taken_in(desk, text.encode(), publish=True)
    assert (untouched["added"], untouched["changed"], untouched["same"]) == (0, 0, 2)
    mended = await taken_in(desk, text.replace("はい", "もちろん").encode(), publish=True)
    assert (mended["added"], mended["changed"], mended["same"]) == (0, 1, 1)
    assert (await desk.get("/v1/articles"))["states"] == {"published": 2}
    found = (await desk.get("/v1/search", q="往復の切符"))["data"][0]["article"]
    assert (found["id"], found["answer"]) == (first["id"], "もちろん")
    outside = "".join(file["text"] for file in await exported(desk, "json", {"audience": "public"}))
    assert (await taken_in(desk, outside.encode(), "json", publish=True))["same"] == 1
    assert (await desk.get(f"/v1/articles/{first['id']}"))["content"]["internal"] == "秘密", "it was not in the file"


async def test_of_an_article_that_an_older_release_has_doubled_the_one_that_stays_is_changed(desk: Desk) -> None:
    first, copy = await desk.article("髙﨑の質問", "はい"), await desk.article("髙﨑の質問", "はい")
    await desk.process.db.pool.execute("UPDATE articles SET external_id = $1 WHERE id = $2", first["id"], copy["id"])
    row = f"id,question,answer\n{first['id']},髙﨑の質問,"
    await taken_in(desk, f"{row}いいえ\n".encode(), publish=True)
    answers = {a["id"]: (await desk.get(f"/v1/articles/{a['id']}"))["content"]["answer"] for a in (first, copy)}
    assert answers == {first["id"]: "いいえ", copy["id"]: "はい"}
    await desk.post(f"/v1/articles/{first['id']}/merge", {"into": copy["id"]})
    await taken_in(desk, f"{row}たぶん\n".encode(), publish=True)
    assert (await desk.get(f"/v1/articles/{first['id']}"))["content"]["answer"] == "たぶん"


async def test_the_same_file_again_publishes_what_came_in_as_drafts_and_nothing_that_was_withdrawn(desk: Desk) -> None:
    await taken_in(desk, FILE)
    one, other = (await desk.get("/v1/articles"))["data"]
    await desk.post(f"/v1/articles/{one['id']}/submit")
    tried = await taken_in(desk, FILE, dry_run=True)
    assert (tried["changed"], tried["same"], tried["unpublished"]) == (0, 2, 2)
    wished = await taken_in(desk, FILE, dry_run=True, publish=True)
    assert (wished["changed"], wished["same"], wished["unpublished"]) == (2, 0, 0)
    assert (await desk.get("/v1/articles"))["states"] == {"draft": 1, "in_review": 1}
    done = await taken_in(desk, FILE, publish=True)
    assert (done["added"], done["changed"], done["same"]) == (0, 2, 0)
    assert (await desk.get("/v1/articles"))["states"] == {"published": 2}
    await desk.post(f"/v1/articles/{other['id']}/withdraw")
    again = await taken_in(desk, FILE, publish=True)
    assert (again["changed"], again["same"], again["unpublished"]) == (0, 2, 0)
    assert (await desk.get("/v1/articles"))["states"] == {"published": 1, "withdrawn": 1}


async def test_a_draft_whose_last_day_is_over_is_not_offered_to_be_published(desk: Desk) -> None:
    file = "id,question,answer,expires_on\n1,髙﨑の質問,はい,2026-11-20\n".encode()
    await taken_in(desk, file, publish=True)
    tried = await taken_in(desk, file, dry_run=True)
    assert (tried["same"], tried["unpublished"]) == (1, 0)


async def test_the_public_site_holds_public_articles_alone_and_runs_nothing_of_theirs(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.article("社内だけの質問", "秘密")
    evil = "<script>alert(1)</script>\n\n- <b>一</b>\n- https://example.com/?a=1&b=2"
    await desk.article("公開の質問 </script>", evil, audience="public", internal="内緒", phrasings=["別の聞き方"])
    lines = "".join(file["text"] for file in await exported(desk, "json", {"audience": "public"}))
    assert "内緒" not in lines
    for name in ("q-0000000000000000.html", "f-0123456789abcdef.png", "q-and-a.htm", "f-plan.pdf", "q-old.html"):
        (tmp_path / name).write_text("old")
    assert faq.write(tmp_path, faq.rows(lines), "ja") == 5
    for name in ("q-and-a.htm", "f-plan.pdf", "q-old.html"):  # whose names are not ours
        (tmp_path / name).unlink()
    files = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert set(files) >= {"index.html", "faq.js", "faq.css", "articles.js"}
    assert "f-0123456789abcdef.png" not in files
    whole = "".join(files.values())
    assert "社内だけ" not in whole
    assert "秘密" not in whole
    (page,) = [text for name, text in files.items() if name.startswith("q-")]
    assert "<script>alert" not in page
    assert '<a href="https://example.com/?a=1&amp;b=2"' in page
    for name, text in files.items():
        if name.endswith(".html"):
            assert "script-src 'self'" in text
            assert " style=" not in text


async def test_the_public_site_has_files_that_are_public_and_loses_those_that_are_not_any_more(
    desk: Desk, tmp_path: Path
) -> None:
    made = await desk.article("写真のある質問", "見てください。", audience="public")
    inside = await desk.article("社内の質問", "秘密")
    await desk.file(inside["id"], b"hidden", "隠し.png", public=True, publish=True)
    await desk.file(made["id"], b"picture", "髙﨑①㈱🔥'.png", public=True)
    await desk.file(made["id"], b"steps", "手順.html", kind="text/plain", public=True)
    await desk.file(made["id"], b"secret", "社内.pdf", kind="application/pdf")
    await desk.file(made["id"], b"late", "消えた.pdf", kind="application/pdf", public=True, publish=True)

    async def site(*gone: bytes) -> dict[str, bytes]:
        rows = faq.rows("".join(file["text"] for file in await exported(desk, "json", audience="public")))
        paths = [file["path"] for row in rows for file in row["files"]]
        raw = {path: (await desk.http.get(path, params={"audience": "public"})).content for path in paths}

        def fetch(path: str) -> bytes:
            if raw[path] in gone:  # between the list and the file
                raise Refused("", {"status": 404})
            return raw[path]

        count = faq.write(tmp_path, rows, "ja", fetch=fetch)
        found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert count == len(found)
        return found

    files = await site(b"late")
    attached = {name: raw for name, raw in files.items() if name.startswith("f-")}
    assert {raw: name[-4:] for name, raw in attached.items()} == {b"picture": ".png", b"steps": ".txt"}
    (page,) = [raw.decode() for name, raw in files.items() if name.startswith("q-")]
    (picture,) = [name for name in attached if name.endswith(".png")]
    assert f'<img src="{picture}" alt="髙﨑①㈱🔥&#x27;.png"' in page
    assert "img-src 'self'" in page
    whole = b"".join(files.values())
    for word in ("社内.pdf", "隠し", "消えた", "secret", "hidden", "late"):
        assert word.encode() not in whole, word
    for file in (await desk.get(f"/v1/articles/{made['id']}"))["files"]:
        body = {"public": file["kind"] == "text/plain", "publish": True, "by": YAMADA}
        await desk.ask("PUT", f"/v1/articles/{made['id']}/files/{file['id']}", body)
    assert [raw for name, raw in (await site()).items() if name.startswith("f-")] == [b"steps"]


async def test_an_export_says_how_many_files_it_leaves_out(desk: Desk) -> None:
    made = await desk.article("添付のある質問", audience="public")
    for public in (True, False):
        await desk.file(made["id"], public=public, publish=True)
    for format_ in ("csv", "markdown", "json"):
        assert (await desk.get(f"/v1/exports/{format_}"))["left_out"] == 2
        assert (await desk.get(f"/v1/exports/{format_}", audience="public"))["left_out"] == 1
    again = await taken_in(desk, (await exported(desk, "json"))[0]["text"].encode(), "json")
    assert again["bad_rows"] == 0
