"""What somebody may not see has no part in their answers: not as an entry, not in counts, ranks or spellings."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integration.knowledge.conftest import BY, Desk, ids

pytestmark = pytest.mark.security

EVERYBODY = {"sees": ["*"], "leads": []}
LEADER = {"person": "ito.sakura", "sees": ["payments"], "leads": ["payments"]}
OTHER = {"person": "tanaka.minoru", "sees": ["stores"], "leads": ["stores"]}
PUBLIC = {"audience": "public"}
SECRET = "ズンダモチ"


async def test_a_restricted_case_is_there_for_those_concerned_alone(desk: Desk) -> None:
    case = await desk.case(f"{SECRET} と呼ばれ暴言を受けた", report={"kind": "harassment"})
    leak = await desk.case("顧客情報を誤送信した", report={"personal_data": True})
    for reader in (None, EVERYBODY, OTHER, PUBLIC):
        for question in (SECRET, "ズンダモテ", "暴言を受けた", "誤送信"):
            found = await desk.ask("GET", "/v1/search", None, reader, q=question, limit="50")
            assert case not in found.text
            assert leak not in found.text
            assert "ズンダモチ" not in found.text.replace(question, "")
    for reader in (LEADER, {"person": BY.id}, {"name": "form", "sees": []}):
        assert ids(await desk.get("/v1/search", reader, q=SECRET))[0] == case
    assert (await desk.ask("GET", f"/v1/archive/{case}", None, EVERYBODY)).status_code == 404
    assert (await desk.ask("GET", f"/v1/archive/{case}", None, LEADER)).status_code == 200


async def test_proposals_while_typing_are_those_that_a_reader_may_see(desk: Desk) -> None:
    secret = await desk.case("ヌガーの棚で怒鳴られた", report={"kind": "harassment"})
    inside = await desk.article("ヌガーの棚を開けたい", phrasings=["髙﨑①㈱🔥 のヌガー"])
    outside = await desk.article("ヌガーの値段を知りたい", audience="public")

    async def proposed(reader: object) -> set[str]:
        found = [
            await desk.get("/v1/suggest", reader, q=typed) for typed in ("ヌ", "ヌガーの棚で", "ぬがー", "怒鳴られた")
        ]
        return {one["id"] for page in found for one in page["data"]}

    assert secret not in await proposed(EVERYBODY) | await proposed(OTHER) | await proposed(PUBLIC)
    assert {secret, inside["id"], outside["id"]} <= await proposed(LEADER)
    assert inside["id"] not in await proposed(PUBLIC)
    assert outside["id"] in await proposed(PUBLIC)
    typed = (await desk.get("/v1/suggest", LEADER, q="ヌガーの棚で"))["data"]
    assert (typed[0]["id"], typed[0]["form"]) == (secret, "case")  # what goes on as typed stands before what holds it
    kept = (await desk.get("/v1/suggest", EVERYBODY, q="髙﨑①"))["data"]
    assert kept[0]["text"] == "髙﨑①㈱🔥 のヌガー"
    await desk.post(f"/v1/articles/{outside['id']}/withdraw")
    assert outside["id"] not in await proposed(PUBLIC)


async def test_the_answers_are_the_same_with_and_without_what_may_not_be_seen(desk: Desk) -> None:
    await desk.case("帳票の印刷が遅い", "帳票が重い")
    await desk.article("帳票を印刷したい")
    questions = ("帳票", "印刷が遅い", "ちょうひょう", "帳票の暴言")
    before = [await desk.get("/v1/search", EVERYBODY, q=q, typing="true") for q in questions]
    for n in range(20):
        await desk.case(f"帳票の暴言 {n}", "帳票 印刷 遅い 暴言", report={"kind": "harassment"})
    assert [await desk.get("/v1/search", EVERYBODY, q=q, typing="true") for q in questions] == before


async def test_a_team_sees_its_own_cases_and_everybody_what_they_reported(desk: Desk) -> None:
    mine = await desk.case("釣銭機が止まる", team="stores")
    theirs = await desk.case("釣銭機のエラー", team="payments")
    found = ids(await desk.get("/v1/search", OTHER, q="釣銭機", limit=50))
    assert mine in found
    assert theirs not in found
    assert theirs in ids(await desk.get("/v1/search", {"person": BY.id, "sees": []}, q="釣銭機", limit=50))


async def test_readers_outside_see_public_articles_without_what_is_internal(desk: Desk) -> None:
    inside = await desk.article("返金の上限を知りたい", "三万円まで。")
    outside = await desk.article(
        "返品の送料を知りたい", "当社が負担します。", audience="public", internal="赤字になる", cause="規約"
    )
    await desk.case("返品の送料で揉めた", "返品の送料")
    answers = await desk.get("/v1/search", PUBLIC, q="返金と返品の送料", limit=50)
    assert inside["id"] not in ids(answers)
    assert outside["id"] in ids(answers)
    assert {entry["article"]["audience"] for entry in answers["data"]} == {"public"}
    assert "赤字" not in str(answers)
    assert "規約" not in str(answers)
    assert (await desk.ask("GET", f"/v1/articles/{inside['id']}", None, PUBLIC)).status_code == 404
    shown = await desk.get(f"/v1/articles/{outside['id']}", PUBLIC)
    known = {"id", "question", "answer", "cause", "audience", "language", "product", "changed_at", "uses", "files"}
    assert set(shown) == known
    hidden = await desk.get("/v1/search", PUBLIC, q="赤字になる 規約", typing="true")
    assert hidden == await desk.get("/v1/search", PUBLIC, q="", typing="true")


async def test_a_chatbot_that_asks_for_readers_outside_is_answered_as_they_are(desk: Desk) -> None:
    inside = await desk.article("手荷物の上限を社内で知りたい", "三個まで。")
    made = await desk.article(
        "手荷物の追加", "窓口でどうぞ。", audience="public", internal="ミケランジェロ台帳", cause="クジラ規程"
    )
    bot = {"name": "chatbot", "sees": ["*"], "leads": ["*"]}
    found = await desk.get("/v1/search", bot, q="手荷物の追加", audience="public", limit=50)
    assert (made["id"] in ids(found), "クジラ" in str(found)) == (True, False)
    for words in ("ミケランジェロ台帳", "クジラ規程"):
        (one,) = [one for one in (await desk.get("/v1/search", bot, q=words, limit=50))["data"] if one["why"]][:1]
        assert one["article"]["id"] == made["id"], "without the filter it is an employee's search"
        found = await desk.get("/v1/search", bot, q=words, audience="public", limit=50)
        assert not [one for one in found["data"] if one["why"]]
    nothing = await desk.get("/v1/search", bot, q="手荷物の上限", audience="public", kind="harassment")
    assert (nothing["data"], inside["id"] in str(nothing)) == ([], False)
    proposed = await desk.get("/v1/suggest", bot, q="手荷物")
    assert {one["id"] for one in proposed["data"]} >= {inside["id"], made["id"]}
    proposed = await desk.get("/v1/suggest", bot, q="手荷物", audience="public")
    assert {one["id"] for one in proposed["data"]} == {made["id"]}


async def test_what_was_made_internal_a_moment_ago_is_given_to_nobody_outside(desk: Desk) -> None:
    made = await desk.article("返品の窓口を知りたい", "本社です。", audience="public")
    await desk.library.refresh()
    answers = {"q": "返品の窓口を知りたい", "typing": "true", "limit": "50"}
    outside = {"headers": {"tasuki-reader": '{"audience": "public"}'}, "params": answers}
    filtered: dict[str, Any] = {"params": {**answers, "audience": "public"}}
    for asked in (outside, filtered):
        assert made["id"] in ids((await desk.http.get("/v1/search", **asked)).json())
    content = {**made["content"], "audience": "internal", "answer": "社内の電話表の三番です。"}
    etag = {"if-match": f'"{made["version"]}"'}
    body = {"content": content, "publish": True, "by": {"id": "x"}}
    assert (await desk.ask("PUT", f"/v1/articles/{made['id']}", body, headers=etag)).status_code == 200
    for asked in (outside, filtered):  # the index has not heard of it yet
        told = await desk.http.get("/v1/search", **asked)
        assert (told.status_code, made["id"] in told.text, "三番" in told.text) == (200, False, False)


async def test_a_file_is_for_who_is_shown_its_article_and_nobody_else_learns_that_it_is_there(desk: Desk) -> None:
    inside, draft = await desk.article("社内の手順書"), await desk.article("書きかけの手順書", publish=False)
    outside = await desk.article("お客様への手順書", audience="public")
    hidden = await desk.file(
        inside["id"], b"x" * 2_000_000, public=True, publish=True
    )  # the article is for nobody outside
    early = await desk.file(draft["id"], b"early")
    internal = await desk.file(outside["id"], b"internal", "社内.png")
    public = await desk.file(outside["id"], b"public", "公開.png", public=True, publish=True)
    newer = await desk.file(outside["id"], b"newer", "未公開.png", public=True)
    clerk = {"person": "ito.sakura", "writes": False}

    async def ask(article: Any, file: Any, reader: Any, **query: str) -> httpx.Response:
        return await desk.ask("GET", f"/v1/articles/{article['id']}/files/{file['id']}", None, reader, **query)

    for article, file, to_clerk, to_customer in (
        (inside, hidden, 200, 404), (draft, early, 404, 404), (outside, internal, 200, 404), (outside, public, 200, 200),
        (outside, newer, 404, 404), (inside, public, 404, 404),
    ):  # fmt: skip
        assert (await ask(article, file, clerk)).status_code == to_clerk
        assert (await ask(article, file, PUBLIC)).status_code == to_customer
        asked_so = await ask(article, file, None, audience="public")
        assert asked_so.status_code == to_customer, "who writes may ask as a customer would"
    nothing = await ask({"id": "a_0"}, {"id": uuid4()}, PUBLIC)
    for article, file in ((inside, hidden), (draft, early), (outside, internal), (outside, newer)):
        assert told(await ask(article, file, PUBLIC)) == told(nothing)
    assert [one["name"] for one in (await desk.get(f"/v1/articles/{outside['id']}", PUBLIC))["files"]] == ["公開.png"]
    names = [one["name"] for one in (await desk.get(f"/v1/articles/{outside['id']}", clerk))["files"]]
    assert names == ["社内.png", "公開.png"]
    assert (await desk.ask("GET", f"/v1/articles/{outside['id']}/versions/1", None, clerk)).status_code == 403
    lines = (await desk.ask("GET", "/v1/exports/json", None, PUBLIC, limit="500")).text
    assert ("公開.png" in lines, "社内.png" in lines, hidden["id"] in lines, newer["id"] in lines) == (
        True, False, False, False,
    )  # fmt: skip


def told(answer: httpx.Response) -> tuple[int, dict[str, str], dict[str, Any]]:
    """All that an answer says, but for which one it is and where that was asked for."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("traceparent", "content-length")}
    return answer.status_code, headers, {k: v for k, v in answer.json().items() if k not in ("trace_id", "instance")}


