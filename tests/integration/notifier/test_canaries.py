"""Of canaries that were done days ago the notifier keeps nothing; its worker sees to it by itself."""

import asyncio
from datetime import UTC, datetime, timedelta

from shared.contracts import canary
from shared.contracts import events as e
from shared.contracts.case_ids import case_id
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel
from shared.runtime import folds
from tests.integration.notifier.conftest import SATO, World, assigned, person


async def paged(world: World, age: timedelta, source: str) -> str:
    """A case of so long ago that was paged and is done."""
    id_, report = case_id(datetime.now(UTC) - age, bytes([len(source)] * 10)), Report(facts="x")
    await world.say(e.CaseSubmitted(case_id=id_, by=person(SATO), number=-1, report=report, source=source))
    await world.say(assigned(id_, SATO, channels=(Channel.CHAT,)))
    await world.say(e.CaseResolved(case_id=id_, by=person(SATO), handling="x", result="y"))
    return id_


async def test_pages_and_folds_of_old_canaries_go_and_others_stay(world: World) -> None:
    old = folds.CANARIES_KEPT + timedelta(hours=1)
    gone, case = await paged(world, old, canary.SOURCE), await paged(world, old, "zendesk")
    fresh = await paged(world, timedelta(hours=1), canary.SOURCE)
    assert await world.log(gone)
    forgetting = asyncio.ensure_future(world.process.loops["canaries"]())

    async def is_gone() -> bool:
        return await world.log(gone) == []

    await world.until(is_gone)
    forgetting.cancel()
    await asyncio.wait([forgetting])
    assert await world.log(case)
    assert await world.log(fresh)
    found = await world.process.db.pool.fetch("SELECT key FROM folds WHERE key = ANY($1)", [gone, case, fresh])
    assert {row["key"] for row in found} == {case, fresh}
