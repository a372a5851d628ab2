"""Who is on duty, and what people say of themselves on the page: passed on in their own name, refused in words, and nothing typed is lost."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import httpx
import pytest

from shared.contracts.events import Actor
from tests.integration.intake.desk import Desk
from tests.integration.intake.office import behind, told
from tests.integration.intake.people import log_in, send, words
from tests.integration.intake.rota import SATO, YAMADA, absences

TIMES = {"since": "2026-12-01T09:00", "until": "2026-12-02T18:00"}


def _always(answer: httpx.Response, _: httpx.Request) -> httpx.Response:
    return httpx.Response(answer.status_code, content=answer.content)


@pytest.fixture(autouse=True)
def _behind(desk: Desk) -> None:
    desk.others.answer = behind


async def test_it_says_who_is_there_who_comes_next_and_where_nobody_is(desk: Desk) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    seen = words(await browser.get("/duty"))
    for part in (
        "佐藤 花子さん",
        "在宅です",
        "次：髙橋 健①さん",
        "いま当番がいません",
        "請求当番",
        "その間の案件は、山田 京子さんに届きます",
    ):
        assert part in seen, part
    english = words(await browser.get("/duty?lang=en"))
    assert "Nobody is on duty" in english


async def test_numbers_are_for_administrators_and_for_oneself(desk: Desk) -> None:
    mine = await log_in(desk, SATO.id, ("responder", "sre"))
    assert "+819012345678" in (await mine.get(f"/duty/people/{SATO.id}")).text
    assert "090-1234-5678" in words(await mine.get(f"/duty/people/{SATO.id}"))
    other = await log_in(desk, "mai", ("leader", "*"))
    assert (await other.get(f"/duty/people/{SATO.id}")).status_code == 403
    assert "/duty/people/" not in (await other.get("/duty")).text
    admin = await log_in(desk, "root", ("admin", "*"))
    assert "+819012345678" in (await admin.get(f"/duty/people/{SATO.id}")).text


async def test_who_works_on_cases_finds_a_colleague_by_what_they_know_of_them(desk: Desk) -> None:
    mine = await log_in(desk, "mai", ("responder", "sre"))
    assert "/duty/contacts" in (await mine.get("/duty")).text
    for q in ("", "佐藤花子", "ＳＡＴＯ", "sre", "090-1234", "09012345678", "佐藤 sre"):
        seen = await mine.get("/duty/contacts", params={"q": q})
        assert ("090-1234-5678" in words(seen), 'href="tel:+819012345678"' in seen.text) == (True, True), q
    assert "健①" not in words(await mine.get("/duty/contacts", params={"q": "佐藤"}))
    nobody = await mine.get("/duty/contacts", params={"q": "<b>だれか"})
    assert ("見つかりませんでした" in words(nobody), "<b>だれか" in nobody.text) == (True, False)
    for role in ("reporter", "auditor"):
        assert (await (await log_in(desk, f"a-{role}", (role, "*"))).get("/duty/contacts")).status_code == 403
    desk.others.answer = lambda _: httpx.Response(503)
    assert (await mine.get("/duty/contacts")).status_code == 502


async def test_an_absence_is_said_in_ones_own_name_and_zone(desk: Desk) -> None:
    browser = await log_in(desk, "mai", ("responder", "sre"))
    browser.cookies.set("tasuki-zone", "Europe/Berlin", domain="tasuki.example.jp")
    fields = {**TIMES, "person": "sato.hanako", "substitute": "髙橋 健①", "reason": "髙﨑①㈱🔥", "key": "1" * 32}
    assert (await send(browser, "/duty", "/duty/absences", **fields)).status_code == 303
    (body,) = told(desk.others.asked, "/v1/absences")
    assert (body["person"], body["id"]) == ("mai", "1" * 32), "only who leads speaks for others, and each page once"
    assert body["substitute"] == "takahashi.ken"
    assert datetime.fromisoformat(body["since"]).isoformat() == "2026-12-01T09:00:00+01:00"
    leader = await log_in(desk, "rei", ("leader", "sre"))
    assert (await send(leader, "/duty", "/duty/absences", **fields)).status_code == 303
    assert told(desk.others.asked, "/v1/absences")[-1]["person"] == SATO.id


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"since": "2026-12-02T09:00", "until": "2026-12-01T18:00"}, "終わりは、始まりより後"),
        ({"since": "", "until": "x"}, "終わりは、始まりより後"),
        ({**TIMES, "substitute": "だれか？"}, "見つからないか"),
    ],
)
async def test_what_does_not_fit_is_said_and_stays_typed(desk: Desk, fields: dict[str, str], said: str) -> None:
    browser = await log_in(desk, "mai", ("responder", "sre"))
    answer = await send(browser, "/duty", "/duty/absences", reason="髙﨑①㈱🔥の用事", **fields)
    assert (answer.status_code, said in words(answer)) == (422, True)
    assert 'value="髙﨑①㈱🔥の用事"' in answer.text
    assert told(desk.others.asked, "/v1/absences") == []


async def test_what_the_router_refuses_is_said_in_its_words(desk: Desk) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))

    def refuses(request: httpx.Request) -> httpx.Response:
        refused = httpx.Response(409, json={"title": "この交代はもう終わっています。"})
        return refused if request.method == "POST" else behind(request)

    desk.others.answer = refuses
    answer = await send(browser, "/duty", "/duty/swaps/s-1/accept")
    assert (answer.status_code, "この交代はもう終わっています。" in words(answer)) == (409, True)


async def test_what_the_router_warns_of_is_said(desk: Desk) -> None:
    """Seen red: the page promised that others stand in where nobody does."""

    def warns(request: httpx.Request) -> httpx.Response:
        warned = httpx.Response(201, json={"consequences": [], "warnings": ["12月1日の「一次当番」：当番がいません。"]})
        return behind(request) if request.method == "GET" else warned

    desk.others.answer = warns
    browser, page = await log_in(desk, SATO.id, ("leader", "sre")), "/duty/schedules/sre-primary"
    for form, path, fields in (
        ("/duty", "/duty/absences", {**TIMES, "key": "1" * 32}),
        ("/duty", "/duty/presence", {"state": "off", "back": "me"}),
        (page, f"{page}/overrides", {**TIMES, "key": "2" * 32}),
        (page, f"{page}/overrides/o-1/cancel", {}),
    ):
        answer = await send(browser, form, path, **fields)
        assert (answer.status_code, "12月1日の「一次当番」：当番がいません。" in words(answer)) == (200, True), path
        assert "代わりの人" not in words(answer).split("登録しました。")[-1][:20]


async def test_nobody_takes_back_what_others_said(desk: Desk) -> None:
    browser = await log_in(desk, "mai", ("responder", "sre"))
    assert (await send(browser, "/duty", "/duty/absences/a-1/cancel")).status_code == 403
    owner = await log_in(desk, "takahashi.ken", ("responder", "sre"))
    assert (await send(owner, "/duty", "/duty/absences/a-1/cancel")).status_code == 303
    reporter = await log_in(desk, "rei", ("reporter", "sre"))
    assert (await send(reporter, "/duty", "/duty/presence", state="off")).status_code == 403


async def test_ones_own_absence_on_a_later_page_of_the_list_is_there_and_can_be_taken_back(desk: Desk) -> None:
    mine = {
        **absences()["data"][0],
        "id": "a-mine",
        "person": {"id": "mai", "name": "麻衣"},
        "reason": "髙﨑①㈱🔥の用事",
    }

    def paged(request: httpx.Request) -> httpx.Response:
        if request.method != "GET" or request.url.path not in ("/v1/absences", "/v1/absences/a-mine"):
            return behind(request)
        if request.url.path.endswith("a-mine"):
            return httpx.Response(200, json=mine)
        later = request.url.params.get("cursor") == "100"
        return httpx.Response(200, json={"data": [mine]} if later else {**absences(), "next_cursor": "100"})

    desk.others.answer = paged
    browser = await log_in(desk, "mai", ("responder", "sre"))
    page = (await browser.get("/duty")).text
    assert ("髙﨑①㈱🔥の用事" in page, "通院のため" in page) == (True, True)
    assert re.findall(r"/duty/absences/([^/]+)/cancel", page) == ["a-mine"], "others' are not hers"
    assert (await send(browser, "/duty", "/duty/absences/a-mine/cancel")).status_code == 303
    assert desk.others.asked[-1].method == "DELETE"


async def test_who_leads_takes_back_what_is_of_their_team(desk: Desk) -> None:
    for team, status in (("sre", 303), ("payments", 403)):
        browser = await log_in(desk, "rei", ("leader", team))
        assert ("/cancel" in (await browser.get("/duty")).text) is (status == 303)
        assert (await send(browser, "/duty", "/duty/absences/a-1/cancel")).status_code == status
        page = "/duty/schedules/sre-primary"
        assert ("/cancel" in (await browser.get(page)).text) is (status == 303)
        assert (await send(browser, page, f"{page}/overrides/o-1/cancel")).status_code == status


async def test_the_page_stands_while_the_services_behind_are_away(desk: Desk) -> None:
    browser = await log_in(desk, SATO.id, ("admin", "*"), ("leader", "*"))
    for answer in (httpx.Response(503), httpx.Response(200, text="<html>"), httpx.Response(200, json={"data": 1})):
        desk.others.answer = partial(_always, answer)
        page = await browser.get("/duty")
        assert (page.status_code, "いまは表示できません" in words(page)) == (200, True)


async def test_presence_is_said_in_ones_own_name(desk: Desk) -> None:
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    assert (await send(browser, "/duty", "/duty/presence", state="busy", note="会議中①")).status_code == 303
    (body,) = told(desk.others.asked, f"/v1/presence/{SATO.id}", "PUT")
    assert (body["state"], body["note"], body["by"]["id"]) == ("busy", "会議中①", SATO.id)
    assert "until" not in body


async def test_presence_ends_where_that_is_said_and_the_next_morning_stands_there_already(desk: Desk) -> None:
    """Seen red: who said “off” on a Friday evening and forgot it was not asked for weeks."""
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    morning = f"{desk.clock.now().astimezone(ZoneInfo('Asia/Tokyo')) + timedelta(days=1):%Y-%m-%d}T09:00"
    for page in ("/duty", "/me"):
        assert f'name="ends" value="{morning}"' in (await browser.get(page)).text
    assert (await send(browser, "/duty", "/duty/presence", state="off", ends=morning)).status_code == 303
    (body,) = told(desk.others.asked, f"/v1/presence/{SATO.id}", "PUT")
    assert body["until"] == f"{morning}:00+09:00"
    for wrong in ("2020-01-01T09:00", "x"):
        answer = await send(browser, "/duty", "/duty/presence", state="off", ends=wrong)
        assert (answer.status_code, "終わりは、始まりより後" in words(answer)) == (422, True)
    assert len(told(desk.others.asked, f"/v1/presence/{SATO.id}", "PUT")) == 1


async def test_it_says_why_somebody_else_is_there(desk: Desk) -> None:
    """Seen red: of who is asked by name and off, no page said so to anybody else."""

    def stands_in(request: httpx.Request) -> httpx.Response:
        answer = behind(request)
        if request.url.path != "/v1/on-duty":
            return answer
        first, *rest = answer.json()
        why = {"ja": "髙橋 健 さん不在のため代理", "en": "stands in for 髙橋 健, who is away"}
        return httpx.Response(200, json=[{**first, "reason": why}, *rest])

    desk.others.answer = stands_in
    browser = await log_in(desk, "mai", ("responder", "sre"))
    assert "髙橋 健 さん不在のため代理" in words(await browser.get("/duty"))
    assert "stands in for 髙橋 健" in words(await browser.get("/duty?lang=en"))


async def test_a_week_is_a_picture_with_its_gaps_and_a_table_that_says_the_same(desk: Desk) -> None:
    desk.clock.at = datetime.now(UTC)
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    assert 'href="/duty/schedules/sre-primary"' in (await browser.get("/duty")).text
    page = await browser.get("/duty/schedules/sre-primary")
    assert (page.text.count('fill="url(#nobody)" class="nobody final"'), page.text.count('class="gap-row"')) == (1, 1)
    for part in ("ローテーション：夜間", "臨時の当番", "実際の当番", "⚠ 当番なし", "いま", "通院の代わり"):
        assert part in words(page), part
    assert 'class="now"' not in (await browser.get("/duty/schedules/sre-primary?week=2027-01-04")).text
    for unreadable in ("nonsense", "0001-01-03", "9999-12-31"):
        assert 'class="now"' in (await browser.get(f"/duty/schedules/sre-primary?week={unreadable}")).text, unreadable
    assert (await browser.get("/duty/schedules/nothing")).status_code == 404


async def test_nobody_goes_on_duty_for_a_team_that_is_not_theirs_by_page_or_token(desk: Desk) -> None:
    page, fields = "/duty/schedules/sre-primary", {**TIMES, "key": "0" * 32}
    stranger = await log_in(desk, "mai", ("responder", "billing"))
    leader = await log_in(desk, "rei", ("leader", "billing"))
    for browser in (stranger, leader):
        answer = await send(browser, page, f"{page}/overrides", **fields, person=SATO.id)
        assert (answer.status_code, "この当番表に入っている本人" in words(answer)) == (403, True)
    text = await desk.token_for("script", "act", Actor(kind="person", id="mai", name="mai"), ("responder", "billing"))
    body = {"schedule": "sre-primary", "person": "mai"}
    assert (await desk.post("/v1/overrides", body, text)).json()["code"] == "not-your-schedule"
    assert told(desk.others.asked, "/v1/overrides") == []


async def test_somebody_is_put_on_duty_once_by_who_may_and_the_refusal_is_in_words(desk: Desk) -> None:
    browser, page = await log_in(desk, YAMADA.id, ("responder", "sre")), "/duty/schedules/sre-primary"
    fields = {**TIMES, "person": SATO.id, "reason": "髙﨑①㈱🔥", "key": "0" * 32}
    done = await send(browser, page, f"{page}/overrides", **fields)
    assert done.headers["location"] == f"{page}?week=2026-11-30&done=override"
    (body,) = told(desk.others.asked, "/v1/overrides")
    assert (body["person"], body["schedule"], body["id"]) == (YAMADA.id, "sre-primary", "0" * 32), (
        "only who leads names others"
    )
    leader = await log_in(desk, "rei", ("leader", "sre"))
    assert (await send(leader, page, f"{page}/overrides", **fields)).status_code == 303
    assert told(desk.others.asked, "/v1/overrides")[-1]["person"] == SATO.id
    assert (await send(browser, page, f"{page}/overrides/o-1/cancel")).status_code == 403, "somebody else's"
    assert (await send(leader, page, f"{page}/overrides/o-1/cancel")).status_code == 303
    late = await send(leader, page, f"{page}/overrides", **{**fields, "until": "2026-11-01T00:00"})
    assert (late.status_code, "終わりは、始まりより後" in words(late), 'value="髙﨑①㈱🔥"' in late.text) == (
        422,
        True,
        True,
    )
    desk.others.answer = lambda r: (
        httpx.Response(422, json={"title": "重なっています"}) if r.method == "POST" else behind(r)
    )
    refused = await send(leader, page, f"{page}/overrides", **fields)
    assert (refused.status_code, "重なっています" in words(refused), 'value="髙﨑①㈱🔥"' in refused.text) == (
        422,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("problem", "unsure"), [(httpx.ConnectError("refused"), False), (httpx.ReadTimeout("slow"), True)]
)
async def test_of_a_change_that_may_have_been_heard_the_page_says_that_it_may_have_been_done(
    desk: Desk, problem: httpx.HTTPError, unsure: bool
) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise problem
        return behind(request)

    desk.others.answer = away
    browser, page = await log_in(desk, YAMADA.id, ("responder", "sre")), "/duty/schedules/sre-primary"
    answer = await send(browser, page, f"{page}/overrides", **TIMES, person=YAMADA.id, reason="交代", key="0" * 32)
    assert answer.status_code == 502
    assert ("実行されたかどうかは分かりません" in words(answer)) is unsure
    assert ("もう一度お試しください" in words(answer)) is not unsure
