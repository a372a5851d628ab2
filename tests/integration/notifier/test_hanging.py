"""A company that takes calls and never says so: by itself, for whoever asks it afterwards finds that it is left alone for a while."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio

from shared.contracts import events as e
from shared.runtime.db import Database
from tests.contracts.channels.specs import SPECS
from tests.integration.notifier.conftest import PHONE, SATO, TANAKA, World, person
from tests.integration.notifier.test_telephones import EVERYBODY, page, placed
from tests.integration.notifier.worlds import world_with


@pytest_asyncio.fixture(scope="module")
async def world(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """A notifier with both telephones, the company's first."""
    async with world_with(database, SPECS["sip"].env, lambda _: EVERYBODY, "twilio") as made:
        yield made


async def test_a_p1_asks_a_company_that_hangs_once_and_then_the_gateway_rings(world: World) -> None:
    """Four questions of ten seconds each had let no telephone ring for a minute."""
    world.sandbox.fault("phone", "slow", to=PHONE[SATO], seconds=90)
    case_id = await page(world)
    call = await placed(world, case_id)  # within 30 seconds
    assert "二度お伝えしているかもしれません" in call.text
    await world.say(e.CaseAcknowledged(case_id=case_id, by=person(TANAKA), via="web"))
