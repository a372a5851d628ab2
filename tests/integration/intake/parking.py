"""Records that a service has really failed over, set aside by the runtime and published among the dead letters."""

import asyncio
from contextlib import suppress

from shared.contracts import envelope
from shared.contracts.envelope import Record
from shared.contracts.events import CaseNoted, CaseSubmitted, Event
from shared.contracts.topics import CASES
from shared.runtime.consume import Delivery, Handling
from shared.runtime.db import Database
from shared.runtime.outbox import Relay
from tests.integration.intake.desk import Desk


async def published(db: Database, kafka: str) -> None:
    """Wait until everything that a service has to say is on Kafka."""
    relay = asyncio.create_task(Relay(db, kafka).run())
    while await db.pool.fetchval("SELECT count(*) FROM outbox"):
        await asyncio.sleep(0.02)
    relay.cancel()
    with suppress(asyncio.CancelledError):
        await relay


async def park(
    db: Database, desk: Desk, service: str, *records: tuple[Event, bytes | None], bug: str = "a bug"
) -> None:
    """Have a service fail over records (with another body, where one is given), and publish its dead letters."""

    async def fails(event: Event, delivery: Delivery) -> None:
        raise LookupError(bug)

    handling = Handling(db, desk.clock, f"tasuki-{service}", {CaseNoted: fails, CaseSubmitted: fails})
    for offset, (event, body) in enumerate(records):
        usual, headers = envelope.encode(event, envelope.event_id(event.model_dump_json()), desk.clock.now())
        place = int(envelope.event_id(db, event).int % 10**12) + offset
        await handling.consume([Record(CASES, 0, place, headers, body or usual)])
    await published(db, desk.door.settings.kafka)


def noted(case_id: str, text: str) -> CaseNoted:
    by = {"kind": "person", "id": "mai", "name": "舞"}
    return CaseNoted.model_validate({"case_id": case_id, "by": by, "text": text, "internal": True})
