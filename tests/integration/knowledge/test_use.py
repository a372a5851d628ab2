"""What comes of answers is written down without names, teaches the index, and cannot be pushed by one searcher."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio

from services.knowledge import learning
from services.knowledge.local import local
from tests.integration.knowledge.conftest import Desk, ids

PUBLIC = {"audience": "public"}


@pytest_asyncio.fixture(autouse=True)
async def _forgotten(desk: Desk) -> AsyncIterator[None]:
    """Nothing was searched for before."""
    await desk.process.db.pool.execute("TRUNCATE searches, uses, learned, decided")
    yield


async def searched(desk: Desk, words: str, target: str = "", session: str = "s1", reader: Any = None) -> dict[str, Any]:
    """Search, and open an entry of the answer when one is named."""
    answers: dict[str, Any] = await desk.get("/v1/search", reader, q=words, session=session, limit=50)
    if target:
        await desk.post(f"/v1/searches/{answers['search_id']}/clicks", {"target": target}, reader or {})
    return answers


async def teach(desk: Desk) -> None:
    await learning.teach(desk.process.db, local(desk.process).clock)


async def test_a_search_is_kept_without_a_name_and_masked(desk: Desk) -> None:
    await desk.article("領収書の宛名を直したい")
    reader = {"person": "sato.hanako", "person_name": "佐藤 花子"}
    words = "宛名 田中 ０９０－１２３４－５６７８ ｔａｎａｋａ＠ｅｘａｍｐｌｅ．ｃｏｍ カード 4111 1111 1111 1111 注文 0123-4567-8901 tsk_abc"
    await searched(desk, words, reader=reader)
    row = await desk.process.db.pool.fetchrow("SELECT * FROM searches")
    assert row is not None
    marked = "宛名 田中 〔電話 末尾78〕 〔メール〕 カード 〔カード 末尾1111〕 注文 0123-4567-8901 tsk_***"
    assert row["words"] == marked, "an order number is nobody's"
    assert not [word for word in ("sato", "佐藤") if word in str(dict(row))]


async def test_what_is_cut_off_of_a_long_search_is_masked_before(desk: Desk) -> None:
    await searched(desk, "髙" * 290 + " 口座番号 1234567")
    words = await desk.process.db.pool.fetchval("SELECT words FROM searches")
    assert (len(words), words[290:]) == (300, " 口座番号 〔口座番")


async def test_nothing_is_written_down_while_somebody_types(desk: Desk) -> None:
    made = await desk.article("商品券の使い方", phrasings=["ギフトカードで払えますか"])
    typed = await desk.get("/v1/search", q="ギフト", typing="true")
    assert "search_id" not in typed
    proposed = (await desk.get("/v1/suggest", q="ギフトカ"))["data"]
    assert proposed[0] == {"text": "ギフトカードで払えますか", "id": made["id"], "form": "article"}
    assert await desk.process.db.pool.fetchval("SELECT count(*) FROM searches") == 0


async def test_what_several_people_found_by_the_same_words_is_found_by_them_from_then_on(desk: Desk) -> None:
    made = await desk.article("電子レシートの再送", language="ja", audience="public")
    other = await desk.article("ぴかぴかの床の掃除", language="ja", audience="public")
    assert ids(await desk.get("/v1/search", q="ぴかぴかの床の掃除のレシート"))[0] == other["id"]
    for session in ("a", "b"):
        await searched(desk, "ぴかぴかの床の掃除のレシート", made["id"], session)
    await teach(desk)
    assert (await desk.get(f"/v1/articles/{made['id']}"))["use"] == {"click": 2}
    desk.later(days=1)
    for session in ("c", "d"):
        await searched(desk, "ぴかぴかの床の掃除のレシート", made["id"], session)
    await teach(desk)
    assert ids(await desk.get("/v1/search", q="ぴかぴかの床の掃除のレシート"))[0] == made["id"]
    page = await desk.get(f"/v1/articles/{made['id']}")
    assert {"text": "ぴかぴかの床の掃除のレシート", "origin": "learned"} in page["phrasings"]
    # what employees typed is no phrasing for readers outside
    assert ids(await desk.get("/v1/search", PUBLIC, q="ぴかぴかの床の掃除のレシート"))[0] == other["id"]


async def test_one_searcher_pushes_nothing(desk: Desk) -> None:
    made = await desk.article("駐輪場の申込み")
    for day in range(4):
        for _ in range(5):
            await searched(desk, "ぷかぷか", made["id"], "always-me")
        for _ in range(5):
            await searched(desk, "ぷかぷか", made["id"], "")  # no session: cannot be told apart, teaches nothing
        desk.later(days=1)
        assert await desk.process.db.pool.fetchval("SELECT count(*) FROM uses WHERE who NOT LIKE '?%'") == day + 1
    person = {"person": "sato.hanako"}
    for n in range(5):
        await searched(desk, "ぷかぷか", made["id"], f"session {n}", person)  # one person, however many sessions
    assert await desk.process.db.pool.fetchval("SELECT count(*) FROM uses WHERE who NOT LIKE '?%'") == 5


async def test_only_what_was_offered_can_be_opened(desk: Desk) -> None:
    secret = await desk.case("また暴言を受けた", report={"kind": "harassment"})
    answers = await searched(desk, "なんでも")
    path = f"/v1/searches/{answers['search_id']}/clicks"
    assert (await desk.ask("POST", path, {"target": secret})).status_code == 404
    assert (await desk.ask("POST", path, {"target": "a_0000"})).status_code == 404
    assert (await desk.ask("POST", path, {"target": "'; DROP TABLE uses"})).status_code == 422
    assert (await desk.ask("POST", "/v1/deflections", {"target": secret, "session": "x"})).status_code == 404


async def test_feedback_is_counted_once_and_may_be_changed(desk: Desk) -> None:
    made = await desk.article("名札をなくした")
    path = f"/v1/articles/{made['id']}/feedback"
    for _ in range(3):
        counted = await desk.post(path, {"solved": True, "session": "a"}, {})
    assert (counted["solved"], counted["unsolved"]) == (1, 0)
    said = {"solved": False, "session": "a", "comment": "番号は 090-1234-5678 です"}
    counted = await desk.post(path, said, {})
    assert (counted["solved"], counted["unsolved"]) == (0, 1)
    page = await desk.get(f"/v1/articles/{made['id']}")
    assert page["history"][0]["text"] == "番号は 〔電話 末尾78〕 です"
    await desk.post(path, {**said, "comment": "写真も"}, {"person": "sato.hanako", "person_name": "佐藤 花子"})
    page = await desk.get(f"/v1/articles/{made['id']}")
    assert (page["history"][0]["text"], page["history"][0]["by"]) == ("写真も", {"id": "reader", "name": ""})
    counted = await desk.post("/v1/deflections", {"target": made["id"], "session": "b"}, {})
    assert counted["deflected"] == 1


async def test_use_fades(desk: Desk) -> None:
    made = await desk.article("傘立ての場所")
    for n in range(9):
        await searched(desk, "傘立て", made["id"], f"s{n}")
    await teach(desk)
    fresh = await desk.process.db.pool.fetchval("SELECT uses FROM learned WHERE target = $1", made["id"])
    desk.later(days=90)
    await teach(desk)
    faded = await desk.process.db.pool.fetchval("SELECT uses FROM learned WHERE target = $1", made["id"])
    assert (fresh, faded) == (5, 1)


async def test_one_morning_of_the_organisation_is_one_day_though_utc_has_two(desk: Desk) -> None:
    made = await desk.article("応接室の鍵", language="ja")
    desk.log.clock.at = datetime(2027, 3, 9, 23, 30, tzinfo=UTC)  # 8:30 in Tokyo
    known = "SELECT phrasings FROM learned WHERE target = $1"
    for session in ("a", "b", "c", "d"):
        await searched(desk, "髙﨑①㈱🔥 のかぎ", made["id"], session)
        desk.later(minutes=20)
    await teach(desk)
    assert await desk.process.db.pool.fetchval(known, made["id"]) == []
    desk.later(hours=15)  # past midnight there
    await searched(desk, "髙﨑①㈱🔥 のかぎ", made["id"], "e")
    await teach(desk)
    assert await desk.process.db.pool.fetchval(known, made["id"]) == ["髙﨑①㈱🔥 のかぎ"]


async def test_somebody_outside_who_makes_up_sessions_teaches_nothing_and_counts_for_a_few(desk: Desk) -> None:
    made = await desk.article("髙﨑①㈱🔥 の窓口", audience="public")
    for n in range(12):
        for _ in range(2):  # the same page sent twice counts once
            await desk.post("/v1/deflections", {"target": made["id"], "session": f"{n:032x}"}, PUBLIC)
    await teach(desk)
    assert await desk.process.db.pool.fetchval("SELECT uses FROM learned WHERE target = $1", made["id"]) is None
    assert (await desk.get("/v1/figures"))["deflected"] == 5
    bot = {**PUBLIC, "name": "chatbot"}
    for n in range(7):
        await desk.post("/v1/deflections", {"target": made["id"], "session": f"user {n}"}, bot)
    await teach(desk)
    assert await desk.process.db.pool.fetchval("SELECT uses FROM learned WHERE target = $1", made["id"]) == 25
    assert (await desk.get("/v1/figures"))["deflected"] == 12


async def test_words_that_were_taken_out_stay_out_however_they_are_written_and_wherever_they_came_from(
    desk: Desk,
) -> None:
    made = await desk.article("名刺を増刷できない", audience="public", phrasings=["名刺の追加"])
    learned = ["ＡＢＣ名刺", "めいしカード"]
    await desk.process.db.pool.execute(
        "INSERT INTO learned VALUES ($1, 1, $2, $2, $3)", made["id"], learned, desk.log.clock.at
    )
    assert (await desk.get("/v1/suggest", q="めいしか"))["data"][0]["text"] == "めいしカード"
    out = [
        "abc 名刺？",
        "めいしカード。",
        "名刺を増刷 エラー",
        "名刺の追加",
    ]  # the last is written by people too, and stays
    content = {**made["content"], "unwanted": out}
    etag = {"if-match": f'"{made["version"]}"'}
    body = {"content": content, "publish": True, "by": {"id": "x"}}
    assert (await desk.ask("PUT", f"/v1/articles/{made['id']}", body, headers=etag)).status_code == 200
    page = await desk.get(f"/v1/articles/{made['id']}")
    texts = {one["text"] for one in page["phrasings"]}
    assert "名刺の追加" in texts
    assert not texts & {*learned, "名刺を増刷エラー"}
    for reader in (None, PUBLIC):
        for typed in ("めいしか", "めいしカード", "ABC名"):
            assert not {one["text"] for one in (await desk.get("/v1/suggest", reader, q=typed))["data"]} & set(learned)
