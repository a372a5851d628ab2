"""A person has a case handled as another one, and takes that back: by API and on the page, once, and only what they may."""

import asyncio
from typing import Any

import pytest

from shared.contracts import events as e
from shared.contracts.events import Actor
from tests.integration.intake.desk import TEXT, Desk
from tests.integration.intake.office import behind
from tests.integration.intake.people import log_in, send, words
from tests.integration.intake.teams import NOBODYS, WHY, case_of
from tests.unit.contracts import story

KEY = "0123456789abcdef" * 2


async def case(desk: Desk, team: str = "sre", **report: Any) -> tuple[str, int]:
    """A case that somebody is asked for, of a team."""
    id_ = await case_of(desk, "", **report)
    plan = story.PLAN.model_copy(update={"team": team})
    await desk.log.tell(e.EscalationPlanned(case_id=id_, plan=plan))
    return id_, (await desk.get(f"/v1/cases/{id_}")).json()["number"]


async def told(desk: Desk, lead: tuple[str, int], report: tuple[str, int]) -> None:
    """Everything is read back, and what the router says of it."""
    await desk.log.drain()
    by = Actor(kind="source", id="crm", name="crm")
    await desk.log.tell(e.EscalationJoined(case_id=lead[0], joined=report[0], joined_number=report[1], by=by))


async def test_a_case_is_handled_as_another_and_done_with_it(desk: Desk) -> None:
    lead, report = await case(desk), await case(desk)
    shown = (await desk.act(report[0], "link", lead=lead[1], reason="同じ証明書 髙﨑①㈱🔥")).json()
    assert (shown["linked"]["id"], shown["deadlines"]) == (lead[0], [])
    await told(desk, lead, report)
    assert (await desk.get(f"/v1/cases/{lead[0]}")).json()["joined"] == [{"id": report[0], "number": report[1]}]
    lines = (await desk.get(f"/v1/cases/{report[0]}/timeline")).json()["data"]
    assert lines[-1]["text"] == f"同じ内容のため、No. {lead[1]} としてまとめて対応します：同じ証明書 髙﨑①㈱🔥"
    assert not lines[-1]["public"]
    await desk.act(lead[0], "resolve", handling="証明書を更新", result="復旧")
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{report[0]}")).json()["status"] == "done"


async def test_repeating_and_taking_back_change_nothing_twice(desk: Desk) -> None:
    lead, report = await case(desk), await case(desk)
    for ref in (lead[0], lead[1], f"#{lead[1]}", f" Ｎｏ．{lead[1]}"):
        assert (await desk.act(report[0], "link", lead=ref)).status_code == 200
    await told(desk, lead, report)
    assert (await desk.act(report[0], "split", reason="別の機種")).json()["linked"] is None
    again = await desk.act(report[0], "split", reason="別の機種")
    assert (again.status_code, again.json()["code"]) == (409, "case-not-linked")
    await desk.log.drain()
    assert len(desk.log.of(e.CaseLinked)) == len(desk.log.of(e.CaseSplit)) == 1
    await desk.act(lead[0], "resolve", handling="h", result="r")
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{report[0]}")).json()["status"] == "received"
    await desk.log.tell(e.EscalationParted(case_id=lead[0], parted=report[0], parted_number=report[1]))
    assert (await desk.get(f"/v1/cases/{lead[0]}")).json()["joined"] == []


async def test_several_ticked_cases_are_handled_as_one_and_for_each_it_is_said_what_came_of_it(desk: Desk) -> None:
    desk.others.answer = behind
    (lead, number), (one, first), (other, second) = [await case(desk, title="髙﨑①㈱🔥") for _ in range(3)]
    (hidden_away, third), (elsewhere, fourth) = await case(desk, kind="harassment"), await case(desk, team="billing")
    browser = await log_in(desk, "sato.hanako", ("leader", "*"))
    ticked = {f"case-{id_}": "1" for id_ in (lead, one, other, hidden_away, elsewhere)}
    sent = {"key": KEY, "verb": "link", **ticked}
    for typed, said in (("", "番号を確かめて"), ("999999", "番号を確かめて"), (str(third), "")):
        wrong = words(await send(browser, "/cases", "/cases/together", **{**sent, "lead": typed}))
        assert said in wrong
        assert not desk.log.of(e.CaseLinked)
    for _ in range(2):  # the second press changes nothing
        seen = words(await send(browser, "/cases", "/cases/together", **sent, lead=f" Ｎｏ．{number}"))
        for follower in (first, second):
            assert f"No. {follower} を No. {number} にまとめました" in seen
        assert f"No. {third}：閲覧が制限された案件は" in seen
        assert f"No. {fourth}：No. {number} は別のチームの案件" in seen
        await desk.log.drain()
    assert {(event.case_id, event.lead) for event in desk.log.of(e.CaseLinked)} == {(one, lead), (other, lead)}
    assert len(desk.log.of(e.CaseLinked)) == 2
    alone = words(
        await send(
            browser, "/cases", "/cases/together", key=KEY, verb="link", lead=str(number), **{f"case-{lead}": "1"}
        )
    )
    assert "まとめる案件を選んで" in alone
    mine = await log_in(desk, "mai", ("responder", "billing"))
    outside = await send(
        mine, "/cases", "/cases/together", key=KEY, verb="link", lead=str(number), **{f"case-{elsewhere}": "1"}
    )
    assert "番号を確かめて" in words(outside), "as if there were none"


