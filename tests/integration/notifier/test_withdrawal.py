"""Who need not answer any more: the telephone falls silent, whatever becomes of the chats."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from services.notifier.domain.notification import State
from services.notifier.withdrawal import HANDS
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel
from shared.runtime.db import Database
from tests.integration.notifier.conftest import CONTACTS, EMAIL, PHONE, SATO, SLACK, TANAKA, World, assigned, person
from tests.integration.notifier.worlds import world_with

UNDER_WAY = "SELECT count(*) FROM notifications WHERE closing_tries > 0"
UNHEARD = 3.0  # seconds in which no call-back tells of a call: longer than it takes to look it up
IN_DOUBT = "SELECT count(*) FROM notifications WHERE case_id = $1 AND state = 'ambiguous'"


@pytest_asyncio.fixture(scope="module")
async def world(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """A notifier whose telephone company dials late."""
    async with world_with(database, lambda _: {}, lambda _: CONTACTS, dial_delay=UNHEARD) as made:
        yield made


async def taken(world: World, case_id: str) -> None:
    """Somebody else has answered."""
    await world.say(e.CaseAcknowledged(case_id=case_id, by=person(TANAKA), via="web"))


async def test_a_telephone_falls_silent_at_once_however_many_chats_hang(world: World) -> None:
    """Each of them is waited for ten seconds, and the telephone rings for twenty-five."""
    cases = [await world.submitted() for _ in range(HANDS + 1)]
    for case_id in cases:
        await world.say(assigned(case_id, SATO, channels=(Channel.CHAT,)))
    for case_id in cases:
        await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case_id)
    world.sandbox.fault("chat", "slow", seconds=60)
    for case_id in cases:
        await taken(world, case_id)

    async def hanging() -> bool:
        return bool(await world.process.db.pool.fetchval(UNDER_WAY) >= HANDS)

    await world.until(hanging)
    urgent = await world.submitted()
    await world.say(assigned(urgent, SATO, channels=(Channel.PHONE,)))
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=urgent)
    await call.until("ringing")
    await taken(world, urgent)
    await call.until("canceled", timeout=5)


async def test_what_nobody_knows_to_have_gone_out_is_found_and_falls_silent_as_well(world: World) -> None:
    """Somebody else answers before the providers were asked for the call and the message whose answers never came."""
    case_id = await world.submitted(external=False)
    for channel in ("phone", "chat"):
        world.sandbox.fault(channel, "timeout-after-accept", 1, to=PHONE[SATO] if channel == "phone" else SLACK[SATO])
    await world.say(assigned(case_id, SATO, channels=(Channel.PHONE, Channel.CHAT)))

    async def in_doubt() -> bool:
        return bool(await world.process.db.pool.fetchval(IN_DOUBT, case_id) == 2)

    await world.until(in_doubt)
    await taken(world, case_id)
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id)
    message = await world.sandbox.chat.wait_for_message(SLACK[SATO], case_id=case_id)
    await call.until("canceled", timeout=UNHEARD)

    async def changed() -> bool:
        return bool(message.updates)

    await world.until(changed)
    assert message.buttons == []
    await world.settled(case_id, chat=State.ACCEPTED)


async def test_what_may_have_gone_out_and_cannot_be_found_is_not_sent_again(world: World) -> None:
    case_id = await world.submitted(external=False)
    world.sandbox.fault("email", "timeout-after-accept", 1, seconds=0.05)
    await world.say(assigned(case_id, SATO, channels=(Channel.EMAIL,)))

    async def in_doubt() -> bool:
        return bool(await world.process.db.pool.fetchval(IN_DOUBT, case_id))

    await world.until(in_doubt)
    await taken(world, case_id)
    await world.settled(case_id, email=State.SKIPPED)
    mails = [m for m in world.sandbox.mail.messages if m.to == [EMAIL[SATO]] and case_id in str(m.headers)]
    assert len(mails) == 1
