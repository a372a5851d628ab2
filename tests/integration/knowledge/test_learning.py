"""The weekly review: what use and cases teach, each suggestion accepted in one call and never made again."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from asyncpg import UndefinedTableError

from services.knowledge import learning
from tests.integration.knowledge.conftest import YAMADA, Desk, ids
from tests.integration.knowledge.test_use import PUBLIC, searched

MANY = """INSERT INTO archive (case_id, version, record, changed_at, sight, restricted, cause)
    SELECT 'c_many_' || n, 1, (record::jsonb || jsonb_build_object(
        'case_id', 'c_many_' || n, 'title', '設備 ' || n || ' 号機の警報が鳴り止まない'
    ))::text, changed_at, sight, restricted, cause FROM archive, generate_series(1, 600) AS n WHERE case_id = $1"""


@pytest_asyncio.fixture(autouse=True)
async def _empty(desk: Desk) -> AsyncIterator[None]:
    """Nothing is known and nothing was searched for."""
    tables = "searches, uses, learned, decided, articles, article_versions, article_cases, archive, synonyms"
    await desk.process.db.pool.execute(f"TRUNCATE {tables}")
    desk.later(minutes=1)  # what was worked out before is not shown any more
    yield


async def suggested(desk: Desk, type_: str) -> list[dict[str, Any]]:
    found = await desk.get("/v1/learning")
    return [s for s in found["suggestions"] if s["type"] == type_]


async def accepted(desk: Desk, suggestion: dict[str, Any]) -> Any:
    return await desk.post(f"/v1/learning/{suggestion['id']}/accept")


async def test_cases_that_ask_the_same_become_a_draft_in_one_call(desk: Desk) -> None:
    cases = [await desk.case(f"タブレットが充電できない {n} 号機", cause="充電器の断線") for n in range(4)]
    await desk.case("ほかの話")
    review = await desk.get("/v1/learning")
    assert review["causes"] == [{"cause": "充電器の断線", "cases": 4}]
    assert len(review["untold"]) == 5
    (one, *_) = await suggested(desk, "draft-from-cases")
    assert set(one["cases"]) == set(cases)
    assert "4 件" in one["ja"]
    done = await accepted(desk, one)
    assert done["article"]["state"] == "draft"
    desk.later(minutes=1)
    assert len((await desk.get("/v1/learning"))["untold"]) == 1, (
        "a case of which a draft is being written is not without one"
    )
    await desk.post(f"/v1/articles/{done['article']['id']}/publish")
    desk.later(minutes=1)
    assert await suggested(desk, "draft-from-cases") == []
    again = await desk.ask("POST", f"/v1/learning/{one['id']}/accept", {"by": YAMADA})
    assert (again.status_code, again.json()["code"]) == (409, "gone")
    assert len((await desk.get("/v1/learning"))["untold"]) == 1


async def test_what_people_searched_for_in_vain_is_listed_and_can_be_written(desk: Desk) -> None:
    await desk.article("電話の転送")
    for session in ("a", "b", "c"):
        await searched(desk, "ゔぁるきりー", session=session)
    review = await desk.get("/v1/learning")
    assert review["in_vain"][0] == {"words": "ゔぁるきりー", "searchers": 3, "guesses": 3, "reworded": ""}
    (one,) = await suggested(desk, "draft-from-searches")
    assert (await accepted(desk, one))["article"]["question"] == "ゔぁるきりー"


async def test_who_words_it_anew_teaches_a_phrasing_and_a_synonym(desk: Desk) -> None:
    made = await desk.article("キーボードが反応しない")
    for session in ("a", "b"):
        await searched(desk, "鍵盤 反応しない", session=session)
        desk.later(minutes=1)
        await searched(desk, "キーボード 反応しない", made["id"], session)
    assert (await desk.get("/v1/learning"))["in_vain"][0]["reworded"] == "キーボード 反応しない"
    phrasing = next(s for s in await suggested(desk, "add-phrasing") if s["words"] == ["鍵盤 反応しない"])
    assert (await accepted(desk, phrasing))["article"]["live"] == made["version"] + 1
    assert ids(await desk.get("/v1/search", q="鍵盤 反応しない"))[0] == made["id"]
    (synonym,) = await suggested(desk, "add-synonym")
    assert synonym["words"] == ["鍵盤", "キーボード"]
    other = await desk.article("キーボードを洗いたい")
    await accepted(desk, synonym)
    assert ids(await desk.get("/v1/search", q="鍵盤を洗いたい"))[0] == other["id"]
    assert await suggested(desk, "add-synonym") == []


async def test_what_employees_typed_waits_in_a_draft_of_a_public_article_until_somebody_publishes_it(
    desk: Desk,
) -> None:
    made = await desk.article("キーボードが反応しない", audience="public")

    async def reworded(words: str, reader: Any = None) -> dict[str, Any]:
        for session in (f"{words} 1", f"{words} 2"):
            await searched(desk, words, session=session, reader=reader)
            desk.later(minutes=1)
            await searched(desk, "キーボード 反応しない", made["id"], session, reader)
        return next(s for s in await suggested(desk, "add-phrasing") if s["words"] == [words])

    async def proposed(typed: str) -> bool:
        return typed in str(await desk.get("/v1/suggest", PUBLIC, q=typed))

    inside = await reworded("K100 反応しない")
    assert ("社外には見せません" in inside["ja"], "until that is published" in inside["en"]) == (True, True)
    kept = (await accepted(desk, inside))["article"]
    assert (kept["state"], kept["live"]) == ("draft", made["version"])
    assert not await proposed("K100 反応しない")
    await desk.post(f"/v1/articles/{made['id']}/publish")
    assert await proposed("K100 反応しない")
    outside = await reworded("鍵盤 反応しない", PUBLIC)
    assert "社外" not in outside["ja"]
    assert (await accepted(desk, outside))["article"]["state"] == "published"
    assert await proposed("鍵盤 反応しない")


async def test_articles_that_say_the_same_or_the_opposite_are_shown_side_by_side(desk: Desk) -> None:
    first = await desk.article("返品の期限を知りたい", "お買い上げから 7 日以内です。")
    second = await desk.article("返品の期限が知りたい", "お買い上げから 14 日以内です。")
    (one,) = await suggested(desk, "contradiction")
    assert set(one["articles"]) == {first["id"], second["id"]}
    await accepted(desk, one)
    assert {a["id"] for a in (await desk.get("/v1/learning"))["due"]} == {first["id"], second["id"]}
    third = await desk.article("駐車場の料金を教えて", "一時間三百円です。")
    fourth = await desk.article("駐車場の料金を教えて", "一時間三百円です。")
    desk.later(minutes=1)
    (twins,) = await suggested(desk, "merge")
    kept = (await accepted(desk, twins))["article"]["id"]
    assert kept in (third["id"], fourth["id"])
    assert (await desk.get("/v1/articles"))["states"] == {"published": 3}


async def test_an_article_that_does_not_help_goes_back_to_its_owner(desk: Desk) -> None:
    made = await desk.article("複合機の使い方")
    for n in range(3):
        await desk.post(f"/v1/articles/{made['id']}/feedback", {"solved": False, "session": f"s{n}"}, {})
    (one,) = await suggested(desk, "revise")
    await accepted(desk, one)
    assert [a["id"] for a in (await desk.get("/v1/learning"))["due"]] == [made["id"]]


async def test_who_cannot_be_told_apart_is_one_at_most_and_sends_no_article_back(desk: Desk) -> None:
    made = await desk.article("髙﨑①㈱🔥 の複合機の紙詰まり")
    for _ in range(4):
        await searched(desk, "ゔぁるきりー", session="")
        await desk.post(f"/v1/articles/{made['id']}/feedback", {"solved": False}, {})
    await searched(desk, "ゔぁるきりー", session="known")
    review = await desk.get("/v1/learning")
    assert review["in_vain"] == [{"words": "ゔぁるきりー", "searchers": 2, "guesses": 2, "reworded": ""}]
    assert review["suggestions"] == []


async def test_drafts_are_listed_and_those_of_who_asks_come_first(desk: Desk) -> None:
    mine = await desk.article("わたしの下書き", publish=False, owner=YAMADA)
    other = await desk.article("ほかの人の下書き", publish=False)
    await desk.article("公開した記事")
    found = await desk.get("/v1/learning", {"person": YAMADA["id"]})
    assert [a["id"] for a in found["drafts"]] == [mine["id"], other["id"]]
    assert found["expired"] == []


async def test_what_is_dismissed_is_not_suggested_again(desk: Desk) -> None:
    for n in range(3):
        await desk.case(f"机の引き出しが開かない {n}")
    (one,) = await suggested(desk, "draft-from-cases")
    gone = await desk.ask("POST", f"/v1/learning/{one['id']}/dismiss", {"by": YAMADA})
    assert gone.status_code == 204
    assert await suggested(desk, "draft-from-cases") == []


async def test_restricted_cases_teach_nobody(desk: Desk) -> None:
    for n in range(4):
        await desk.case(f"暴言を受けている {n}", cause="暴言", report={"kind": "harassment"})
    review = await desk.get("/v1/learning", {"sees": ["*"], "leads": ["*"]})
    assert (review["suggestions"], review["causes"], review["untold"]) == ([], [], [])


async def test_what_there_is_to_learn_is_looked_at_once_a_minute_and_what_is_dealt_with_is_gone_at_once(
    desk: Desk,
) -> None:
    for n in range(3):
        await desk.case(f"髙﨑①㈱🔥 の鍵が回らない {n}")
    (one,) = await suggested(desk, "draft-from-cases")
    await desk.case("髙﨑①㈱🔥 の鍵が回らない 3")
    assert len((await desk.get("/v1/learning"))["untold"]) == 3
    await desk.ask("POST", f"/v1/learning/{one['id']}/dismiss", {"by": YAMADA})
    assert await suggested(desk, "draft-from-cases") == []
    desk.later(minutes=1)
    assert len((await desk.get("/v1/learning"))["untold"]) == 4


async def test_who_sees_other_cases_is_shown_other_suggestions(desk: Desk) -> None:
    for n in range(3):
        await desk.case(f"髙﨑の棚が傾いている {n}", team="payments")
    assert len((await desk.get("/v1/learning"))["untold"]) == 3
    assert (await desk.get("/v1/learning", {"person": "tanaka.minoru", "sees": ["stores"]}))["untold"] == []
    assert len((await desk.get("/v1/learning", {"person": "ito.sakura", "sees": ["payments"]}))["untold"]) == 3


async def test_what_was_withdrawn_since_it_was_suggested_is_not_done(desk: Desk) -> None:
    first = await desk.article("返品の期限を知りたい", "7 日以内です。")
    await desk.article("返品の期限が知りたい", "14 日以内です。")
    (one,) = await suggested(desk, "contradiction")
    await desk.post(f"/v1/articles/{first['id']}/withdraw")
    late = await desk.ask("POST", f"/v1/learning/{one['id']}/accept", {"by": YAMADA})
    assert (late.status_code, late.json()["code"]) == (409, "gone")
    assert (await desk.get(f"/v1/articles/{first['id']}"))["version"] == first["version"]


async def test_all_that_is_gone_through_is_gone_through_beside_the_loop_that_answers(desk: Desk) -> None:
    await desk.process.db.pool.execute(MANY, await desk.case("設備 0 号機の警報が鳴り止まない"))
    loop, whole = time.thread_time(), time.process_time()
    found = (await desk.http.get("/v1/learning")).raise_for_status().json()
    loop, whole = time.thread_time() - loop, time.process_time() - whole
    assert whole - loop > 2 * loop  # of all that was reckoned; only the reading of rows is the loop's
    assert (len(found["untold"]), found["suggestions"][0]["type"]) == (learning.LISTED, "draft-from-cases")


async def test_what_is_too_old_is_forgotten_though_nothing_can_be_learned(desk: Desk) -> None:
    await searched(desk, "髙﨑の質問")
    pool, clock = desk.process.db.pool, desk.log.clock
    await pool.execute("UPDATE searches SET at = $1", clock.at - learning.KEPT - timedelta(days=1))
    await pool.execute("ALTER TABLE learned RENAME TO learned_away")
    try:
        with pytest.raises(UndefinedTableError):
            await learning.teach(desk.process.db, clock)
    finally:
        await pool.execute("ALTER TABLE learned_away RENAME TO learned")
    assert await pool.fetchval("SELECT count(*) FROM searches") == 0


async def test_what_one_person_has_typed_and_what_leads_to_a_restricted_case_is_nobody_elses_to_read(
    desk: Desk,
) -> None:
    await desk.case("ゴンドラでの暴言", "また暴言", report={"kind": "harassment"})
    for n in range(3):
        leader = {"person": f"leader {n}", "sees": ["*"], "leads": ["*"]}
        answers = await searched(desk, "ゴンドラでの暴言", reader=leader)
        assert answers["search_id"]
    await searched(desk, "ひとりだけの言葉", session="a")
    for session in ("a", "b"):
        await searched(desk, "ふたりの言葉", session=session)
    vain = [one["words"] for one in (await desk.get("/v1/learning"))["in_vain"]]
    assert ("ふたりの言葉" in vain, "ひとりだけの言葉" in vain, "ゴンドラでの暴言" in vain) == (True, False, False)
