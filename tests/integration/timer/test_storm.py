"""Very many at once: the urgent first, and nothing for whom was acknowledged meanwhile."""

import asyncio
from collections import Counter
from datetime import timedelta

from services.timer.domain.turns import BATCH, WINDOW
from services.timer.fire import Firing
from shared.contracts import events as e
from shared.contracts.vocabulary import Priority
from tests.integration.log import T0, Log
from tests.integration.timer.conftest import BY, GRACE, begun

FILL = """INSERT INTO deadlines (case_id, name, generation, priority, due, fire_at, traceparent)
          SELECT $1 || '-' || n, 'first_response', 1, $1, $2, $2, '' FROM generate_series(1, $3) AS n"""
COUNT = "SELECT priority, count(*) FROM deadlines WHERE fired GROUP BY priority"


async def fill(log: Log, priority: Priority, count: int, minutes: int) -> None:
    async with log.db.transaction() as tx:
        await tx.execute(FILL, priority.value, T0 + timedelta(minutes=minutes), count)


async def said(log: Log) -> list[str]:
    """Case ids in the order in which they go to the log."""
    async with log.db.reading() as tx:
        return [row["key"] for row in await tx.fetch("SELECT key FROM outbox ORDER BY id")]


async def test_the_most_urgent_is_said_first_although_it_came_last(log: Log) -> None:
    await fill(log, Priority.P4, 3000, minutes=1)
    await fill(log, Priority.P3, 3000, minutes=2)
    await fill(log, Priority.P1, 40, minutes=3)
    loop = Firing(log.db, log.clock, GRACE)
    await loop.fire(T0 + timedelta(minutes=4))
    order = [key[:2] for key in await said(log)]
    assert order[:40] == ["P1"] * 40
    assert "P4" in order, "no priority waits for ever"
    assert len(order) == BATCH


async def test_a_p1_passes_although_thousands_are_on_their_way(log: Log) -> None:
    await fill(log, Priority.P4, 2 * WINDOW, minutes=1)
    loop = Firing(log.db, log.clock, GRACE)
    log.clock.at = T0 + timedelta(minutes=4)
    unconfirmed = 0
    while await loop.fire(log.clock.at, unconfirmed):
        unconfirmed = len(await said(log))
    assert unconfirmed <= WINDOW + BATCH, "the rest waits in the table, where an acknowledgement can still stop it"
    await fill(log, Priority.P1, 1, minutes=3)
    assert await loop.fire(log.clock.at, unconfirmed) == 1
    assert (await said(log))[-1] == "P1-1"


async def test_who_acknowledges_in_the_middle_of_a_storm_is_left_alone(log: Log) -> None:
    """Two replicas fire all there is while the log is read, and between any two batches somebody acknowledges."""
    cases = [f"c{n}" for n in range(60)]
    for case_id in cases:
        await begun(log, case_id, priority=Priority.P4)
    await fill(log, Priority.P3, 2500, minutes=1)
    log.clock.at = T0 + timedelta(minutes=9)
    loops = [Firing(log.db, log.clock, GRACE) for _ in range(2)]
    taken: set[str] = set()
    for case_id in cases:
        acknowledged = e.CaseAcknowledged(case_id=case_id, by=BY, via="phone")
        if case_id not in await said(log):
            taken.add(case_id)
        await log.read(acknowledged)
        await asyncio.gather(*(each.fire(log.clock.at) for each in loops))
    keys = Counter(await said(log))
    assert set(keys) & taken == set()
    assert set(keys) & set(cases) == set(cases) - taken
    assert max(keys.values()) == 1
