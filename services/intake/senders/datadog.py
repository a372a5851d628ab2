"""Datadog: our template of its webhook, as JSON or as a form, with a secret in a header of our choice; one case for each cycle of an alert."""

import hashlib
import re
from typing import Any

from services.intake.domain.alerts import Alert
from services.intake.senders import terms
from services.intake.senders.bodies import document
from services.intake.senders.given import is_authorized, is_one_of, line, mapping, moment, paragraph, url
from services.intake.senders.groups import CLEARED, HANDLING, WANTED
from services.intake.senders.sender import (
    Cleared,
    Malformed,
    Reading,
    Rejected,
    Request,
    Sender,
    Source,
    Trigger,
    Trusted,
    Unmapped,
)
from shared.contracts import events as e
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

SECRET = "X-Tasuki-Secret"  # noqa: S105 - the name of a header
BY = e.Actor(kind="source", id="datadog", name="Datadog")
PRIORITY = {"p1": Urgency.CRITICAL, "p2": Urgency.HIGH, "p3": Urgency.MEDIUM, "p4": Urgency.LOW, "p5": Urgency.LOW}
TYPE = {"error": Urgency.HIGH, "warning": Urgency.MEDIUM, "info": Urgency.LOW, "success": Urgency.LOW}
OVER = {"recovered"}
_MARKS = re.compile(r"%%%|(?<!\S)@[\w.@-]+")  # around Markdown, and whom Datadog tells


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the secret in the header that the option `secret_header` names, or else in Authorization."""
    given = request.headers.get(source.options.get("secret_header", SECRET).lower())
    good = is_authorized(request, source) if given is None else is_one_of(given, source.secrets)
    return Trusted() if good else Rejected("token")


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make a report of an alert, or say that its cycle is over."""
    body = document(request.raw, request.headers.get("content-type", ""))
    return body if isinstance(body, Malformed) else (_reading(mapping(body), request),)


def _reading(body: dict[str, Any], request: Request) -> Reading:
    delivery = _name(body.get("id")) or hashlib.sha256(request.raw).hexdigest()
    cycle = next((name for key in ("alert_cycle_key", "aggreg_key", "alert_id") if (name := _name(body.get(key)))), "")
    title, text = line(body.get("title")), _text(body.get("body"))
    if not cycle or not (title or text):
        return Unmapped(
            delivery,
            "alert_cycle_key か、title と body がありません。",
            "alert_cycle_key, or title and body, is missing.",
        )
    external = e.External(system="datadog", id=cycle, url=url(body.get("link")))
    transition = line(body.get("transition"))
    over = transition.casefold() in OVER
    alerts = {"cycle": Alert(moment(body.get("date") or body.get("last_updated"), request.now), not over)}
    if over:
        return Cleared(delivery, external, BY, HANDLING, CLEARED, alerts)
    status = line(body.get("status"))
    note = f"{transition}: {status}" if transition and status else ""
    return Trigger(delivery, external, _report(body, title, text), BY, note, alerts)


def _report(body: dict[str, Any], title: str, text: str) -> Report:
    tags = _tags(body.get("tags"))
    priority, type_ = line(body.get("priority")).casefold(), line(body.get("alert_type")).casefold()
    about = "\n".join(line(body.get(key)) for key in ("status", "scope", "metric", "hostname") if line(body.get(key)))
    return Report(
        kind=Kind.OUTAGE,
        urgency=PRIORITY.get(priority) or TYPE.get(type_, Urgency.MEDIUM),
        impact=terms.IMPACT.get(terms.word(tags.get("impact")), Impact.SOME),
        title=title or line(text),
        product=tags.get("service", ""),
        facts=paragraph(f"{text}\n{about}") or title,
        wanted=WANTED,
    )


def _name(given: object) -> str:
    """What names something; a variable that Datadog does not know here would name everything alike."""
    named = line(given)
    return "" if named.startswith("$") or named.casefold() in terms.UNSAID else named


def _text(given: object) -> str:
    return paragraph(_MARKS.sub("", paragraph(given)))


def _tags(given: object) -> dict[str, str]:
    """Name → value of the tags that have both."""
    parts = (tag.partition(":") for tag in line(given, 2000).split(","))
    return {name.strip(): line(value) for name, _, value in parts if value}


DATADOG = Sender("datadog", verify, read)
