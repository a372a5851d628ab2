"""Who may read a case that a rule of the policy restricts: as if its reporter had said so themselves."""

import pytest

from services.intake.domain.roles import Role
from shared.contracts import events as e
from tests.integration.intake.desk import Desk
from tests.integration.intake.teams import case_of, plan
from tests.integration.intake.test_audit import lines

pytestmark = pytest.mark.security


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
        token = await person(desk, f"{role}1", role)  # type: ignore[arg-type]
        assert (await desk.get(f"/v1/cases/{case_id}", token=token)).status_code == 404
