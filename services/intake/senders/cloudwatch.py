"""Alarms of Amazon CloudWatch, as a topic of SNS brings them: one case for each alarm."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from services.intake.domain.alerts import Alert
from services.intake.senders import mapped, terms
from services.intake.senders.given import line, mapping, moment, paragraph
from services.intake.senders.groups import CLEARED, HANDLING, URGENCY, WANTED
from services.intake.senders.sender import Cleared, Reading, Source, Trigger
from shared.contracts import events as e
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
NO_DATA = "（データ不足） / (no data)"
_SAID = re.compile(r"\b(severity|impact|service)\s*[=:]\s*([\w-]{1,60})", re.IGNORECASE)
_ARN = re.compile(r"arn:(aws|aws-cn|aws-us-gov):cloudwatch:([a-z0-9-]{1,40}):[0-9]{12}:alarm:.{1,255}")
_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def is_alarm(message: dict[str, Any]) -> bool:
    """Tell whether a message is of an alarm and says in which state it is."""
    return line(message.get("AlarmName")) != "" and message.get("NewStateValue") in STATES


def reading(alarm: dict[str, Any], delivery: str, topic: str, source: Source, now: datetime) -> Reading:
    """Make a report of an alarm, or say that it is over; one without data is not known to be over.

    A change of state is told only to the topics that somebody has entered for it, and so is one to "no data".
    """
    name, state = line(alarm["AlarmName"], 255), alarm["NewStateValue"]
    arn = line(alarm.get("AlarmArn"), 1000)
    key = arn or f"{topic.rpartition(':')[0]}:{name}"
    # A new system would be a new value of an enumeration, which the release before could not read.
    external = e.External(system="generic", id=mapped.digest("alarm", key), url=_url(arn))
    by = e.Actor(kind="source", id=source.id, name="CloudWatch")
    series = line(alarm.get("AlarmContributorId")) or "alarm"
    known = {series: Alert(moment(alarm.get("StateChangeTime"), now), state != "OK")}
    reason = paragraph(alarm.get("NewStateReason"), 2000)
    if state == "OK":
        return Cleared(delivery, external, by, HANDLING, reason or CLEARED, known)
    return Trigger(delivery, external, _report(alarm, name, reason, source), by, f"{state}: {reason}", known)


def _report(alarm: dict[str, Any], name: str, reason: str, source: Source) -> Report:
    about = paragraph(alarm.get("AlarmDescription"), 2000)
    said = {word.lower(): value for word, value in _SAID.findall(about)}
    given = terms.word(said.get("severity") or source.options.get("urgency"))
    title = line(name) if alarm["NewStateValue"] == "ALARM" else f"{line(name, 150)} {NO_DATA}"
    return Report(
        kind=Kind.OUTAGE,
        urgency=URGENCY.get(given, Urgency.MEDIUM),
        impact=terms.IMPACT.get(terms.word(said.get("impact")), Impact.SOME),
        title=title,
        product=line(said.get("service")),
        facts=paragraph("\n".join(filter(None, (reason, about, _measured(alarm))))) or title,
        wanted=WANTED,
    )


def _measured(alarm: dict[str, Any]) -> str:
    """What is measured of what, and in which account."""
    trigger = mapping(alarm.get("Trigger"))
    given = trigger.get("Dimensions")
    rows = [mapping(row) for row in given] if isinstance(given, list) else []
    dimensions = " ".join(f"{line(row.get('name'))}={line(row.get('value'))}" for row in rows[:30])
    metric = " ".join(filter(None, (line(trigger.get("Namespace")), line(trigger.get("MetricName")), dimensions)))
    place = " ".join(filter(None, (line(alarm.get("Region")), line(alarm.get("AWSAccountId")))))
    return "\n".join(filter(None, (metric, line(alarm.get("AlarmRule"), 1000), place)))


def _url(arn: str) -> str:
    """The alarm in the console of AWS; "" where its ARN is none."""
    found = _ARN.fullmatch(arn)
    if not found:
        return ""
    name = quote(arn.split(":", 6)[6], safe="")
    return f"https://{found[2]}.{_CONSOLES[found[1]]}/cloudwatch/home?region={found[2]}#alarmsV2:alarm/{name}"
