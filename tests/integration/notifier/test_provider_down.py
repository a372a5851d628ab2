"""A provider stands down altogether: the page goes out another way at once, and it is told that the provider is left alone."""

import pytest

from services.notifier.capacity import FAILURES, OPEN
from services.notifier.domain.notification import State
from shared.contracts.vocabulary import Channel, Priority
from tests.integration.notifier.conftest import PHONE, SATO, World, assigned

OTHER = {
    "twilio": (Channel.PHONE, Channel.EMAIL),
    "slack": (Channel.CHAT, Channel.EMAIL),
    "smtp": (Channel.EMAIL, Channel.CHAT),
}


DUE = "UPDATE notifications SET next_attempt_at = now() WHERE case_id = $1 AND channel = 'phone'"


async def test_a_call_that_the_company_refused_to_place_is_none_that_the_person_missed(world: World) -> None:
    world.sandbox.fault(Channel.PHONE, "500", 1, to=PHONE[SATO])
    case_id = await world.submitted()
    await world.say(assigned(case_id, SATO, channels=(Channel.PHONE,)))
    since = world.sandbox.journal.cursor
    call = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id, since=since)
    await call.until("ringing")
    await call.decline()
    await world.settled(case_id, phone=State.PENDING)
    await world.process.db.pool.execute(DUE, case_id)
    again = await world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id, since=call.item)
    await again.until("ringing")
    await again.decline()
    await world.settled(case_id, phone=State.FAILED)
    log = next(n for n in await world.log(case_id) if n["channel"] == "phone")
    assert [a["code"] for a in log["attempts"]] == ["twilio-20500", "busy", "busy"]


@pytest.mark.parametrize("provider", OTHER)
async def test_the_page_goes_another_way_and_the_provider_rests(world: World, provider: str) -> None:
    down, other = OTHER[provider]
    world.sandbox.fault(down, "down" if down is Channel.EMAIL else "500", seconds=0.05)
    cases = [await world.submitted(priority=Priority.P1) for _ in range(FAILURES)]
    for case in cases:
        await world.say(assigned(case, SATO, channels=(down,)))
    for case in cases:

        async def gone_out(case: str = case) -> bool:
            told = {(n["channel"], n["state"]) for n in await world.log(case)}
            return bool(told & {(other, State.ACCEPTED), (other, State.DELIVERED)})

        await world.until(gone_out)

    async def rests() -> bool:
        return bool(OPEN.labels(provider)._value.get())

    await world.until(rests)
    told = {c["provider"]: c for c in (await world.http.get("/v1/channels")).json()["data"]}[provider]
    assert (told["works"], told["resting_until"] is None) == (False, False)
