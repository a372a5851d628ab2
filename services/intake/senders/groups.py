"""Groups of alerts in Alertmanager's form, which others send too: one case for each group."""

import hashlib
import json
from typing import Any, Literal

from services.intake.domain.alerts import Alert
from services.intake.senders import terms
from services.intake.senders.given import instant, line, mapping, paragraph, url
from services.intake.senders.sender import Cleared, Reading, Trigger, Unmapped
from shared.contracts import events as e
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

URGENCY = {word: terms.LEVELS[level] for word, level in terms.SEVERITY.items()}
WANTED = "復旧対応 / restore the service"
HANDLING = "監視の復旧通知（自動） / Recovery reported by monitoring"
CLEARED = "アラートは解消しました / The alerts have cleared"


def reading(body: Any, raw: bytes, system: Literal["alertmanager", "grafana"], version: str) -> Reading:
    """Make a report of a firing group, or say that a group is over."""
    unknown, name = hashlib.sha256(raw).hexdigest(), system.capitalize()
    if not isinstance(body, dict) or body.get("version") != version:
        return Unmapped(
            unknown, f"{name} の version {version} ではありません。", f"This is not {name}'s version {version}."
        )
    group, status, alerts = body.get("groupKey"), body.get("status"), body.get("alerts")
    alerts = [a for a in alerts if isinstance(a, dict)] if isinstance(alerts, list) else []
    if not isinstance(group, str) or not group or status not in ("firing", "resolved") or not alerts:
        return Unmapped(
            unknown, "groupKey・status・alerts のどれかがありません。", "groupKey, status or alerts is missing."
        )
    seen = ",".join(sorted(f"{_fingerprint(a)}:{line(a.get('startsAt'))}:{_fires(a, status)}" for a in alerts))
    delivery = hashlib.sha256("\n".join((group, status, seen)).encode("utf-8", "replace")).hexdigest()
    id_ = hashlib.sha256(group.encode("utf-8", "replace")).hexdigest()[:32]
    external = e.External(system=system, id=id_, url=url(body.get("externalURL")))
    by = e.Actor(kind="source", id=system, name=name)
    known = {_fingerprint(a): Alert(instant(a.get("startsAt")), _fires(a, status)) for a in alerts}
    if status == "resolved":
        return Cleared(delivery, external, by, HANDLING, CLEARED, known)
    return Trigger(delivery, external, _report(body, alerts), by, "", known)


def _fires(alert: dict[str, Any], status: str) -> bool:
    return status == "firing" and alert.get("status") != "resolved"


def _fingerprint(alert: dict[str, Any]) -> str:
    labels = json.dumps(alert.get("labels"), sort_keys=True).encode()
    return line(alert.get("fingerprint"), 64) or hashlib.sha256(labels).hexdigest()[:16]


def _report(body: dict[str, Any], alerts: list[dict[str, Any]]) -> Report:
    firing = [a for a in alerts if a.get("status") != "resolved"] or alerts
    labels = mapping(body.get("commonLabels"))
    notes = mapping(body.get("commonAnnotations"))
    name = _name(labels) or _name(mapping(firing[0].get("labels"))) or "alert"
    summary = line(notes.get("summary")) or line(mapping(firing[0].get("annotations")).get("summary"))
    severity = terms.word(labels.get("severity"))
    return Report(
        kind=Kind.OUTAGE,
        urgency=URGENCY.get(severity, Urgency.MEDIUM) if severity else _worst(firing),
        impact=terms.IMPACT.get(terms.word(labels.get("impact")), Impact.SOME),
        title=line(f"{name}: {summary}" if summary else name),
        product=line(labels.get("service") or labels.get("job")),
        facts=paragraph("\n".join(_fact(a) for a in firing)) or name,
        wanted=WANTED,
    )


def _name(labels: dict[str, Any]) -> str:
    """What an alert is called; Grafana names the rule elsewhere when its data source fails."""
    failed = line(labels.get("alertname")).startswith("Datasource")
    return line(labels.get("rulename") if failed else "") or line(labels.get("alertname"))


def _worst(firing: list[dict[str, Any]]) -> Urgency:
    """The gravest of these; a word that we do not know must not make them small."""
    words = (terms.word(mapping(a.get("labels")).get("severity")) for a in firing)
    given = {URGENCY.get(said, Urgency.MEDIUM) for said in words}
    return next(urgency for urgency in Urgency if urgency in given)


def _fact(alert: dict[str, Any]) -> str:
    labels, notes = mapping(alert.get("labels")), mapping(alert.get("annotations"))
    about = " ".join(f"{line(k)}={line(v)}" for k, v in sorted(labels.items()))
    said = " / ".join(line(notes.get(k)) for k in ("summary", "description", "runbook_url") if notes.get(k))
    measured = " ".join(f"{line(k)}={line(v)}" for k, v in mapping(alert.get("values")).items())
    return line(f"{said} {measured} [{about}] {line(alert.get('startsAt'))}", 1000)
