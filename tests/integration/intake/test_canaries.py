"""Canaries are cases like any other on their way; no person or program that did not ask for one is shown any, and nothing is left of them."""

import json
from datetime import timedelta

import pytest

from services.intake import store
from services.intake.domain.tokens import Principal
from services.intake.streaming import Fan
from shared.contracts import canary
from shared.contracts import events as e
from shared.contracts.events import Actor
from shared.contracts.vocabulary import Channel, Outcome, Purpose
from shared.runtime import folds
from shared.runtime.service import Process
from tests.integration.intake.desk import SETTINGS, TEXT, Desk
from tests.integration.intake.people import log_in
from tests.integration.intake.test_direct import behind, road
from watchdog.canary import REPORT


@pytest.fixture
async def watchdog(desk: Desk) -> str:
    return await desk.token_for(canary.SOURCE, "submit,act")


EVERYTHING = Principal("crm", frozenset(("read",)), Actor(kind="source", id="crm"))


async def sent(desk: Desk, watchdog: str) -> str:
    """Submit a canary, and have it read back; gives its id."""
    desk.keys += 1
    answer = await desk.post(
        "/v1/cases", {"facts": TEXT, "product": canary.PRODUCT}, watchdog, idempotency_key=f"key-{desk.keys}"
    )
    assert answer.status_code == 202, answer.text
    await desk.log.drain()
    return str(answer.json()["id"])


async def flown(desk: Desk, watchdog: str) -> str:
    """Submit a canary and end it, as the watchdog does; gives its id."""
    case_id = await sent(desk, watchdog)
    ended = await desk.post(f"/v1/cases/{case_id}/resolve", {"handling": "x", "result": "y"}, watchdog)
    assert ended.status_code == 200, ended.text
    await desk.log.drain()
    return case_id


async def test_the_watchdog_submits_nothing_but_canaries_by_any_road(desk: Desk, watchdog: str) -> None:
    hidden = {"facts": TEXT, "urgency": "critical", "impact": "all"}
    answer = await desk.post("/v1/cases", hidden, watchdog, idempotency_key="hidden")
    assert (answer.status_code, answer.json()["code"]) == (403, "canaries-only")
    headers = {"authorization": f"Bearer {watchdog}", "content-type": "application/x-ndjson"}
    row = json.dumps({**hidden, "external_id": "1"})
    told = (await desk.client.post("/v1/cases/import", content=row, headers=headers)).json()
    assert (told["refused"], told["data"][0]["errors"][0]["type"]) == (1, "canaries-only")
    assert await desk.count("cases") == 0


async def test_no_canary_comes_by_the_direct_road_since_it_would_say_that_the_log_lives(
    desk: Desk, watchdog: str
) -> None:
    desk.others.answer = behind
    case = await desk.submit(urgency="critical", impact="all")
    answer = await desk.post("/v1/cases", REPORT, watchdog, idempotency_key="canary")
    assert (answer.status_code, await desk.count("cases")) == (202, 2)
    desk.clock.at += timedelta(seconds=30)  # Kafka takes neither
    await road(desk).sweep()
    assert [json.loads(r.content)["case_id"] for r in desk.others.asked if r.url.path == "/v1/simulate"] == [case["id"]]


async def test_lists_the_board_and_listeners_have_none_and_who_asks_for_it_has_it(desk: Desk, watchdog: str) -> None:
    fan = Fan(desk.db, desk.door.fan.limits)
    listener, _ = await fan.join()
    canary_id, case = await sent(desk, watchdog), await desk.submit()
    await desk.log.drain()
    await fan._read()
    heard = {change.case_id for change in await listener.next(0) if change.is_for(EVERYTHING)}
    assert heard == {case["id"]}
    assert [c["id"] for c in (await desk.get("/v1/cases")).json()["data"]] == [case["id"]]
    browser = await log_in(desk, "sato.hanako", ("leader", "*"))
    board = (await browser.get("/cases")).text
    assert (canary_id in board, case["id"] in board) == (False, True)
    assert (await desk.get(f"/v1/cases/{canary_id}")).json()["status"] == "received"


async def test_cases_are_numbered_as_if_there_were_none(desk: Desk, watchdog: str) -> None:
    first = await desk.submit()
    canaries = [await flown(desk, watchdog) for _ in range(2)]
    assert (await desk.submit())["number"] == first["number"] + 1
    numbers = [(await desk.get(f"/v1/cases/{id_}")).json()["number"] for id_ in canaries]
    assert numbers[1] == numbers[0] - 1
    assert numbers[0] < 0


async def test_the_audit_grows_by_what_others_do_to_one_and_not_by_the_watchdog(desk: Desk, watchdog: str) -> None:
    before = await desk.count("audit")
    case_id = await flown(desk, watchdog)
    page = e.NotificationAttempted(
        case_id=case_id,
        notification_id="n",
        purpose=Purpose.PAGE,
        channel=Channel.WEBHOOK,
        recipient=canary.PERSON,
        attempt=1,
        outcome=Outcome.ACCEPTED,
    )
    await desk.log.tell(page)
    assert await desk.count("audit") == before
    await desk.act(case_id, "reopen", reason="x")
    assert await desk.count("audit") == before + 1


async def test_nothing_is_left_of_what_was_done_days_ago_and_other_cases_stay(desk: Desk, watchdog: str) -> None:
    gone, case = await flown(desk, watchdog), await desk.submit(facts='"watchdog"')
    await desk.act(case["id"], "resolve", handling="x", result="y")
    desk.clock.at += folds.CANARIES_KEPT / 2
    kept = await flown(desk, watchdog)
    await forget(desk)
    assert await desk.count("folds") == 3
    desk.clock.at += folds.CANARIES_KEPT / 2 + timedelta(seconds=1)
    await forget(desk)
    async with desk.db.reading() as tx:
        for table, column in (("folds", "key"), ("cases", "id"), ("timeline", "case_id")):
            found = await tx.fetch(f"SELECT DISTINCT {column} AS id FROM {table} ORDER BY 1")
            assert [row["id"] for row in found] == sorted([case["id"], kept]), table
    assert (await desk.get(f"/v1/cases/{gone}")).status_code == 404


async def forget(desk: Desk) -> None:
    """Once what the worker does every hour."""
    process = Process("intake", SETTINGS, desk.db, desk.clock)
    await process.forget_canaries_now(lambda tx, ids: tx.execute(store.SQL["forget_cases"], ids))
