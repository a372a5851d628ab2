"""Pages to one person of which nobody knows whether they went out: what is found at the provider is one page's alone."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from sandbox import Call
from services.notifier.domain.notification import State
from shared.contracts.vocabulary import Channel
from shared.runtime.db import Database
from tests.integration.notifier.conftest import CONTACTS, ITO, PHONE, SATO, TANAKA, YAMADA, World, assigned
from tests.integration.notifier.worlds import world_with

UNHEARD = 6.0  # seconds in which no call-back says whose a call is: longer than the lookups take
KOBAYASHI = "kobayashi.jun"
IDS = "SELECT provider_id FROM notifications WHERE case_id = ANY($1) AND channel = 'phone'"


@pytest_asyncio.fixture(scope="module")
async def world(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """A notifier whose telephone company dials late."""
    async with world_with(database, lambda _: {}, lambda _: CONTACTS, dial_delay=UNHEARD) as made:
        yield made


async def test_of_three_calls_that_nobody_knows_of_the_one_that_was_placed_is_found_once(world: World) -> None:
    cases = [await world.submitted(external=False) for _ in range(3)]
    world.sandbox.fault("phone", "down", 2, to=PHONE[SATO])
    world.sandbox.fault("phone", "timeout-after-accept", 1, to=PHONE[SATO], seconds=0.05)
    for case in cases:
        await world.say(assigned(case, SATO, channels=(Channel.PHONE,)))

    async def called() -> list[Call] | None:
        calls = world.sandbox.phone.calls
        return calls if len(calls) == 3 else None

    calls = await world.until(called, UNHEARD - 1)
    for case in cases:
        await world.settled(case, phone=State.ACCEPTED)
    rows = await world.process.db.pool.fetch(IDS, cases)
    assert sorted(row["provider_id"] for row in rows) == sorted(call.sid for call in calls)
    codes = [n["attempts"][-1]["code"] for case in cases for n in await world.log(case) if n["channel"] == "phone"]
    assert codes.count("found") == 1


async def test_what_was_found_for_the_wrong_page_is_given_back_when_the_company_calls_back(world: World) -> None:
    """The company takes its time to answer about the first call; meanwhile the second page, which has none, finds it."""
    number, pool = PHONE[TANAKA], world.process.db.pool
    cases = [await world.submitted(external=False) for _ in range(2)]
    world.sandbox.fault("phone", "late", 1, to=number, seconds=UNHEARD - 1)
    await world.say(assigned(cases[0], TANAKA, channels=(Channel.PHONE,)))
    call = await world.sandbox.phone.wait_for_call(number, case_id=cases[0])
    world.sandbox.fault("phone", "down", 1, to=number)
    await world.say(assigned(cases[1], TANAKA, channels=(Channel.PHONE,)))
    await world.until(lambda: pool.fetchval(f"{IDS} AND code = 'found' AND provider_id = $2", cases[1:], call.sid))
    other = await world.sandbox.phone.wait_for_call(number, case_id=cases[1], timeout=20)
    await world.until(lambda: pool.fetchval(f"{IDS} AND provider_id = $2", cases[1:], other.sid))
    assert await pool.fetchval(IDS, cases[:1]) == call.sid
    assert [c.sid for c in world.sandbox.phone.calls if c.to == number] == [call.sid, other.sid]


async def test_two_people_with_one_telephone_are_both_called(world: World) -> None:
    """The one call that was placed is the other one's, and known to be."""
    number = PHONE[KOBAYASHI]
    try:
        await world.known_as(ITO, phone=number)
        first, second = [await world.submitted(external=False) for _ in range(2)]
        await world.say(assigned(first, KOBAYASHI, channels=(Channel.PHONE,)))
        call = await world.sandbox.phone.wait_for_call(number, case_id=first)
        await world.settled(first, phone=State.ACCEPTED)
        world.sandbox.fault("phone", "down", 1, to=number)
        await world.say(assigned(second, ITO, channels=(Channel.PHONE,)))
        other = await world.sandbox.phone.wait_for_call(number, case_id=second, timeout=20)
        named = f"{IDS} AND provider_id = $2"
        await world.until(lambda: world.process.db.pool.fetchval(named, [second], other.sid))
        assert await world.process.db.pool.fetchval(IDS, [first]) == call.sid
    finally:
        await world.known_as(ITO)


async def test_a_call_of_ours_that_is_known_by_its_id_is_found_and_not_placed_again(world: World) -> None:
    """The answer of whoever had placed it came while another process had taken over and asked for it."""
    number, pool = PHONE[YAMADA], world.process.db.pool
    case = await world.submitted(external=False)
    await world.say(assigned(case, YAMADA, channels=(Channel.PHONE,)))
    call = await world.sandbox.phone.wait_for_call(number, case_id=case)
    await world.settled(case, phone=State.ACCEPTED)
    taken_over = (
        "UPDATE notifications SET state = 'ambiguous', next_attempt_at = now() WHERE case_id = $1 AND channel = 'phone'"
    )
    await pool.execute(taken_over, case)
    await world.until(lambda: pool.fetchval(f"{IDS} AND code LIKE '%found'", [case]))
    await world.settled(case, phone=State.ACCEPTED)
    assert [c.sid for c in world.sandbox.phone.calls if c.to == number] == [call.sid]
