"""Articles: written, reviewed, published, found at once, renewed, merged; an old version is never lost."""

import asyncio
from typing import Any

import pytest

from services.knowledge import editing
from services.knowledge.library import Library
from tests.integration.knowledge.conftest import YAMADA, Desk, ids

SATO = {"person": "sato.hanako", "person_name": "佐藤 花子"}


def content(question: str, **more: Any) -> dict[str, Any]:
    return {"question": question, "answer": "証明書を更新してください。", **more}


async def test_it_is_found_within_a_second_in_every_replica(desk: Desk) -> None:
    other = Library(desk.process.db)
    await other.open()
    running = asyncio.create_task(other.run())
    try:
        made = await desk.article("髙﨑①㈱🔥 の請求書を再発行したい", phrasings=["インボイスをもう一度もらう"])
        async with asyncio.timeout(1):
            while "a_" not in str(other.search("インボイスをもう一度もらう", 1)):
                await asyncio.sleep(0.01)
        assert other.search("インボイスをもう一度もらう", 1)[0].id == made["id"]
    finally:
        running.cancel()


async def test_a_draft_is_seen_by_no_reader_until_it_is_published(desk: Desk) -> None:
    made = await desk.article("会議室の鍵を借りたい", publish=False)
    assert made["state"] == "draft"
    assert made["can"] == ["submit", "publish", "withdraw"]
    assert made["id"] not in ids(await desk.get("/v1/search", q="会議室の鍵を借りたい", limit=50))
    await desk.post(f"/v1/articles/{made['id']}/submit")
    queue = await desk.get("/v1/articles", state="in_review")
    assert made["id"] in [entry["id"] for entry in queue["data"]]
    assert queue["states"]["in_review"] >= 1
    published = await desk.post(f"/v1/articles/{made['id']}/publish")
    assert (published["state"], published["live"]) == ("published", published["version"])
    assert ids(await desk.get("/v1/search", q="会議室の鍵を借りたい"))[0] == made["id"]


async def test_readers_see_the_old_version_until_the_new_one_is_published(desk: Desk) -> None:
    made = await desk.article("有給休暇の残りを知りたい", "勤怠の画面です。")
    wanted = {"content": content("有給休暇の残りを知りたい", answer="人事に聞いてください。"), "by": YAMADA}
    etag = {"if-match": f'"{made["version"]}"'}
    written = (await desk.ask("PUT", f"/v1/articles/{made['id']}", wanted, headers=etag)).raise_for_status().json()
    assert (written["state"], written["live"]) == ("draft", made["version"])
    assert written["shown"]["answer"] == "勤怠の画面です。"
    seen = await desk.get("/v1/search", q="有給休暇の残り")
    assert seen["data"][0]["article"]["answer"] == "勤怠の画面です。"
    late = await desk.ask("PUT", f"/v1/articles/{made['id']}", wanted, headers=etag)
    assert (late.status_code, late.json()["version"]) == (412, written["version"])
    assert (await desk.ask("PUT", f"/v1/articles/{made['id']}", wanted)).status_code == 428
    old = await desk.get(f"/v1/articles/{made['id']}/versions/1")
    assert old["content"]["answer"] == "勤怠の画面です。"
    await desk.post(f"/v1/articles/{made['id']}/publish")
    seen = await desk.get("/v1/search", q="有給休暇の残り")
    assert seen["data"][0]["article"]["answer"] == "人事に聞いてください。"


async def test_two_who_write_at_once_do_not_lose_each_others_words(desk: Desk) -> None:
    made = await desk.article("同時に書く")
    path, etag = f"/v1/articles/{made['id']}", {"if-match": f'"{made["version"]}"'}
    bodies = [{"content": content("同時に書く", answer=f"{n} 番目"), "by": YAMADA} for n in range(5)]
    answers = await asyncio.gather(*(desk.http.put(path, json=body, headers=etag) for body in bodies))
    assert sorted(a.status_code for a in answers) == [200, 412, 412, 412, 412]