async def test_two_people_who_link_two_cases_to_each_other_at_once_leave_one_that_leads(desk: Desk) -> None:
    """Seen to fail when only the case that is acted on is locked."""
    for _ in range(5):
        one, other = await case(desk), await case(desk)
        answers = await asyncio.gather(
            desk.act(one[0], "link", lead=other[1]), desk.act(other[0], "link", by="ito", lead=one[1])
        )
        assert sorted(a.status_code for a in answers) == [200, 409]
        assert [a.json()["code"] for a in answers if a.status_code == 409] == ["lead-linked"]


async def test_a_rule_and_a_person_who_link_two_cases_to_each_other_leave_one_that_leads(desk: Desk) -> None:
    lead, report = await case(desk), await case(desk)
    assert (await desk.act(report[0], "link", lead=lead[1])).status_code == 200
    gathered = e.EscalationLinked(case_id=lead[0], lead=report[0], lead_number=report[1], reasons=(WHY,))
    await desk.log.tell(gathered)
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{report[0]}")).json()["linked"] is None
    assert (await desk.get(f"/v1/cases/{lead[0]}")).json()["linked"]["id"] == report[0]
    (split,) = desk.log.of(e.CaseSplit)
    assert (split.case_id, split.by.id) == (report[0], "tasuki")


async def test_a_case_of_others_is_the_same_as_none(desk: Desk) -> None:
    mine, theirs = await case(desk), await case(desk, "payments")
    worker = await desk.token_for("worker", "all", None, ("responder", "sre"))
    path = f"/v1/cases/{mine[0]}/link"
    answers = [
        await desk.post(path, {"lead": lead}, worker) for lead in (theirs[0], theirs[1], NOBODYS, 999_999, "x" * 60)
    ]
    assert {(a.status_code, a.json()["code"], a.json()["errors"][0]["pointer"]) for a in answers} == {
        (422, "no-such-case", "/lead")
    }
    assert len({a.json()["title"] for a in answers}) == 1
    assert (await desk.post(f"/v1/cases/{theirs[0]}/link", {"lead": mine[1]}, worker)).status_code == 404
    assert (await desk.act(mine[0], "link", lead=theirs[1])).json()["code"] == "other-team"
    assert "case.linked.v1" not in await desk.said()


async def test_who_only_reported_a_case_has_nothing_handled_as_it(desk: Desk) -> None:
    reporter = await desk.token_for("mais", "all", Actor(kind="person", id="mai", name="麻衣"))
    lead = await case_of(desk, "sre", reporter)
    report = await case(desk, "support")
    helper = await desk.token_for("helps", "all", Actor(kind="person", id="mai", name="麻衣"), ("responder", "support"))
    answer = await desk.post(f"/v1/cases/{report[0]}/link", {"lead": lead}, helper)
    assert answer.status_code == 403
    assert "case.linked.v1" not in await desk.said()


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_it_is_done_and_taken_back_on_the_page(desk: Desk, language: str) -> None:
    desk.others.answer = behind
    lead, report = await case(desk, facts=TEXT), await case(desk, facts=TEXT)
    browser = await log_in(desk, "sato", ("responder", "sre"))
    browser.headers["accept-language"] = language
    page = f"/cases/{report[1]}"
    wrong = await send(browser, page, f"{page}/link", lead="999999", reason=TEXT, key=KEY)
    assert wrong.status_code == 422
    assert 'value="999999"' in wrong.text
    assert TEXT in wrong.text
    linked = await send(browser, page, f"{page}/link", lead=f"No.{lead[1]}", reason=TEXT, key=KEY)
    assert linked.headers["location"] == f"{page}?done=link"
    await told(desk, lead, report)
    shown = await browser.get(f"{page}?done=link")
    assert f'href="/cases/{lead[1]}"' in shown.text
    assert f'action="{page}/split#split"' in shown.text
    assert f'action="{page}/link#link"' not in shown.text
    assert f'href="/cases/{report[1]}"' in (await browser.get(f"/cases/{lead[1]}")).text
    split = await send(browser, page, f"{page}/split", reason=TEXT, key=KEY)
    assert split.headers["location"] == f"{page}?done=split"
    assert TEXT in words(await browser.get(page))
