"""The direct road: while Kafka is away a critical case reaches the notifier by HTTP, once."""

import json
from datetime import timedelta

import httpx

from services.intake.direct import DirectRoad
from shared.contracts.events import Actor
from tests.integration.intake.desk import SERVICE_TOKEN, SETTINGS, Desk

ASSIGNED = [{"case_id": "c", "round": 1, "track": "handling"}, {"case_id": "c", "round": 2, "track": "authority"}]


def road(desk: Desk) -> DirectRoad:
    http = httpx.AsyncClient(transport=desk.others.transport)
    return DirectRoad(desk.db, desk.clock, SETTINGS, http)


def behind(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"assigned": ASSIGNED} if request.url.path == "/v1/simulate" else {})


async def test_a_critical_case_that_kafka_does_not_take_is_paged_once(desk: Desk) -> None:
    desk.others.answer = behind
    shown = await desk.submit(urgency="critical", impact="all")
    await desk.submit(urgency="high")
    assert await road(desk).sweep() == 0
    desk.clock.at += timedelta(seconds=4)
    assert [await road(desk).sweep() for _ in range(3)] == [1, 0, 0]
    simulate, page = desk.others.asked
    assert str(simulate.url) == "http://router.test/v1/simulate"
    assert json.loads(simulate.content) == {"case_id": shown["id"], "report": shown["report"], "source": "crm"}
    assert str(page.url) == "http://notifier.test/v1/pages"
    sent = json.loads(page.content)
    assert (sent["assigned"], sent["submitted"]["case_id"]) == (ASSIGNED, shown["id"])
    assert {r.headers["authorization"] for r in desk.others.asked} == {f"Bearer {SERVICE_TOKEN}"}


async def test_who_reports_it_is_named_so_that_they_are_not_asked_to_decide_about_it(desk: Desk) -> None:
    """Seen red: a leader who was threatened was rung themselves, and whoever silenced it had answered their superior's page."""
    desk.others.answer = behind
    desk.token = await desk.token_for("leader", "all", Actor(kind="person", id="takahashi.ken", name="髙橋 健"))
    shown = await desk.submit(kind="harassment")
    desk.clock.at += timedelta(seconds=4)
    assert await road(desk).sweep() == 1
    asked = json.loads(desk.others.asked[0].content)
    assert asked == {"case_id": shown["id"], "report": shown["report"], "source": "leader", "reporter": "takahashi.ken"}


async def test_a_case_that_kafka_has_taken_needs_no_other_road(desk: Desk) -> None:
    await desk.submit(urgency="critical")
    await desk.log.drain()
    desk.clock.at += timedelta(seconds=60)
    assert await road(desk).sweep() == 0
    assert desk.others.asked == []
    desk.clock.at += timedelta(hours=2)
    await road(desk).tidy()
    assert await desk.count("urgent") == 0


async def test_a_failure_on_the_way_is_tried_again_a_little_later(desk: Desk) -> None:
    desk.others.answer = lambda request: httpx.Response(503)
    await desk.submit(urgency="low", kind="harassment")
    desk.clock.at += timedelta(seconds=4)
    assert [await road(desk).sweep() for _ in range(2)] == [0, 0]
    assert len(desk.others.asked) == 1
    desk.others.answer = behind
    desk.clock.at += timedelta(seconds=16)
    assert await road(desk).sweep() == 1


async def test_when_the_policy_asks_nobody_nobody_is_paged(desk: Desk) -> None:
    desk.others.answer = lambda request: httpx.Response(200, json={"assigned": []})
    await desk.submit(personal_data=True)
    desk.clock.at += timedelta(seconds=4)
    assert [await road(desk).sweep() for _ in range(2)] == [1, 0]
    assert [r.url.path for r in desk.others.asked] == ["/v1/simulate"]


async def test_an_answer_that_is_no_list_is_not_taken_for_nobody(desk: Desk) -> None:
    for answer in ({}, {"assigned": None}, {"assigned": {"case_id": "c"}}):
        desk.others.answer = lambda request, answer=answer: httpx.Response(200, json=answer)  # type: ignore[misc]
        await desk.submit(urgency="critical")
        desk.clock.at += timedelta(seconds=20)
        assert await road(desk).sweep() == 0
    assert {r.url.path for r in desk.others.asked} == {"/v1/simulate"}
