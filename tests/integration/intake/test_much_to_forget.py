"""Much whose time is over at once, as where it is kept for less than before: some at a time, and nobody hears of less for it."""

from datetime import timedelta

import asyncpg
import pytest
from prometheus_client import REGISTRY

from services.intake import erasing
from services.intake.domain.retention import Spans
from shared.contracts.events import SourceTroubled
from shared.runtime.clock import wall
from tests.integration.intake.desk import Desk, ticket

MANY = 12_000
DELIVERIES = """INSERT INTO deliveries (source, delivery_id, verdict, body, bytes, sealed, at)
                SELECT 'm', n::text, 'ignored', '', 0, true, now() - interval '8 days' FROM generate_series(1, $1) AS n"""
ANSWERS = """INSERT INTO idempotency (scope, key, fingerprint, case_id, answer, at)
             SELECT 'm', n::text, '', '', '', now() - interval '8 days' FROM generate_series(1, $1) AS n"""


async def test_many_deliveries_are_forgotten_some_at_a_time(desk: Desk) -> None:
    desk.clock.at = wall()
    await desk.db.pool.execute(DELIVERIES, MANY)
    async with desk.db.transaction() as tx:
        assert await erasing.forget_deliveries(tx, Spans(), await tx.earlier(desk.clock.at))
    assert await desk.count("deliveries") == MANY - erasing.ROWS_AT_ONCE
    await erasing.forget(desk.db, Spans(), desk.clock)
    assert await desk.count("deliveries") == 1  # the newest of its source


async def test_many_answers_are_forgotten_some_at_a_time(desk: Desk) -> None:
    await desk.db.pool.execute(ANSWERS, MANY)
    await erasing.forget_answers(desk.db, wall() - timedelta(hours=24))
    assert await desk.count("idempotency") == 0


async def test_owners_hear_of_what_is_set_aside_though_deliveries_cannot_be_forgotten(desk: Desk) -> None:
    assert (await desk.zendesk(ticket(ticket_id=""), "inv-1")).json()["verdict"] == "quarantined"
    await desk.log.drain()
    before = len(desk.log.of(SourceTroubled))
    desk.clock.at = wall()
    await desk.db.pool.execute("UPDATE quarantine SET at = now() - interval '28 days'")
    await desk.db.pool.execute(DELIVERIES, 2)
    await desk.db.pool.execute(
        """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'too slow'; END $$;
           CREATE TRIGGER refuse BEFORE DELETE ON deliveries FOR EACH ROW EXECUTE FUNCTION refuse()"""
    )
    try:
        with pytest.raises(asyncpg.RaiseError):
            await erasing.forget(desk.db, Spans(), desk.clock)
    finally:
        await desk.db.pool.execute("DROP TRIGGER refuse ON deliveries; DROP FUNCTION refuse")
    await desk.log.drain()
    assert len(desk.log.of(SourceTroubled)) == before + 1
    assert REGISTRY.get_sample_value("tasuki_intake_quarantined") == 1
