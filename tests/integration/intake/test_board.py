"""The board shows what is open and may be seen, the most pressing first; several cases are acted on at once."""

from datetime import timedelta

import pytest

from services.intake.domain.roles import Role
from shared.contracts.vocabulary import Priority
from tests.integration.intake.desk import Desk, hidden
from tests.integration.intake.office import Office, behind
from tests.integration.intake.people import SITE, fresh, log_in, send, words
from tests.integration.intake.teams import MARK, case_of, theirs
from tests.integration.intake.test_acting import both_asked

LEADER: tuple[tuple[Role, str], ...] = (("leader", "*"),)


@pytest.fixture
def office(desk: Desk) -> Office:
    desk.others.answer = behind
    return Office(desk, "")


async def test_what_needs_a_human_next_stands_first_and_filters_are_addresses(desk: Desk, office: Office) -> None:
    desk.clock.at = desk.door.clock.now()
    await office.fill()
    browser = await log_in(desk, "sato.hanako", *LEADER)
    page = (await browser.get("/cases")).text
    order = [name for _, name in sorted((page.find(f">{name}<"), name) for name in office.cases) if f">{name}<" in page]
    assert order[:2] == ["まだ判定されていない報告", "決済が全店舗で失敗する E-502"], "nothing is late in November yet"
    assert "昨日の問い合わせ" not in order
    for address, names in {
        "/cases?who=me": {"夜間バッチの遅れ"},
        "/cases?status=done": {"昨日の問い合わせ"},
        "/cases?team=billing&priority=P3": {"請求書の金額が１２３円ずれる", "返金の相談"},
        "/cases?q=１２３円": {"請求書の金額が１２３円ずれる"},
        "/cases?q=管理画面": {"髙﨑①㈱🔥 管理画面が開けない"},
        "/cases?priority=nothing&who=x&page=0": set(order),
    }.items():
        shown = (await browser.get(address)).text
        assert {name for name in office.cases if f">{name}<" in shown} == names, address


async def test_teams_are_called_by_their_names(desk: Desk, office: Office) -> None:
    await office.case("請求の相談", minutes=30, team="billing")
    browser = await log_in(desk, "sato.hanako", ("leader", "billing"))
    page = await browser.get("/cases?team=billing")
    assert "請求の案件" in words(page)
    assert "連絡中：佐藤 花子、髙橋 健① · 請求 · 第1段" in words(page)
    assert '<option value="billing" selected>請求</option>' in page.text


async def test_a_late_case_that_nobody_has_cannot_be_overlooked(desk: Desk) -> None:
    first, second = await case_of(desk, "sre"), await case_of(desk, "sre")
    office = Office(desk, "")
    await office.ask(first, 10)
    await office.ask(second, 5)
    desk.clock.at = desk.door.clock.now() + timedelta(days=400)
    browser = await log_in(desk, "sato", *LEADER)
    page = await browser.get("/cases?late=1")
    assert page.text.count('class="case late free"') == 2
    assert page.text.index(second) < page.text.index(first)


async def test_a_team_sees_nothing_of_the_other_by_any_page(desk: Desk) -> None:
    cases = await theirs(desk)
    ours = await log_in(desk, "mai", ("leader", "support"), ("reporter", "support"))
    numbers = [str((await desk.get(f"/v1/cases/{id_}")).json()["number"]) for id_ in cases]
    said = await desk.said()
    for ref in (*cases, *numbers):
        for path in ("", "/report", "/postmortem.md"):
            answer = await ours.get(f"/cases/{ref}{path}")
            assert (answer.status_code, MARK in answer.text) == (404, False)
        answer = await send(ours, "/cases", f"/cases/{ref}/notes", text="x", key="0" * 32)
        assert (answer.status_code, MARK in answer.text) == (404, False)
    for ref in cases:
        answer = await send(ours, "/cases", "/cases/together", take=ref, key="0" * 32)
        assert MARK not in answer.text
    assert MARK not in (await ours.get("/cases")).text
    assert MARK not in (await ours.get(f"/cases?q={MARK[:3]}&status=done")).text
    assert await desk.said() == said
    theirs_too = await log_in(desk, "ken", ("leader", "payments"))
    assert (await theirs_too.get("/cases")).text.count(f">{MARK}<") == 2
    plain = await log_in(desk, "rei", ("responder", "payments"))
    assert (await plain.get("/cases")).text.count(f">{MARK}<") == 1
    assert (await plain.get(f"/cases/{cases[1]}")).status_code == 404


