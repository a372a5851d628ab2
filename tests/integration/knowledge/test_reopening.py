"""What was done in a case that comes back did not help: it answers nobody, and articles that came of it are questioned."""

import json
from pathlib import Path

from services.knowledge import store
from services.knowledge.handlers import HANDLERS
from shared.contracts import events as e
from shared.runtime.migrate import migrate
from tests.integration.knowledge.conftest import BY, YAMADA, Desk, ids


async def resolved(desk: Desk, case: str, handling: str) -> None:
    desk.later(minutes=1)
    await desk.log.tell(e.CaseResolved(case_id=case, by=BY, handling=handling, result="直った"))


async def reopened(desk: Desk, case: str) -> None:
    desk.later(minutes=1)
    await desk.log.tell(e.CaseReopened(case_id=case, by=BY, reason="再発"))


async def offered(desk: Desk, words: str) -> list[str]:
    proposed = (await desk.get("/v1/suggest", q=words))["data"]
    return [*ids(await desk.get("/v1/search", q=words, limit=50)), *(one["id"] for one in proposed)]


async def test_a_case_resolved_again_stays_one_record_with_history(desk: Desk) -> None:
    case = await desk.case("印刷できない", "プリンターが動かない", "再起動した")
    await reopened(desk, case)
    await resolved(desk, case, "ドライバーを入れ替えた")
    async with desk.process.db.reading() as tx:
        archived = await store.one(tx, case)
        history = await tx.fetchval("SELECT count(*) FROM archive_history WHERE case_id = $1", case)
    assert archived is not None
    record = archived[0]
    assert (record.version, record.handling, history) == (2, "ドライバーを入れ替えた", 2)


async def test_a_case_that_is_worked_on_again_answers_nobody_until_it_is_resolved_anew(desk: Desk) -> None:
    case = await desk.case("髙﨑の両替機が止まる", "一階の両替機", "再起動した")
    other = await desk.case("両替機が鳴る", "二階の両替機", "蓋を閉めた")
    assert {case, other} <= set(await offered(desk, "両替機が止まる"))
    await reopened(desk, case)
    assert case not in await offered(desk, "両替機が止まる")
    assert other in await offered(desk, "両替機が止まる")
    assert case not in [one["case_id"] for one in (await desk.get("/v1/learning"))["untold"]]
    record = await desk.get(f"/v1/archive/{case}")
    assert (record["handling"], record["reopened_at"][:10]) == ("再起動した", f"{desk.log.clock.at:%Y-%m-%d}")
    await resolved(desk, case, "基板を替えた")
    assert case in await offered(desk, "両替機が止まる")
    record = await desk.get(f"/v1/archive/{case}")
    assert (record["version"], record["handling"], record["reopened_at"]) == (2, "基板を替えた", None)


async def test_what_was_reopened_a_moment_ago_is_offered_to_nobody(desk: Desk) -> None:
    case = await desk.case("券売機が紙幣を飲み込む", "券売機")
    await desk.library.refresh()
    await reopened(desk, case)
    told = await desk.http.get(
        "/v1/search", params={"q": "券売機が紙幣を飲み込む"}
    )  # the index has not heard of it yet
    assert (told.status_code, case in told.text) == (200, False)


async def test_owners_are_asked_about_articles_when_another_handling_helped_and_not_for_the_same(desk: Desk) -> None:
    case = await desk.case("検札機が開かない", "南口の検札機", "再起動した")
    article = await desk.post("/v1/articles/drafts", {"cases": [case], "publish": True})
    draft = await desk.post("/v1/articles/drafts", {"cases": [case]})

    async def due() -> list[str]:
        return [one["id"] for one in (await desk.get("/v1/learning"))["due"]]

    await reopened(desk, case)
    await resolved(desk, case, "再起動した")
    assert await due() == []
    await reopened(desk, case)
    await resolved(desk, case, "ばねを替えた")
    assert await due() == [article["id"]]
    page = await desk.get(f"/v1/articles/{article['id']}")
    assert (page["state"], page["live"]) == ("published", page["version"])
    assert (page["history"][0]["verb"], page["history"][0]["by"]["id"]) == ("ask", BY.id)
    assert "別の対応で完了しました" in page["history"][0]["text"]
    assert (await desk.get(f"/v1/articles/{draft['id']}"))["version"] == draft["version"], "nobody reads a draft"


async def test_no_article_is_made_of_a_case_that_is_worked_on_again(desk: Desk) -> None:
    case, other = await desk.case("髙﨑の掲示板が消える", "西口"), await desk.case("髙﨑の掲示板が光る", "西口")
    await desk.library.refresh()
    await reopened(desk, case)
    told = await desk.http.get("/v1/suggest", params={"q": "髙﨑の掲示板"})  # the index has not heard of it yet
    proposed = [one["id"] for one in told.json()["data"]]
    assert (other in proposed, case in proposed) == (True, False)
    for more in ({"publish": True}, {"dry_run": True}):
        refused = await desk.ask("POST", "/v1/articles/drafts", {"cases": [other, case], "by": YAMADA, **more})
        assert (refused.status_code, refused.json()["code"]) == (409, "reopened")
    await resolved(desk, case, "電源を替えた")
    made = await desk.post("/v1/articles/drafts", {"cases": [case], "dry_run": True})
    assert made["content"]["answer"] == "電源を替えた"


async def test_cases_that_were_reopened_before_that_was_marked_are_marked_by_a_migration(desk: Desk) -> None:
    case, other = await desk.case("髙﨑の改札が閉じる", "北口"), await desk.case("髙﨑の改札が鳴る", "北口")
    desk.log.handlers = {**HANDLERS, e.CaseReopened: HANDLERS[e.CaseSubmitted]}  # it was only folded
    await reopened(desk, case)
    desk.log.handlers = HANDLERS
    pool = desk.process.db.pool
    await pool.execute("DELETE FROM migrations WHERE name = 'knowledge/0008_post_reopened'")
    await pool.execute("UPDATE archive SET changed_at = now() - interval '1 day'")
    await migrate(desk.process.db, Path("services/knowledge/migrations").resolve())
    records = {
        row["case_id"]: json.loads(row["record"]) for row in await pool.fetch("SELECT case_id, record FROM archive")
    }
    assert [bool(records[id_]["reopened_at"]) for id_ in (case, other)] == [True, False]
    assert {case, other} & set(await offered(desk, "髙﨑の改札")) == {other}


async def test_of_a_restricted_case_an_article_tells_neither_its_number_nor_who_works_on_it(desk: Desk) -> None:
    case = await desk.case("掲示板の前で怒鳴られた", "西口", "謝った", report={"kind": "harassment"})
    leader = {"person": BY.id, "sees": ["*"], "leads": ["*"]}
    made = await desk.post("/v1/articles/drafts", {"cases": [case], "publish": True}, leader)
    await reopened(desk, case)
    await resolved(desk, case, "警備を呼んだ")
    page = await desk.get(f"/v1/articles/{made['id']}", {"person": "clerk", "sees": ["*"]})
    past = page["history"][0]
    assert (past["verb"], "別の対応で完了しました" in past["text"]) == ("ask", True)
    assert (past["by"]["name"], page["changed_by"]["name"], "No." in past["text"]) == ("Tasuki", "Tasuki", False)
