"""A call of whose end nobody tells: the company is asked, and what it says counts as if it had been told."""

from dataclasses import replace
from typing import Any

from sandbox.calls import Call
from services.notifier.domain.notification import State
from shared.contracts.vocabulary import Channel
from tests.integration.notifier.conftest import PHONE, SATO, World, assigned

A_WHILE_AGO = "UPDATE notifications SET attempted_at = attempted_at - interval '2 minutes' WHERE case_id = $1"
ASKED = "SELECT bool_or(next_attempt_at > now()) FROM notifications WHERE case_id = $1 AND channel = 'phone'"


async def rung(world: World) -> tuple[str, Call]:
    """A page by telephone that rings, which is the last that is told of it."""
    case_id = await world.submitted()
    await world.say(assigned(case_id, SATO, channels=(Channel.PHONE,)))
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id)
    await call.until("ringing")
    await world.settled(case_id, phone=State.DELIVERED)
    call.order = replace(call.order, status_callback="", detect_callback="")
    return case_id, call


async def page(world: World, case_id: str) -> dict[str, Any]:
    return next(n for n in await world.log(case_id) if n["channel"] == "phone")


async def test_who_was_busy_is_called_again_and_asked_by_another_way_although_nobody_told(world: World) -> None:
    case_id, call = await rung(world)
    await call.decline()
    assert (await page(world, case_id))["state"] == State.DELIVERED
    await world.process.db.pool.execute(A_WHILE_AGO, case_id)
    await world.settled(case_id, phone=State.PENDING)
    told = await page(world, case_id)
    assert (told["code"], [a["outcome"] for a in told["attempts"]]) == ("busy", ["retryable"])
    assert "email" in {n["channel"] for n in await world.log(case_id)}


async def test_a_call_that_is_being_talked_on_is_left_alone(world: World) -> None:
    case_id, call = await rung(world)
    await call.answer()
    await world.process.db.pool.execute(A_WHILE_AGO, case_id)
    await world.settled(case_id, phone=State.ANSWERED)
    await world.until(lambda: world.process.db.pool.fetchval(ASKED, case_id))
    await call.press("1")
    await world.settled(case_id, phone=State.ACKNOWLEDGED)
    assert [t["via"] for t in world.intake.taken if t["case_id"] == case_id] == ["phone"]
