"""Finished cases on a real database: kept, replayed over HTTP without being touched, reviewed, and the owner reminded once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.router import archive
from services.router.handlers import handlers
from services.router.review import Reminder
from shared.contracts import canary
from shared.contracts import events as e
from shared.contracts.vocabulary import Urgency
from tests.integration.log import T0, Log
from tests.integration.router.people import ITO, SATO, by
from tests.integration.router.policy_desk import Desk, files
from tests.integration.router.test_routing import submitted
from tests.unit.router.desk import actor

SHORTER = "first_response: 5m→first_response: 3m"


@pytest.fixture
async def log(desk: Desk) -> Log:
    async with desk.db.transaction() as tx:
        for table in ("inbox", "folds", "open_cases", "archived_cases", "reassessments", "reviews", "outbox"):
            await tx.execute(f"DELETE FROM {table}")
    return Log(desk.db, desk.clock, handlers(lambda: desk.current.in_force))


async def finish(log: Log, case_id: str, minutes: float = 4, source: str = "t") -> None:
    """A case that is answered so long after it came in, and resolved soon after."""
    await log.tell(submitted(case_id, impact="all").model_copy(update={"source": source}))
    begun = log.clock.at
    for after, event in (
        (minutes, e.CaseAcknowledged(case_id=case_id, by=actor("sato.hanako"), via="phone")),
        (minutes, e.CaseAcknowledged(case_id=case_id, by=actor("tanaka.minoru"), via="phone")),
        (minutes + 5, e.CaseStarted(case_id=case_id, by=actor("sato.hanako"))),
        (minutes + 9, e.CaseResolved(case_id=case_id, by=actor("sato.hanako"), handling="直した", result="直った")),
    ):
        log.clock.at = begun + timedelta(minutes=after)
        await log.tell(event)


async def contents(log: Log) -> list[Any]:
    """Everything that stands in the database of the router."""
    async with log.db.reading() as tx:
        tables = [
            r["tablename"]
            for r in await tx.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        ]
        return [(t, await tx.fetch(f"SELECT t::text AS row FROM {t} t ORDER BY 1")) for t in sorted(tables)]


async def test_a_case_is_in_the_archive_from_its_end_until_it_is_opened_again(log: Log) -> None:
    """Seen red: without the line in `handlers`."""
    await finish(log, "a1")
    assert [len(page) async for page in archive.folds(log.db, T0, 10)] == [1]
    await log.tell(e.CaseReopened(case_id="a1", by=actor("sato.hanako"), reason="再発"))
    assert [page async for page in archive.folds(log.db, T0, 10)] == []


async def test_canaries_are_not_archived_for_the_policy(log: Log) -> None:
    await finish(log, "w1", source=canary.SOURCE)
    await finish(log, "a2")
    pages = [page async for page in archive.folds(log.db, T0, 10)]
    assert [[p[:10] for p in page] for page in pages] == [['{"id":"a2"']]


async def test_the_newest_are_read_first_and_no_more_than_asked_for(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(archive.folds.__globals__, "PAGE", 2)
    for n in range(5):
        await finish(log, f"n{n}")
    pages = [page async for page in archive.folds(log.db, T0, 3)]
    assert [[p[:10] for p in page] for page in pages] == [['{"id":"n4"', '{"id":"n3"'], ['{"id":"n2"']]


async def test_a_draft_is_replayed_and_nothing_is_written(desk: Desk, log: Log) -> None:
    for n in range(3):
        await finish(log, f"r{n}")
    before = await contents(log)
    answer = await desk.client.post("/v1/policy/replay", json={"files": files(matrix=SHORTER)})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["cases"], said["changed"], said["caused"]) == (
        3,
        3,
        {"first_response": 3, "authority_response": 3},
    )
    assert said["worst"][0]["what"][0]["ja"]
    same = (await desk.client.post("/v1/policy/replay", json={"files": files()})).json()
    assert (same["changed"], same["avoided"], same["caused"]) == (0, {}, {})
    assert await contents(log) == before


async def test_who_was_away_then_is_called_by_no_replay_though_it_is_over(desk: Desk, log: Log) -> None:
    """Seen red: absences that are over were forgotten, and calls counted for who had been on leave."""
    told: dict[str, Any] = {"since": "2026-11-24T09:00:00+09:00", "until": "2026-11-24T18:00:00+09:00", "by": by(SATO)}
    await desk.post("absences", person=SATO, substitute=ITO, **told)
    await finish(log, "a1")
    desk.clock.at = T0 + timedelta(days=3)
    await desk.start()
    assert desk.current.in_force.attendance.absences == ()
    said = (await desk.client.post("/v1/policy/replay", json={"files": files()})).json()
    called = {p["person"]["id"] for p in said["people"] if p["calls"]["before"] or p["calls"]["after"]}
    assert (ITO in called, SATO in called) == (True, False)
    woken = (await desk.client.get("/v1/policy/review?days=30")).json()["woken"]
    assert (ITO in {w["person"]["id"] for w in woken}, SATO in {w["person"]["id"] for w in woken}) == (True, False)


async def test_the_replay_can_be_seen_as_a_picture(desk: Desk, log: Log) -> None:
    await finish(log, "p1")
    body = {"files": files(matrix=SHORTER)}
    for answer in (
        await desk.client.post("/v1/policy/replay?format=svg", json=body),
        await desk.client.post("/v1/policy/replay", json=body, headers={"accept": "image/svg+xml"}),
    ):
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert "田中 実" in answer.text


async def test_a_draft_that_does_not_fit_is_refused_with_every_finding(desk: Desk, log: Log) -> None:
    for path, more in (("/v1/policy/replay", {}), ("/v1/simulate", {"report": {"facts": "x"}})):
        body = {"files": files(matrix="first_response: 5m→first_response: 5分"), **more}
        answer = await desk.client.post(path, json=body)
        assert answer.status_code == 422, answer.text
        assert answer.json()["title"] == "案に誤りが 1 件あるため、試せません。"
        assert {x["file"] for x in answer.json()["errors"]} == {"matrix.yaml"}
    assert (await desk.client.post("/v1/policy/replay", json={})).status_code == 422
    bare = await desk.client.get("/v1/policy/review", headers={"authorization": ""})
    assert bare.status_code == 401


async def test_the_review_tells_of_what_people_changed(desk: Desk, log: Log) -> None:
    await log.tell(submitted("v1", impact="all"))
    await log.tell(e.CaseReassessed(case_id="v1", by=actor("sato.hanako"), urgency=Urgency.LOW, reason="軽微"))
    await finish(log, "v2")
    said = (await desk.client.get("/v1/policy/review?days=30")).json()
    assert (said["cases"], said["reassessed"]) == (1, {"P1 → P3": 1})
    assert (await desk.client.get("/v1/policy/review")).json()["since"] == "2026-11-24T01:00:00Z"


async def test_the_owner_is_reminded_once_a_period_by_however_many_replicas(desk: Desk, log: Log) -> None:
    """Seen red: without `begin_review`, which lets each replica say it."""
    await finish(log, "o1")
    log.said.clear()
    one, two = (Reminder(log.db, log.clock, desk.current) for _ in range(2))
    await one.sweep()
    log.clock.at = T0 + timedelta(days=91)
    await asyncio.gather(one.sweep(), two.sweep())
    for reminder in (one, two, Reminder(log.db, log.clock, desk.current)):
        await reminder.sweep()
    await log.drain()
    (told,) = log.of(e.DutyDigest)
    policy = desk.current.in_force.policy
    assert (told.cause, told.person.id) == ("review", policy.owner or policy.catch_all)
    log.clock.at = T0 + timedelta(days=181)
    await two.sweep()
    await log.drain()
    assert len(log.of(e.DutyDigest)) == 2


async def test_simulate_answers_the_direct_road_without_steps_and_people_with_them(desk: Desk) -> None:
    report = {"urgency": "critical", "impact": "all", "facts": "決済が全店舗で失敗する 髙﨑①㈱🔥"}
    bare = (await desk.client.post("/v1/simulate", json={"case_id": "c_1", "report": report, "source": "crm"})).json()
    assert [(x["case_id"], x["track"], x["round"]) for x in bare["assigned"]] == [
        ("c_1", "handling", 1),
        ("c_1", "authority", 2),
    ]
    assert (bare["steps"], bare["plan"]["priority"]) == (None, "P1")
    acts = [{"after": "3m", "deed": "acknowledge"}]
    full = (await desk.client.post("/v1/simulate", json={"report": report, "horizon": "1h", "acts": acts})).json()
    assert full["steps"][1]["status"] == "in_progress"
    assert full["end"]["ja"]
    draft = {"report": report, "files": files(matrix="  P1: # 全体→  P1: # 全店 全体")}
    assert (await desk.client.post("/v1/simulate", json=draft)).json()["plan"]["levels"] == bare["plan"]["levels"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "2026-11-24T10:00:00"},
        {"at": "2026-13-40T10:00:00Z"},
        {"at": "9999-12-31T23:59:59Z"},  # seen red: answered as if it were to be tried again
        {"at": "0001-01-01T00:00:00+14:00"},
        {"horizon": "１０分後"},
        {"acts": [{"after": "-3m", "deed": "acknowledge"}]},
        {"acts": [{"after": "3m", "deed": "sleep"}]},
        {"report": {"facts": ""}},
        {"similar": ["soon"]},
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_by_name(desk: Desk, wrong: dict[str, Any]) -> None:
    answer = await desk.client.post("/v1/simulate", json={"report": {"facts": "x"}, "horizon": "1h", **wrong})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"].startswith(f"/{next(iter(wrong))}")


async def test_a_week_is_told_as_data_and_as_a_picture(desk: Desk) -> None:
    body = {"report": {"facts": "帳票の文字が欠ける <髙﨑①㈱🔥>"}, "at": "2026-11-24T10:00:00+09:00"}
    said = (await desk.client.post("/v1/simulate/week", json=body)).json()
    assert (len(said["cells"]), said["zone"]) == (168, "Asia/Tokyo")
    drawn = await desk.client.post("/v1/simulate/week?format=svg", json=body)
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "&lt;髙﨑①㈱🔥&gt;" in drawn.text
    link = "/v1/simulate/week?urgency=critical&impact=all&facts=x&format=svg"
    assert (await desk.client.get(link, headers={"accept-language": "en"})).text.count("Tue") == 1
    assert (await desk.client.get("/v1/simulate/week?urgency=enormous")).status_code == 422
