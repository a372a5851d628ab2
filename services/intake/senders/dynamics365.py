"""Dynamics 365 (Dataverse): the context of a registered step; a header or `?code=` holds the secret.

Above 256 KB Dataverse leaves the record out: the case is opened with what is left, for it must not be lost.
`ours` is the user under whom we write there, `url` the address of the environment for links.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from services.intake.senders.given import (
    EARLIEST,
    epoch,
    fingerprint,
    holds_secret,
    identity,
    line,
    mapping,
    plain,
    read_json,
)
from services.intake.senders.sender import Malformed, Reading, Rejected, Request, Sender, Source, Trusted, Unmapped
from services.intake.senders.ticket import Desk, https, reading, words
from shared.contracts.vocabulary import Urgency

DESK = Desk(
    "dynamics365",
    "Dynamics 365",
    re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    {"1": Urgency.HIGH, "2": Urgency.MEDIUM, "3": Urgency.LOW},
)
RECORD = "incident"  # a case, as Dataverse calls it
MOST = 20  # parts of a query that are looked at
HEARD = {"Create", "Update", "Assign", "SetState", "SetStateDynamicEntity", "Close", "CloseIncident"}
CLOSING = {"Close", "CloseIncident"}
SOLVED = {"1", "2"}  # resolved, cancelled
OWNING = {"incidentid", "ownerid", "owninguser", "owningteam", "owningbusinessunit", "modifiedon", "modifiedby"}
CUT = "データが大きいため Dynamics 365 から内容が届きませんでした。レコードを開いて確認してください。\n"
CUT += "The record was too large for Dynamics 365 to send. Please open it there."
NAMES = {
    "title": ("title", "subject", "name"),
    "status": ("statecode",),
    "updated_at": ("modifiedon",),
    "priority": ("prioritycode",),
    "kind": ("casetypecode",),
    "requester": ("primarycontactid", "contactid"),
    "organization": ("customerid", "accountid"),
    "product": ("productid", "subjectid"),
    "wanted_by": ("resolveby",),
}
_DATE = re.compile(r"/Date\((-?[0-9]{1,16})(?:[+-][0-9]{4})?\)/")


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the secret in the header that the step names, or in the query."""
    asked = request.url.partition("?")[2]
    codes = [part.partition("=")[2] for part in asked.split("&")[:MOST] if part.startswith("code=")]
    return Trusted() if holds_secret(request, source, *map(unquote_plus, codes)) else Rejected("secret")


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make of a step what it asks for."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    body = mapping(body)
    correlation = line(request.headers.get("x-ms-correlation-request-id", "")) or line(body.get("CorrelationId"))
    delivery = identity(correlation, body.get("OperationId")) or fingerprint(request)
    message = line(body.get("MessageName"))
    record = line(body.get("PrimaryEntityName"))
    if message not in HEARD or record != RECORD:
        about = line(f"{record} {message}")
        return (Unmapped(delivery, f"対象外の操作です：{about}", f"Not acted on: {about}"),)
    ticket = _ticket(body, message, source)
    if "x-ms-dynamics-msg-size-exceeded" in request.headers:
        ticket["description"] = ticket["description"] or CUT
    return (reading(DESK, ticket, delivery, source),)


def _ticket(body: Mapping[str, Any], message: str, source: Source) -> dict[str, Any]:
    given = _pairs(body.get("InputParameters"))
    target = mapping(given.get("Target"))
    fields, labels = _fields(target, *_pairs(body.get("PostEntityImages")).values())
    ended = _pairs(mapping(given.get("IncidentResolution")).get("Attributes"))
    number = _guid(body.get("PrimaryEntityId")) or _guid(target.get("Id")) or _guid(ended.get("incidentid"))
    said = {name: labels.get(name) or _value(value) for name, value in fields.items()}
    ticket = words(said, source, NAMES)
    user = _guid(body.get("InitiatingUserId")) or _guid(body.get("UserId"))
    return {"title": f"Dynamics 365 {line(said.get('ticketnumber')) or number}", **ticket} | {
        "ticket_id": number,
        "description": plain(ticket.get("description")),
        "latest_comment": plain(ended.get("description") or ended.get("subject")),
        "said_now": True,
        "solved": message in CLOSING or line(_value(fields.get("statecode"))) in SOLVED,
        "updated_at": _value(fields.get("modifiedon")) or _value(body.get("OperationCreatedOn")),
        "updated_by": user,
        "taken_by": _taker(given, _pairs(target.get("Attributes")) if message == "Update" else {}, user),
        "url": _url(source.options.get("url", ""), number),
    }


def _taker(given: Mapping[str, Any], changed: Mapping[str, Any], user: str) -> dict[str, Any] | None:
    """Who has made a case their own, and changed nothing else; a rule may have given it to anybody else."""
    new = mapping(given.get("Assignee") or (changed.get("ownerid") if changed.keys() <= OWNING else None))
    return {"id": user, "name": new.get("Name")} if user and _guid(new) == user else None


def _fields(target: Mapping[str, Any], *images: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """All that is known of a record, and what people see of it; what a step changes counts more than its images."""
    fields, labels = dict[str, Any](), dict[str, str]()
    for one in (*map(mapping, images), target):
        fields |= _pairs(one.get("Attributes"))
        labels |= {name: line(text) for name, text in _pairs(one.get("FormattedValues")).items()}
    return fields, labels


def _pairs(given: object) -> dict[str, Any]:
    """Dataverse tells every mapping as a list of keys and values."""
    rows = given if isinstance(given, list) else []
    return {line(row.get("key")): row.get("value") for row in rows if isinstance(row, dict)}


def _value(given: Any) -> Any:
    """What a field holds: the number of a choice, the name of another record, a time as a text."""
    if isinstance(given, dict):
        return given.get("Name") or given.get("Value")
    if isinstance(given, str) and (found := _DATE.fullmatch(given)):
        return "" if (at := epoch(found[1])) == EARLIEST else at.isoformat()
    return given


def _guid(given: Any) -> str:
    """An id, as such or of a reference, written in one way; zeros are nobody's."""
    found = line(given.get("Id") if isinstance(given, dict) else given).strip("{}").lower()
    return found if DESK.id.fullmatch(found) and found.strip("0-") else ""


def _url(base: str, number: str) -> str:
    where = https(base).rstrip("/")
    return f"{where}/main.aspx?etn={RECORD}&pagetype=entityrecord&id={number}" if where and number else ""


DYNAMICS365 = Sender("dynamics365", verify, read)
