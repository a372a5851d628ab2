"""The running clocks in Postgres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from services.timer.domain.deadlines import Clock
from shared.contracts.vocabulary import DeadlineName, Priority
from shared.runtime import telemetry
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("queries.sql"))
PRIORITIES = [p.value for p in Priority]


async def sync(tx: Transaction, case_id: str, clocks: Mapping[DeadlineName, Clock]) -> None:
    """Make the rows of a case what its state says, when the transaction ends."""
    rows = [
        (c.case_id, c.name, c.generation, c.priority, c.due, c.fire_at, c.warn_at, telemetry.traceparent())
        for c in clocks.values()
    ]
    _collected(tx).clocks[case_id] = rows


async def confirm(tx: Transaction, case_id: str, name: DeadlineName, generation: int) -> None:
    """This breach has been read back from the log; the row is told so when the transaction ends."""
    _collected(tx).confirmed.append((case_id, name, generation))


async def watch(tx: Transaction, case_id: str, watched: bool, planned: bool, since: datetime) -> None:
    """Write down whether a clock ought to run for a case, when the transaction ends."""
    _collected(tx).watched[case_id] = (case_id, planned, since) if watched else None


@dataclass
class _Collected:
    """What one transaction has to write, all cases at once."""

    clocks: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    confirmed: list[tuple[str, str, int]] = field(default_factory=list)
    watched: dict[str, tuple[str, bool, datetime] | None] = field(default_factory=dict)


def _collected(tx: Transaction) -> _Collected:
    tx.at_end("timer", _write)
    found: _Collected = tx.kept.setdefault("timer", _Collected())
    return found


async def _write(tx: Transaction) -> None:
    """Clocks first, then what was read back of them: both may stand in one transaction."""
    new: _Collected = tx.kept.pop("timer")
    await tx.execute(SQL["hurry"])
    if new.clocks:
        rows = [row for of_case in new.clocks.values() for row in of_case]
        await tx.execute(SQL["disarm"], list(new.clocks), [f"{row[0]} {row[1]}" for row in rows])
        if rows:
            await tx.execute(SQL["arm"], *_columns(rows))
    if new.confirmed:
        await tx.execute(SQL["confirm"], *_columns(new.confirmed))
    if closed := [case_id for case_id, row in new.watched.items() if row is None]:
        await tx.execute(SQL["close"], closed)
    if opened := [row for row in new.watched.values() if row is not None]:
        await tx.execute(SQL["open"], *_columns(opened))


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


async def look(tx: Transaction) -> Row:
    """`clock`, `next_at` and `urgent_at` (of the first priority)."""
    row = await tx.fetchrow(SQL["look"], PRIORITIES)
    assert row is not None
    return row


async def flow(tx: Transaction) -> tuple[datetime | None, datetime | None]:
    """Since when something waits to be published, and when the log was read."""
    row = await tx.fetchrow(SQL["flow"])
    assert row is not None
    return row["publishing_since"], row["read_at"]


async def standing(tx: Transaction, now: datetime, before: datetime) -> Row:
    """`late_since` of the first clock that ought to have fired, and how many cases are `unattended` since `before`."""
    row = await tx.fetchrow(SQL["standing"], now, before, PRIORITIES)
    assert row is not None
    return row


async def overdue(tx: Transaction) -> float:
    """For how many seconds the first clock waits that ought to have been fired; 0 for none."""
    return await tx.fetchval(SQL["overdue"], PRIORITIES, timeout=2) or 0.0


async def count_unconfirmed(tx: Transaction, limit: int) -> int:
    """How many breaches are said and not yet read back; no more than `limit` are counted."""
    count: int = await tx.fetchval(SQL["count_unconfirmed"], limit)
    return count


async def take(tx: Transaction, now: datetime, shares: Mapping[Priority, int], again_at: datetime) -> list[Row]:
    """Clocks whose moment has come, of each priority at most its share; `fired` are breaches, the others warnings."""
    taken: list[Row] = []
    for priority, most in shares.items():
        taken += await tx.fetch(SQL["take"], now, priority.value, most, again_at) if most else []
    return taken


async def take_unconfirmed(tx: Transaction, now: datetime, limit: int) -> list[Row]:
    """Breaches that have not been read back in time, locked."""
    return list(await tx.fetch(SQL["take_unconfirmed"], now, limit))


async def were_read(tx: Transaction, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these events that this service has read from the log."""
    return {row["event_id"] for row in await tx.fetch(SQL["were_read"], ids)}


async def said_again(tx: Transaction, rows: Sequence[tuple[str, str, datetime | None]]) -> None:
    """Remember when each (case, name) is to be said again; never, when no moment is given."""
    await tx.execute(SQL["said_again"], *_columns(rows))


async def list_due(tx: Transaction, limit: int) -> list[Row]:
    """What is due next."""
    return list(await tx.fetch(SQL["list_due"], limit, PRIORITIES))


async def judge(tx: Transaction, after: str, now: datetime, limit: int) -> str:
    """Write down which of the next open cases miss a plan or a clock; gives where to go on, "" from the beginning."""
    page = await next_open(tx, after, limit)
    if page:
        await tx.execute(SQL["judge"], after, page[-1], now)
    return page[-1] if len(page) == limit else ""


async def next_open(tx: Transaction, after: str, limit: int) -> list[str]:
    """The next cases for which a clock ought to run, by id."""
    return [row["case_id"] for row in await tx.fetch(SQL["page"], after, limit)]


async def count_missing(tx: Transaction, before: datetime) -> Row:
    """How many cases miss a `plan` or a `clock` since `before` or longer."""
    row = await tx.fetchrow(SQL["count_missing"], before)
    assert row is not None
    return row


async def take_missing(tx: Transaction, before: datetime, again: timedelta, limit: int) -> list[Row]:
    """Cases that miss something since `before` or longer and for which that is to be said now, or `again`, locked."""
    return list(await tx.fetch(SQL["take_missing"], before, again, limit))


async def raised(tx: Transaction, rows: Sequence[tuple[str, int]]) -> None:
    """It was said for these cases; so often it might have been by now."""
    await tx.execute(SQL["raised"], *_columns(rows))


async def clocks_of(tx: Transaction, cases: Sequence[str]) -> set[tuple[str, str, int]]:
    """(case, name, generation) of every clock that these cases have."""
    rows = await tx.fetch(SQL["clocks_of"], cases)
    return {(row["case_id"], row["name"], row["generation"]) for row in rows}
