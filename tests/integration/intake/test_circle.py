"""Who may read a case that a rule of the policy restricts: as if its reporter had said so themselves."""

import pytest

from services.intake.domain.roles import Role
from shared.contracts import events as e
from shared.contracts.plan import Person, Responder
from shared.contracts.vocabulary import Channel, Priority
from shared.contracts.vocabulary import Path as Way
from tests.integration.intake.desk import Desk
from tests.integration.intake.office import behind
from tests.integration.intake.people import log_in, send, words
from tests.integration.intake.rota import SATO
from tests.integration.intake.teams import WHY, case_of, plan
from tests.integration.intake.test_audit import lines
from tests.integration.intake.test_linked import link, linked, report

pytestmark = pytest.mark.security
KEY = "0123456789abcdef" * 2


async def person(desk: Desk, id_: str, role: Role) -> str:
    """The token of a person with a role in the payments team."""
    actor = e.Actor(kind="person", id=id_, name="髙橋 健 🔥")
    return await desk.token_for(id_, "all", actor, (role, "payments"))


async def by_rule(desk: Desk) -> str:
    """A case of the payments team that says nothing of its kind, and that a rule restricts."""
    case_id = await case_of(desk, "")
    told = plan("payments")
    planned = told.plan.model_copy(update={"restricted": True})
    await desk.log.tell(told.model_copy(update={"case_id": case_id, "plan": planned}))
    return case_id


async def listed(desk: Desk, token: str) -> list[str]:
    return [one["id"] for one in (await desk.get("/v1/cases", token=token)).json()["data"]]


async def test_a_rule_restricts_a_case_like_its_kind_does(desk: Desk) -> None:
    """Seen red where the kind alone was looked at."""
    case_id = await by_rule(desk)
    responder, leader = await person(desk, "ken", "responder"), await person(desk, "mai", "leader")
    assert (await desk.get(f"/v1/cases/{case_id}", token=responder)).status_code == 404
    assert await listed(desk, responder) == []
    assert await listed(desk, leader) == [case_id]
    assert (await desk.get(f"/v1/cases/{case_id}", token=leader)).status_code == 200
    seen = [x["actor"] for x in await lines(desk, case_id) if x["action"] == "case.seen"]
    assert seen == ["mai", "mai"], "in a list, and by itself"


async def test_before_it_is_planned_only_who_works_for_every_team_sees_it(desk: Desk) -> None:
    case_id = await case_of(desk, "")
    for role in ("responder", "leader"):
        token = await person(desk, f"{role}1", role)
        assert (await desk.get(f"/v1/cases/{case_id}", token=token)).status_code == 404


async def test_who_corrects_the_kind_closes_the_case_at_once_and_is_told_why_it_is_gone(desk: Desk) -> None:
    """Before the log has told of it. Seen red with the column left to what is read back."""
    desk.others.answer = behind
    case_id = await case_of(desk, "sre")
    number = (await desk.get(f"/v1/cases/{case_id}")).json()["number"]
    browser = await log_in(desk, SATO.id, ("responder", "sre"))
    page = f"/cases/{number}"
    assert 'name="personal_data"' in (await browser.get(page)).text
    wrong = await send(browser, page, f"{page}/reassess", key=KEY, kind="murder", personal_data="perhaps", reason="x")
    assert wrong.status_code == 422
    done = await send(browser, page, f"{page}/reassess", key=KEY, personal_data="yes", reason="名簿が漏れた")
    assert done.headers["location"] == f"/cases?done=reassess-{number}"
    assert "関係者だけが読める案件になった" in words(await browser.get(done.headers["location"]))
    assert (await browser.get(page)).status_code == 404
    async with desk.db.reading() as tx:
        assert await tx.fetchval("SELECT restricted FROM cases WHERE id = $1", case_id)
    leader = await log_in(desk, "mai", ("leader", "sre"), name="麻衣")
    assert "見直しました（個人情報のおそれ「ある」）：名簿が漏れた" in words(await leader.get(page))
    opened = await desk.act(case_id, "reassess", personal_data=False, reason="社内の宛先だった")
    assert (opened.status_code, opened.json()["report"]["personal_data"]) == (200, False)
    assert (await browser.get(page)).status_code == 200


async def test_who_is_asked_works_on_it_and_opens_it_to_nobody(desk: Desk) -> None:
    case_id = await case_of(desk, "payments", kind="harassment")
    asked = Responder(person=Person(id="ken", name="髙橋 健 🔥"), path=Way.FUNCTIONAL, reason=WHY)
    await desk.log.tell(
        e.EscalationAssigned(
            case_id=case_id, round=1, level=1, path=Way.FUNCTIONAL, priority=Priority.P1, cause="submitted", after=0,
            responders=(asked,), channels=(Channel.PHONE,), reasons=(WHY,), deadlines=(),
        )
    )  # fmt: skip
    path, opening = f"/v1/cases/{case_id}/reassess", {"kind": "complaint", "reason": "言葉のあや"}
    ken, mai = await person(desk, "ken", "responder"), await person(desk, "mai", "leader")
    refused = await desk.post(path, opening, ken)
    assert (refused.status_code, refused.json()["code"]) == (403, "role-needed")
    assert (await desk.post(path, {"urgency": "high", "reason": "急ぐ"}, ken)).status_code == 200
    assert (await desk.post(path, opening, mai)).json()["report"]["kind"] == "complaint"


