"""A notification and its row in the ledger."""

from services.notifier.domain import content
from services.notifier.domain.notification import NEVER, Notification, State, Wish
from shared.contracts.vocabulary import Channel, Purpose, Track
from shared.runtime.db import Row


def fields(w: Wish) -> tuple[object, ...]:
    """The first columns of a new row."""
    asks = w.track, w.need, w.instead_of, w.not_before, w.address
    return w.id, w.case_id, w.purpose, w.channel, w.recipient, w.name, w.round, w.after, w.rank, *asks


def read(row: Row) -> Notification:
    """A notification from its row."""
    return Notification(
        id=row["id"],
        case_id=row["case_id"],
        purpose=Purpose(row["purpose"]),
        channel=Channel(row["channel"]),
        recipient=row["recipient"],
        name=row["name"],
        rank=row["rank"],
        content=content.loads(row["content"]),
        round=row["round"],
        after=row["after"],
        track=Track(row["track"]),
        need=row["need"],
        instead_of=row["instead_of"],
        not_before=row["not_before"],
        traceparent=row["traceparent"],
        state=State(row["state"]),
        attempts=row["attempts"],
        lookups=row["lookups"],
        epoch=row["epoch"],
        repeat=row["repeat"],
        address=row["address"],
        provider=row["provider"],
        tried=tuple(filter(None, row["tried"].split(","))),
        provider_id=row["provider_id"],
        created_at=row["created_at"],
        planned_at=row["planned_at"],
        first_at=row.get("first_at") or NEVER,
        attempted_at=row["attempted_at"] or row["created_at"],
        bundled=row["bundled"],
        carrier=row["carrier"],
        held_by=row["held_by"],
    )
