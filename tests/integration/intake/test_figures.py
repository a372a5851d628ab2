"""Figures of the front door that alarms look at."""

from prometheus_client import REGISTRY

from services.intake import erasing, store
from services.intake.domain.retention import Spans
from services.intake.senders.sender import Unmapped
from shared.runtime import outbox, service
from tests.integration.intake.desk import Desk


async def test_how_long_something_waits_to_be_published(desk: Desk) -> None:
    await outbox.measure(desk.db)
    assert REGISTRY.get_sample_value("tasuki_outbox_oldest_seconds") == 0
    await desk.submit()
    async with desk.db.transaction() as tx:
        await tx.execute("UPDATE outbox SET created_at = clock_timestamp() - interval '5 minutes'")
    await outbox.measure(desk.db)
    assert 300 <= (REGISTRY.get_sample_value("tasuki_outbox_oldest_seconds") or 0) < 360


async def test_a_database_that_keeps_no_archive_fails_at_none(desk: Desk) -> None:
    await service.measure(desk.db)
    assert REGISTRY.get_sample_value("tasuki_database_unarchived_seconds") == 0


async def test_how_much_is_set_aside(desk: Desk) -> None:
    for number in range(2):
        async with desk.db.transaction() as tx:
            await store.quarantine(tx, "crm", Unmapped(f"d{number}", "x", "x"), b"{}", None, desk.clock.at)
    async with desk.db.transaction() as tx:
        await erasing.give_notice(tx, Spans(), desk.clock.at)
    assert REGISTRY.get_sample_value("tasuki_intake_quarantined") == 2
