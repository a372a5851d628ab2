"""What a person should know without being woken: one quiet message about many cases."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from services.notifier.domain.contact import Contact
from services.notifier.domain.content import CaseLine, Content
from services.notifier.domain.notification import Wish, rank
from shared.contracts.envelope import event_id
from shared.contracts.events import DutyDigest
from shared.contracts.vocabulary import Priority, Purpose

MOST = 30  # lines of one message; the rest is counted
WORTH_TELLING = {"shift": timedelta(hours=24), "weekly": timedelta(days=7), "review": timedelta(days=7)}


def digest(event: DutyDigest, cause: UUID, contact: Contact, rounds: Mapping[str, int]) -> Wish | None:
    """The message of one digest, by the person's quiet channel; None when there is none.

    `cause` is the id of the event, so that a repeat is the same message; `rounds` is how far each case has come.
    """
    if contact.quiet is None:
        return None
    lines = tuple(
        CaseLine(
            case_id=c.case_id,
            number=c.number,
            headline=" ".join(c.headline.split()),
            priority=str(c.priority),
            status=c.status,
            owner=c.owner,
            due=c.due,
            round=rounds.get(c.case_id, 0),
        )
        for c in event.cases[:MOST]
    )
    content = Content(
        "digest",
        0,
        "",
        contact.language,
        reasons=tuple((r.ja, r.en) for r in event.reasons),
        occasion=event.cause,
        cases=lines,
        further=len(event.cases) - len(lines),
    )
    return Wish(
        id=event_id("digest", cause, event.person.id),
        case_id="",
        purpose=Purpose.PROGRESS,
        channel=contact.quiet,
        recipient=contact.id,
        name=contact.name,
        rank=rank(Priority.P4, Purpose.PROGRESS),
        content=content,
    )
