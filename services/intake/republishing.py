"""`python -m services.intake republish`: says the log's newest part again under the same ids, when Kafka has lost it."""

import argparse
from datetime import timedelta
from typing import Any

from services.intake.store import SQL
from shared.contracts import envelope
from shared.runtime import folds, outbox
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction
from shared.runtime.offsets import STILL_KNOWN

AT_ONCE = 500
PARSER = argparse.ArgumentParser("python -m services.intake republish")
PARSER.add_argument(
    "--hours", type=float, required=True, help="how far back; everything since the last backup and more"
)


async def republish(db: Database, clock: Clock, since: timedelta) -> int:
    """Put what intake has read, and what it said and has not read back, into the outbox again; returns how many events.

    Only the topic that decides: who has handled an event knows its id and does nothing. Raises ValueError beyond 13 days.
    """
    if since > STILL_KNOWN:
        raise ValueError("--hours: at most 312; what is older would not be known again by its id")
    count, place, now = 0, 0, clock.now()
    while True:
        async with db.transaction() as tx:
            rows = await tx.fetch(SQL["lines_since"], now - since, place, AT_ONCE)
            for row in rows:
                await _say(tx, row["event_id"], row["at"], envelope.recall(row["type"], row["body"]))
        if not rows:
            break
        count, place = count + len(rows), rows[-1]["place"]
    return count + await _pending(db)


async def _pending(db: Database) -> int:
    async with db.transaction() as tx:
        keys = [row["key"] for row in await tx.fetch(SQL["keys_pending"])]
        found = [said for key in keys for said in (await folds.load(tx, key)).pending]
        for said in found:
            await _say(tx, said.id, said.at, said.event)
    return len(found)


async def _say(tx: Transaction, id_: Any, at: Any, event: Any) -> None:
    await outbox.add(tx, event, id_, at)
