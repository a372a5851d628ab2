"""The running clocks in Postgres."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from services.timer.domain.deadlines import Clock
from shared.contracts.vocabulary import DeadlineName
from shared.runtime import telemetry
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("queries.sql"))
BATCH = 500


async def sync(tx: Transaction, case_id: str, clocks: Mapping[DeadlineName, Clock]) -> None:
    """Make the rows of a case what its state says, when the transaction ends."""
    rows = [
        (c.case_id, c.name, c.generation, c.priority, c.due, c.fire_at, c.warn_at, telemetry.traceparent())
        for c in clocks.values()
    ]
    tx.kept.setdefault("clocks", {})[case_id] = rows
    tx.at_end("clocks", _write)


async def _write(tx: Transaction) -> None:
    """Write the clocks of all cases that changed at once."""
    cases = tx.kept.pop("clocks")
    rows = [row for of_case in cases.values() for row in of_case]
    await tx.execute(SQL["disarm"], list(cases), [f"{row[0]} {row[1]}" for row in rows])
    if rows:
        await tx.execute(SQL["arm"], *map(list, zip(*rows, strict=True)))


async def next_at(tx: Transaction) -> datetime | None:
    """When there is something to say next."""
    found: datetime | None = await tx.fetchval(SQL["next_at"])
    return found


async def take_breached(tx: Transaction, now: datetime) -> list[Row]:
    """Clocks past their time, marked as said in this transaction; most urgent first."""
    return sorted(await tx.fetch(SQL["take_breached"], now, BATCH), key=lambda r: (r["priority"], r["due"]))


async def take_warned(tx: Transaction, now: datetime) -> list[Row]:
    """Clocks near their end, marked as warned of in this transaction."""
    return list(await tx.fetch(SQL["take_warned"], now, BATCH))


async def list_due(tx: Transaction, limit: int) -> list[Row]:
    """What is due next."""
    return list(await tx.fetch(SQL["list_due"], limit))
