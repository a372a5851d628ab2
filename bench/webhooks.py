"""What senders send in a measurement: signed requests of five vendors, in a mix that is stated, ready to go out."""

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from services.intake.senders import SENDERS
from services.intake.senders.sender import Malformed, Request, Source

SECRET = "a secret of the senders in a measurement"
TEXT = "髙﨑①㈱🔥 決済が全店舗で失敗する。再現手順は添付のとおり。" * 8
# Of a hundred arrivals; what follows the first of its case is a comment, another alert of its group, or a reminder.
USUAL = {"new": 30, "more": 40, "repeat": 15, "unread": 10, "forged": 5}
ALL_NEW = {"new": 100}
MIXES = {"usual": USUAL, "new": ALL_NEW}


@dataclass(frozen=True)
class Shot:
    """One request, ready to be written. `at`: seconds after the start; `delivery`: what intake knows it by."""

    at: float
    what: str
    source: str
    delivery: str
    wire: bytes


@dataclass(frozen=True)
class _Said:
    """What a vendor sends: its bytes, and the headers that prove it."""

    raw: bytes
    headers: Mapping[str, str]


def shots(run: str, mix: Mapping[str, int], per_second: float, seconds: float) -> Iterator[Shot]:
    """A steady stream; `run` keeps its tickets apart from those of any other. The same `run` gives the same stream."""
    dice, now = random.Random(run), datetime.now(UTC)
    known: list[tuple[str, int]] = []
    sent: list[Shot] = []
    for number in range(int(per_second * seconds)):
        at = number / per_second
        what = dice.choices(list(mix), list(mix.values()))[0]
        if what == "repeat" and sent:
            sent.append(replace(dice.choice(sent[-1000:]), at=at, what="repeat"))
            yield sent[-1]
            continue
        if what == "more" and known:
            name, thing = dice.choice(known[-1000:])
        else:
            what = "new" if what in ("more", "repeat") else what
            name, thing = dice.choice(list(VENDORS)), number
        said = VENDORS[name](f"{run}-{thing}", number, what == "unread", now)
        shot = Shot(at, what, f"bench-{name}", _delivery(name, said, now), _wire(name, said, what == "forged"))
        if what == "new":
            known.append((name, thing))
        if what != "forged":
            sent.append(shot)
        yield shot


def setups() -> Iterator[dict[str, Any]]:
    """The sources that send, as POST /v1/sources takes them."""
    for name in VENDORS:
        source = _source(name)
        yield {"id": source.id, "sender": name, "owner": "team:support", "secret": SECRET, "options": source.options}


def _source(name: str) -> Source:
    return Source(f"bench-{name}", name, (SECRET,), {"mapping": MAPPING} if name == "generic" else {})


def _delivery(name: str, said: _Said, now: datetime) -> str:
    readings = SENDERS[name].read(
        Request(said.raw, {**said.headers, "content-type": "application/json"}, now), _source(name)
    )
    assert not isinstance(readings, Malformed)
    return readings[0].delivery_id


def _wire(name: str, said: _Said, forged: bool) -> bytes:
    """The request as it goes over the line; a forged one is proven with what nobody knows."""
    headers = {
        **said.headers,
        "content-type": "application/json",
        "content-length": str(len(said.raw)),
        "host": "bench",
    }
    if forged:
        headers = {key: value[::-1] if key in PROOFS else value for key, value in headers.items()}
    head = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
    return f"POST /v1/webhooks/bench-{name} HTTP/1.1\r\n{head}\r\n".encode() + said.raw


def _json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _zendesk(thing: str, number: int, unread: bool, now: datetime) -> _Said:
    body: dict[str, Any] = {
        "ticket_id": str(int(hashlib.sha256(thing.encode()).hexdigest()[:12], 16)),
        "title": f"帳票の文字が欠ける {thing}",
        "latest_comment": f"{TEXT} {number}",
        "priority": "normal",
        "organization": "髙﨑商事㈱",
    }
    if unread:
        del body["ticket_id"]
    raw, stamp = _json(body), now.isoformat()
    signature = hmac.digest(SECRET.encode(), stamp.encode() + raw, "sha256")
    return _Said(raw, {
        "x-zendesk-webhook-signature": base64.b64encode(signature).decode(),
        "x-zendesk-webhook-signature-timestamp": stamp,
        "x-zendesk-webhook-invocation-id": f"{thing}-{number}",
    })  # fmt: skip


