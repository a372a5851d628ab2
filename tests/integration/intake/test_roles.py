"""Roles at the front door: what each sees and does, that the database agrees, and that nobody gives away more than they have."""

import itertools
from typing import Any

import httpx
import pytest

from services.intake import listing
from services.intake.domain import access
from services.intake.domain.roles import ROLES, Grant
from services.intake.domain.tokens import Principal, actor
from shared.contracts import canary
from shared.contracts import events as e
from shared.contracts.plan import Person, Responder
from shared.contracts.vocabulary import Channel, Priority
from shared.contracts.vocabulary import Path as Way
from shared.runtime import folds
from tests.integration.intake.desk import Desk
from tests.integration.intake.teams import WHY, case_of, theirs

pytestmark = pytest.mark.security


async def test_a_responder_of_the_team_sees_no_restricted_case_until_it_pages_them(desk: Desk) -> None:
    case_id, secret, _ = await theirs(desk)
    ken = e.Actor(kind="person", id="ken", name="髙橋 健")
    token = await desk.token_for("ken", "all", ken, ("responder", "payments"))
    assert (await desk.get(f"/v1/cases/{case_id}", token=token)).status_code == 200
    assert (await desk.get(f"/v1/cases/{secret}", token=token)).status_code == 404
    assert [c["id"] for c in (await desk.get("/v1/cases", token=token)).json()["data"]] == [case_id]
    asked = Responder(person=Person(id="ken", name="髙橋 健"), path=Way.FUNCTIONAL, reason=WHY)
    await desk.log.tell(
        e.EscalationAssigned(
            case_id=secret, round=1, level=1, path=Way.FUNCTIONAL, priority=Priority.P1, cause="submitted", after=0,
            responders=(asked,), channels=(Channel.PHONE,), reasons=(WHY,), deadlines=(),
        )
    )  # fmt: skip
    listed = {c["id"] for c in (await desk.get("/v1/cases", token=token)).json()["data"]}
    assert listed == {secret, case_id}
    assert (await desk.post(f"/v1/cases/{secret}/acknowledge", {}, token)).json()["owner"]["id"] == "ken"
    other = await desk.post(f"/v1/cases/{secret}/notes", {"text": "x", "by": {"id": "mai"}}, token)
    assert (other.status_code, other.json()["code"]) == (403, "not-in-your-name")


async def test_a_reporter_reads_what_is_said_to_reporters(desk: Desk) -> None:
    shop = await desk.token_for("shop", "all", None, ("reporter", "support"))
    case_id = await case_of(desk, "payments", shop)
    await desk.act(case_id, "notes", text="社内のメモ")
    await desk.act(case_id, "notes", text="お客様へ", internal=False)
    told = (await desk.get(f"/v1/cases/{case_id}/timeline", token=shop)).text
    assert "お客様へ" in told
    assert "社内のメモ" not in told
    refused = await desk.post(f"/v1/cases/{case_id}/resolve", {"handling": "x", "result": "x"}, shop)
    assert (refused.status_code, refused.json()["code"]) == (403, "role-needed")


async def test_what_a_reporter_writes_down_is_not_internal(desk: Desk) -> None:
    shop = await desk.token_for("shop", "all", None, ("reporter", "support"))
    case_id = await case_of(desk, "payments", shop)
    assert (await desk.post(f"/v1/cases/{case_id}/notes", {"text": "まだ続いています"}, shop)).status_code == 200
    assert "まだ続いています" in (await desk.get(f"/v1/cases/{case_id}/timeline", token=shop)).text


async def test_the_database_and_the_rule_agree_on_every_case_and_everybody(desk: Desk) -> None:
    for name in ("shop", "crm2"):
        token = await desk.token_for(name, "submit")
        for team, kind in itertools.product(("", "payments", "support"), ("other", "harassment")):
            case_id = await case_of(desk, team, token, kind=kind)
            if name == "shop":
                await desk.act(case_id, "followers", id="mai", name="mai")
                await desk.act(case_id, "offer", by="sato", to={"id": "ken", "name": "ken"})
            else:
                await desk.act(case_id, "acknowledge", by="mai")
    mai, ken = (e.Actor(kind="person", id=id_, name=id_) for id_ in ("mai", "ken"))
    callers = itertools.product(
        ("shop", "other"), (actor("x", None), mai, ken), ROLES, ("payments", "support", "*", "nowhere")
    )
    async with desk.db.reading() as tx:
        everything = await folds.load_all(tx, await listing.case_ids(tx, listing.Filter(), 100))
        for name, by, role, team in callers:
            who = Principal(name, frozenset(), by, frozenset((Grant(role, team),)))
            listed = await listing.case_ids(tx, listing.Filter(seer=access.seer(who)), 100)
            assert listed == [f.key for f in everything if f.case and access.sees(who, f.case)], who