async def test_what_has_no_answer_is_not_published_and_says_so_in_both_languages(desk: Desk) -> None:
    body = {"content": content("答えのない記事", answer=""), "publish": True, "by": YAMADA}
    ja = await desk.ask("POST", "/v1/articles", body)
    en = await desk.ask("POST", "/v1/articles", body, headers={"accept-language": "en"})
    assert (ja.status_code, ja.json()["code"]) == (422, "no-answer")
    assert "回答" in ja.json()["title"]
    assert "answer" in en.json()["title"]


async def test_its_owner_is_asked_whether_it_is_still_true_and_it_ends_on_its_last_day(desk: Desk) -> None:
    made = await desk.article("年末の営業日を知りたい", review_by="2026-11-25", expires_on="2026-12-28")
    assert made["id"] not in [a["id"] for a in (await desk.get("/v1/articles", due="true"))["data"]]
    desk.later(days=2)
    assert made["id"] in [a["id"] for a in (await desk.get("/v1/articles", due="true"))["data"]]
    confirmed = await desk.post(f"/v1/articles/{made['id']}/confirm")
    assert confirmed["review_by"] == "2027-05-25"
    assert confirmed["live"] == confirmed["version"] == made["version"] + 1
    desk.later(days=40)
    await editing.expire(desk.process.db, desk.log.clock)
    over = await desk.get(f"/v1/articles/{made['id']}")
    assert (over["state"], over.get("live")) == ("expired", None)
    assert made["id"] not in ids(await desk.get("/v1/search", q="年末の営業日", limit=50))
    again = await desk.ask("POST", f"/v1/articles/{made['id']}/publish", {"by": YAMADA})
    assert (again.status_code, again.json()["code"]) == (409, "over")


async def test_who_asks_for_a_merged_article_gets_the_one_that_it_became_part_of(desk: Desk) -> None:
    winner = await desk.article("社員証をなくした", phrasings=["カードの紛失"])
    loser = await desk.article("入館証を落とした", phrasings=["IC カードがない"])
    merged = await desk.post(f"/v1/articles/{loser['id']}/merge", {"into": winner["id"]})
    assert merged["content"]["phrasings"] == ["カードの紛失", "入館証を落とした", "IC カードがない"]
    led = await desk.get(f"/v1/articles/{loser['id']}")
    assert (led["id"], led["redirected_from"], led["merged_from"]) == (winner["id"], loser["id"], [loser["id"]])
    assert ids(await desk.get("/v1/search", q="入館証を落とした"))[0] == winner["id"]
    assert loser["id"] not in ids(await desk.get("/v1/search", q="入館証を落とした", limit=50))
    back = await desk.ask("POST", f"/v1/articles/{winner['id']}/merge", {"into": loser["id"], "by": YAMADA})
    assert (back.status_code, back.json()["code"]) == (409, "merged")


async def test_an_article_becomes_no_part_of_one_that_its_readers_would_not_be_shown(desk: Desk) -> None:
    inside, outside = await desk.article("社員食堂の献立"), await desk.article("店の献立", audience="public")
    draft, withdrawn = await desk.article("書きかけの献立", publish=False), await desk.article("古い献立")
    await desk.post(f"/v1/articles/{withdrawn['id']}/withdraw")
    for loser, winner, code, ja in (
        (inside, draft, "other-not-live", "先に統合先を公開"),
        (inside, withdrawn, "other-not-live", "先に統合先を公開"),
        (outside, draft, "other-not-live", "先に統合先を公開"),
        (outside, inside, "other-internal", "お客様がこの記事を読めなくなります"),
    ):
        answer = await desk.ask("POST", f"/v1/articles/{loser['id']}/merge", {"into": winner["id"], "by": YAMADA})
        assert (answer.status_code, answer.json()["code"], ja in answer.json()["title"]) == (409, code, True)
    assert (await desk.get(f"/v1/articles/{outside['id']}", {"audience": "public"}))["question"] == "店の献立"
    body = {"content": {**outside["content"], "audience": "internal"}, "by": YAMADA}
    etag = {"if-match": f'"{outside["version"]}"'}
    assert (await desk.ask("PUT", f"/v1/articles/{outside['id']}", body, headers=etag)).is_success
    late = await desk.ask("POST", f"/v1/articles/{outside['id']}/merge", {"into": inside["id"], "by": YAMADA})
    assert late.json()["code"] == "other-internal", "customers read the public version until the new one is published"


