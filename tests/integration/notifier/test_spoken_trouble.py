"""A call about our own trouble is about no case: what a key is answered with speaks of none, and of nobody who takes over."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import cast

import pytest
import pytest_asyncio

from sandbox.sip import Sip
from sandbox.vendor import Sent
from services.notifier import trouble
from services.notifier.channels import PROVIDERS
from services.notifier.domain.result import Permanent
from shared.contracts.vocabulary import Channel
from shared.runtime.db import Database
from tests.contracts.channels.specs import SPECS
from tests.integration.notifier.conftest import CONTACTS, PHONE, YAMADA, World
from tests.integration.notifier.worlds import world_with


@pytest_asyncio.fixture(scope="module")
async def world(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """A notifier that calls by the gateway, and whose installation Yamada looks after."""
    async with world_with(database, SPECS["sip"].env, lambda _: {**CONTACTS, "platform_owner": YAMADA}, "sip") as made:
        yield made


@pytest.mark.parametrize(
    ("key", "times", "said"),
    [
        ("1", 1, "ご承知いただいたことを記録しました。"),
        ("2", 1, "このお電話を終わります。"),
        ("", 3, "このお電話を終わります。"),
    ],
)
async def test_who_is_told_that_a_provider_refuses_us_hears_nothing_of_cases(
    world: World, key: str, times: int, said: str
) -> None:
    gateway, code = cast(Sip, world.sandbox.vendor("sip")), f"refused-{key}"
    known = set(gateway.sent)
    async with world.process.db.transaction() as tx:
        refused, usable = Permanent(code, "account"), frozenset({Channel.PHONE})
        await trouble.account_failed(tx, "slack", PROVIDERS["slack"], refused, usable, datetime.now(UTC))

    async def placed() -> Sent | None:
        return next((call for id_, call in gateway.sent.items() if id_ not in known), None)

    call = cast(Sent, await world.until(placed))
    assert (call.content["to"], code in call.text) == (PHONE[YAMADA], False)
    await gateway.report(call.id, "answered")
    answer = await gateway.report(call.id, "key", key=key, times=times)
    assert said in answer.body
    assert "案件" not in answer.body
    assert "ほかの人" not in answer.body
