"""Zendesk: a trigger (our template) or an event subscription, signed over time stamp and body."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.intake.senders import guides
from services.intake.senders.given import is_one_of, line, mapping, read_json
from services.intake.senders.sender import Malformed, Reading, Rejected, Request, Sender, Source, Trusted, Unmapped
from services.intake.senders.ticket import NOBODY, Desk, reading

WINDOW = timedelta(seconds=300)
DESK = Desk("zendesk", "Zendesk", re.compile(r"[0-9]{1,20}"))
EVENT = "zen:event-type:ticket."
ASSIGNED = "agent_assignment_changed"


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check `base64(HMAC-SHA256(secret, time stamp + body))` and that the time stamp is within five minutes."""
    stamp = request.headers.get("x-zendesk-webhook-signature-timestamp", "")
    signed = stamp.encode("utf-8", "replace") + request.raw
    expected = [base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")) for secret in source.secrets]
    if not is_one_of(request.headers.get("x-zendesk-webhook-signature", ""), expected):
        return Rejected("signature")
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return Rejected("time stamp")
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Trusted() if abs(request.now - at) <= WINDOW else Rejected("stale")


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make of a ticket what it asks for; only what names no ticket or says nothing at all cannot be mapped."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    invoked = line(request.headers.get("x-zendesk-webhook-invocation-id", ""))
    delivery = invoked or hashlib.sha256(request.raw).hexdigest()
    if not isinstance(body, dict):
        return (Unmapped(delivery, "本文が JSON のオブジェクトではありません。", "The body is not a JSON object."),)
    kind = line(body.get("type"))
    if not kind.startswith(EVENT):
        return (reading(DESK, body, delivery, source),)
    ticket = _of_event(body, kind.removeprefix(EVENT))
    return (reading(DESK, ticket, line(body.get("id")) or delivery, source),)


def _of_event(body: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The same facts from an event subscription's envelope; only who was assigned by a person has taken a ticket."""
    ticket, news = mapping(body.get("detail")), mapping(body.get("event"))
    comment = mapping(news.get("comment"))
    staff = mapping(comment.get("author")).get("is_staff")
    actor, agent = line(ticket.get("actor_id")), line(news.get("current"))
    taken = kind == ASSIGNED and not {actor, agent} & NOBODY
    return {
        "ticket_id": ticket.get("id"),
        "title": ticket.get("subject"),
        "description": ticket.get("description"),
        "latest_comment": comment.get("body"),
        "said_now": True,
        "author": "end_user" if staff is False else "",
        "priority": ticket.get("priority"),
        "tags": ticket.get("tags"),
        "kind": ticket.get("type"),
        "status": ticket.get("status"),
        "updated_at": ticket.get("updated_at") or body.get("time"),
        "updated_by": actor,
        "taken_by": agent if taken else None,
    }


def sample(source: Source, now: datetime) -> Request:
    """A signed trigger about a ticket that there is not."""
    body = {
        "ticket_id": str(int(now.timestamp() * 1000)),
        "title": "【テスト】Tasuki の接続テスト / connection test",
        "priority": "normal",
        "organization": "株式会社サンプル",
        "latest_comment": "これは接続テストです。だれにも連絡は届きません。 / A test of the connection; nobody is called.",
    }
    raw, stamp = json.dumps(body, ensure_ascii=False).encode(), now.isoformat()
    signature = hmac.digest(source.secrets[0].encode(), stamp.encode() + raw, "sha256")
    headers = {
        "content-type": "application/json",
        "x-zendesk-webhook-signature": base64.b64encode(signature).decode(),
        "x-zendesk-webhook-signature-timestamp": stamp,
        "x-zendesk-webhook-invocation-id": f"test-{stamp}",
    }
    return Request(raw, headers, now)


ZENDESK = Sender("zendesk", verify, read, own_secret=True, guide=guides.ZENDESK, sample=sample)
