"""Figures that alarms look at: there before anything happens, and true while it does."""

from typing import ClassVar, cast

from prometheus_client import REGISTRY

from shared.contracts.events import CaseNoted
from shared.runtime.clock import Clock
from shared.runtime.consume import Delivery, Handling
from shared.runtime.db import Database


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
