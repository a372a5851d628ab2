"""Where more waits to be sent than can be sent within a round, who is asked next does not stand behind all of it again."""

from datetime import datetime

from services.notifier.channels import HANDS
from shared.contracts.vocabulary import Channel
from tests.integration.notifier.conftest import PHONE, SATO, YAMADA, World, assigned

TURN = "SELECT next_attempt_at FROM notifications WHERE case_id = $1 AND recipient = $2 AND channel = 'phone'"
UNDER_WAY = "SELECT count(*) FROM notifications WHERE case_id = ANY($1) AND channel = 'phone' AND state = 'sending'"


async def paged(world: World) -> str:
    """A case of which 佐藤 is to be called; gives its id."""
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=(Channel.PHONE,)))
    return case


async def test_who_is_asked_next_takes_the_place_of_whom_no_hand_was_free_for(world: World) -> None:
    db = world.process.db.pool

    async def turn(case: str, person: str) -> datetime:
        found: datetime = await db.fetchval(TURN, case, person)
        return found

    world.sandbox.fault("phone", "slow", to=PHONE[SATO], seconds=60)
    busy = [await paged(world) for _ in range(HANDS[Channel.PHONE])]

    async def no_hand_is_free() -> bool:
        return bool(await db.fetchval(UNDER_WAY, busy) == HANDS[Channel.PHONE])

    await world.until(no_hand_is_free)
    first, second = await paged(world), await paged(world)
    await world.say(assigned(first, YAMADA, channels=(Channel.PHONE,), round=2, level=2, cause="breached"))
    assert await turn(first, SATO) == await turn(first, YAMADA) < await turn(second, SATO)
    world.sandbox.clear_faults()
    await world.sandbox.phone.wait_for_call(PHONE[YAMADA], case_id=first, timeout=60)
