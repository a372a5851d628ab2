"""A file that comes in again takes back nothing of what was done to its articles here in between."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.integration.knowledge.conftest import YAMADA, Desk
from tests.integration.knowledge.test_moving import exported, taken_in

FILE = "id,question,answer\n1,髙﨑①㈱🔥 の質問,はい\n2,二つ目の質問,いいえ\n".encode()


@pytest_asyncio.fixture(autouse=True)
async def _empty(desk: Desk) -> AsyncIterator[None]:
    await desk.process.db.pool.execute("TRUNCATE articles, article_versions, article_cases, imports, imported CASCADE")
    yield


async def of(desk: Desk, question: str) -> dict[str, Any]:
    """The article that asks this."""
    (id_,) = [one["id"] for one in (await desk.get("/v1/articles"))["data"] if one["question"] == question]
    found: dict[str, Any] = await desk.get(f"/v1/articles/{id_}")
    return found


async def mend(desk: Desk, article: dict[str, Any], publish: bool = True, **changed: Any) -> dict[str, Any]:
    """Somebody writes a new version of an article here."""
    body = {"content": {**article["content"], **changed}, "publish": publish, "by": YAMADA}
    etag = {"if-match": f'"{article["version"]}"'}
    answer = await desk.ask("PUT", f"/v1/articles/{article['id']}", body, headers=etag)
    assert answer.is_success, answer.text
    made: dict[str, Any] = answer.json()
    return made


def counted(done: dict[str, Any]) -> tuple[int, int, int]:
    return done["changed"], done["same"], done["bad_rows"]


async def test_a_file_leaves_alone_what_it_has_no_place_for_and_what_it_says_again(desk: Desk) -> None:
    await taken_in(desk, FILE, publish=True)
    first = await of(desk, "髙﨑①㈱🔥 の質問")
    await mend(desk, first, audience="public", phrasings=["別の聞き方"], answer="もちろん", product="POS")
    assert counted(await taken_in(desk, FILE, publish=True)) == (0, 2, 0)
    mended = FILE.replace("髙﨑①㈱🔥 の質問".encode(), "髙﨑①㈱🔥 への質問".encode())
    assert counted(await taken_in(desk, mended, dry_run=True, publish=True)) == (1, 1, 0)
    assert counted(await taken_in(desk, mended, publish=True)) == (1, 1, 0)
    now = await of(desk, "髙﨑①㈱🔥 への質問")
    content = now["content"]
    assert (content["answer"], content["audience"], content["phrasings"]) == ("もちろん", "public", ["別の聞き方"])
    assert (content["product"], now["id"], now["live"]) == ("POS", first["id"], now["version"])
    emptied = "id,question,answer,phrasings,product\n1,髙﨑①㈱🔥 への質問,はい,,\n".encode()
    assert counted(await taken_in(desk, emptied, publish=True)) == (1, 0, 0)
    content = (await of(desk, "髙﨑①㈱🔥 への質問"))["content"]
    assert (content["phrasings"], content["product"], content["answer"]) == ([], "", "もちろん")


async def test_an_export_that_was_mended_changes_what_was_mended_and_names_what_was_changed_on_both_sides(
    desk: Desk,
) -> None:
    for question in ("一つ目", "二つ目", "三つ目"):
        await desk.article(question, "はい")
    text = "".join(file["text"] for file in await exported(desk, "csv"))
    assert text.splitlines()[0].startswith("external_id,tasuki_version,question")
    await mend(desk, await of(desk, "一つ目"), answer="ここで直した")
    await mend(desk, await of(desk, "三つ目"), answer="三つ目もここで直した", product="POS")
    rows = text.splitlines()
    mended = "\r\n".join(row.replace("はい", "ファイルで直した") if "一つ目" not in row else row for row in rows)
    done = await taken_in(desk, mended.encode(), publish=True)
    assert counted(done) == (1, 1, 1)
    assert "書き出したあとに" in done["bad"][0]["ja"]
    answers = [(await of(desk, question))["content"]["answer"] for question in ("一つ目", "二つ目", "三つ目")]
    assert answers == ["ここで直した", "ファイルで直した", "三つ目もここで直した"]
    await mend(desk, await of(desk, "二つ目"), answer="もう一度ここで直した")
    assert counted(await taken_in(desk, mended.encode(), publish=True)) == (0, 2, 1)
    assert (await of(desk, "二つ目"))["content"]["answer"] == "もう一度ここで直した"


async def test_publishing_what_came_in_does_not_publish_what_somebody_is_writing_here(desk: Desk) -> None:
    await taken_in(desk, FILE)
    await mend(desk, await of(desk, "二つ目の質問"), publish=False, answer="書きかけ")
    done = await taken_in(desk, FILE, publish=True)
    assert (counted(done), done["unpublished"]) == ((1, 1, 0), 0)
    assert (await of(desk, "二つ目の質問"))["state"] == "draft"


async def test_the_same_cell_of_one_export_can_be_mended_twice(desk: Desk) -> None:
    made = await desk.article("一つ目", "はい")
    text = "".join(file["text"] for file in await exported(desk, "csv"))
    for answer in ("一度直した", "もう一度直した"):
        mended = text.replace("はい", answer).encode()
        assert counted(await taken_in(desk, mended, dry_run=True, publish=True)) == (1, 0, 0)
        assert counted(await taken_in(desk, mended, publish=True)) == (1, 0, 0)
        assert (await of(desk, "一つ目"))["content"]["answer"] == answer
    assert (await of(desk, "一つ目"))["id"] == made["id"]
    await mend(desk, await of(desk, "一つ目"), answer="ここで直した")
    assert counted(await taken_in(desk, text.replace("はい", "三度目").encode(), publish=True)) == (0, 0, 1)


async def test_the_version_that_another_system_counts_is_not_taken_for_ours(desk: Desk) -> None:
    theirs = "id,version,question,answer\n1,{},{},はい\n"
    await taken_in(desk, theirs.format(1, "髙﨑①㈱🔥 の質問").encode(), publish=True)
    first = await of(desk, "髙﨑①㈱🔥 の質問")
    now = await mend(desk, first, answer="ここで直した")
    renamed = theirs.format(now["version"], "髙﨑①㈱🔥 への質問").encode()
    assert counted(await taken_in(desk, renamed, publish=True)) == (1, 0, 0)
    assert (await of(desk, "髙﨑①㈱🔥 への質問"))["content"]["answer"] == "ここで直した"


async def test_a_small_file_in_between_makes_nothing_new_of_what_the_whole_one_said(desk: Desk) -> None:
    whole = "id,question,answer,product\n1,髙﨑①㈱🔥 の質問,はい,POS\n".encode()
    small = "id,question,answer\n1,髙﨑①㈱🔥 の質問,はい\n".encode()
    await taken_in(desk, whole, publish=True)
    await mend(desk, await of(desk, "髙﨑①㈱🔥 の質問"), product="レジ")
    for file in (small, whole):
        assert counted(await taken_in(desk, file, publish=True)) == (0, 1, 0)
    assert (await of(desk, "髙﨑①㈱🔥 の質問"))["content"]["product"] == "レジ"
    await taken_in(desk, whole.replace(b"POS", "券売機".encode()), publish=True)
    assert (await of(desk, "髙﨑①㈱🔥 の質問"))["content"]["product"] == "券売機"
