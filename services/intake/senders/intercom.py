"""Intercom: notifications on conversations and tickets, signed over the body; a HEAD and a ping while it is set up.

Options: `ours` is the id of the admin under whose name we write there.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.intake.senders.given import (
    EARLIEST,
    epoch,
    fingerprint,
    instant,
    is_one_of,
    line,
    mapping,
    plain,
    read_json,
    signatures,
)
from services.intake.senders.sender import (
    Answer,
    Malformed,
    Outcome,
    Reading,
    Rejected,
    Request,
    Sender,
    Source,
    Trusted,
    Unmapped,
)
from services.intake.senders.ticket import Desk, reading, words
from shared.contracts.vocabulary import Urgency

DESK = Desk(
    "intercom",
    "Intercom",
    re.compile(r"[0-9]{1,20}"),
    {"priority": Urgency.HIGH, "not_priority": Urgency.MEDIUM, "true": Urgency.HIGH},
)
PING = "ping"
NAMES = {"ticket_id": ("id",), "kind": ("ticket_type",), "status": ("ticket_state", "state")}


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check `sha1=` and the HMAC of the body with the app's client secret."""
    expected = signatures(source, request.raw, "sha1", "sha1=")
    return Trusted() if is_one_of(request.headers.get("x-hub-signature", ""), expected) else Rejected("signature")


def read(request: Request, source: Source) -> Sequence[Reading] | Malformed:
    """Make of a notification what it asks for; a ping says nothing."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    body = mapping(body)
    topic, delivery = line(body.get("topic")), line(body.get("id")) or fingerprint(request)
    if topic == PING:
        return ()
    if not topic.startswith(("conversation.", "ticket.")) or topic.endswith(".deleted"):
        return (Unmapped(delivery, f"対象外の通知です：{topic}", f"Not a topic that is acted on: {topic}"),)
    return (reading(DESK, _ticket(body, topic, source), delivery, source),)


def probe(request: Request, source: Source) -> Answer | None:
    """Answer the HEAD that Intercom sends before it saves an address."""
    return Answer(200, b"", "text/plain") if request.method == "HEAD" else None


def answer(request: Request, outcomes: Sequence[Outcome]) -> Answer:
    """Intercom counts nothing but 200 as taken, and pauses whoever answers otherwise."""
    return Answer(200, b"{}")


def _ticket(body: Mapping[str, Any], topic: str, source: Source) -> dict[str, Any]:
    item = mapping(mapping(body.get("data")).get("item"))
    item = mapping(item.get("ticket")) or item
    own, first = mapping(item.get("ticket_attributes")), mapping(item.get("source"))
    part, state = _last(item), mapping(item.get("ticket_state"))
    author = mapping(part.get("author"))
    ticket = words({name: _text(value) for name, value in {**own, **item}.items()}, source, NAMES)
    number, title = line(ticket.get("ticket_id")), line(item.get("title")) or line(own.get("_default_title_"))
    at = _seconds(body.get("created_at"))
    return ticket | {
        "title": title or line(plain(first.get("subject"))) or f"Intercom {number}",
        "description": plain(first.get("body")) or plain(own.get("_default_description_")),
        "latest_comment": plain(part.get("body")),
        "said_now": True,
        "author": "customer" if topic.endswith(".replied") and _is_customer(topic, author) else "",
        "solved": _is_over(topic, item, state),
        "requester": line(mapping(first.get("author")).get("name")),
        "tags": mapping(item.get("tags")).get("tags"),
        "updated_at": at or _seconds(item.get("updated_at")),
        "updated_by": author,
        "taken_by": item.get("admin_assignee_id") if _is_assigned(topic, author) else None,
        "url": _url(line(body.get("app_id")), number) if topic.startswith("conversation.") else "",
    }


def _is_over(topic: str, item: Mapping[str, Any], state: Mapping[str, Any]) -> bool:
    ended = topic.endswith(".closed") or "closed" in (item.get("state"), state.get("category"))
    return ended or state.get("category") == "resolved" or (bool(state) and item.get("open") is False)


def _is_customer(topic: str, author: Mapping[str, Any]) -> bool:
    return ".user." in topic or ".contact." in topic or author.get("type") in ("user", "lead", "contact")


def _is_assigned(topic: str, author: Mapping[str, Any]) -> bool:
    """A bot or a rule that assigns somebody has asked them nothing."""
    return topic.endswith(".admin.assigned") and author.get("type") == "admin"


def _last(item: Mapping[str, Any]) -> dict[str, Any]:
    """The newest part of a conversation or ticket; a notification brings the one that it is about."""
    for name in ("conversation_parts", "ticket_parts"):
        parts = mapping(item.get(name)).get(name)
        if isinstance(parts, list) and parts:
            return mapping(parts[-1])
    return mapping(item.get("ticket_part") or item.get("conversation_part"))


def _text(value: object) -> object:
    if isinstance(value, dict):
        return line(value.get("name")) or line(value.get("category"))
    return value


def _seconds(given: object) -> str:
    """Intercom's seconds, or its text, as a text."""
    at = epoch(f"{line(given)}000")
    at = instant(given) if at == EARLIEST else at
    return "" if at == EARLIEST else at.isoformat()


def _url(app: str, number: str) -> str:
    known = re.fullmatch(r"[a-z0-9_]{1,40}", app) and number.isdecimal()
    return f"https://app.intercom.com/a/inbox/{app}/inbox/conversation/{number}" if known else ""


INTERCOM = Sender("intercom", verify, read, answer, probe, own_secret=True)
