"""Drills at the front door: planned once, begun once, ended by themselves, and never among what is real."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.intake import drills
from services.intake.domain.tokens import Principal
from services.intake.drilling import Drilling
from services.intake.streaming import Fan
from shared.contracts import drill
from shared.contracts.events import Actor
from shared.contracts.vocabulary import Outcome
from tests.integration.intake.desk import Desk
from tests.integration.intake.exercise import ask, attempted, begun, planned, shown
from tests.integration.intake.office import behind
from tests.integration.intake.people import log_in
from tests.integration.intake.rota import SATO, TAKAHASHI, duty
from tests.integration.intake.teams import case_of, plan

EVERYTHING = Principal("crm", frozenset(("read",)), Actor(kind="source", id="crm"))


@pytest.fixture
def desk_(desk: Desk) -> Desk:
    desk.others.answer = behind
    return desk


async def test_a_drill_pages_is_answered_and_ends_with_its_report(desk_: Desk) -> None:
    one = await begun(desk_, title="髙﨑①㈱🔥 想定", minutes=10)
    assert (one["state"], one["number"] > 0) == ("running", True)
    case = (await desk_.get(f"/v1/cases/{one['case_id']}")).json()
    assert (case["headline"], case["source"]) == ("【訓練】髙﨑①㈱🔥 想定", drill.SOURCE)
    await ask(desk_, one["case_id"], SATO, TAKAHASHI)
    await attempted(desk_, one["case_id"], SATO, Outcome.ANSWERED)
    await attempted(desk_, one["case_id"], TAKAHASHI, Outcome.FAILED, "no-answer")
    await Drilling(desk_.door).once()
    assert (await shown(desk_, one["id"]))["state"] == "running"
    desk_.clock.at += timedelta(seconds=80)
    await desk_.act(one["case_id"], "acknowledge", by=SATO.id)
    await desk_.log.drain()
    await Drilling(desk_.door).once()
    await desk_.log.drain()
    told = await shown(desk_, one["id"])
    assert (told["state"], told["why"]) == ("ended", "answered")
    assert "最初の応答まで1分20秒" in told["verdict"]
    assert told["mend"] == [
        "髙橋 健①さんには、どの手段でも届きませんでした。連絡先を確かめてください。",
        "髙橋 健①さんの電話に届きませんでした（電話に出られませんでした）。",
    ]
    assert [(a["id"], a["seconds"], a["reached_at"] is not None) for a in told["asked"]] == [
        (SATO.id, 80.0, True),
        (TAKAHASHI.id, None, False),
    ]
    assert (await desk_.get(f"/v1/cases/{one['case_id']}")).json()["status"] == "done"
    again = await desk_.act(one["case_id"], "reopen", reason="x")
    assert (again.status_code, again.json()["code"]) == (409, "drill-over")


async def test_many_processes_begin_a_drill_once_and_one_that_waits_survives_all_of_them(desk_: Desk) -> None:
    starts_at = (desk_.clock.now() + timedelta(hours=1)).isoformat()
    one = await planned(desk_, starts_at=starts_at)
    await Drilling(desk_.door).once()
    assert (one["state"], await desk_.count("cases")) == ("planned", 0)
    desk_.clock.at += timedelta(hours=1)
    await asyncio.gather(*(Drilling(desk_.door).once() for _ in range(4)))
    assert (await desk_.count("cases"), (await shown(desk_, one["id"]))["state"]) == (1, "running")
    assert await desk_.count("urgent") == 0  # the direct road is kept for what is real


async def test_the_same_wish_under_the_same_key_is_one_drill_and_another_is_refused(desk_: Desk) -> None:
    one, same = await planned(desk_), await planned(desk_)
    assert one["id"] == same["id"]
    other = await desk_.post("/v1/drills", {"team": "sre", "minutes": 9}, idempotency_key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert (await desk_.post("/v1/drills", {"team": "sre"})).status_code == 400
    assert await desk_.count("drills") == 1


async def test_it_ends_when_its_time_is_up_and_when_something_real_comes(desk_: Desk) -> None:
    one = await begun(desk_, minutes=10)
    await ask(desk_, one["case_id"], SATO)
    desk_.clock.at += timedelta(minutes=10)
    await Drilling(desk_.door).once()
    told = await shown(desk_, one["id"])
    assert (told["state"], told["why"]) == ("ended", "limit")
    await desk_.log.drain()
    older = await case_of(desk_, "", urgency="critical", impact="all")
    desk_.clock.at += timedelta(seconds=1)
    two = await begun(desk_, key="k-2")
    await desk_.log.tell(plan("sre").model_copy(update={"case_id": older}))  # reported before, and a P1 only now
    await Drilling(desk_.door).once()
    assert (await shown(desk_, two["id"]))["why"] == "real"
    refused = await desk_.post("/v1/drills", {"team": "sre"}, idempotency_key="k-3")
    assert (refused.status_code, refused.json()["code"]) == (409, "drill-real")
    await desk_.log.drain()
    async with desk_.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM cases WHERE status <> 'done' AND source = $1", drill.SOURCE) == 0


async def test_whoever_planned_it_stops_it_and_nothing_stays_open(desk_: Desk) -> None:
    one = await begun(desk_)
    answer = await desk_.post(f"/v1/drills/{one['id']}/stop")
    assert (answer.status_code, answer.json()["state"], answer.json()["why"]) == (200, "ended", "stopped")
    assert (await desk_.post(f"/v1/drills/{one['id']}/stop")).json()["ended_at"] == answer.json()["ended_at"]
    later = (desk_.clock.now() + timedelta(hours=1)).isoformat()
    two = await planned(desk_, key="k-2", starts_at=later)
    assert (await desk_.post(f"/v1/drills/{two['id']}/stop")).json()["state"] == "cancelled"
    desk_.clock.at += timedelta(hours=2)
    await Drilling(desk_.door).once()
    assert await desk_.count("cases") == 1


@pytest.mark.parametrize(
    ("window", "status"),
    [
        ({"team": "sre"}, 409),
        ({"team": "sre", "state": "over"}, 201),
        ({"team": "billing"}, 201),
        ({"team": "sre", "product": "決済"}, 201),
    ],
)
async def test_a_team_in_maintenance_is_not_disturbed(desk_: Desk, window: dict[str, str], status: int) -> None:
    now = desk_.clock.now()
    span = {"from": (now - timedelta(hours=1)).isoformat(), "to": (now + timedelta(hours=1)).isoformat()}
    shown_ = {"product": "", "source": "", "state": "open", **span, **window}

    def answer(request: Any) -> Any:
        if request.url.path == "/v1/maintenance":
            return type(behind(request))(200, json={"data": [shown_]})
        return behind(request)

    desk_.others.answer = answer
    told = await desk_.post("/v1/drills", {"team": "sre"}, idempotency_key="k")
    assert told.status_code == status, told.text


async def test_a_team_that_the_policy_has_no_more_is_not_drilled_and_no_other_in_its_place(desk_: Desk) -> None:
    later = (desk_.clock.now() + timedelta(hours=1)).isoformat()
    one, two = [await planned(desk_, key=key, starts_at=later) for key in ("k-1", "k-2")]
    teams: list[dict[str, Any]] | None = None

    def answer(request: Any) -> Any:
        if request.url.path == "/v1/on-duty":
            return type(behind(request))(503 if teams is None else 200, json=teams)
        return behind(request)

    desk_.others.answer = answer
    desk_.clock.at += timedelta(hours=1)
    await Drilling(desk_.door).once()
    assert (await shown(desk_, one["id"]))["waits"] == "当番やメンテナンスの状況を確かめられないため、待っています。"
    teams = [{**part, "team": "desk"} for part in duty()]
    await Drilling(desk_.door).once()
    told = [await shown(desk_, each["id"]) for each in (one, two)]
    assert {(each["state"], each["why"]) for each in told} == {("missed", "gone")}
    assert "このチームがポリシーからなくなったため" in told[0]["verdict"]
    assert await desk_.count("cases") == 0


async def test_a_drill_that_found_no_chance_in_time_is_not_held(desk_: Desk) -> None:
    one = await planned(desk_, starts_at=(desk_.clock.now() + timedelta(hours=1)).isoformat())
    await case_of(desk_, "sre", urgency="critical", impact="all")
    desk_.clock.at += timedelta(hours=1)
    await Drilling(desk_.door).once()
    told = await shown(desk_, one["id"])
    assert (told["state"], told["waits"]) == (
        "planned",
        "このチームに、完了していない実際の P1 があるため、待っています。",
    )
    desk_.clock.at += timedelta(minutes=16)
    await Drilling(desk_.door).once()
    told = await shown(desk_, one["id"])
    assert (told["state"], told["why"]) == ("missed", "real")


async def test_who_may_hold_and_who_may_know(desk_: Desk) -> None:
    leader = await desk_.token_for("leader", "all", None, ("leader", "sre"))
    member = await desk_.token_for("member", "all", None, ("responder", "sre"))
    other = await desk_.token_for("other", "all", None, ("leader", "billing"))
    body = {"team": "sre"}
    for token in (member, other):
        refused = await desk_.post("/v1/drills", body, token, idempotency_key="k")
        assert (refused.status_code, refused.json()["code"]) == (403, "role-needed")
    later = (desk_.clock.now() + timedelta(hours=1)).isoformat()
    secret = await planned(desk_, leader, "a", starts_at=later)
    told = await planned(desk_, leader, "b", starts_at=later, announced=True)
    seen = {name: await ids(desk_, token) for name, token in (("l", leader), ("m", member), ("o", other))}
    assert seen == {"l": {secret["id"], told["id"]}, "m": {told["id"]}, "o": set()}
    for token, id_, status in ((member, secret["id"], 404), (member, told["id"], 200), (other, told["id"], 404)):
        assert (await desk_.get(f"/v1/drills/{id_}", token=token)).status_code == status
    assert (await desk_.post(f"/v1/drills/{told['id']}/stop", None, member)).status_code == 403
    assert (await desk_.post(f"/v1/drills/{told['id']}/stop", None, other)).status_code == 404


async def ids(desk: Desk, token: str) -> set[str]:
    return {one["id"] for one in (await desk.get("/v1/drills", token=token)).json()["data"]}


async def test_no_list_no_board_and_no_listener_has_it(desk_: Desk) -> None:
    fan = Fan(desk_.db, desk_.door.fan.limits)
    listener, _ = await fan.join()
    one, case = await begun(desk_), await desk_.submit()
    await ask(desk_, one["case_id"], SATO)
    await desk_.log.drain()
    await fan._read()
    heard = {change.case_id for change in await listener.next(0) if change.is_for(EVERYTHING)}
    assert heard == {case["id"]}
    assert [c["id"] for c in (await desk_.get("/v1/cases")).json()["data"]] == [case["id"]]
    browser = await log_in(desk_, "sato.hanako", ("leader", "*"))
    board = (await browser.get("/cases")).text
    assert (one["case_id"] in board, case["id"] in board) == (False, True)


async def test_two_drills_of_a_team_do_not_run_at_once(desk_: Desk) -> None:
    later = (desk_.clock.now() + timedelta(minutes=5)).isoformat()
    first, second = await planned(desk_, starts_at=later), await planned(desk_, key="k-2", starts_at=later)
    desk_.clock.at += timedelta(minutes=5)
    await Drilling(desk_.door).once()
    states = [(await shown(desk_, one["id"]))["state"] for one in (first, second)]
    assert sorted(states) == ["planned", "running"]
    busy = await desk_.post("/v1/drills", {"team": "sre"}, idempotency_key="k-3")
    assert busy.json()["code"] == "drill-busy"
    async with desk_.db.reading() as tx:
        assert (await drills.around(tx, "sre", (), ["sre"])).team == 1
