"""Keys are destroyed while somebody is sealing something: nothing stays behind that nobody can open."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

from services.intake import erasing, safe
from services.intake.domain.concealing import Hidden
from services.intake.domain.retention import Spans
from services.intake.store import SYSTEM
from shared.runtime import folds
from shared.runtime.db import Transaction
from tests.integration.intake.desk import Desk
from tests.integration.intake.test_personal import FACTS, PHONE
from tests.integration.runtime.waiting import eventually

LATER = Hidden({"text": PHONE}, frozenset({("phone", "09012345678")}))
LEFT = """SELECT (SELECT count(*) FROM originals WHERE case_id = $1) + (SELECT count(*) FROM finds WHERE case_id = $1)
               + (SELECT count(*) FROM case_keys WHERE case_id = $1)"""
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def done_case(desk: Desk) -> str:
    case: str = (await desk.submit(facts=FACTS))["id"]
    await desk.act(case, "resolve", handling="x", result="x")
    desk.clock.at += timedelta(days=91)
    return case


async def left(desk: Desk, case: str) -> int:
    async with desk.db.reading() as tx:
        return int(await tx.fetchval(LEFT, case))


async def while_sealing(desk: Desk, case: str, other: Callable[[Transaction], Awaitable[object]]) -> None:
    """Something else begins while somebody seals, and has to wait for them or passes by."""

    async def alone() -> None:
        async with desk.db.transaction() as tx:
            await other(tx)

    async def waits_or_done() -> bool:
        return beside.done() or bool(await desk.db.pool.fetchval(WAITS))

    async with desk.db.transaction() as tx:
        await safe.at(tx).keep(tx, case, uuid4(), LATER, desk.clock.at)
        beside = asyncio.create_task(alone())
        await eventually(waits_or_done)
    await beside


async def test_what_is_sealed_while_a_case_is_forgotten_goes_with_it(desk: Desk) -> None:
    case = await done_case(desk)
    await while_sealing(desk, case, lambda tx: erasing.forget_originals(tx, Spans(), desk.clock.at))
    async with desk.db.transaction() as tx:
        await erasing.forget_originals(tx, Spans(), desk.clock.at)
    assert await left(desk, case) == 0


async def test_what_is_sealed_while_a_case_is_erased_goes_with_it(desk: Desk) -> None:
    case = await done_case(desk)

    async def erase(tx: Transaction) -> None:
        await erasing.erase(tx, await folds.load(tx, case), SYSTEM, False, desk.clock.at)

    await while_sealing(desk, case, erase)
    assert await left(desk, case) == 0


async def test_a_file_is_sealed_by_a_key_that_stays_until_it_is_kept(desk: Desk) -> None:
    case = await done_case(desk)
    async with desk.db.transaction() as tx:
        key = await safe.at(tx).file_key(tx, case, desk.clock.at)
        async with desk.db.transaction() as other:
            await erasing.forget_originals(other, Spans(), desk.clock.at)
        assert key is not None
        assert (await safe.at(tx).originals(tx, case))[0].texts["facts"] == FACTS


async def test_a_case_that_is_opened_again_keeps_what_was_sealed(desk: Desk) -> None:
    case = await done_case(desk)
    await desk.act(case, "reopen", reason="再発")
    async with desk.db.transaction() as tx:
        await erasing.forget_originals(tx, Spans(), desk.clock.at)
    assert await left(desk, case) > 0
