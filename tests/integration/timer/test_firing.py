"""The timer on its real database: never early, never twice, never for a clock that was stopped."""

import asyncio
from datetime import timedelta

import pytest

from services.timer.fire import Firing
from services.timer.handlers import handlers
from shared.contracts import events as e
from shared.contracts.report import Report
from shared.contracts.vocabulary import DeadlineName, Path, Priority
from tests.integration.log import T0, Hands, Log, Opened

GRACE = timedelta(milliseconds=300)
BY = e.Actor(kind="person", id="a", name="A")
DUE = T0 + timedelta(minutes=5)


@pytest.fixture
async def log(database: Opened) -> Log:
    db = await database("timer")
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM outbox; DELETE FROM inbox; DELETE FROM folds; DELETE FROM deadlines")
    return Log(db, Hands(T0), handlers(GRACE))


def assigned(case_id: str, generation: int = 1, warn: bool = False) -> e.EscalationAssigned:
    warn_at = T0 + timedelta(minutes=4) if warn else None
    deadline = e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=generation, due=DUE, warn_at=warn_at)
    return e.EscalationAssigned(
        case_id=case_id,
        round=generation,
        level=generation,
        path=Path.FUNCTIONAL,
        priority=Priority.P1,
        cause="submitted",
        after=0,
        responders=(),
        channels=(),
        deadlines=(deadline,),
        reasons=(),
    )


async def begun(log: Log, case_id: str, warn: bool = False) -> None:
    await log.tell(e.CaseSubmitted(case_id=case_id, by=BY, number=1, report=Report(facts="x"), source="t"))
    await log.tell(assigned(case_id, warn=warn))


async def fired(log: Log, after: timedelta) -> list[e.Event]:
    """Let two replicas look at the same instant."""
    log.clock.at = T0 + after
    loops = [Firing(log.db, log.clock, GRACE) for _ in range(2)]
    await asyncio.gather(*(each.fire(log.clock.now()) for each in loops))
    before = len(log.said)
    await log.drain()
    return log.said[before:]


async def test_a_breach_is_said_after_due_and_grace_and_never_before(log: Log) -> None:
    await begun(log, "c1")
    assert await fired(log, timedelta(minutes=5)) == []
    assert await fired(log, timedelta(minutes=5, milliseconds=299)) == []
    (breach,) = await fired(log, timedelta(minutes=5, milliseconds=300))
    assert isinstance(breach, e.DeadlineBreached)
    assert (breach.due, breach.late_ms, breach.generation) == (DUE, 300, 1)


async def test_a_breach_is_said_once(log: Log) -> None:
    await begun(log, "c2")
    assert len(await fired(log, timedelta(minutes=6))) == 1
    assert await fired(log, timedelta(minutes=7)) == []


async def test_an_acknowledged_case_is_left_alone(log: Log) -> None:
    await begun(log, "c3")
    await log.tell(e.CaseAcknowledged(case_id="c3", by=BY, via="phone"))
    assert await fired(log, timedelta(hours=9)) == []


async def test_a_warning_comes_first_and_once(log: Log) -> None:
    await begun(log, "c4", warn=True)
    (warned,) = await fired(log, timedelta(minutes=4))
    assert isinstance(warned, e.DeadlineWarned)
    assert await fired(log, timedelta(minutes=4, seconds=30)) == []
    assert [type(x) for x in await fired(log, timedelta(minutes=6))] == [e.DeadlineBreached]


async def test_a_new_generation_runs_although_the_old_one_was_fired(log: Log) -> None:
    await begun(log, "c5")
    await fired(log, timedelta(minutes=6))
    await log.tell(assigned("c5", generation=2))
    (breach,) = await fired(log, timedelta(minutes=7))
    assert isinstance(breach, e.DeadlineBreached)
    assert breach.generation == 2


async def test_the_loop_wakes_for_what_is_due_and_says_it_at_once(log: Log) -> None:
    await begun(log, "c6")
    log.clock.at = DUE + GRACE
    loop = asyncio.create_task(Firing(log.db, log.clock, GRACE).run())
    try:
        async with asyncio.timeout(5):
            while not log.of(e.DeadlineBreached):
                await log.drain()
                await asyncio.sleep(0)
    finally:
        loop.cancel()
