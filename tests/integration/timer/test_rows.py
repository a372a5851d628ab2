"""The statements and their fake do the same; so what the state machine finds of the fake holds for PostgreSQL."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.timer import store
from services.timer.domain.deadlines import Clock
from shared.contracts.vocabulary import DeadlineName, Priority
from tests.integration.log import T0, Log
from tests.unit.timer.rows import Rows

CASES = ("c1", "c2", "c3", "c4")
NAMES = (DeadlineName.FIRST_RESPONSE, DeadlineName.RESOLUTION)


def clock(rng: random.Random, case_id: str, name: DeadlineName) -> Clock:
    fire_at = T0 + timedelta(microseconds=rng.randrange(60_000_000))
    warn_at = fire_at - timedelta(seconds=rng.randrange(1, 20)) if rng.random() < 0.5 else None
    priority = rng.choice(list(Priority))
    return Clock(case_id, name, rng.randrange(1, 4), priority, fire_at - timedelta(milliseconds=300), fire_at, warn_at)


async def table(log: Log) -> dict[tuple[str, str], tuple[Any, ...]]:
    async with log.db.reading() as tx:
        rows = await tx.fetch("SELECT * FROM deadlines")
    return {
        (r["case_id"], r["name"]): (r["generation"], r["wakes_at"], r["warn_at"], r["fired"], r["said"], r["again_at"])
        for r in rows
    }


def fake_table(rows: Rows) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {
        key: (r.clock.generation, r.wakes_at, r.warn_at, r.fired, r.said, r.again_at) for key, r in rows.rows.items()
    }


async def step(rng: random.Random, log: Log, fake: Rows, now: datetime) -> None:
    """One operation on both."""
    case_id = rng.choice(CASES)
    async with log.db.transaction() as tx:
        match rng.choice(("sync", "sync", "take", "take", "confirm", "again")):
            case "sync":
                clocks = {name: clock(rng, case_id, name) for name in NAMES if rng.random() < 0.7}
                fake.sync(case_id, clocks)
                await store.sync(tx, case_id, clocks)
            case "take":
                shares = {priority: rng.randrange(3) for priority in Priority}
                again_at = now + timedelta(seconds=6)
                expected = fake.take(now, shares, again_at)
                found = await store.take(tx, now, shares, again_at)
                assert {(r["case_id"], r["name"], r["fired"]) for r in found} == {
                    (r.clock.case_id, r.clock.name, r.fired) for r in expected
                }
            case "confirm":
                name, generation = rng.choice(NAMES), rng.randrange(1, 4)
                fake.confirm(case_id, name, generation)
                await store.confirm(tx, case_id, name, generation)
            case "again":
                late = fake.take_unconfirmed(now)
                assert {(r["case_id"], r["name"]) for r in await store.take_unconfirmed(tx, now, 500)} == {
                    (r.clock.case_id, r.clock.name) for r in late
                }
                moments = [(r.clock.case_id, r.clock.name.value, now + timedelta(seconds=9)) for r in late]
                fake.said_again(moments)
                if moments:
                    await store.said_again(tx, moments)


@pytest.mark.parametrize("seed", range(6))
async def test_the_fake_does_what_postgresql_does(log: Log, seed: int) -> None:
    """Ties in time are avoided: whom of two with the same moment the database takes first is left to it. Seen red with a `take` that marks nothing."""
    rng, fake, now = random.Random(seed), Rows(), T0
    for _ in range(80):
        now += timedelta(seconds=rng.random() * 3)
        await step(rng, log, fake, now)
        assert await table(log) == fake_table(fake)
        async with log.db.reading() as tx:
            assert (await store.look(tx))["next_at"] == fake.next_at()
            assert await store.count_unconfirmed(tx, 100) == fake.unconfirmed()
