"""Sentry: issues, errors, and the alerts on issues and metrics, signed with the client secret of an internal integration."""

import hashlib
import re
from datetime import datetime
from typing import Any

from services.intake.domain.alerts import Alert, Alerts
from services.intake.senders.given import (
    is_one_of,
    is_person,
    line,
    mapping,
    moment,
    paragraph,
    read_json,
    signatures,
    url,
)
from services.intake.senders.groups import CLEARED, HANDLING, WANTED
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

BY = e.Actor(kind="source", id="sentry", name="Sentry")
URGENCY = {
    "fatal": Urgency.CRITICAL,
    "critical": Urgency.CRITICAL,
    "error": Urgency.HIGH,
    "warning": Urgency.MEDIUM,
    "info": Urgency.LOW,
    "debug": Urgency.LOW,
}
LEVELS = ("warning", "critical")  # of an alert on a metric, each of which begins and ends by itself
THINGS = ("metric_alert", "event", "error", "issue")
BEGUN = {"created", "unresolved", "triggered", *LEVELS}
_ISSUE = re.compile(r"/issues/([0-9]{1,20})/?")


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the HMAC over the body; Sentry signs no time."""
    good = is_one_of(request.headers.get("sentry-hook-signature", ""), signatures(source, request.raw, "sha256"))
    return Trusted() if good else Rejected("signature")


def read(request: Request, source: Source) -> tuple[Reading, ...] | Malformed:
    """Make a report of what is wrong, or say that it is over or in whose hands; comments and installing say nothing."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    found = _reading(mapping(body), request)
    return (found,) if found else ()


def _reading(body: dict[str, Any], request: Request) -> Reading | None:
    delivery = line(request.headers.get("request-id", "")) or hashlib.sha256(request.raw).hexdigest()
    action, data = line(body.get("action")), mapping(body.get("data"))
    name = next((name for name in THINGS if isinstance(data.get(name), dict)), "")
    if not name:
        if line(request.headers.get("sentry-hook-resource", "")) in ("installation", "comment"):
            return None
        return Unmapped(delivery, "Sentry の課題もアラートもありません。", "There is no issue and no alert of Sentry.")
    thing, id_ = mapping(data[name]), _id(name, mapping(data[name]))
    if not id_:
        return Unmapped(delivery, "課題またはアラートの id がありません。", "The issue or alert has no id.")
    if not isinstance(body.get("action"), str) or not action:
        return Unmapped(delivery, "action がありません。", "There is no action.")
    external = e.External(system="sentry", id=id_, url=url(thing.get("web_url") or data.get("web_url")))
    at = moment(request.headers.get("sentry-hook-timestamp", ""), request.now)
    if action == "resolved":
        return Cleared(delivery, external, BY, HANDLING, CLEARED, _alerts(name, "", thing, at))
    if action == "assigned":
        taker = _taker(thing, body)
        return Taken(delivery, external, taker) if taker else None
    if action not in BEGUN:
        return None  # archived, for example: nobody is woken for it, and whoever has the case still has it
    text = paragraph(data.get("description_text"))
    report = _metric(thing, data, action, text) if name == "metric_alert" else _issue(thing, data)
    return Trigger(delivery, external, report, BY, text, _alerts(name, action, thing, at))


def _id(name: str, thing: dict[str, Any]) -> str:
    if name == "metric_alert":
        return f"metric:{line(thing.get('id'))}" if line(thing.get("id")) else ""
    if name == "issue":
        return f"issue:{line(thing.get('id'))}" if line(thing.get("id")) else ""
    linked = _ISSUE.search(line(thing.get("issue_url")))
    issue = line(thing.get("issue_id")) or (linked[1] if linked else "")
    return f"issue:{issue}" if issue else ""


def _alerts(name: str, action: str, thing: dict[str, Any], at: datetime) -> Alerts:
    """What is known by it: an issue may break out again at any time, an alert on a metric begins and ends once."""
    if name != "metric_alert":
        return {"issue": Alert(at, firing=action != "")}
    began = moment(thing.get("date_started") or thing.get("date_detected"), at)
    return {level: Alert(began, firing=action != "") for level in LEVELS if action in ("", level)}


def _metric(alert: dict[str, Any], data: dict[str, Any], level: str, text: str) -> Report:
    rule, projects = mapping(alert.get("alert_rule")), alert.get("projects")
    title = line(data.get("description_title")) or line(alert.get("title")) or "Sentry"
    asked = " ".join(line(rule.get(key)) for key in ("aggregate", "query")).strip()
    return Report(
        kind=Kind.OUTAGE,
        urgency=URGENCY.get(level, Urgency.MEDIUM),
        impact=Impact.SOME,
        title=title,
        product=line(", ".join(line(p) for p in projects)) if isinstance(projects, list) else "",
        facts=paragraph(f"{text}\n{asked}") or title,
        wanted=WANTED,
    )


def _issue(thing: dict[str, Any], data: dict[str, Any]) -> Report:
    title = line(thing.get("title")) or line(mapping(thing.get("metadata")).get("type")) or "Sentry"
    project = thing.get("project")
    said = [thing.get("message"), mapping(thing.get("metadata")).get("value"), thing.get("culprit")]
    facts = [paragraph(part) for part in (title, *said, thing.get("shortId"), data.get("triggered_rule"))]
    return Report(
        kind=Kind.DEFECT,
        urgency=URGENCY.get(line(thing.get("level")).casefold(), Urgency.MEDIUM),
        impact=Impact.SOME,
        title=title,
        product=line(mapping(project).get("slug") or project),
        facts=paragraph("\n".join(dict.fromkeys(filter(None, facts)))),
        wanted=WANTED,
    )


def _taker(thing: dict[str, Any], body: dict[str, Any]) -> e.Actor | None:
    """Whom a person has made the assignee; a rule of Sentry's that assigns somebody has asked them nothing."""
    return _person(thing.get("assignedTo")) if _person(body.get("actor")) else None


def _person(given: object) -> e.Actor | None:
    """A person whom Sentry names; its own machinery and teams are none."""
    about = mapping(given)
    if line(about.get("type")) != "user":
        return None
    email, number, name = line(about.get("email")), line(about.get("id")), line(about.get("name"))
    id_ = email if is_person(email) or not number else f"sentry:{number}"
    return e.Actor(kind="person", id=id_, name=name or id_) if is_person(id_) else None


SENTRY = Sender("sentry", verify, read, own_secret=True)
