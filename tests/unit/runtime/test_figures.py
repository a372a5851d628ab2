"""Figures that alarms look at: there before anything happens, and true while it does."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar, cast

import pytest
from prometheus_client import REGISTRY

from shared.contracts.envelope import Record
from shared.contracts.events import CaseNoted
from shared.runtime.clock import Clock
from shared.runtime.consume import Delivery, Handling
from shared.runtime.db import Database
from shared.runtime.lanes import Aside, Lanes, check


class Odd(CaseNoted):
    """An event on a topic that nobody else reads."""

    type: ClassVar[str] = "odd.v1"
    topic: ClassVar[str] = "tasuki.odd"


async def test_the_count_of_dead_letters_stands_at_nought_before_the_first() -> None:
    async def handle(event: Odd, delivery: Delivery) -> None:
        raise AssertionError

    assert REGISTRY.get_sample_value("tasuki_records_parked_total", {"topic": "tasuki.odd"}) is None
    Handling(cast(Database, None), Clock(), "test", {Odd: handle})
    assert REGISTRY.get_sample_value("tasuki_records_parked_total", {"topic": "tasuki.odd"}) == 0


async def test_how_long_a_record_waits_is_known_until_it_is_handled() -> None:
    lanes: Lanes[Record] = Lanes()
    one = Record("tasuki.odd", 0, 1, [], b"{}")
    assert REGISTRY.get_sample_value("tasuki_records_waited_seconds") == 0
    await check(most=0)
    await lanes.put(one, one)
    await check()
    with pytest.raises(RuntimeError, match="to be handled"):
        await check(most=0)
    assert (REGISTRY.get_sample_value("tasuki_records_waited_seconds") or 0) > 0
    over = asyncio.Event()

    async def consume(records: Sequence[Record], aside: Aside) -> None:
        assert lanes.waited() > 0, "what is under way is not handled"

    working = asyncio.ensure_future(lanes.run(consume, lambda done: over.set()))
    await over.wait()
    working.cancel()
    await asyncio.wait([working])
    assert lanes.waited() == 0
