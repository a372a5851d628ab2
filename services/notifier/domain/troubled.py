"""What the owner of a source or subscription is told when it does not do what it is for: one quiet message, once an hour."""

from collections.abc import Sequence
from datetime import datetime

from services.notifier.domain.contact import Contact
from services.notifier.domain.content import Content
from services.notifier.domain.notification import Wish, rank
from shared.contracts.envelope import event_id
from shared.contracts.events import SourceTroubled
from shared.contracts.vocabulary import Priority, Purpose

TEMPLATES = {"delivery": "troubled", "records": "unseen", "subscription": "stopped"}


def wish(event: SourceTroubled, at: datetime, chosen: Sequence[Contact | None]) -> Wish | None:
    """One message to the first of these who has a quiet channel; None when nobody has one.

    `at` is when it was said: whatever else is said of the same within that hour is the same message.
    """
    owner = next((c for c in chosen if c is not None and c.quiet is not None), None)
    if owner is None or owner.quiet is None:
        return None
    reason = event.reason.en if owner.language == "en" else event.reason.ja
    template = "sent-away" if event.refused else TEMPLATES[event.what]
    return Wish(
        id=event_id(template, event.source, int(at.timestamp()) // 3600),
        case_id="",
        purpose=Purpose.WARNING,
        channel=owner.quiet,
        recipient=owner.id,
        name=owner.name,
        rank=rank(Priority.P2, Purpose.WARNING),
        content=Content(template, 0, event.name, owner.language, text=reason, cause=event.source),
    )
