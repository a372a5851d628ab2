"""Says on Kafka what came of an attempt, and counts it."""

from datetime import datetime
from uuid import UUID

from prometheus_client import Counter, Histogram

from services.notifier.domain.notification import Notification
from shared.contracts.envelope import event_id
from shared.contracts.events import NotificationAttempted
from shared.contracts.vocabulary import Outcome
from shared.runtime import outbox, telemetry
from shared.runtime.db import Transaction

ATTEMPTS = Counter("tasuki_notify_attempts_total", "Outcomes of attempts to reach somebody", ["channel", "outcome"])
SECONDS = Histogram(
    "tasuki_notify_seconds",
    "From the wish to tell somebody until the provider has it",
    ["channel", "purpose"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)


async def say(tx: Transaction, n: Notification, outcome: Outcome, code: str, now: datetime) -> None:
    """Publish one outcome of one attempt with the transaction; the same outcome of the same attempt is one event."""
    await outbox.add(tx, *_event(n, outcome, code), now)
    count(n, outcome, now)


def row(tx: Transaction, n: Notification, outcome: Outcome, code: str, now: datetime) -> outbox.Row:
    """The same as a row of the outbox, for a statement that writes more at once."""
    return outbox.row(tx, *_event(n, outcome, code), now)


def _event(n: Notification, outcome: Outcome, code: str) -> tuple[NotificationAttempted, UUID]:
    event = NotificationAttempted(
        case_id=n.case_id,
        notification_id=str(n.id),
        purpose=n.purpose,
        channel=n.channel,
        recipient=n.recipient,
        attempt=n.attempts,
        outcome=outcome,
        code=code,
        repeat=n.repeat,
    )
    return event, event_id("attempted", n.id, n.attempts, outcome, code)


def count(n: Notification, outcome: Outcome, now: datetime) -> None:
    """Count one outcome."""
    ATTEMPTS.labels(n.channel, outcome).inc()
    if outcome is Outcome.ACCEPTED:
        telemetry.observe(SECONDS.labels(n.channel, n.purpose), (now - n.begun_at).total_seconds())
