"""More pages than lines: who has no other telephone waits until the line is free, and every page rings."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from services.notifier.domain.notification import State
from shared.runtime.db import Database
from tests.integration.gateway.conftest import Make
from tests.integration.gateway.far_end import refuser
from tests.integration.gateway.test_notifier import opened


async def test_two_pages_that_nobody_answers_both_ring_by_the_one_line(
    database: Callable[[str], Awaitable[Database]], make: Make, tmp_path: Path
) -> None:
    async with (
        refuser(tmp_path / "far", "487 Request Terminated", rings=True) as far,
        opened(database, make, tmp_path, "sip", alone=True, trunk=far.sip, lines=1) as office,
    ):
        cases = [await office.page() for _ in range(2)]

        async def rung_out() -> bool:
            return all([(await office.call(case))["code"] == "no-answer" for case in cases])

        await office.world.until(rung_out, 90)
        assert far.calls == 2
        assert [(await office.call(case))["state"] for case in cases] == [State.PENDING] * 2
