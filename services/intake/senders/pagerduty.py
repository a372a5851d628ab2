"""PagerDuty's Events API version 2, so that what sends to it can be pointed at us unchanged: one case for each key."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from services.intake.domain.alerts import Alert
from services.intake.senders.given import EARLIEST, is_one_of, line, mapping, moment, paragraph, read_json, url
from services.intake.senders.groups import CLEARED, HANDLING, WANTED
from services.intake.senders.mapped import digest, of_body
from services.intake.senders.sender import (
    Answer,
    Cleared,
    Malformed,
    Outcome,
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

URGENCY = {
    "critical": Urgency.CRITICAL,
    "error": Urgency.HIGH,
    "warning": Urgency.MEDIUM,
    "info": Urgency.LOW,
}
ACTIONS = ("trigger", "acknowledge", "resolve")
MOST_LINKS = 10
Body = dict[str, Any]


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the routing key, which stands in the body."""
    return Trusted() if is_one_of(routing_key(request.raw), source.secrets) else Rejected("routing key")


def routing_key(raw: bytes) -> str:
    """The key that says for whom an event is; "" where there is none."""
    key = mapping(read_json(raw)).get("routing_key")
    return key if isinstance(key, str) else ""


def without_key(body: Body) -> bytes:
    """An event as it is kept: its key opens the door to others."""
    return json.dumps({name: value for name, value in body.items() if name != "routing_key"}).encode()


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make a report of a trigger, or say that an alert is taken or over."""
    body = read_json(request.raw)
    if not isinstance(body, dict):
        return Malformed()
    if wrong := faults(body):
        told = " ".join(wrong)
        unknown = digest(request.raw.decode("utf-8", "replace"))
        return (Unmapped(unknown, f"PagerDuty のイベントとして不完全です：{told}", f"No event of PagerDuty: {told}"),)
    return (_reading(body, request, source),)


def faults(body: Body) -> list[str]:
    """What PagerDuty would find wrong with an event, in its own words."""
    action, payload = body.get("event_action"), mapping(body.get("payload"))
    if action not in ACTIONS:
        return [
            _missing(body, "event_action") or "'event_action' is invalid (must be one of trigger, acknowledge, resolve)"
        ]
    if action != "trigger":
        return list(filter(None, [_missing(body, "dedup_key")]))
    wrong = [_missing(payload, name, "payload.") for name in ("summary", "source", "severity")]
    if not wrong[2] and payload["severity"] not in URGENCY:
        wrong[2] = "'payload.severity' is invalid (must be one of critical, warning, error, info)"
    return list(filter(None, wrong))


def change_faults(body: object) -> list[str]:
    """What is wrong with a change event, of which only the summary is needed."""
    return list(filter(None, [_missing(mapping(mapping(body).get("payload")), "summary", "payload.")]))


def _missing(body: Body, name: str, within: str = "") -> str:
    return "" if line(body.get(name)) else f"'{within}{name}' is missing or blank"


def dedup_key(body: Body, request: Request) -> str:
    """The key of an alert; where none is given, one that a repeat within ten minutes has too."""
    given = body.get("dedup_key")
    if isinstance(given, str) and line(given):
        return given
    return line(given) or of_body(request.raw, request.now)


def _reading(body: Body, request: Request, source: Source) -> Reading:
    payload, action = mapping(body.get("payload")), body["event_action"]
    client = line(body.get("client"))
    links = [url(one) for one in _links(body) if url(one)]
    external = e.External(system="pagerduty", id=digest(dedup_key(body, request)), url=next(iter(links), ""))
    stamp = line(payload.get("timestamp")) if action == "trigger" else ""
    # Without a time the same words may mean that it happens again, and must not be taken for a repeat.
    delivery = digest(hashlib.sha256(request.raw).hexdigest(), "" if stamp else request.now.isoformat())
    by = e.Actor(kind="source", id=source.id, name=client or "PagerDuty")
    since = moment(payload.get("timestamp"), request.now, EARLIEST if action == "resolve" else None)
    alerts = {"alert": Alert(since, action == "trigger")}
    match action:
        case "acknowledge":
            return Taken(delivery, external, by.model_copy(update={"kind": "person"}))
        case "resolve":
            return Cleared(delivery, external, by, HANDLING, CLEARED, alerts)
        case _:
            return Trigger(delivery, external, _report(payload, links), by, "", alerts)


def _links(body: Body) -> list[object]:
    given = body.get("links")
    linked = [mapping(one).get("href") for one in given[:MOST_LINKS]] if isinstance(given, list) else []
    return [*linked, body.get("client_url")]


def _report(payload: Body, links: list[str]) -> Report:
    details = mapping(payload.get("custom_details"))
    impact = line(details.get("impact"))
    about = [line(payload.get(name)) for name in ("source", "component", "group", "class")]
    told = [f"{line(name)}: {_told(value)}" for name, value in list(details.items())[:50]]
    if not details and payload.get("custom_details"):
        told = [_told(payload["custom_details"])]
    return Report(
        kind=Kind.OUTAGE,
        urgency=URGENCY.get(line(payload.get("severity")), Urgency.MEDIUM),
        impact=Impact(impact) if impact in set(Impact) else Impact.SOME,
        title=line(payload.get("summary")),
        product=line(payload.get("component")) or line(payload.get("source")),
        facts=paragraph("\n".join([paragraph(payload.get("summary")), " / ".join(filter(None, about)), *told, *links])),
        wanted=WANTED,
    )


def _told(value: object) -> str:
    return paragraph(value, 1000) or paragraph(json.dumps(value, ensure_ascii=False), 1000)


def answer(request: Request, outcomes: Sequence[Outcome]) -> Answer:
    """202 with the key of the alert, or 400 with what is wrong: the same for the same event."""
    body = mapping(read_json(request.raw))
    if wrong := faults(body):
        return refusal("invalid event", "Event object is invalid", wrong)
    return _json(202, {"status": "success", "message": "Event processed", "dedup_key": dedup_key(body, request)})


def change_answer() -> Answer:
    """202 for a change event."""
    return _json(202, {"status": "success", "message": "Change event processed"})


def refusal(status: str, message: str, errors: list[str]) -> Answer:
    """400 as PagerDuty says it."""
    return _json(400, {"status": status, "message": message, "errors": errors})


def _json(status: int, body: dict[str, object]) -> Answer:
    return Answer(status, json.dumps(body, separators=(",", ":"), ensure_ascii=True).encode())


PAGERDUTY = Sender("pagerduty", verify, read, answer=answer, busy=429)
