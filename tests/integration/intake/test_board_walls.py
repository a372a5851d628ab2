"""The stream of the board stands behind two walls, the rules of the code and the policies of the tables; each holds by itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.integration.documents import served
from tests.integration.intake.desk import Desk
from tests.integration.intake.people import log_in
from tests.integration.intake.teams import case_of, plan
from tests.integration.intake.test_access import only_the_code, only_the_database
from tests.integration.intake.test_stream import Ear

pytestmark = pytest.mark.security


@contextlib.asynccontextmanager
async def board_stream(desk: Desk) -> AsyncIterator[Ear]:
    """What the board of a leader of the support team is told, from now on."""
    browser = await log_in(desk, "mai", ("leader", "support"))
    place = await desk.door.fan.last()
    following = asyncio.create_task(desk.door.fan.run())
    try:
        async with served(desk.app) as url:
            cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
            async with (
                httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http,
                http.stream("GET", f"/cases/stream?after={place}", headers={"cookie": cookies}) as answer,
            ):
                assert answer.status_code == 200
                yield Ear(answer.aiter_lines())
    finally:
        following.cancel()
        await asyncio.wait([following])


@pytest.mark.parametrize("wall", [only_the_code.__name__, only_the_database.__name__])
async def test_a_board_is_told_of_no_case_of_another_team(
    desk: Desk, wall: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(wall)
    async with board_stream(desk) as ear:
        await case_of(desk, "payments")
        ours = await case_of(desk, "support")
        event, data = await ear.next()
        assert (event, data["id"]) == ("row", ours)


async def test_a_case_that_moves_to_another_team_leaves_the_board(desk: Desk) -> None:
    async with board_stream(desk) as ear:
        ours = await case_of(desk, "support")
        assert (await ear.next())[0] == "row"
        await desk.log.tell(plan("payments").model_copy(update={"case_id": ours}))
        while (told := await ear.next())[0] == "row":  # submitting and planning may be told one after the other
            assert (told[1] or {})["id"] == ours
        assert told == ("gone", {"id": ours})
