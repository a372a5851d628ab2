"""What was found at a provider, and whose it is: nothing that a provider has stands for two notifications."""

from datetime import timedelta

from services.notifier.domain.notification import Notification
from services.notifier.domain.retry import Step
from services.notifier.sql import SQL
from shared.runtime.db import Transaction


async def others(connection: Transaction, n: Notification) -> frozenset[str]:
    """The provider's ids of this recipient's other notifications of the last hour."""
    since = n.created_at - timedelta(hours=1)
    rows = await connection.fetch(SQL["known_at_provider"], n.recipient, n.channel, since)
    return frozenset(r["provider_id"] for r in rows)


async def taken(tx: Transaction, n: Notification, step: Step) -> bool:
    """Whether what was found is another attempt's by now; if it is not, nobody else can take it until this commits."""
    await tx.execute(SQL["hold_found"], f"{step.provider}/{step.provider_id}")
    return bool(await tx.fetchval(SQL["found_by_another"], n.id, n.attempts, step.provider, step.provider_id))
