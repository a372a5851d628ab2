"""A call of our own gateway of whose end nobody tells: it is asked, and where it is gone the other telephone rings."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

import pytest_asyncio

from sandbox.sip import Sip
from services.notifier.domain.notification import State
from shared.contracts.vocabulary import Channel
from shared.runtime.db import Database
from tests.contracts.channels.specs import SPECS
from tests.integration.notifier.conftest import CONTACTS, PHONE, SATO, World, assigned
from tests.integration.notifier.worlds import world_with

AGO = "UPDATE notifications SET attempted_at = attempted_at - $2::interval, next_attempt_at = now() WHERE case_id = $1"
ASKED = "SELECT bool_or(next_attempt_at > now()) FROM notifications WHERE case_id = $1 AND channel = 'phone'"


@pytest_asyncio.fixture(scope="module")
async def world(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """A notifier that calls by the gateway first, and by the company where that cannot."""
    async with world_with(database, SPECS["sip"].env, lambda _: CONTACTS, "sip") as made:
        yield made


def gateway(world: World) -> Sip:
    """The gateway that the sandbox plays."""
    return cast(Sip, world.sandbox.vendor("sip"))


async def ringing(world: World) -> tuple[str, str]:
    """A page that rings by the gateway, which is the last that it tells: the case and the id of the call."""
    case_id = await world.submitted()
    await world.say(assigned(case_id, SATO, channels=(Channel.PHONE,)))

    async def placed() -> str:
        return next((s.id for s in gateway(world).sent.values() if s.case_id == case_id), "")

    id_ = cast(str, await world.until(placed))
    assert (await gateway(world).report(id_, "ringing")).ok
    return case_id, id_


async def later(world: World, case_id: str, minutes: int) -> None:
    await world.process.db.pool.execute(AGO, case_id, timedelta(minutes=minutes))


async def stood_in_for(world: World, case_id: str, since: int) -> None:
    """The company rings, and nobody takes it."""
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id, since=since, timeout=20)
    await call.decline()


async def rung(world: World, case_id: str) -> dict[str, Any]:
    """The telephone's line of the delivery log."""
    return next(n for n in await world.log(case_id) if n["channel"] == "phone" and n["recipient"] == SATO)


async def test_how_a_call_ended_of_which_nobody_told_decides_as_if_it_had_been_told(world: World) -> None:
    case_id, id_ = await ringing(world)
    gateway(world).silently(id_, "ended", code="no-answer", outcome="retryable")
    await later(world, case_id, 2)
    await world.settled(case_id, phone=State.PENDING)
    assert (await rung(world, case_id))["code"] == "no-answer"
    assert "email" in {n["channel"] for n in await world.log(case_id)}
    lineless, id_ = await ringing(world)
    gateway(world).silently(id_, "ended", code="no-line", outcome="retryable")
    since = world.sandbox.journal.cursor
    await later(world, lineless, 2)
    await stood_in_for(world, lineless, since)


async def test_a_key_that_the_gateway_has_still_to_tell_is_waited_for(world: World) -> None:
    case_id, id_ = await ringing(world)
    gateway(world).silently(id_, "ended", code="completed", outcome="completed", untold_key="1")
    await later(world, case_id, 4)
    await world.until(lambda: world.process.db.pool.fetchval(ASKED, case_id))
    assert (await gateway(world).report(id_, "key", key="1", times=1)).ok
    await world.settled(case_id, phone=State.ACKNOWLEDGED)
    assert [s.id for s in gateway(world).sent.values() if s.case_id == case_id] == [id_]


async def test_where_the_gateway_has_lost_the_call_the_company_rings(world: World) -> None:
    case_id, id_ = await ringing(world)
    since = world.sandbox.journal.cursor
    del gateway(world).sent[id_]
    await later(world, case_id, 2)
    await stood_in_for(world, case_id, since)
    first, _ = (await rung(world, case_id))["attempts"]
    assert (first["provider"], first["code"]) == ("sip", "interrupted")


async def test_where_the_gateway_does_not_come_back_the_company_rings_once_the_call_must_be_over(world: World) -> None:
    case_id, _ = await ringing(world)
    world.sandbox.fault("sip", "down")
    await later(world, case_id, 2)
    await world.until(lambda: world.process.db.pool.fetchval(ASKED, case_id))
    assert (await rung(world, case_id))["state"] == State.DELIVERED
    since = world.sandbox.journal.cursor
    await later(world, case_id, 2)
    await stood_in_for(world, case_id, since)
