"""Kafka has lost the log: intake says its newest part again, and nobody who has handled an event handles it twice."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.republishing import republish
from tests.integration.intake.desk import TEXT, Desk


async def ids(desk: Desk) -> list[Any]:
    """What waits to be published, by the id in its headers."""
    async with desk.db.reading() as tx:
        rows = await tx.fetch("SELECT headers FROM outbox ORDER BY id")
    return [row["headers"].split('"ce_id", "')[1].split('"')[0] for row in rows]


async def test_what_was_read_and_what_was_not_read_back_is_said_again_under_its_ids(desk: Desk) -> None:
    read = await desk.submit(title=TEXT)
    await desk.log.drain()
    await desk.submit(title="まだ読み戻されていない報告")
    before = await ids(desk)
    async with desk.db.transaction() as tx:
        said = [str(row["event_id"]) for row in await tx.fetch("SELECT event_id FROM timeline ORDER BY place")]
        await tx.execute("DELETE FROM outbox")  # it was published, and then Kafka lost everything
        rows = await tx.fetchval("SELECT count(*) FROM timeline")
    count = await republish(desk.db, desk.clock, timedelta(hours=1))
    assert await ids(desk) == [*said, *before]
    assert count == len(said) + len(before)
    shown = (await desk.get(f"/v1/cases/{read['id']}")).json()
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{read['id']}")).json() == shown
    async with desk.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM timeline") == rows + len(before)


async def test_what_is_too_old_to_be_known_again_is_not_said(desk: Desk) -> None:
    with pytest.raises(ValueError, match="312"):
        await republish(desk.db, desk.clock, timedelta(days=14))