async def test_without_a_session_the_pages_lead_to_the_login(desk: Desk) -> None:
    for path in ("/cases", "/cases/1", "/cases/stream", "/duty"):
        answer = await fresh(desk).get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")
    assert (await fresh(desk).get("/")).headers["location"] == "/report"
    assert (await (await log_in(desk, "sato", *LEADER)).get("/")).headers["location"] == "/cases"
    assert (await (await log_in(desk)).get("/")).headers["location"] == "/admin/sources"


async def test_each_role_has_the_parts_that_it_opens(desk: Desk) -> None:
    responder = (await (await log_in(desk, "mai", ("responder", "sre"))).get("/cases")).text
    assert 'href="/admin/sources"' not in responder
    auditor = (await (await log_in(desk, "rei", ("auditor", "sre"))).get("/cases")).text
    assert ">報告</a>" not in auditor
    assert 'value="acknowledge"' not in auditor
    leads_on = 'href="/admin/access/{}"'.format
    assert leads_on("kai") in (await (await log_in(desk, "kai", ("admin", "*"))).get("/cases")).text
    assert leads_on("ren") not in (await (await log_in(desk, "ren", ("admin", "sre"))).get("/cases")).text


async def test_several_cases_are_acted_on_at_once_and_each_answer_is_said(desk: Desk) -> None:
    ids = [await case_of(desk, "sre") for _ in range(3)]
    await desk.act(ids[2], "acknowledge", by="ken")
    browser = await log_in(desk, "sato", *LEADER)
    page = (await browser.get("/cases")).text
    fields = {"csrf": hidden(page, "csrf"), "key": hidden(page, "key"), **{f"case-{id_}": "1" for id_ in ids}}
    for _ in range(2):  # the second press changes nothing
        answer = await browser.post("/cases/together", data={**fields, "verb": "acknowledge"}, headers=SITE)
        assert words(answer).count("を引き受けました") == 2
        assert "すでにkenさんさんが引き受けています" in words(answer)
    assert [(await desk.get(f"/v1/cases/{id_}")).json()["owner"]["id"] for id_ in ids] == ["sato", "sato", "ken"]
    assert (await desk.said()).count("case.acknowledged.v1") == 3
    wrong = await browser.post("/cases/together", data={**fields, "verb": "reassign", "to": "？"}, headers=SITE)
    assert "見つからないか" in words(wrong)
    moved = await browser.post("/cases/together", data={**fields, "verb": "reassign", "to": "麻衣 (mai)"}, headers=SITE)
    assert words(moved).count("担当を変えました") == 3
    assert (await desk.get(f"/v1/cases/{ids[0]}")).json()["owner"] == {"id": "mai", "name": "麻衣"}


async def test_who_only_decides_says_so_on_the_board_once_and_takes_nothing_over(desk: Desk) -> None:
    case_id = await both_asked(desk)
    manager, engineer = [await log_in(desk, who, *LEADER, name=who) for who in ("manager", "sato")]
    page = (await manager.get("/cases")).text
    assert ("承知しました<span" in page, "引き受ける<span" in page) == (True, False)
    known = await send(manager, "/cases", "/cases/together", take=case_id, key="0" * 32)
    after = await manager.get(known.headers["location"])
    assert "を承知しました。対応する担当者はまだ決まっていません。" in words(after)
    assert 'name="take"' not in after.text, "there is nothing left to say"
    assert "引き受ける<span" in (await engineer.get("/cases")).text
    await send(engineer, "/cases", "/cases/together", take=case_id, key="1" * 32)
    ticked = {f"case-{case_id}": "1", "verb": "acknowledge", "key": "2" * 32}
    again = words(await send(manager, "/cases", "/cases/together", **ticked))
    assert "を承知しました。対応は担当者が行っています。" in again
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["owner"]["id"] == "sato"


async def done_case(desk: Desk, team: str, by: str, **report: str) -> str:
    """A case of a team that somebody has had, and that is done."""
    id_ = await case_of(desk, team, **report)
    for verb, body in (("acknowledge", {}), ("resolve", {"handling": "x", "result": "x"})):
        assert (await desk.act(id_, verb, by=by, **body)).status_code == 200
        await desk.log.drain()
    return id_


