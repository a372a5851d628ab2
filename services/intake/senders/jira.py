"""Jira and Jira Service Management: an administrator's webhook on issues and comments, signed over the body.

Options: `ours` is the account id under which we write there.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from services.intake.senders.given import EARLIEST, epoch, is_one_of, line, mapping, read_json, signatures
from services.intake.senders.sender import (
    Malformed,
    Reading,
    Rejected,
    Request,
    Sender,
    Source,
    Trusted,
    Unmapped,
)
from services.intake.senders.ticket import Desk, reading, words

DESK = Desk("jira", "Jira", re.compile(r"[A-Z][A-Z0-9_]{0,99}-[1-9][0-9]{0,9}"))
HEARD = {"jira:issue_created", "jira:issue_updated", "comment_created", "comment_updated"}
NAMES = {
    "title": ("summary",),
    "tags": ("labels",),
    "requester": ("reporter",),
    "product": ("project",),
    "wanted_by": ("duedate",),
}


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check `sha256=` and the HMAC of the body; Jira signs no time, its identifier keeps repeats out."""
    expected = signatures(source, request.raw, "sha256", "sha256=")
    return Trusted() if is_one_of(request.headers.get("x-hub-signature", ""), expected) else Rejected("signature")


def read(request: Request, source: Source) -> tuple[Reading] | Malformed:
    """Make of an issue or a comment what it asks for."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    named = line(request.headers.get("x-atlassian-webhook-identifier", ""))
    delivery = named or hashlib.sha256(request.raw).hexdigest()
    body = mapping(body)
    kind = line(body.get("webhookEvent"))
    if kind not in HEARD:
        return (Unmapped(delivery, f"対象外の通知です：{kind}", f"Not an event that is acted on: {kind}"),)
    return (reading(DESK, _ticket(body, source), delivery, source),)


def _ticket(body: Mapping[str, Any], source: Source) -> dict[str, Any]:
    issue, comment, user = mapping(body.get("issue")), mapping(body.get("comment")), mapping(body.get("user"))
    fields, author = mapping(issue.get("fields")), mapping(comment.get("author"))
    user, status, at = user or author, mapping(fields.get("status")), epoch(body.get("timestamp"))
    changes = mapping(body.get("changelog")).get("items")
    changes = [change for change in changes if isinstance(change, dict)] if isinstance(changes, list) else []
    said = "\n".join(
        f"{line(c.get('field'))}: {line(c.get('fromString'))} → {line(c.get('toString'))}" for c in changes
    )
    key = line(issue.get("key"))
    ticket = words({name: _text(value) for name, value in fields.items()}, source, NAMES)
    return ticket | {
        "ticket_id": key,
        "kind": line(mapping(fields.get("issuetype")).get("name")).removeprefix("[System] "),
        "latest_comment": comment.get("body") or said,
        "said_now": True,
        "author": "customer" if author.get("accountType") == "customer" else "",
        "status": status.get("name"),
        "solved": mapping(status.get("statusCategory")).get("key") == "done",
        "updated_at": fields.get("updated") if at == EARLIEST else at.isoformat(),
        "updated_by": user.get("accountId"),
        "taken_by": _taker(changes, user),
        "url": _url(line(issue.get("self")), key),
    }


def _taker(changes: list[dict[str, Any]], user: Mapping[str, Any]) -> dict[str, Any] | None:
    """Whom a person, not a rule or an app, has made the assignee; with other changes, an issue may just be escalated."""
    if [change.get("field") for change in changes] != ["assignee"] or user.get("accountType") != "atlassian":
        return None
    (change,) = changes
    return {"id": change.get("to"), "name": change.get("toString")}


def _text(value: object) -> object:
    """What a field says: Jira tells users, priorities and the like as objects."""
    if isinstance(value, dict):
        return line(value.get("displayName")) or line(value.get("name")) or line(value.get("value"))
    return value


def _url(self: str, key: str) -> str:
    host = re.match(r"https://[A-Za-z0-9.:-]+(?=/)", self)
    return f"{host[0]}/browse/{key}" if host else ""


JIRA = Sender("jira", verify, read)
