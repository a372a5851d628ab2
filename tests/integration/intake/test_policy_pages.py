"""The policy on the page: read by everybody, changed by who administers, and a draft that is refused loses no letter."""

import html
import re
from collections.abc import Callable

import httpx
import pytest

from tests.integration.intake.desk import TEXT, Desk, hidden
from tests.integration.intake.governing import FILES, PUBLISHED, policy
from tests.integration.intake.office import behind, told
from tests.integration.intake.people import SITE, log_in, send, words

DRAFT = {f"file:{name}": text for name, text in FILES.items()} | {
    "file:rules.yaml": f"{FILES['rules.yaml']}# <b>{TEXT}</b>"
}
AUDITED = """SELECT count(*) FROM audit WHERE entry LIKE '%"relayed"%'"""


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = behind


def _but(path: str, method: str, status: int, **told: object) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == path and request.method == method:
            return httpx.Response(status, json=told)
        return behind(request)

    return answer


def _kept(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, name
    return html.unescape(found[1])


async def test_everybody_reads_it_and_only_who_administers_every_team_changes_it(desk: Desk) -> None:
    browser = await log_in(desk, "mai", ("responder", "sre"))
    seen = words(await browser.get("/policy"))
    for part in ("重大 P1 P1 P2", "本文に「返金」「払い戻し」", "責任者にも連絡する", "決済二次対応の当番"):
        assert part in seen, part
    assert "方針を変更する" not in seen
    assert (await browser.get("/policy/edit")).status_code == 403
    assert (await browser.get("/policy/versions/3")).status_code == 200
    one_team = await log_in(desk, "rei", ("admin", "sre"))
    assert (await one_team.get("/policy/edit")).status_code == 403


async def test_what_was_read_from_the_files_was_published_by_nobody(desk: Desk) -> None:
    of_files = {"published_by": "files", "published_by_id": "", "origin": "files", "why": "read at start"}
    browser = await log_in(desk, "sato", ("responder", "sre"))
    for page, path, answer in (
        ("/policy", "/v1/policy", {**policy(), **of_files}),
        ("/policy/versions", "/v1/policy/versions", {"data": [{**PUBLISHED, **of_files}], "next_cursor": None}),
        ("/policy/versions/3", "/v1/policy/versions/3", {**PUBLISHED, "files": FILES, **of_files}),
    ):
        desk.others.answer = _but(path, "GET", 200, **answer)
        said = words(await browser.get(page))
        assert "起動時に設定ファイルから公開" in said, page
        assert "filesさん" not in said, page
        assert "read at start" not in said, page


async def test_a_draft_is_checked_compared_and_tried_without_being_published(desk: Desk) -> None:
    browser = await log_in(desk, "root", ("admin", "*"), ("leader", "*"))
    for do, said in (
        ("check", "rules.yaml 12 行目"),
        ("compare", "重大 × 個別が P2 → P1"),
        ("simulate", "佐藤 花子さん"),
        ("replay", "214 件の案件で比べた結果"),
    ):
        answer = await send(browser, "/policy/edit", "/policy/edit", **DRAFT, version="3", do=do, facts=TEXT)
        assert answer.status_code == 200, do
        assert said in words(answer), do
        assert _kept(answer.text, "file:rules.yaml") == DRAFT["file:rules.yaml"] + "\n", do
    (asked,) = told(desk.others.asked, "/v1/simulate")
    assert asked["report"]["facts"] == TEXT
    assert asked["files"]["matrix.yaml"] == FILES["matrix.yaml"]
    assert not told(desk.others.asked, "/v1/policy", "PUT")


async def test_a_draft_is_checked_while_it_is_typed_and_nothing_else_comes_of_it(desk: Desk) -> None:
    browser = await log_in(desk, "root", ("admin", "*"))
    answer = await send(browser, "/policy/edit", "/policy/edit/lint", **DRAFT, version="3")
    assert (answer.status_code, "rules.yaml 12 行目" in words(answer)) == (200, True)
    assert "誤りはなく、気になる点が 1 件" in words(answer)
    (asked,) = told(desk.others.asked, "/v1/policy/lint")
    assert asked["files"]["rules.yaml"] == DRAFT["file:rules.yaml"] + "\n"
    assert {one.method for one in desk.others.asked if one.url.path != "/v1/policy/lint"} == {"GET"}
    assert (await browser.post("/policy/edit/lint", data=DRAFT, headers=SITE)).status_code == 403, "without its proof"
    one_team = await log_in(desk, "rei", ("admin", "sre"))
    assert (await send(one_team, "/cases", "/policy/edit/lint", **DRAFT)).status_code == 403


async def test_past_cases_are_for_those_who_see_all_of_them(desk: Desk) -> None:
    browser = await log_in(desk, "root", ("admin", "*"))
    assert 'value="replay"' not in (await browser.get("/policy/edit")).text
    answer = await send(browser, "/policy/edit", "/policy/edit", **DRAFT, version="3", do="replay")
    assert answer.status_code == 403
    assert not told(desk.others.asked, "/v1/policy/replay")


async def test_publishing_names_who_why_and_from_which_version(desk: Desk) -> None:
    browser = await log_in(desk, "root", ("admin", "*"), name="髙﨑")
    answer = await send(browser, "/policy/edit", "/policy/edit", **DRAFT, version="3", do="publish", why=TEXT)
    assert (answer.status_code, answer.headers["location"]) == (303, "/policy?done=published")
    (put,) = [one for one in desk.others.asked if one.method == "PUT"]
    assert put.headers["if-match"] == '"3"'
    (body,) = told(desk.others.asked, "/v1/policy", "PUT")
    assert (body["by"], body["why"]) == ({"id": "root", "name": "髙﨑"}, TEXT)
    async with desk.db.reading() as tx:
        assert await tx.fetchval(AUDITED) == 1


async def test_a_bad_policy_is_not_even_sent_and_its_text_stays(desk: Desk) -> None:
    finding = {
        "severity": "error",
        "code": "x",
        "file": "rules.yaml",
        "line": 7,
        "reason": "綴りが違います",
        "remedy": "直す",
    }
    desk.others.answer = _but("/v1/policy/lint", "POST", 200, ok=False, findings=[finding])
    browser = await log_in(desk, "root", ("admin", "*"))
    answer = await send(browser, "/policy/edit", "/policy/edit", **DRAFT, version="3", do="publish", why="x")
    assert answer.status_code == 422
    assert "いまの方針のままです" in words(answer)
    assert "綴りが違います" in words(answer)
    assert _kept(answer.text, "file:rules.yaml") == DRAFT["file:rules.yaml"] + "\n"
    assert not told(desk.others.asked, "/v1/policy", "PUT")


async def test_a_stale_draft_keeps_its_text_and_shows_what_it_would_undo(desk: Desk) -> None:
    desk.others.answer = _but("/v1/policy", "PUT", 412, title="そのあいだに公開されました", version=3)
    browser = await log_in(desk, "root", ("admin", "*"))
    fields = {**DRAFT, "do": "publish", "why": TEXT}
    answer = await send(browser, "/policy/edit", "/policy/edit", **fields, version="2")
    assert answer.status_code == 412
    assert "そのあいだに公開されました" in words(answer)
    assert "重大 × 個別が P2 → P1" in words(answer)
    assert _kept(answer.text, "file:rules.yaml") == DRAFT["file:rules.yaml"] + "\n"
    assert hidden(answer.text, "version") == "3"
    assert html.escape(TEXT) in answer.text
    desk.others.answer = behind
    again = {**fields, "csrf": hidden(answer.text, "csrf"), "version": hidden(answer.text, "version")}
    assert (await browser.post("/policy/edit", data=again, headers=SITE)).status_code == 303


@pytest.mark.parametrize("status", [500, 502])
async def test_while_the_router_is_away_nothing_is_lost(desk: Desk, status: int) -> None:
    browser = await log_in(desk, "root", ("admin", "*"))
    csrf = hidden((await browser.get("/policy/edit")).text, "csrf")
    desk.others.answer = lambda request: httpx.Response(status, text="<away>")
    sent = {**DRAFT, "csrf": csrf, "version": "3", "do": "publish", "why": "x"}
    answer = await browser.post("/policy/edit", data=sent, headers=SITE)
    assert answer.status_code == 502
    assert "実行されたかどうかは分かりません" in words(answer)
    assert _kept(answer.text, "file:rules.yaml") == DRAFT["file:rules.yaml"] + "\n"


async def test_a_draft_outlives_the_session_and_keeps_the_version_that_it_was_begun_from(desk: Desk) -> None:
    browser = await log_in(desk, "root", ("admin", "*"))
    csrf = hidden((await browser.get("/policy/edit")).text, "csrf")
    async with desk.db.transaction() as tx:
        await tx.execute("UPDATE sessions SET ended_at = now()")
    fields = {**DRAFT, "version": "2", "do": "publish", "why": TEXT}
    before = len(desk.others.asked)
    ended = await browser.post("/policy/edit", data={**fields, "csrf": csrf}, headers=SITE)
    assert desk.others.asked[before:] == [], "nobody who is not logged in is told of the policy in force"
    browser.cookies = (await log_in(desk, "root", ("admin", "*"))).cookies
    anew = await browser.post("/policy/edit", data={**fields, "csrf": csrf}, headers=SITE)
    for answer, status, said in ((ended, 401, "まだ送信していません"), (anew, 409, "ログインし直した")):
        assert (answer.status_code, said in words(answer)) == (status, True), words(answer)
        assert _kept(answer.text, "file:rules.yaml") == DRAFT["file:rules.yaml"] + "\n"
        assert (hidden(answer.text, "version"), html.escape(TEXT) in answer.text) == ("2", True)
    assert 'href="/login?next=/policy/edit" target="_blank"' in ended.text
    assert not told(desk.others.asked, "/v1/policy", "PUT")
    again = {**fields, "csrf": hidden(anew.text, "csrf")}
    assert (await browser.post("/policy/edit", data=again, headers=SITE)).status_code == 303
    (put,) = [one for one in desk.others.asked if one.method == "PUT"]
    assert put.headers["if-match"] == '"2"'
    foreign = await browser.post("/policy/edit", data=fields, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403


async def test_a_reason_is_asked_for(desk: Desk) -> None:
    browser = await log_in(desk, "root", ("admin", "*"))
    answer = await send(browser, "/policy/edit", "/policy/edit", **DRAFT, version="3", do="publish", why=" ")
    assert answer.status_code == 422
    assert "変更の理由を書いてください" in words(answer)


async def test_the_history_shows_each_version_and_brings_one_back(desk: Desk) -> None:
    browser = await log_in(desk, "root", ("admin", "*"))
    assert "夜間の当番を追加" in words(await browser.get("/policy/versions"))
    old = {**PUBLISHED, "version": 2, "files": FILES}
    desk.others.answer = _but("/v1/policy/versions/2", "GET", 200, **old)
    assert "この版に戻す" in words(await browser.get("/policy/versions/2"))
    page, path = "/policy/versions/2", "/policy/versions/2/restore"
    assert (await send(browser, page, path, version="3", why=TEXT)).status_code == 303
    (body,) = told(desk.others.asked, "/v1/policy/rollback")
    assert (body["to"], body["why"]) == (2, TEXT)