async def many_like(desk: Desk, id_: str, count: int) -> None:
    """So many newer cases that are like this one in everything but their ids and numbers."""
    made = "'c_7' || lpad(n::text, 25, '0')"
    columns = (
        "status, priority, owner, words, created_at, updated_at, team, source, reporter, restricted, people, followers"
    )
    async with desk.db.transaction() as tx:
        await tx.execute(
            f"INSERT INTO cases (id, number, {columns}) SELECT {made}, number + n, {columns}"
            " FROM cases, generate_series(1, $2::int) AS n WHERE id = $1",
            id_, count, timeout=60,
        )  # fmt: skip
        await tx.execute(
            f"INSERT INTO folds (key, state, pending) SELECT {made}, replace(state, key, {made}), pending"
            " FROM folds, generate_series(1, least($2::int, 300)) AS n WHERE key = $1",
            id_, count, timeout=60,
        )  # fmt: skip


async def test_what_is_done_of_a_team_is_found_however_much_of_others_is_newer(desk: Desk) -> None:
    """Red when team and owner are looked at only after the newest 200 have been read."""
    ours = await done_case(desk, "payments", "sato", title="髙﨑①㈱🔥 返金の締め")
    await many_like(desk, await done_case(desk, "sre", "ken", title="夜間バッチ"), 201)
    browser = await log_in(desk, "sato", *LEADER)
    for query in ("team=payments", "who=me", "team=payments&who=me&priority=P1&q=返金", "q=返金の締め"):
        shown = (await browser.get(f"/cases?status=done&{query}")).text
        assert (shown.count('<li class="case'), ours in shown) == (1, True), query
        assert "だけを探しました" not in shown
    for query in ("team=sre&who=me", "who=none", "late=1", "team=nothing"):
        assert '<li class="case' not in (await browser.get(f"/cases?status=done&{query}")).text, query
    every = words(await browser.get("/cases?status=done&page=4"))
    assert "200 件以上 4 / 4 ページ" in every, "it is said that this is not all"
    assert "More than 200 cases, page 4 of 4" in words(await browser.get("/cases?status=done&page=4&lang=en"))
    stranger = await log_in(desk, "rei", ("leader", "sre"))
    assert ours not in (await stranger.get("/cases?status=done&team=payments")).text


async def test_a_search_of_what_is_done_ends_and_says_how_far_it_has_looked(desk: Desk) -> None:
    ours = await done_case(desk, "payments", "sato", title="髙﨑①㈱🔥 返金の締め")
    await many_like(desk, await done_case(desk, "sre", "ken", title="夜間バッチ"), 20_000)
    browser = await log_in(desk, "sato", *LEADER)
    page = await browser.get("/cases?status=done&q=返金の締め")
    assert (ours in page.text, "新しいほうから 20,000 件だけを探しました。 チームか" in words(page)) == (False, True)
    for query in ("q=返金の締め&team=payments", "who=me"):
        page = await browser.get(f"/cases?status=done&{query}")
        assert (ours in page.text, "だけを探しました" in page.text) == (True, False), query


async def test_views_are_kept_for_each_person(desk: Desk) -> None:
    browser, other = await log_in(desk, "sato", *LEADER), await log_in(desk, "mai", *LEADER)
    name = "髙﨑①㈱🔥の急ぎ"
    await send(browser, "/cases", "/cases/views", name=name, priority=Priority.P1, late="1")
    shown = (await browser.get("/cases")).text
    assert name in shown
    assert "/cases?priority=P1&amp;late=1" in shown
    assert name not in (await other.get("/cases")).text
    await send(browser, "/cases", "/cases/views", forget=name)
    assert name not in (await browser.get("/cases")).text


async def test_a_page_stays_small_and_leads_on_to_the_next(desk: Desk) -> None:
    for _ in range(60):
        await case_of(desk, "")
    browser = await log_in(desk, "sato", *LEADER)
    first, second = [await browser.get(f"/cases?page={number}") for number in (1, 2)]
    assert [page.text.count('<li class="case') for page in (first, second)] == [50, 10]
    assert len(first.content) < 150_000
