"""Salesforce Flow: an HTTP callout with a case as JSON, in the names of our schema or of Salesforce's fields.

A named credential sends the secret (bearer, Basic, or the header that the option `header` names). Salesforce never tries
again, so that its flow should call from a path that notices a failure.
"""

from services.intake.senders.given import fingerprint, holds_secret, identity, line, read_json
from services.intake.senders.salesforce import DESK, NAMES, titled
from services.intake.senders.sender import Malformed, Reading, Rejected, Request, Sender, Source, Trusted, Unmapped
from services.intake.senders.ticket import readings, words

FIELDS = {
    "ticket_id": ("caseId",),
    "title": ("subject",),
    "latest_comment": ("latestComment",),
    "status": ("status",),
    "solved": ("isClosed",),
    "updated_at": ("lastModifiedDate",),
    "updated_by": ("lastModifiedById",),
    "taken_by": ("takenBy",),
    "assignee": ("ownerName", "owner"),
    "requester": ("contactName", "contact"),
    "organization": ("account", "accountName"),
    "wanted_by": ("milestoneTargetDate",),
    "personal_data": ("personalData",),
}


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the secret of the named credential."""
    return Trusted() if holds_secret(request, source) else Rejected("secret")


def read(request: Request, source: Source) -> tuple[Reading, ...] | Malformed:
    """Make of a case what it asks for; under its one key an interview may tell of several cases, and of their end."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    if not isinstance(body, dict):
        unknown = fingerprint(request)
        return (Unmapped(unknown, "本文が JSON のオブジェクトではありません。", "The body is not a JSON object."),)
    names = {word: (*FIELDS.get(word, ()), *NAMES.get(word, ())) for word in {*FIELDS, *NAMES}}
    ticket = titled(words(body, source, names), body.get("caseNumber"))
    if milestone := line(body.get("entitlementMilestone")):
        ticket.setdefault("wanted", f"マイルストーン / Milestone: {milestone}")
    key = line(request.headers.get("idempotency-key", "")) or line(body.get("interviewGuid"))
    delivery = identity(key, ticket.get("ticket_id"), ticket.get("status", "-")) or fingerprint(request)
    return readings(DESK, ticket, delivery, source)


SALESFORCE_FLOW = Sender("salesforce_flow", verify, read)
