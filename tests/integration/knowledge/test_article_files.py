"""Files of articles: each change is a new version, older ones keep what they had, and there is an end to how many there are."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.integration.knowledge.conftest import FILE, YAMADA, Desk
from tests.integration.knowledge.test_moving import taken_in

READER = {"person": "ito.sakura", "writes": False, "publishes": False}
WRITER = {"person": "sato.hanako", "person_name": "佐藤 花子", "publishes": False}
# What an older release knows of a version's content; it refuses anything else.
KNOWN = {
    "question", "phrasings", "unwanted", "kind", "cause", "answer", "internal", "audience", "language", "product", "cases",
    "owner", "review_by", "expires_on",
}  # fmt: skip
BY = {"by": YAMADA["id"]}


async def read(desk: Desk, article: str, reader: Any = None) -> list[str]:
    """The files that somebody is shown with an article, by name."""
    page = await desk.get(f"/v1/articles/{article}", reader)
    return [file["name"] for file in page["files"]]


async def fetched(desk: Desk, article: str, file: str, reader: Any = None, **query: str) -> int:
    return (await desk.ask("GET", f"/v1/articles/{article}/files/{file}", None, reader, **query)).status_code


async def removed(desk: Desk, article: str, file: str, reader: Any = None, **query: Any) -> Any:
    return await desk.ask("DELETE", f"/v1/articles/{article}/files/{file}", None, reader, **{**BY, **query})


async def test_readers_see_a_file_once_its_version_is_published_and_old_versions_keep_theirs(desk: Desk) -> None:
    made = await desk.article("レジの端末が止まる")
    id_, first = made["id"], made["version"]
    answer = await desk.attach(id_, b"\x89PNG and so on")
    now, file = answer.json(), answer.json()["files"][0]
    assert (now["version"], now["state"], now["live"]) == (first + 1, "draft", first)
    assert answer.headers["etag"] == f'"{first + 1}"'
    assert (file["name"], file["kind"], file["size"], file["public"]) == (FILE, "image/png", 14, False)
    assert (file["by"]["name"], now["history"][0]["verb"]) == ("山田 京子", "attach")
    assert await read(desk, id_, READER) == []
    assert await fetched(desk, id_, file["id"], READER) == 404
    await desk.post(f"/v1/articles/{id_}/publish")
    given = await desk.ask("GET", f"/v1/articles/{id_}/files/{file['id']}", None, READER)
    assert (given.status_code, given.content) == (200, b"\x89PNG and so on")
    assert (given.headers["content-type"], given.headers["x-content-type-options"]) == (
        "application/octet-stream",
        "nosniff",
    )
    quoted = "attachment; filename*=UTF-8''%E9%AB%99%EF%A8%91%E2%91%A0%E3%88%B1%F0%9F%94%A5.png"
    assert given.headers["content-disposition"] == quoted
    assert (await removed(desk, id_, file["id"])).json()["files"] == []
    assert await read(desk, id_, READER) == [FILE], "until that is published too"
    await desk.post(f"/v1/articles/{id_}/publish")
    assert (await read(desk, id_, READER), await fetched(desk, id_, file["id"], READER)) == ([], 404)
    old = await desk.get(f"/v1/articles/{id_}/versions/{first + 1}")
    assert [one["name"] for one in old["files"]] == [FILE]
    assert (await desk.get(f"/v1/articles/{id_}/versions/{first}"))["files"] == []
    assert await fetched(desk, id_, file["id"]) == 200, "who writes may look at what was"


async def test_whatever_else_is_done_to_an_article_leaves_its_files(desk: Desk) -> None:
    await taken_in(desk, "id,question,answer\n髙-1,印刷できない,再起動\n".encode(), publish=True)
    (listed,) = [one for one in (await desk.get("/v1/articles"))["data"] if one["question"] == "印刷できない"]
    id_ = listed["id"]
    await desk.file(id_, publish=True)
    again = await taken_in(desk, "id,question,answer\n髙-1,印刷できない,紙を入れ直す\n".encode(), publish=True)
    assert again["changed"] == 1
    page = await desk.get(f"/v1/articles/{id_}")
    body = {"content": {**page["content"], "answer": "給紙を確かめる"}, "by": YAMADA, "publish": True}
    put = await desk.ask("PUT", f"/v1/articles/{id_}", body, headers={"if-match": f'"{page["version"]}"'})
    assert put.status_code == 200
    await desk.post(f"/v1/articles/{id_}/confirm")
    assert await read(desk, id_) == await read(desk, id_, READER) == [FILE]
    rows = await desk.process.db.pool.fetch(
        "SELECT content FROM articles UNION ALL SELECT content FROM article_versions"
    )
    assert {name for row in rows for name in json.loads(row["content"])} == KNOWN, "an older release reads it too"


async def test_an_article_that_becomes_part_of_another_brings_its_files_and_opens_nothing(desk: Desk) -> None:
    winner = await desk.article("送料はいくらですか", audience="public")
    loser = await desk.article("送料を知りたい（社内）")
    ours = await desk.file(winner["id"], b"ours", "ours.png", public=True, publish=True)
    theirs = await desk.file(loser["id"], b"theirs", "theirs.png", public=True, publish=True)
    merged = await desk.post(f"/v1/articles/{loser['id']}/merge", {"into": winner["id"]})
    assert [(file["name"], file["public"]) for file in merged["files"]] == [("ours.png", True), ("theirs.png", False)]
    for path, query in (("/v1/suggest", {"q": "送料を知りたい"}), ("/v1/exports/json", {"limit": "500"})):
        told = (await desk.ask("GET", path, None, {"audience": "public"}, **query)).text
        assert ("送料はいくらですか" in told, "社内" in told) == (True, False), "how those inside ask"
    for reader, sees in ((None, 200), (READER, 200), ({"audience": "public"}, 404)):
        for article in (winner["id"], loser["id"]):
            assert await fetched(desk, article, theirs["id"], reader) == sees
            assert await fetched(desk, article, ours["id"], reader) == 200, "also by the address of the other"
    assert (await removed(desk, loser["id"], theirs["id"])).json()["code"] == "merged"


async def test_files_of_an_internal_article_stay_internal_though_a_draft_of_it_is_for_outside(desk: Desk) -> None:
    inside, outside = await desk.article("社内の図面"), await desk.article("公開の図面", audience="public")
    await desk.file(inside["id"], b"inside", public=True, publish=True)
    now = await desk.get(f"/v1/articles/{inside['id']}")
    body = {"content": {**now["content"], "audience": "public"}, "by": {"id": "x"}}
    etag = {"if-match": f'"{now["version"]}"'}
    assert (await desk.ask("PUT", f"/v1/articles/{inside['id']}", body, headers=etag)).status_code == 200
    merged = await desk.post(f"/v1/articles/{inside['id']}/merge", {"into": outside["id"]})
    assert [file["public"] for file in merged["files"]] == [False]


async def test_two_that_have_too_many_together_stay_two(desk: Desk) -> None:
    winner, loser = [await desk.article(f"多すぎる {n}") for n in range(2)]
    for number in range(11):
        for one in (winner, loser):
            await desk.file(one["id"], b"x", f"{number}.png")
    answer = await desk.ask("POST", f"/v1/articles/{loser['id']}/merge", {"into": winner["id"], "by": YAMADA})
    assert (answer.status_code, answer.json()["code"]) == (422, "files-too-many")
    assert len(await read(desk, winner["id"])) == len(await read(desk, loser["id"])) == 11


async def test_there_is_an_end_to_how_many_and_how_much_and_what_is_refused_changes_nothing(desk: Desk) -> None:
    made, pool = await desk.article("上限"), desk.process.db.pool
    files = [await desk.file(made["id"], b"x", f"{number}.png") for number in range(20)]
    version = (await desk.get(f"/v1/articles/{made['id']}"))["version"]

    async def refused(status: int, code: str, ja: str, en: str) -> None:
        for language, said in (("ja", ja), ("en", en)):
            answer = await desk.attach(made["id"], b"xyz", headers={"accept-language": language})
            assert (answer.status_code, answer.json()["code"]) == (status, code)
            assert said in answer.json()["title"]

    await refused(422, "files-too-many", "20 個", "20 files")
    await removed(desk, made["id"], files[0]["id"])
    size = "UPDATE article_files SET size = $1 WHERE id = $2"
    await pool.execute(size, 50 * 1024**2 - 20, files[1]["id"])
    await refused(422, "files-too-many", "50 MB", "50 MB")
    await pool.execute(size, 1, files[1]["id"])
    await pool.execute("UPDATE article_file_bytes SET size = 200 * 1024 * 1024 WHERE id = $1", files[0]["id"])
    await refused(422, "files-kept", "完全に削除", "for good")
    assert (await removed(desk, made["id"], files[0]["id"], for_good=True)).status_code == 200
    await pool.execute(
        "INSERT INTO article_file_bytes SELECT gen_random_uuid(), 2147483647, '' FROM generate_series(1, 3)"
    )
    await refused(409, "files-no-room", "いっぱい", "no room")
    await pool.execute("DELETE FROM article_file_bytes WHERE body = ''")
    page = await desk.get(f"/v1/articles/{made['id']}")
    assert (page["version"], len(page["files"])) == (version + 1, 19)
    assert (await desk.attach(made["id"])).status_code == 201
    assert (await desk.attach(made["id"], b"")).json()["code"] == "file-empty"
    assert (await desk.attach(made["id"], bytes(10 * 1024**2 + 1))).status_code == 413


async def test_the_same_file_again_changes_nothing_and_a_late_one_brings_nothing_back(desk: Desk) -> None:
    made, id_ = await desk.article("二度押し"), uuid4()
    answers = [await desk.attach(made["id"], id_=id_) for _ in range(2)]
    assert [answer.json()["version"] for answer in answers] == [made["version"] + 1] * 2
    await removed(desk, made["id"], str(id_))
    late = await desk.attach(made["id"], id_=id_)
    assert (late.status_code, late.json()["code"]) == (409, "file-removed")
    assert (await removed(desk, made["id"], str(id_))).json()["version"] == made["version"] + 2, "it is away already"
    assert (await removed(desk, made["id"], str(uuid4()))).status_code == 404


async def test_many_at_once_are_all_kept_and_one_made_from_an_old_version_is_not(desk: Desk) -> None:
    made = await desk.article("同時に添付する")
    answers = await asyncio.gather(*(desk.attach(made["id"], b"x", f"{n}.png") for n in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    page = await desk.get(f"/v1/articles/{made['id']}")
    assert (page["version"], len(page["files"])) == (made["version"] + 5, 5)
    etag = {"if-match": f'"{made["version"]}"'}
    stale = await desk.attach(made["id"], headers=etag)
    assert (stale.status_code, stale.json()["version"]) == (412, page["version"])
    assert len(await read(desk, made["id"])) == 5


async def test_for_whom_a_file_is_can_be_said_anew(desk: Desk) -> None:
    made = await desk.article("返品したい", audience="public")
    one = await desk.file(made["id"], b"x", "0.png", publish=True)
    desk.later(minutes=1)
    two = await desk.file(made["id"], b"x", "1.png", publish=True)
    assert await read(desk, made["id"], {"audience": "public"}) == []
    path = f"/v1/articles/{made['id']}/files/{one['id']}"
    marked = await desk.ask("PUT", path, {"public": True, "by": YAMADA})
    assert [file["public"] for file in marked.json()["files"]] == [True, False], "in their old order"
    assert await fetched(desk, made["id"], one["id"], {"audience": "public"}) == 404
    await desk.ask("PUT", path, {"public": True, "by": YAMADA, "publish": True})
    assert await read(desk, made["id"], {"audience": "public"}) == ["0.png"]
    assert await fetched(desk, made["id"], two["id"], {"audience": "public"}) == 404
    before = await desk.get(f"/v1/articles/{made['id']}/versions/{marked.json()['version'] - 1}")
    assert [file["public"] for file in before["files"]] == [False, False]


async def test_what_is_removed_for_good_is_nowhere_any_more_and_at_once(desk: Desk) -> None:
    made = await desk.article("誤って載せた")
    file = await desk.file(made["id"], b"secret \xf0\x9f\x94\xa5", "髙﨑様_領収書.png", publish=True)
    version = (await desk.get(f"/v1/articles/{made['id']}"))["version"]
    assert (await removed(desk, made["id"], file["id"], WRITER, for_good=True)).json()["code"] == "may-not-publish"
    assert await read(desk, made["id"], READER) == ["髙﨑様_領収書.png"]
    now = (await removed(desk, made["id"], file["id"], for_good=True)).json()
    assert (now["state"], now["live"], now["files"]) == ("published", now["version"], [])
    assert [past["verb"] for past in now["history"][:2]] == ["forget", "detach"]
    old = (await desk.get(f"/v1/articles/{made['id']}/versions/{version}"))["files"]
    assert [(one["name"], one["gone"]) for one in old] == [("", True)]
    assert await fetched(desk, made["id"], file["id"]) == 404
    for table in ("articles", "article_versions", "article_steps", "article_files", "article_file_bytes"):
        rows = await desk.process.db.pool.fetch(f"SELECT t::text AS said FROM {table} AS t")
        assert not any("領収書" in row["said"] or b"secret".hex() in row["said"] for row in rows), table


async def test_what_stayed_with_an_article_that_is_part_of_another_can_be_removed_for_good(desk: Desk) -> None:
    winner, loser = [await desk.article(f"まとめる前の領収書 {number}") for number in range(2)]
    file = await desk.file(loser["id"], b"secret", "髙﨑様_領収書.png", publish=True)
    await desk.post(f"/v1/articles/{loser['id']}/merge", {"into": winner["id"]})
    pool = desk.process.db.pool  # a release that knows of no files leaves them where they were
    await pool.execute("DELETE FROM article_files WHERE article_id = $1", winner["id"])
    assert (await removed(desk, loser["id"], file["id"])).json()["code"] == "merged"
    assert (await removed(desk, loser["id"], file["id"], for_good=True)).status_code == 200
    assert await fetched(desk, loser["id"], file["id"]) == 404
    assert await pool.fetchval("SELECT count(*) FROM article_file_bytes WHERE id = $1", UUID(file["id"])) == 0
    assert await pool.fetchval("SELECT max(name) FROM article_files WHERE id = $1", UUID(file["id"])) == ""


@pytest.mark.parametrize("reader", [{**WRITER, "writes": False}, {"audience": "public"}])
async def test_who_may_not_write_attaches_and_removes_nothing(desk: Desk, reader: dict[str, Any]) -> None:
    made = await desk.article("権限")
    file = await desk.file(made["id"], publish=True)
    path = f"/v1/article-files/{made['id']}/{uuid4()}"
    answers = [
        await desk.ask("PUT", path, b"x", reader, name="a.png", kind="image/png"),
        await removed(desk, made["id"], file["id"], reader),
        await desk.ask("PUT", f"/v1/articles/{made['id']}/files/{file['id']}", {"public": True}, reader),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert (await desk.attach(made["id"], publish=True, reader=WRITER)).json()["code"] == "may-not-publish"
    assert await read(desk, made["id"]) == [FILE]
