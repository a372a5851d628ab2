"""The systems that report cases: a CRM's trigger webhook and a monitor's alert, signed as theirs are."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sandbox import signatures
from sandbox.journal import Journal
from sandbox.outgoing import Delivery, Outgoing
from sandbox.settings import Settings
from sandbox.tickets import Crm

Signature = Literal["right", "wrong", "missing"]
TRIGGER: dict[str, Any] = {
    "schema": "esc.v1",
    "ticket_id": "48213",
    "external_id": "",
    "title": "決済が全店舗で失敗する",
    "status": "Open",
    "priority": "Urgent",
    "group": "Tier2-Payments",
    "assignee": "佐藤 花子",
    "requester": {"name": "鈴木 一郎", "email": "ichiro.suzuki@example.co.jp"},
    "organization": "株式会社サンプル",
    "tags": "vip escalate_now",
    "impact": "all",
    "url": "example.zendesk.com/agent/tickets/48213",
    "latest_comment": "POS 端末 312 台でタイムアウト。\nどの店舗でも会計ができない。",
}


class Zendesk:
    """The CRM's side that speaks first."""

    def __init__(self, settings: Settings, journal: Journal, outgoing: Outgoing, crm: Crm) -> None:
        self._settings, self._journal, self._outgoing, self._crm = settings, journal, outgoing, crm
        self.sent: dict[str, Delivery] = {}

    @property
    def url(self) -> str:
        return f"{self._settings.public_url.rstrip('/')}/v1/webhooks/zendesk"

    async def send_trigger(
        self,
        fields: dict[str, Any] | None = None,
        *,
        signature: Signature = "right",
        age_seconds: float = 0,
        invocation_id: str | None = None,
    ) -> Delivery:
        """Send the trigger webhook; `fields` replace or extend those of TRIGGER, `age_seconds` backdates its signature.

        The ticket springs into being in the CRM. The delivery's `sent_headers` and `sent_body` are what went out.
        """
        now = datetime.now(UTC)
        ticket = str((fields or {}).get("ticket_id", TRIGGER["ticket_id"]))
        fresh = {"url": f"example.zendesk.com/agent/tickets/{ticket}", "updated_at": now.isoformat(timespec="seconds")}
        body = {**TRIGGER, **fresh, **(fields or {})}
        self._open(ticket, body)
        raw = json.dumps(body, ensure_ascii=False, indent=2).encode()
        stamp = (now - timedelta(seconds=age_seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
        invocation_id = invocation_id or secrets.token_hex(13).upper()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Zendesk Webhook",
            "X-Zendesk-Account-Id": "20513341",
            "X-Zendesk-Webhook-Id": "01SANDBOXTRIGGER",
            "X-Zendesk-Webhook-Invocation-Id": invocation_id,
            "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        }
        right = signatures.zendesk(self._settings.zendesk_webhook_secret, stamp, raw)
        if signature != "missing":
            wrong = signatures.zendesk("not the secret", stamp, raw)
            headers["X-Zendesk-Webhook-Signature"] = right if signature == "right" else wrong
        return await self._send(invocation_id, raw, headers)

    async def replay(self, invocation_id: str) -> Delivery:
        """Send an earlier webhook again, byte for byte; raises KeyError when it is not known."""
        earlier = self.sent[invocation_id]
        return await self._send(invocation_id, earlier.sent_body, dict(earlier.sent_headers))

    async def _send(self, invocation_id: str, raw: bytes, headers: dict[str, str]) -> Delivery:
        delivery = await self._outgoing.send("zendesk trigger", self.url, raw, headers)
        self.sent[invocation_id] = delivery
        while len(self.sent) > 200:
            self.sent.pop(next(iter(self.sent)))
        return delivery

    def _open(self, id: str, body: dict[str, Any]) -> None:
        if self._crm.find(id) is not None:
            return
        ticket = self._crm.ticket(id)
        requester = body.get("requester")
        ticket.subject, ticket.status = str(body["title"]), "open"
        ticket.priority = str(body["priority"]).lower()
        ticket.requester = str(requester.get("name", "")) if isinstance(requester, dict) else str(requester or "")
        ticket.organization, ticket.tags = str(body["organization"]), str(body["tags"]).split()
        self._crm.comment(ticket, str(body["latest_comment"]), public=True, author=ticket.requester)
        self._crm.changed(ticket)


class Alertmanager:
    """A monitor that posts version-4 webhooks."""

    def __init__(self, settings: Settings, outgoing: Outgoing) -> None:
        self._settings, self._outgoing = settings, outgoing

    @property
    def url(self) -> str:
        return f"{self._settings.public_url.rstrip('/')}/v1/webhooks/alertmanager"

    async def send_alert(
        self,
        *,
        name: str = "PaymentErrorRateHigh",
        summary: str = "決済エラー率 12%",
        severity: str = "critical",
        labels: dict[str, str] | None = None,
        status: Literal["firing", "resolved"] = "firing",
        fingerprint: str | None = None,
        starts_at: str | None = None,
        token: str | None = None,
    ) -> Delivery:
        """Send one alert in one group; `token` replaces the right bearer token."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        marked = {"alertname": name, "severity": severity, "service": "payments", "region": "ap-northeast-1"}
        marked |= labels or {}
        alert = {
            "status": status,
            "labels": marked,
            "annotations": {"summary": summary, "runbook_url": "https://runbooks.example.co.jp/payments"},
            "startsAt": starts_at or now,
            "endsAt": now if status == "resolved" else "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus:9090/graph?g0.expr=x",
            "fingerprint": fingerprint or secrets.token_hex(8),
        }
        body = {
            "receiver": "tasuki",
            "status": status,
            "alerts": [alert],
            "groupLabels": {"alertname": name},
            "commonLabels": marked,
            "commonAnnotations": {"summary": summary},
            "externalURL": "http://alertmanager:9093",
            "version": "4",
            "groupKey": f'{{}}/{{severity="{severity}"}}:{{alertname="{name}"}}',
            "truncatedAlerts": 0,
        }
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Alertmanager/0.28.0",
            "Authorization": f"Bearer {self._settings.alertmanager_token if token is None else token}",
        }
        return await self._outgoing.send("alertmanager", self.url, json.dumps(body).encode(), headers)
