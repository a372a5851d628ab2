"""The telephone calls in the ledger: which of them the person has missed, and of which nobody tells any more."""

from datetime import datetime
from typing import NamedTuple

from services.notifier.domain.notification import Notification
from services.notifier.domain.retry import BROKEN_OFF, NO_CALL
from services.notifier.rows import read
from services.notifier.sql import SQL
from shared.runtime.db import Transaction


class Before(NamedTuple):
    """How many calls a person has missed before the present attempt, and when the first attempt of all began."""

    missed: int
    first_at: datetime


async def before(tx: Transaction, n: Notification) -> Before:
    """What was tried for a notification before its present attempt."""
    row = await tx.fetchrow(SQL["calls_before"], n.id, n.attempts, NO_CALL, BROKEN_OFF, n.provider)
    assert row is not None
    return Before(row["missed"], row["first_at"] or n.attempted_at)


async def claim_unheard(
    tx: Transaction, providers: list[str], since: datetime, until: datetime, now: datetime, again: datetime
) -> list[Notification]:
    """The calls by these providers, tried between `since` and `until`, of whose end nobody told; each again at `again`."""
    return [read(r) for r in await tx.fetch(SQL["claim_unheard"], providers, since, until, now, again)]
