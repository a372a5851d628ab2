"""Freshdesk: an automation's webhook with the fields that its author picked; a header or Basic holds the secret.

With `{{ticket.updated_at}}` in the body as `updated_at`, a repeat is known for what it is and old news are told from new.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from services.intake.senders.given import (
    EARLIEST,
    fingerprint,
    holds_secret,
    identity,
    instant,
    line,
    mapping,
    plain,
    read_json,
)
from services.intake.senders.sender import Malformed, Reading, Rejected, Request, Sender, Source, Trusted
from services.intake.senders.terms import word
from services.intake.senders.ticket import Desk, is_solved, reading, words
from shared.contracts.vocabulary import Urgency

DESK = Desk(
    "freshdesk",
    "Freshdesk",
    re.compile(r"[1-9][0-9]{0,18}"),
    {"1": Urgency.LOW, "2": Urgency.MEDIUM, "3": Urgency.HIGH, "4": Urgency.CRITICAL},
)
SOLVED = {"4", "5"}  # resolved, closed
WRITTEN = ("%B %d %Y at %I:%M %p", "%a, %d %b, %Y at %I:%M %p")  # as Freshdesk writes times for people, in minutes
NAMES = {
    "ticket_id": ("id",),
    "title": ("ticket_subject", "subject"),
    "description": ("ticket_description",),
    "latest_comment": ("ticket_latest_public_comment", "ticket_latest_private_comment"),
    "status": ("ticket_status",),
    "updated_at": ("ticket_updated_at",),
    "updated_by": ("triggered_by",),
    "assignee": ("ticket_agent_name",),
    "requester": ("ticket_requester_name",),
    "organization": ("ticket_company_name",),
    "product": ("ticket_product_name", "ticket_product", "ticket_group_name"),
    "priority": ("ticket_priority",),
    "kind": ("ticket_type",),
    "tags": ("ticket_tags",),
    "url": ("ticket_url",),
}


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the secret of the custom header or of Basic; Freshdesk signs nothing."""
    return Trusted() if holds_secret(request, source) else Rejected("secret")


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make of a ticket what it asks for, whichever fields were picked."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    fields = mapping(body)
    ticket = words(mapping(fields.get("freshdesk_webhook")) or fields, source, NAMES)
    at, exact = _time(ticket.get("updated_at"))
    changed = "" if at == EARLIEST else at.isoformat()
    known = identity(ticket.get("ticket_id"), changed) if exact else ""
    ticket |= {
        "description": plain(ticket.get("description")),
        "latest_comment": plain(ticket.get("latest_comment")),
        "updated_at": changed,
    }
    if word(ticket.get("status")) in SOLVED:
        ticket["solved"] = True
    if at != EARLIEST and not exact:
        ticket["updated_at"] = _within(at, request.now, is_solved(ticket, source)).isoformat()
    return (reading(DESK, ticket, known or fingerprint(request), source),)


def _time(given: Any) -> tuple[datetime, bool]:
    """The instant, and whether it is exact; one that is told to the minute does not tell two changes apart."""
    text = re.sub(r" (?=[+-]\d{4}$)", "", re.sub(r" UTC$", "Z", line(given)))
    if (at := instant(text)) != EARLIEST:
        return at, True
    for form in WRITTEN:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC), False
        except ValueError:
            continue
    return EARLIEST, False


def _within(minute: datetime, now: datetime, solved: bool) -> datetime:
    """When in its minute it happened: just now, if that can be, or as early as can be, for a late one must not be news.

    An end is as late as can be, for it is of what began in the same minute.
    """
    last = min(minute + timedelta(minutes=1, microseconds=-1), now)
    return last if solved or now < minute + timedelta(minutes=1) else minute


FRESHDESK = Sender("freshdesk", verify, read)
