"""Windows of maintenance in Postgres, and what they hold."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.notifier.bundles import SQL, Planned
from services.notifier.domain.maintenance import Window, read
from services.notifier.domain.notification import Notification
from services.notifier.store import AT_ONCE
from shared.contracts.case import Case
from shared.contracts.plan import Person
from shared.runtime import folds
from shared.runtime.db import Row, Transaction

LOOKED_BACK = timedelta(days=7)  # an older page is not called back


@dataclass(frozen=True)
class Kept:
    """A window, who asked for it, and when and by whom it was ended before its time."""

    window: Window
    by: Person
    created_at: datetime
    ended_at: datetime | None
    ended_by: str


async def add(tx: Transaction, w: Window, by: Person, now: datetime) -> None:
    """Put a window into force."""
    what = w.team, w.product, w.source, w.starts_at, w.ends_at, w.reason, w.p1
    await tx.execute(SQL["add_window"], w.id, *what, by.id, by.name, now)


async def listed(connection: Transaction, since: datetime) -> list[Kept]:
    """Every window that ended later than that, or is still to come."""
    return [_kept(row) for row in await connection.fetch(SQL["windows"], since)]


async def one(tx: Transaction, id_: UUID) -> Kept | None:
    """One window, locked until the transaction ends."""
    row = await tx.fetchrow(SQL["lock_window"], id_)
    return _kept(row) if row else None


async def end(tx: Transaction, id_: UUID, by: str, now: datetime) -> None:
    """End a window: what it holds may go out."""
    await tx.execute(SQL["end_window"], id_, now, by)
    await tx.execute(SQL["release"], id_, now)


async def beginning(tx: Transaction, now: datetime) -> list[Window]:
    """The windows that begin now; each begins once."""
    return [read(dict(row)) for row in await tx.fetch(SQL["begin_windows"], now)]


async def cases(tx: Transaction, now: datetime) -> dict[str, Case]:
    """The open cases of which people were paged in the last days."""
    found = {}
    for place, row in enumerate(await tx.fetch(SQL["paged_cases"], now - LOOKED_BACK)):
        if place % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        if case := folds.case_of(row["state"]):
            found[row["key"]] = case
    return found


async def out(tx: Transaction, case_ids: list[str], now: datetime, most: int = 20_000) -> list[Row]:
    """The pages of these cases that went out in the last days and may still be answered, with the state of their cases."""
    return await tx.fetch(SQL["pages_out"], now - LOOKED_BACK, case_ids, most)


async def still_out(tx: Transaction, ids: list[UUID]) -> set[UUID]:
    """Which of these pages are still out; they stay so until the transaction ends."""
    return {row["id"] for row in await tx.fetch(SQL["still_out"], ids)}


async def hold(tx: Transaction, n: Notification, window: Window, planned: Planned) -> list[Row]:
    """Keep a page until its window ends; gives older pages about the same to the same person that it replaces."""
    await tx.execute(SQL["hold"], n.id, window.id, planned.due, planned.at, planned.bundled)
    return await tx.fetch(SQL["supersede"], n.case_id, n.recipient, n.channel, n.round, n.id, n.address)


def _kept(row: Row) -> Kept:
    by = Person(id=row["by_id"], name=row["by_name"])
    return Kept(read(dict(row)), by, row["created_at"], row["ended_at"], row["ended_by"])
