"""Who need not answer any more: the telephone falls silent, whatever becomes of the chats."""

from services.notifier.withdrawal import HANDS
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel
from tests.integration.notifier.conftest import PHONE, SATO, SLACK, TANAKA, World, assigned, person

UNDER_WAY = "SELECT count(*) FROM notifications WHERE closing_tries > 0"


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
