"""Our own telephone and a company's: a real gateway rings where the company is down, and the company where it is."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import pytest
import pytest_asyncio

from shared.runtime.db import Database
from tests.integration.gateway.conftest import Make
from tests.integration.gateway.test_notifier import Office, opened
from tests.integration.notifier.conftest import PHONE, SATO


@pytest_asyncio.fixture(scope="module")
async def office(
    request: pytest.FixtureRequest,
    database: Callable[[str], Awaitable[Database]],
    make: Make,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Office]:
    """An office with both, the preferred one named by the test."""
    async with opened(database, make, tmp_path_factory.mktemp("office"), request.param) as office:
        yield office


@pytest.mark.parametrize("office", ["twilio"], indirect=True)
async def test_the_gateway_rings_where_the_company_is_down(office: Office) -> None:
    office.world.sandbox.fault("phone", "500", to=PHONE[SATO])
    case_id = await office.page()
    await office.phone.established()
    await office.settled(case_id, "answered")
    office.phone.press("1")
    call = await office.settled(case_id, "acknowledged")
    assert [(a["provider"], a["outcome"]) for a in call["attempts"]] == [
        ("twilio", "retryable"),
        ("sip", "acknowledged"),
    ]
    await office.phone.closed()
    assert len(office.phone.told("CALL_ESTABLISHED")) == 1


@pytest.mark.parametrize("office", ["sip"], indirect=True)
async def test_the_company_rings_where_the_gateway_is_killed_and_the_broken_call_is_not_placed_again(
    office: Office,
) -> None:
    case_id = await office.page()
    await office.phone.established()
    await office.settled(case_id, "answered")
    await office.gateway.kill()
    await office.phone.closed()
    async with office.gateway.up():  # its journal says what it broke off
        call = await office.world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id, timeout=20)
        await call.until("ringing")
        await call.answer()
        await call.press("1")
        told = await office.settled(case_id, "acknowledged")
        first, second = told["attempts"]
        assert (first["provider"], first["code"]) == ("sip", "interrupted")
        assert (second["provider"], second["outcome"]) == ("twilio", "acknowledged")
        assert len(office.phone.told("CALL_ESTABLISHED")) == 1
        await office.gateway.kill()
    other = await office.page()
    again = await office.world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=other, timeout=20)
    await again.until("ringing")
    await again.decline()


AGO = (
    "UPDATE notifications SET attempted_at = attempted_at - interval '4 minutes', next_attempt_at = now() WHERE id = $1"
)


@pytest.mark.parametrize("office", ["sip"], indirect=True)
async def test_the_company_rings_where_the_gateway_is_killed_in_a_call_and_does_not_come_back(office: Office) -> None:
    async with contextlib.AsyncExitStack() as running:
        if office.gateway.running is None or office.gateway.running.returncode is not None:
            await running.enter_async_context(office.gateway.up())
        calls, case_id = len(office.phone.told("CALL_ESTABLISHED")), await office.page()
        await office.phone.established(calls + 1)
        told = await office.settled(case_id, "answered")
        await office.gateway.kill()
        await office.world.process.db.pool.execute(AGO, UUID(told["id"]))
        call = await office.world.sandbox.phone.wait_for_call(PHONE[SATO], case_id=case_id, timeout=20)
        await call.until("ringing")
        first, _ = (await office.call(case_id))["attempts"]
        assert (first["provider"], first["code"]) == ("sip", "interrupted")
        await call.decline()