async def test_filters_narrow_and_an_empty_page_offers_the_nearest(desk: Desk) -> None:
    case = await desk.case("電子錠が開かない", report={"product": "扉", "kind": "defect"})
    ja = await desk.article("電子錠が開かない", product="扉")
    en = await desk.article("The electronic lock does not open", language="en", product="Door")
    asked = {"q": "電子錠が開かない"}
    assert ids(await desk.get("/v1/search", **asked))[:2] == [ja["id"], case]
    assert ids(await desk.get("/v1/search", **asked, form="case"))[0] == case
    assert case not in ids(await desk.get("/v1/search", **asked, form="article", limit=50))
    assert ids(await desk.get("/v1/search", **asked, kind="defect")) == [case]
    assert en["id"] in ids(await desk.get("/v1/search", **asked, language="en", product="door"))
    later = (desk.later(days=3)).isoformat()
    answers = await desk.get("/v1/search", **asked, since=later)
    assert ids(answers) == []
    assert answers["instead"][0]["article"]["id"] == ja["id"]


async def test_an_article_keeps_the_cases_that_its_writer_may_not_see(desk: Desk) -> None:
    secret = await desk.case("別の暴言", report={"kind": "harassment"})
    made = await desk.post(
        "/v1/articles", {"content": {"question": "暴言の対応", "answer": "代わる", "cases": [secret]}}, LEADER
    )
    assert made["content"]["cases"] == [secret]
    page = await desk.get(f"/v1/articles/{made['id']}")
    assert secret not in str(page)
    body = {"content": {**page["content"], "answer": "上司が代わる"}, "by": {"id": "x"}}
    etag = {"if-match": f'"{made["version"]}"'}
    assert (await desk.ask("PUT", f"/v1/articles/{made['id']}", body, headers=etag)).status_code == 200
    assert (await desk.get(f"/v1/articles/{made['id']}", LEADER))["content"]["cases"] == [secret]


async def test_an_unreadable_reader_and_a_missing_token_are_refused(desk: Desk) -> None:
    assert (await desk.ask("GET", "/v1/search", headers={"tasuki-reader": "{"})).status_code == 400
    assert (await desk.ask("GET", "/v1/search", headers={"authorization": "Bearer x"})).status_code == 401
