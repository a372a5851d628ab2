"""The timer on its real database: never early, never twice, never for a clock that was stopped."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from services.timer.fire import Firing
from shared.contracts import events as e
from tests.integration.log import T0, Log
from tests.integration.timer.conftest import BY, DUE, GRACE, assigned, begun


async def fired(log: Log, after: timedelta) -> list[e.Event]:
    """Let two replicas look at the same instant."""
    log.clock.at = T0 + after
    loops = [Firing(log.db, log.clock, GRACE) for _ in range(2)]
    await asyncio.gather(*(each.fire(log.clock.now()) for each in loops))
    before = len(log.said)
    await log.drain()
    return log.said[before:]


async def test_a_breach_is_said_after_due_and_grace_and_not_a_microsecond_before(log: Log) -> None:
    await begun(log, "c1")
    assert await fired(log, timedelta(minutes=5)) == []
    assert await fired(log, timedelta(minutes=5, microseconds=299_999)) == []
    (breach,) = await fired(log, timedelta(minutes=5, milliseconds=300))
    assert isinstance(breach, e.DeadlineBreached)
    assert (breach.due, breach.late_ms, breach.generation) == (DUE, 300, 1)


async def test_a_breach_is_said_once_by_two_replicas_that_wake_together(log: Log) -> None:
    await begun(log, "c2")
    assert len(await fired(log, timedelta(minutes=6))) == 1
    assert await fired(log, timedelta(minutes=7)) == []


async def test_an_acknowledged_case_is_left_alone(log: Log) -> None:
    await begun(log, "c3")
    await log.tell(e.CaseAcknowledged(case_id="c3", by=BY, via="phone"))
    assert await fired(log, timedelta(hours=9)) == []


async def test_a_warning_comes_first_and_once(log: Log) -> None:
    await begun(log, "c4", warn_at=T0 + timedelta(minutes=4))
    (warned,) = await fired(log, timedelta(minutes=4))
    assert isinstance(warned, e.DeadlineWarned)
    assert await fired(log, timedelta(minutes=4, seconds=30)) == []
    assert [type(x) for x in await fired(log, timedelta(minutes=6))] == [e.DeadlineBreached]


async def test_after_an_outage_the_breach_is_said_and_its_warning_is_not(log: Log) -> None:
    await begun(log, "c5", warn_at=T0 + timedelta(minutes=4))
    assert [type(x) for x in await fired(log, timedelta(minutes=6))] == [e.DeadlineBreached]
    assert await fired(log, timedelta(minutes=7)) == []


async def test_a_new_generation_runs_although_the_old_one_was_fired(log: Log) -> None:
    await begun(log, "c6")
    await fired(log, timedelta(minutes=6))
    await log.tell(assigned("c6", generation=2))
    (breach,) = await fired(log, timedelta(minutes=7))
    assert isinstance(breach, e.DeadlineBreached)
    assert breach.generation == 2


async def test_an_earlier_clock_that_comes_later_is_not_overlooked(log: Log) -> None:
    """There is no mark up to which clocks have been read, that could run ahead of one."""
    await begun(log, "c7", due=T0 + timedelta(hours=2))
    assert await fired(log, timedelta(minutes=10)) == []
    await begun(log, "c8", due=T0 + timedelta(minutes=3))
    assert [x.case_id for x in await fired(log, timedelta(minutes=10))] == ["c8"]


async def test_what_could_not_be_said_is_not_forgotten(log: Log) -> None:
    """Taken and said in one transaction: an error in between leaves the clock as it was."""
    await begun(log, "c9")
    async with log.db.transaction() as tx:
        await tx.execute("ALTER TABLE outbox ADD CONSTRAINT refused CHECK (false)")
    with pytest.raises(asyncpg.CheckViolationError):
        await fired(log, timedelta(minutes=6))
    async with log.db.transaction() as tx:
        await tx.execute("ALTER TABLE outbox DROP CONSTRAINT refused")
    assert len(await fired(log, timedelta(minutes=6))) == 1


async def test_reading_the_log_again_from_its_beginning_fires_nothing_again(log: Log) -> None:
    await begun(log, "c10")
    await fired(log, timedelta(minutes=6))
    async with log.db.transaction() as tx:
        await tx.execute("TRUNCATE inbox")  # as after a restore: nobody remembers what was read
    await begun(log, "c10")
    assert await fired(log, timedelta(minutes=7)) == []


async def test_a_clock_without_a_case_holds_nobody_up(log: Log) -> None:
    async with log.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO deadlines (case_id, name, generation, priority, due, fire_at, traceparent)"
            " VALUES ('gone', 'first_response', 1, 'P1', $1, $1, '')",
            T0,
        )
    await begun(log, "c11")
    assert {x.case_id for x in await fired(log, timedelta(minutes=6))} == {"gone", "c11"}
    assert await fired(log, timedelta(minutes=7)) == []


async def test_a_breach_of_an_older_generation_confirms_nothing(log: Log) -> None:
    """Seen red with `confirm` that does not compare generations: the newer breach was never said again when it was lost."""
    await begun(log, "c12")
    (old,) = await fired(log, timedelta(minutes=6))
    await log.tell(assigned("c12", generation=2))
    log.clock.at = T0 + timedelta(minutes=7)
    await Firing(log.db, log.clock, GRACE).fire(log.clock.at)
    async with log.db.transaction() as tx:
        await tx.execute("DELETE FROM outbox")
    await log.tell(old)
    async with log.db.reading() as tx:
        assert await tx.fetchval("SELECT again_at FROM deadlines WHERE case_id = 'c12'") is not None
