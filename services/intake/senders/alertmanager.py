"""Prometheus Alertmanager, webhook version 4: one case for each group of alerts."""

import hashlib
import json
from datetime import datetime
from typing import Any

from services.intake.domain.alerts import Alert
from services.intake.senders import guides
from services.intake.senders.given import instant, is_one_of, line, mapping, paragraph, read_json, url
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

URGENCY = {
    "critical": Urgency.CRITICAL,
    "page": Urgency.CRITICAL,
    "error": Urgency.HIGH,
    "high": Urgency.HIGH,
    "warning": Urgency.MEDIUM,
    "info": Urgency.LOW,
    "none": Urgency.LOW,
}
CLEARED = "アラートは解消しました / The alerts have cleared"
BY = e.Actor(kind="source", id="alertmanager", name="Alertmanager")


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the bearer token; Alertmanager signs nothing."""
    expected = [f"Bearer {secret}" for secret in source.secrets]
    return Trusted() if is_one_of(request.headers.get("authorization", ""), expected) else Rejected("token")


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make a report of a firing group, or say that a group is over."""
    body = read_json(request.raw)
    return body if isinstance(body, Malformed) else (_reading(body, request.raw),)


def _reading(body: Any, raw: bytes) -> Reading:
    unknown = hashlib.sha256(raw).hexdigest()
    if not isinstance(body, dict) or body.get("version") != "4":
        return Unmapped(unknown, "Alertmanager の version 4 ではありません。", "This is not Alertmanager's version 4.")
    group, status, alerts = body.get("groupKey"), body.get("status"), body.get("alerts")
    alerts = [a for a in alerts if isinstance(a, dict)] if isinstance(alerts, list) else []
    if not isinstance(group, str) or not group or status not in ("firing", "resolved") or not alerts:
        return Unmapped(
            unknown, "groupKey・status・alerts のどれかがありません。", "groupKey, status or alerts is missing."
        )
    seen = ",".join(sorted(f"{_fingerprint(a)}:{line(a.get('startsAt'))}:{_fires(a, status)}" for a in alerts))
    delivery = hashlib.sha256("\n".join((group, status, seen)).encode("utf-8", "replace")).hexdigest()
    id_ = hashlib.sha256(group.encode("utf-8", "replace")).hexdigest()[:32]
    external = e.External(system="alertmanager", id=id_, url=url(body.get("externalURL")))
    known = {_fingerprint(a): Alert(instant(a.get("startsAt")), _fires(a, status)) for a in alerts}
    if status == "resolved":
        return Cleared(
            delivery, external, BY, "監視の復旧通知（自動） / Recovery reported by monitoring", CLEARED, known
        )
    return Trigger(delivery, external, _report(body, alerts), BY, "", known)


def _fires(alert: dict[str, Any], status: str) -> bool:
    return status == "firing" and alert.get("status") != "resolved"


def _fingerprint(alert: dict[str, Any]) -> str:
    labels = json.dumps(alert.get("labels"), sort_keys=True).encode()
    return line(alert.get("fingerprint"), 64) or hashlib.sha256(labels).hexdigest()[:16]


def _report(body: dict[str, Any], alerts: list[dict[str, Any]]) -> Report:
    firing = [a for a in alerts if a.get("status") != "resolved"] or alerts
    labels = mapping(body.get("commonLabels"))
    notes = mapping(body.get("commonAnnotations"))
    name = line(labels.get("alertname")) or line(mapping(firing[0].get("labels")).get("alertname")) or "alert"
    summary = line(notes.get("summary")) or line(mapping(firing[0].get("annotations")).get("summary"))
    severity = line(labels.get("severity")).casefold() or _worst(firing)
    return Report(
        kind=Kind.OUTAGE,
        urgency=URGENCY.get(severity, Urgency.MEDIUM),
        impact=_impact(line(labels.get("impact")), firing),
        title=line(f"{name}: {summary}" if summary else name),
        product=line(labels.get("service") or labels.get("job")),
        facts=paragraph("\n".join(_fact(a) for a in firing)) or name,
        wanted="復旧対応 / restore the service",
    )


def _impact(given: str, firing: list[dict[str, Any]]) -> Impact:
    """What the label `impact` says; without it a monitor's alert is taken to concern some users."""
    return Impact(given) if given in set(Impact) else Impact.SOME


def _worst(firing: list[dict[str, Any]]) -> str:
    given = [line(mapping(a.get("labels")).get("severity")).casefold() for a in firing]
    return next((severity for severity in URGENCY if severity in given), "")


def _fact(alert: dict[str, Any]) -> str:
    labels, notes = mapping(alert.get("labels")), mapping(alert.get("annotations"))
    about = " ".join(f"{line(k)}={line(v)}" for k, v in sorted(labels.items()))
    said = " / ".join(line(notes.get(k)) for k in ("summary", "description", "runbook_url") if notes.get(k))
    return line(f"{said} [{about}] {line(alert.get('startsAt'))}", 1000)


def sample(source: Source, now: datetime) -> Request:
    """A group with one alert that there is not."""
    labels = {"alertname": "TasukiTest", "severity": "warning"}
    alert = {
        "status": "firing",
        "labels": labels,
        "annotations": {
            "summary": "接続テスト。だれにも連絡は届きません。 / A test of the connection; nobody is called."
        },
        "startsAt": now.isoformat(),
        "fingerprint": "7a73756b69746573",
    }
    body = {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="TasukiTest", at="{now.isoformat()}"}}',
        "status": "firing",
        "alerts": [alert],
        "commonLabels": labels,
    }
    headers = {"content-type": "application/json", "authorization": f"Bearer {source.secrets[0]}"}
    return Request(json.dumps(body, ensure_ascii=False).encode(), headers, now)


ALERTMANAGER = Sender("alertmanager", verify, read, guide=guides.ALERTMANAGER, sample=sample)