def _datadog(thing: str, number: int, unread: bool, now: datetime) -> _Said:
    body = {
        "id": f"{thing}-{number}",
        "alert_cycle_key": "" if unread else thing,
        "title": f"[Triggered] 応答が遅い {thing}",
        "body": TEXT,
        "transition": "Triggered",
        "status": f"p99 {number % 7} s",
        "priority": "P3",
        "tags": "service:決済,env:prod",
        "link": "https://app.datadoghq.com/event/event?id=1",
    }
    return _Said(_json(body), {"x-tasuki-secret": SECRET})


def _alertmanager(thing: str, number: int, unread: bool, now: datetime) -> _Said:
    labels = {"alertname": "DiskFull", "severity": "warning", "instance": f"db-{number}"}
    alert = {
        "status": "firing", "labels": labels, "annotations": {"summary": "ディスクが残り 5%", "description": TEXT},
        "startsAt": now.isoformat(), "endsAt": "0001-01-01T00:00:00Z", "fingerprint": f"{number:016x}",
    }  # fmt: skip
    body = {
        "version": "3" if unread else "4", "groupKey": f'{{}}:{{alertname="{thing}"}}', "status": "firing",
        "receiver": "tasuki", "groupLabels": {"alertname": "DiskFull"}, "commonLabels": labels,
        "commonAnnotations": {}, "externalURL": "http://alertmanager.example.jp", "alerts": [alert],
    }  # fmt: skip
    return _Said(_json(body), {"authorization": f"Bearer {SECRET}"})


def _generic(thing: str, number: int, unread: bool, now: datetime) -> _Said:
    body = {
        "idempotency_key": f"{thing}-{number}", "dedup_key": thing, "title": f"夜間バッチの失敗 {thing}", "facts": TEXT,
        "severity": "warning", "note": f"再試行 {number} 回目", "product": "会計",
    }  # fmt: skip
    if unread:
        body |= {"title": "", "facts": ""}
    raw = _json(body)
    return _Said(raw, {"x-tasuki-signature": hmac.digest(SECRET.encode(), raw, "sha256").hex()})


def _sentry(thing: str, number: int, unread: bool, now: datetime) -> _Said:
    issue = {
        "id": "" if unread else thing, "title": f"KeyError: 'total' {thing}", "culprit": "billing.invoice in render",
        "level": "warning", "project": {"slug": "billing"}, "metadata": {"type": "KeyError", "value": TEXT},
        "web_url": "https://sentry.io/organizations/example/issues/1/", "shortId": "BILLING-1",
    }  # fmt: skip
    body = {"action": "created", "data": {"issue": issue, "description_text": f"{number} 件"}}
    raw = _json(body)
    return _Said(raw, {
        "sentry-hook-signature": hmac.digest(SECRET.encode(), raw, "sha256").hex(), "sentry-hook-resource": "issue",
        "sentry-hook-timestamp": str(int(now.timestamp())), "request-id": f"{thing}-{number}",
    })  # fmt: skip


Say = Callable[[str, int, bool, datetime], _Said]
VENDORS: dict[str, Say] = {
    "zendesk": _zendesk,
    "datadog": _datadog,
    "alertmanager": _alertmanager,
    "generic": _generic,
    "sentry": _sentry,
}
MAPPING = json.dumps(
    {key: key for key in ("idempotency_key", "dedup_key", "title", "facts", "severity", "note", "product")}
)
PROOFS = (
    "x-zendesk-webhook-signature",
    "x-tasuki-secret",
    "authorization",
    "x-tasuki-signature",
    "sentry-hook-signature",
)