async def test_its_page_shows_everything_at_once(desk: Desk) -> None:
    case = await desk.case("プリンターで印刷できない", "二階の複合機", "ドライバーを入れ直した")
    near = await desk.article("プリンターで印刷できません")
    made = await desk.article("プリンターで印刷できない", cases=[case], unwanted=["プリンターで印刷不可"])
    await desk.post(f"/v1/articles/{made['id']}/comments", {"text": "三階も同じです。"}, SATO)
    page = await desk.get(f"/v1/articles/{made['id']}")
    assert page["near"][0]["article"]["id"] == near["id"]
    assert page["cases"][0]["title"] == "プリンターで印刷できない"
    assert (page["history"][0]["verb"], page["history"][0]["by"]["name"]) == ("comment", "佐藤 花子")
    ways = {p["text"]: p["origin"] for p in page["phrasings"]}
    assert "プリンターで印刷不可" not in ways
    assert ways["プリンターで印刷できません"] == "rule"


async def test_who_may_not_publish_asks_for_a_review_and_who_is_outside_writes_nothing(desk: Desk) -> None:
    writes = {**SATO, "publishes": False}
    body = {"content": content("権限の試し")}
    made = await desk.ask("POST", "/v1/articles", body, writes)
    assert (made.status_code, made.json()["changed_by"]["name"]) == (201, "佐藤 花子")
    path = f"/v1/articles/{made.json()['id']}"
    assert (await desk.ask("POST", f"{path}/publish", {}, writes)).json()["code"] == "may-not-publish"
    assert (await desk.ask("POST", f"{path}/submit", {}, writes)).json()["state"] == "in_review"
    assert (await desk.ask("POST", "/v1/articles", body, {"audience": "public"})).status_code == 403
    assert (await desk.ask("GET", path, None, {**SATO, "writes": False})).status_code == 404
    assert (await desk.ask("POST", "/v1/articles", body)).json()["errors"][0]["pointer"] == "/by"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"question": ""}, "/content/question"),
        ({"question": "?", "answer": "a\x00b"}, "/content/answer"),
        ({"question": "?", "phrasings": ["あ"] * 51}, "/content/phrasings"),
        ({"question": "?", "audience": "everybody"}, "/content/audience"),
        ({"question": "?", "nonsense": 1}, "/content/nonsense"),
        ({"question": "?", "review_by": "あした"}, "/content/review_by"),
    ],
)
async def test_what_does_not_fit_is_refused_with_its_place(desk: Desk, wrong: dict[str, Any], pointer: str) -> None:
    answer = await desk.ask("POST", "/v1/articles", {"content": wrong, "by": YAMADA})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_pages_of_a_list_hold_each_article_once(desk: Desk) -> None:
    for n in range(5):
        await desk.article(f"一覧の記事 {n}", product="一覧")
    seen: list[str] = []
    page = await desk.get("/v1/articles", product="一覧", limit=2)
    while True:
        seen += [entry["question"] for entry in page["data"]]
        if not page.get("next_cursor"):
            break
        page = await desk.get("/v1/articles", product="一覧", limit=2, cursor=page["next_cursor"])
    assert sorted(seen) == [f"一覧の記事 {n}" for n in range(5)]
