"""HubSpot: batches of an app's events on tickets, or one ticket of a workflow, signed over method, address, body and time.

Options: `older_signatures` (`v2`, `v1`) takes the signatures without a time. `ours` is our own app or user there as its
`sourceId` has it; without it, whatever a program does to stage or owner is taken for ours. `solved` are the stages that
mean "closed": 4 in the pipeline that every account has at first.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from services.intake.senders.given import (
    EARLIEST,
    epoch,
    fingerprint,
    identity,
    instant,
    is_one_of,
    line,
    listed,
    mapping,
    read_json,
)
from services.intake.senders.sender import (
    Echo,
    Malformed,
    Reading,
    Rejected,
    Request,
    Sender,
    Source,
    Trusted,
    Unmapped,
)
from services.intake.senders.terms import word
from services.intake.senders.ticket import Desk, reading, words

DESK = Desk("hubspot", "HubSpot", re.compile(r"[1-9][0-9]{0,18}"))
WINDOW = timedelta(minutes=5)
MOST = 100
TICKET = "0-5"  # HubSpot's number for this kind of object
CLOSED = "4"
STAGE, OWNER = "hs_pipeline_stage", "hubspot_owner_id"
TOLD = {"hs_ticket_priority", STAGE, "hs_ticket_category", "hs_tag_ids"}  # of those that HubSpot fills in by itself
COUNTED = {"closed_date", "createdate", "time_to_close", "time_to_first_agent_reply", "notes_last_updated"}
PERSON = {"CRM_UI", "CRM_UI_BULK_ACTION", "MOBILE_IOS", "MOBILE_ANDROID"}
PROGRAM = {"INTEGRATION", "API"}
NAMES = {
    "ticket_id": ("objectId", "hs_object_id", "hs_ticket_id"),
    "title": ("subject",),
    "description": ("content",),
    "priority": ("hs_ticket_priority",),
    "kind": ("hs_ticket_category",),
    "status": (STAGE,),
    "updated_at": ("hs_lastmodifieddate", "lastmodifieddate"),
    "organization": ("company", "hs_primary_company_name"),
    "product": ("hs_product", "product_name"),
}
_ENCODED = re.compile(r"%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)  # what HubSpot decodes before it signs


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the signature of version 3 and that its time is within five minutes, past or future."""
    given = request.headers.get("x-hubspot-signature-v3")
    if given is None:
        return _older(request, source)
    stamp = request.headers.get("x-hubspot-request-timestamp", "")
    url = _ENCODED.sub(lambda found: chr(int(found[1], 16)), request.url)
    signed = f"{request.method}{url}".encode("utf-8", "replace") + request.raw + stamp.encode("utf-8", "replace")
    expected = [base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")) for secret in source.secrets if secret]
    if not is_one_of(given, expected):
        return Rejected("signature")
    at = epoch(stamp) if re.fullmatch(r"[0-9]{1,15}", stamp) else EARLIEST
    return Trusted() if abs(request.now - at) <= WINDOW else Rejected("stale")


def _older(request: Request, source: Source) -> Trusted | Rejected:
    """What HubSpot signed with before: it holds for ever, so a source has to allow it."""
    version = request.headers.get("x-hubspot-signature-version", "")
    before = {"v1": "", "v2": f"{request.method}{request.url}"}
    if version not in before or version not in listed(source.options.get("older_signatures", "")):
        return Rejected("signature")
    rest = before[version].encode("utf-8", "replace") + request.raw
    expected = [hashlib.sha256(secret.encode() + rest).hexdigest() for secret in source.secrets if secret]
    return Trusted() if is_one_of(request.headers.get("x-hubspot-signature", ""), expected) else Rejected("signature")


def read(request: Request, source: Source) -> Sequence[Reading] | Malformed:
    """Make of each event what it asks for; what HubSpot only counts by itself says nothing."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    if isinstance(body, dict) and "subscriptionType" not in body:
        return (_workflow(body, request, source),)
    events = body if isinstance(body, list) else [body]
    if not 0 < len(events) <= MOST:
        return (Unmapped(fingerprint(request), "通知が 1〜100 件ではありません。", "These are not 1 to 100 events."),)
    found = (_event(mapping(event), f"{fingerprint(request)}.{n}", request, source) for n, event in enumerate(events))
    return tuple(one for one in found if one is not None)


def _event(event: Mapping[str, Any], unnamed: str, request: Request, source: Source) -> Reading | None:
    ids = (event.get(name) for name in ("portalId", "subscriptionId", "eventId", "objectId"))
    delivery, kind = identity(*ids) or unnamed, line(event.get("subscriptionType"))
    if line(event.get("objectTypeId")) == TICKET:
        kind = kind.replace("object.", "ticket.", 1)
    if kind not in ("ticket.creation", "ticket.restore", "ticket.propertyChange"):
        return Unmapped(delivery, f"対象外の通知です：{kind}", f"Not an event that is acted on: {kind}")
    changed, to, by = line(event.get("propertyName")), event.get("propertyValue"), line(event.get("changeSource"))
    if changed in COUNTED or (changed.startswith("hs_") and changed not in TOLD and changed not in _chosen(source)):
        return None
    ours = listed(source.options.get("ours", ""))
    if not ours and by in PROGRAM and changed in (STAGE, OWNER):
        return Echo(delivery)  # the two that we write
    number = line(event.get("objectId"))
    ticket = _ticket({changed: to, "objectId": number} if changed else {"objectId": number}, source)
    ticket |= {
        "description": f"{changed}: {line(to)}" if changed else f"{kind} ({by})",
        "url": _url(event.get("portalId"), number),
        "updated_at": _time(event.get("occurredAt")),
        "updated_by": _whose(event, ours),
        "taken_by": to if changed == OWNER and by in PERSON else None,
    }
    return reading(DESK, ticket, delivery, source)


def _workflow(body: Mapping[str, Any], request: Request, source: Source) -> Reading:
    """The object of a workflow: fields as such, or each with its `value` under `properties`."""
    fields = {**body, **mapping(body.get("properties"))}
    flat = {name: value.get("value") if isinstance(value, dict) else value for name, value in fields.items()}
    ticket = _ticket(flat, source)
    number, changed = line(ticket.get("ticket_id")), ticket.get("updated_at")
    ticket |= {"url": ticket.get("url") or _url(flat.get("portalId"), number), "updated_at": _time(changed)}
    version = identity(number, changed)
    delivery = hashlib.sha256(version.encode()).hexdigest() if version else fingerprint(request)
    return reading(DESK, ticket, delivery, source)


def _ticket(fields: Mapping[str, Any], source: Source) -> dict[str, Any]:
    ticket = words(fields, source, NAMES)
    stages = {word(stage) for stage in listed(source.options.get("solved", "") or CLOSED)}
    if word(ticket.get("status")) in stages:
        ticket["solved"] = True
    return {"title": f"HubSpot チケット {line(ticket.get('ticket_id'))}", **ticket}


def _chosen(source: Source) -> set[str]:
    return {value.strip() for name, value in source.options.items() if name.startswith("field.")}


def _whose(event: Mapping[str, Any], ours: set[str]) -> str:
    """Whose change it is, as `ours` may name it: the source's id, or the number in it."""
    given = line(event.get("sourceId"))
    number = given.rpartition(":")[2]
    return number if number in ours else given


def _time(given: object) -> str:
    """HubSpot's milliseconds, or its text, as a text."""
    at = epoch(given)
    at = instant(given) if at == EARLIEST else at
    return "" if at == EARLIEST else at.isoformat()


def _url(portal: object, number: str) -> str:
    account = line(portal)
    known = account.isdecimal() and number.isdecimal()
    return f"https://app.hubspot.com/contacts/{account}/record/{TICKET}/{number}" if known else ""


HUBSPOT = Sender("hubspot", verify, read, own_secret=True)