@pytest.mark.parametrize("by", ["a person", "a rule"])
async def test_a_lead_that_is_restricted_parts_from_what_the_team_may_read(desk: Desk, by: str) -> None:
    """What is done for it is told to nobody else. Seen red: both reports ended with its handling, its result and its cause."""
    lead, others = await linked(desk, 2)
    if by == "a person":
        await desk.act(lead[0], "reassess", kind="harassment", reason="脅されている")
        await desk.log.drain()
    else:
        told = plan("payments")
        planned = told.plan.model_copy(update={"restricted": True})
        await desk.log.tell(told.model_copy(update={"case_id": lead[0], "plan": planned}))
    late = await report(desk)
    for event in link(lead, late):
        await desk.log.tell(event)
    for case_id, _ in (*others, late):
        await desk.log.tell(plan("payments").model_copy(update={"case_id": case_id}))
    await desk.act(lead[0], "resolve", handling="警察に相談 🔥", result="出入りを断った", cause="髙﨑①㈱")
    await desk.log.drain()
    assert {x.case_id for x in desk.log.of(e.CaseSplit)} == {late[0], *(x[0] for x in others)}
    assert len(desk.log.of(e.CaseSplit)) == 3
    assert [x.case_id for x in desk.log.of(e.CaseResolved)] == [lead[0]]
    for case_id, _ in (*others, late):
        shown = (await desk.get(f"/v1/cases/{case_id}")).json()
        assert (shown["linked"], shown["status"]) == (None, "received")


async def test_a_linked_report_that_a_rule_restricts_stands_alone(desk: Desk) -> None:
    lead, (other,) = await linked(desk)
    told = plan("payments")
    planned = told.plan.model_copy(update={"restricted": True})
    await desk.log.tell(told.model_copy(update={"case_id": other[0], "plan": planned}))
    assert desk.log.of(e.CaseSplit) == [], "who may read the lead, its plan has to say"
    await desk.log.tell(told.model_copy(update={"case_id": lead[0]}))
    assert [(x.case_id, x.lead, x.lead_number) for x in desk.log.of(e.CaseSplit)] == [(other[0], *lead)]


@pytest.mark.parametrize("joined_last", [False, True])
async def test_two_that_the_same_rule_restricts_stay_together_whichever_plan_is_read_first(
    desk: Desk, joined_last: bool
) -> None:
    """Seen red where the plan of the lead was not read yet: the report was split from it, and called for again."""
    lead, other = await report(desk), await report(desk)
    told = plan("payments")
    planned = told.plan.model_copy(update={"restricted": True})
    pointed, joined = link(lead, other)
    of_lead = told.model_copy(update={"case_id": lead[0], "plan": planned})
    await desk.log.tell(told.model_copy(update={"case_id": other[0], "plan": planned}))
    await desk.log.tell(pointed)
    for event in (of_lead, joined) if joined_last else (joined, of_lead):
        await desk.log.tell(event)
    await desk.log.drain()
    assert desk.log.of(e.CaseSplit) == []
    await desk.act(lead[0], "resolve", handling="h", result="r", cause="c")
    await desk.log.drain()
    assert {x.case_id for x in desk.log.of(e.CaseResolved)} == {lead[0], other[0]}


async def test_a_report_whose_plan_is_read_late_hears_nothing_of_a_restricted_lead(desk: Desk) -> None:
    """Neither before its plan is read nor after. Seen red where an unread plan gave it the result."""
    lead, (other,) = await linked(desk)
    told = plan("payments")
    planned = told.plan.model_copy(update={"restricted": True})
    await desk.log.tell(told.model_copy(update={"case_id": lead[0], "plan": planned}))
    await desk.act(lead[0], "resolve", handling="警察に相談 🔥", result="r", cause="c")
    await desk.log.drain()
    assert desk.log.of(e.CaseSplit) == []
    await desk.log.tell(told.model_copy(update={"case_id": other[0]}))
    assert [x.case_id for x in desk.log.of(e.CaseSplit)] == [other[0]]
    assert [x.case_id for x in desk.log.of(e.CaseResolved)] == [lead[0]]


async def test_who_followed_a_case_does_not_go_on_following_it_once_it_is_restricted(desk: Desk) -> None:
    case_id = await case_of(desk, "payments")
    await desk.act(case_id, "followers", id="tencho", name="店長")
    await desk.act(case_id, "reassess", kind="harassment", reason="脅されている")
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["followers"] == []
    await desk.act(case_id, "followers", id="bengoshi", name="弁護士 髙﨑①")
    await desk.log.drain()
    assert [x["id"] for x in (await desk.get(f"/v1/cases/{case_id}")).json()["followers"]] == ["bengoshi"]
    async with desk.db.reading() as tx:
        named = [r["person"] for r in await tx.fetch("SELECT person FROM concerned WHERE case_id = $1", case_id)]
    assert "bengoshi" in named
    assert "tencho" not in named
