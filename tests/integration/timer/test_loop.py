"""The loop in real time, on PostgreSQL's real clock: on time whatever happens to this machine's clock or to the other replica."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from services.timer import store
from services.timer.domain import turns
from services.timer.fire import Firing
from shared.contracts import events as e
from shared.contracts.vocabulary import Priority
from shared.runtime.db import HURRY, Transaction
from tests.integration.log import Hands, Log
from tests.integration.timer.conftest import GRACE, begun

SOON = timedelta(milliseconds=600)
STEP = timedelta(hours=2)


class Off(Hands):
    """A clock that runs, and is wrong by `by`."""

    by = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@asynccontextmanager
async def firing(log: Log, count: int = 1) -> AsyncIterator[list[Firing]]:
    loops = [Firing(log.db, log.clock, GRACE) for _ in range(count)]
    tasks = [asyncio.create_task(each.run()) for each in loops]
    try:
        yield loops
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert [task for task in tasks if not task.cancelled()] == []


async def breaches(log: Log, count: int, seconds: float = 5) -> list[e.DeadlineBreached]:
    """Wait for so many, and see that no more come."""
    async with asyncio.timeout(seconds):
        while len(log.of(e.DeadlineBreached)) < count:
            await log.drain()
            await asyncio.sleep(0.01)
    await log.drain()
    return log.of(e.DeadlineBreached)


@pytest.fixture
def off(log: Log) -> Off:
    log.clock = Off(datetime.now(UTC))
    return log.clock


@pytest.mark.parametrize("step", [STEP, -STEP, timedelta(0)], ids=["two hours ahead", "two hours behind", "right"])
async def test_a_step_of_this_machines_clock_makes_nothing_early_and_nothing_late(
    log: Log, off: Off, step: timedelta
) -> None:
    due = datetime.now(UTC) + SOON
    await begun(log, "soon", due=due)
    await begun(log, "far", due=due + timedelta(hours=1))
    async with firing(log):
        await asyncio.sleep(0.1)
        off.by = step
        (breach,) = await breaches(log, 1)
        took = datetime.now(UTC) - due
        off.by = timedelta(0)
        await asyncio.sleep(0.3)
        assert len(await breaches(log, 1)) == 1
    assert breach.case_id == "soon"
    assert GRACE <= took < GRACE + timedelta(seconds=1)
    assert 300 <= breach.late_ms < 1300


async def test_a_loop_that_starts_while_this_clock_is_wrong_is_right_all_the_same(log: Log, off: Off) -> None:
    off.by = STEP
    await begun(log, "far", due=datetime.now(UTC) + timedelta(hours=1))
    await begun(log, "soon", due=datetime.now(UTC) + SOON)
    async with firing(log, count=2):
        (breach,) = await breaches(log, 1)
    assert breach.case_id == "soon"


async def test_a_clock_that_another_process_wrote_is_found_without_being_told(log: Log, off: Off) -> None:
    async with firing(log):
        await asyncio.sleep(0.1)
        log.db.committed.clear()  # nobody nudges this loop
        await begun(log, "c1", due=datetime.now(UTC) - SOON)
        assert len(await breaches(log, 1, seconds=2)) == 1


async def test_what_a_stopped_replica_holds_is_fired_by_the_other(log: Log, off: Off) -> None:
    """A process stopped between taking and committing; its transaction is ended by the server, and it can commit no more."""
    await begun(log, "c1", due=datetime.now(UTC) - SOON)
    await begun(log, "c2", due=datetime.now(UTC) + SOON)
    async with log.db.pool.acquire() as stopped:
        held = stopped.transaction()
        await held.start()
        shares = dict.fromkeys(Priority, turns.BATCH)
        tx = Transaction(stopped)
        await tx.execute(f"SELECT {HURRY}")
        now = datetime.now(UTC)
        assert len(await store.take(tx, now, shares, now)) == 1
        async with firing(log):
            assert {b.case_id for b in await breaches(log, 2, seconds=3.5)} == {"c1", "c2"}
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await held.commit()
    assert len(await breaches(log, 2)) == 2


class Later:
    """A loop whose machine says that time has passed."""

    def __init__(self, log: Log, off: Off) -> None:
        self.mark = 100.0
        self.off = off
        self.loop = Firing(log.db, log.clock, GRACE, mark=lambda: self.mark)

    async def look(self, seconds: float = 0) -> int:
        """Look again after so many seconds; returns how much was said."""
        self.mark += seconds
        self.off.by += timedelta(seconds=seconds)
        return (await self.loop.look())[1]


def id_of(row: Any) -> object:
    return dict(json.loads(row["headers"]))["ce_id"]


async def test_a_breach_that_the_log_lost_is_said_again_under_the_same_id(log: Log, off: Off) -> None:
    await begun(log, "c1", due=datetime.now(UTC) - SOON)
    later = Later(log, off)
    assert await later.look() == 1
    async with log.db.transaction() as tx:
        (lost,) = await tx.fetch("DELETE FROM outbox RETURNING headers")
    assert await later.look() == 0
    assert await later.look(5) == 0, "it may be on its way"
    assert await later.look(3) == 1
    async with log.db.reading() as tx:
        (again,) = await tx.fetch("SELECT headers FROM outbox")
    assert id_of(again) == id_of(lost)
    assert await later.look(7) == 0, "the second time it waits longer"
    await log.drain()
    assert await later.look(1) == 0
    assert await later.look(60) == 0, "it has been read back"


async def test_nothing_is_said_again_while_the_broker_is_away(log: Log, off: Off) -> None:
    await begun(log, "c1", due=datetime.now(UTC) - SOON)
    later = Later(log, off)
    assert await later.look() == 1
    for _ in range(20):
        assert await later.look(30) == 0
    assert len(await breaches(log, 1)) == 1


async def test_a_breach_that_was_read_although_its_row_does_not_know_is_not_said_again(log: Log, off: Off) -> None:
    await begun(log, "c1", due=datetime.now(UTC) - SOON)
    later = Later(log, off)
    assert await later.look() == 1
    await log.drain()
    async with log.db.transaction() as tx:
        await tx.execute("UPDATE deadlines SET again_at = now() - interval '1 hour'")
    assert await later.look(1) == 0
    assert await later.look(30) == 0
    async with log.db.reading() as tx:
        assert await tx.fetchval("SELECT again_at FROM deadlines") is None
