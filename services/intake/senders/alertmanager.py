"""Prometheus Alertmanager, webhook version 4: one case for each group of alerts."""

import json
from datetime import datetime

from services.intake.senders import groups, guides
from services.intake.senders.given import is_one_of, read_json
from services.intake.senders.sender import Malformed, Reading, Rejected, Request, Sender, Source, Trusted


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the bearer token; Alertmanager signs nothing."""
    expected = [f"Bearer {secret}" for secret in source.secrets]
    return Trusted() if is_one_of(request.headers.get("authorization", ""), expected) else Rejected("token")


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make a report of a firing group, or say that a group is over."""
    body = read_json(request.raw)
    return body if isinstance(body, Malformed) else (groups.reading(body, request.raw, "alertmanager", "4"),)


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