async def test_who_administers_a_team_gives_away_that_team_alone(desk: Desk) -> None:
    boss = await desk.token_for("boss", "all", None, ("admin", "support"))
    foreign = await desk.token_for("foreign", "all", None, ("leader", "payments"))

    async def wanted(status: int, **more: Any) -> httpx.Response:
        body = {"name": "new", "scopes": ["read"], "grants": [{"role": "leader", "team": "support"}], **more}
        answer = await desk.post("/v1/tokens", body, boss)
        assert answer.status_code == status, answer.text
        return answer

    made = await wanted(201)
    assert made.json()["grants"] == [{"role": "leader", "team": "support"}]
    await wanted(403, grants=[{"role": "leader", "team": "payments"}])
    await wanted(403, grants=[{"role": "leader", "team": "*"}])
    await wanted(403, grants=None)
    await wanted(403, person={"id": "sato"})  # who has no roles, and so is of every team
    await desk.set_up("monitor-tokyo")
    await desk.client.put(
        "/v1/grants/mai",
        json={"grants": [{"role": "leader", "team": "support"}]},
        headers={"authorization": f"Bearer {desk.token}"},
    )
    mai = {"grants": None, "person": {"id": "mai"}}
    for taken in ("foreign", "form", "service", "zendesk", "monitor-tokyo", canary.SOURCE, "crm"):
        await wanted(422, name=taken)
        await wanted(422, name=taken, **mai)
    for _ in range(2):
        await wanted(201, name="mai-phone", **mai)
    await desk.client.put(
        "/v1/grants/ken",
        json={"grants": [{"role": "leader", "team": "payments"}]},
        headers={"authorization": f"Bearer {desk.token}"},
    )
    await wanted(403, person={"id": "ken"})
    source = {"id": "new", "name": "new", "sender": "alertmanager", "owner": "team:payments"}
    clash = await desk.post("/v1/sources", source)
    assert (clash.status_code, clash.json()["code"]) == (409, "name-taken")
    listed = (await desk.get("/v1/tokens", token=boss)).json()["data"]
    assert {token["name"] for token in listed} == {"new", "boss", "mai-phone"}
    gone = await desk.client.delete(f"/v1/tokens/{foreign[4:16]}", headers={"authorization": f"Bearer {boss}"})
    assert gone.json()["code"] == "unknown-token"


async def test_first_roles_leave_no_token_that_sees_what_is_reported_under_its_name(desk: Desk) -> None:
    await desk.set_up("monitor-tokyo")
    headers, body = {"authorization": f"Bearer {desk.token}"}, {"grants": [{"role": "responder", "team": "payments"}]}
    for person, name in (("ken", "monitor-tokyo"), ("mai", "form")):
        await desk.token_for(f"{person}-phone", "all", e.Actor(kind="person", id=person, name=person))
        token = await desk.token_for(name, "all", e.Actor(kind="person", id=person, name=person))
        refused = await desk.client.put(f"/v1/grants/{person}", json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "name-taken")
        assert (await desk.get("/v1/cases", token=token)).status_code == 200
        await desk.client.delete(f"/v1/tokens/{token[4:16]}", headers=headers)
        assert (await desk.client.put(f"/v1/grants/{person}", json=body, headers=headers)).status_code == 200


async def test_a_person_who_loses_the_last_role_is_shut_out_and_not_let_in_everywhere(desk: Desk) -> None:
    case_id = (await theirs(desk))[0]
    ken = await desk.token_for("ken", "all", e.Actor(kind="person", id="ken", name="ken"))
    headers = {"authorization": f"Bearer {desk.token}"}
    for grants, status in (([{"role": "leader", "team": "payments"}], 200), ([], 403)):
        answer = await desk.client.put("/v1/grants/ken", json={"grants": grants}, headers=headers)
        assert answer.json() == {"person": "ken", "grants": grants}
        assert (await desk.get(f"/v1/cases/{case_id}", token=ken)).status_code == status
    assert (await desk.get("/v1/grants")).json() == {"data": [{"person": "ken", "grants": []}]}
