"""What was found at a provider, and whose it is: nothing that a provider has stands for two notifications."""

from datetime import datetime, timedelta
from uuid import UUID

from services.notifier import outcomes
from services.notifier.domain.notification import Notification
from services.notifier.domain.retry import LOST, Step
from services.notifier.rows import read
from services.notifier.sql import SQL
from shared.contracts.vocabulary import Outcome
from shared.runtime.db import Database, Transaction


async def others(connection: Transaction, n: Notification, provider: str) -> frozenset[str]:
    """The provider's ids of the other attempts since an hour before this one.

    Its own, which a call-back or whoever began the send may have told meanwhile, is what is looked for.
    """
    since = n.attempted_at - timedelta(hours=1)
    rows = await connection.fetch(SQL["known_at_provider"], provider, since, n.id, n.attempts)
    return frozenset(r["provider_id"] for r in rows)


async def taken(tx: Transaction, n: Notification, step: Step) -> bool:
    """Whether what was found is another attempt's by now; if it is not, nobody else can take it until this commits."""
    await tx.execute(SQL["hold_found"], f"{step.provider}/{step.provider_id}")
    return bool(await tx.fetchval(SQL["found_by_another"], n.id, n.attempts, step.provider, step.provider_id))


async def named(db: Database, id_: UUID, attempt: int, provider_id: str, now: datetime) -> None:
    """A call-back tells whose something at the provider is: it may be about an attempt that was given up long ago.

    If it had been found for another notification, nothing has gone out for that one; it is looked for again, at once.
    """
    async with db.reading() as connection:
        await connection.execute(SQL["name_told"], id_, attempt, provider_id)
    async with db.transaction() as tx:
        for row in await tx.fetch(SQL["lose_found"], id_, attempt, provider_id, LOST, now):
            await outcomes.say(tx, read(row), Outcome.AMBIGUOUS, LOST, now)
