"""Opsgenie's Alert API, so that what sends to it can be pointed at us unchanged: one case for each alias."""

import hashlib
import json
import re
from typing import Any
from uuid import UUID

from services.intake.domain.alerts import Alert
from services.intake.senders.given import is_one_of, line, mapping, paragraph, read_json
from services.intake.senders.groups import CLEARED, HANDLING, WANTED
from services.intake.senders.mapped import digest, of_body, taker
from services.intake.senders.sender import (
    Cleared,
    Malformed,
    Reading,
    Rejected,
    Request,
    Sender,
    Source,
    Taken,
    Trigger,
    Trusted,
    Unmapped,
)
from shared.contracts import events as e
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

URGENCY = {"P1": Urgency.CRITICAL, "P2": Urgency.HIGH, "P3": Urgency.MEDIUM, "P4": Urgency.LOW, "P5": Urgency.LOW}
NOTES = ("note", "message", "description")  # what adds words to an alert that is open, and the field they stand in
DONE = {
    "create": ("Create", "Created alert"),
    "acknowledge": ("Acknowledge", "Alert acknowledged"),
    "close": ("Close", "Alert closed"),
    "note": ("AddNote", "Note added"),
    "message": ("UpdateMessage", "Message updated"),
    "description": ("UpdateDescription", "Description updated"),
}
UNKNOWN = "Alert does not exist"
NOT_PROCESSABLE = "Request body is not processable. Please check the errors."
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Body = dict[str, Any]


def key(request: Request) -> str:
    """The API key; "" where there is none."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    return given.strip() if kind.casefold() == "geniekey" else ""


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the API key."""
    return Trusted() if is_one_of(key(request), source.secrets) else Rejected("api key")


def asked(action: str, identifier: str, type_: str, raw: bytes) -> bytes | Malformed:
    """A request as one document: what it asks for, of which alert, and its body."""
    body = read_json(raw) if raw.strip() else {}
    if not isinstance(body, dict):
        return Malformed()
    named = {"identifier": identifier, "identifierType": type_} if action != "create" else {}
    return json.dumps({**body, **named, "action": action}).encode()


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make a report of an alert that is created, or say what is done to one."""
    body = read_json(request.raw)
    if not isinstance(body, dict):
        return Malformed()
    delivery = request_id(request)
    if wrong := faults(body):
        told = " ".join(wrong.values())
        return (Unmapped(delivery, f"Opsgenie のアラートとして不完全です：{told}", f"No alert of Opsgenie: {told}"),)
    return (_reading(body, delivery, request, source),)


def request_id(request: Request) -> str:
    """The id of a request, under which its sender may ask what became of it."""
    return str(UUID(digest(hashlib.sha256(request.raw).hexdigest(), request.now.isoformat())))


def faults(body: Body) -> dict[str, str]:
    """What Opsgenie would find wrong with a request, by field."""
    field = {"create": "message", **dict(zip(NOTES, NOTES, strict=True))}.get(_action(body), "")
    return {field: f"{field.capitalize()} can not be empty."} if field and not line(body.get(field)) else {}


def alias(body: Body, request: Request) -> str:
    """What an alert is called by its sender; where it is not, what a repeat within ten minutes is called too."""
    given = body.get("alias") if _action(body) == "create" else body.get("identifier")
    if isinstance(given, str) and given:
        return given
    return line(given) or str(UUID(of_body(request.raw, request.now)))


def alert_id(alias_: str) -> str:
    """The id of the alert with this alias; an alert without one has its id as the alias."""
    return alias_ if _UUID.fullmatch(alias_) else str(UUID(digest(alias_)))


def _action(body: Body) -> str:
    action = body.get("action", "create")
    return action if isinstance(action, str) and action in DONE else "create"


def _reading(body: Body, delivery: str, request: Request, source: Source) -> Reading:
    action, user = _action(body), line(body.get("user"))
    called = alias(body, request)
    by_id = action != "create" and body.get("identifierType") != "alias"
    external = e.External(system="opsgenie", id=line(called) if by_id else alert_id(called))
    by = e.Actor(kind="source", id=source.id, name=user or line(body.get("source")) or "Opsgenie")
    alerts = {"alert": Alert(request.now, action == "create")}
    match action:
        case "acknowledge":
            return Taken(delivery, external, taker(user, source.id))
        case "close":
            return Cleared(delivery, external, by, HANDLING, paragraph(body.get("note")) or CLEARED, alerts)
        case "create":
            return Trigger(delivery, external, _report(body), by, "", alerts)
        case _:
            text = paragraph(body.get(action))
            return Trigger(delivery, external, Report(facts=text), by, text)


def is_note(body: Body) -> bool:
    """Tell whether a request only adds words, which opens nothing."""
    return _action(body) in NOTES


def _report(body: Body) -> Report:
    details, tags = mapping(body.get("details")), body.get("tags")
    impact = line(details.get("impact"))
    told = [f"{line(name)}: {line(value, 1000)}" for name, value in list(details.items())[:50]]
    about = " / ".join(filter(None, (line(body.get(name)) for name in ("entity", "source"))))
    tagged = " ".join(f"#{line(tag, 50)}" for tag in tags[:20]) if isinstance(tags, list) else ""
    message = line(body.get("message"))
    said = [paragraph(body.get("description")) or message, about, tagged, *told, paragraph(body.get("note"))]
    return Report(
        kind=Kind.OUTAGE,
        urgency=URGENCY.get(line(body.get("priority")).upper(), Urgency.MEDIUM),
        impact=Impact(impact) if impact in set(Impact) else Impact.SOME,
        title=message,
        product=line(body.get("entity")),
        facts=paragraph("\n".join(filter(None, said))),
        wanted=WANTED,
    )


def accepted(request_id: str, took: float) -> Body:
    """What is answered to a request that is taken."""
    return {"result": "Request will be processed", "took": round(took, 3), "requestId": request_id}


def refused(message: str, request_id: str, took: float, errors: dict[str, str] | None = None) -> Body:
    """What is answered to a request that is not."""
    more = {"errors": errors} if errors else {}
    return {"message": message, **more, "took": round(took, 3), "requestId": request_id}


def status(body: Body, request: Request, source: Source, verdict: str) -> Body:
    """What became of a request: `request` is it as it came, at the time when it came."""
    action, text = DONE[_action(body)]
    good = verdict != "quarantined" and (verdict != "ignored" or action == "Create")
    called = alias(body, request)
    by_id = action != "Create" and body.get("identifierType") != "alias"
    return {
        "success": good,
        "action": action,
        "processedAt": request.now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "integrationId": source.id,
        "isSuccess": good,
        "status": text if good else UNKNOWN,
        "alertId": line(called) if by_id else alert_id(called),
        "alias": line(called, 512),
    }


OPSGENIE = Sender("opsgenie", verify, read, busy=429)
