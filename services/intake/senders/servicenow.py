"""ServiceNow: a business rule or a flow that posts a record as JSON; a header, Basic or a bearer token holds the secret.

The script names the fields as the table does; our own words beside them (`taken_by`, `amount`, …) are read too. `ours` is
the user name under which we write there, as `sys_updated_by` has it.
"""

import re
from typing import Any

from services.intake.senders.given import fingerprint, holds_secret, identity, line, mapping, read_json
from services.intake.senders.sender import Malformed, Reading, Rejected, Request, Sender, Source, Trusted, Unmapped
from services.intake.senders.ticket import Desk, readings, words
from shared.contracts.vocabulary import Impact, Urgency

DESK = Desk(
    "servicenow",
    "ServiceNow",
    re.compile(r"[0-9a-f]{32}"),
    {
        "1": Urgency.CRITICAL,
        "2": Urgency.HIGH,
        "3": Urgency.MEDIUM,
        "4": Urgency.LOW,
        "5": Urgency.LOW,
        "重大": Urgency.CRITICAL,
        "高": Urgency.HIGH,
        "中": Urgency.MEDIUM,
        "低": Urgency.LOW,
        "計画": Urgency.LOW,
    },
    {
        "1": Impact.ALL,
        "2": Impact.SOME,
        "3": Impact.ONE,
        "high": Impact.ALL,
        "medium": Impact.SOME,
        "low": Impact.ONE,
        "高": Impact.ALL,
        "中": Impact.SOME,
        "低": Impact.ONE,
    },
    standing=True,
)
SOLVED = {"incident": {"6", "7", "8"}, "problem": {"106", "107"}, "sc_task": {"3", "4", "7"}}  # by table
NAMES = {
    "ticket_id": ("sys_id",),
    "title": ("short_description",),
    "latest_comment": ("work_notes", "comments"),
    "status": ("state", "incident_state"),
    "updated_at": ("sys_updated_on",),
    "updated_by": ("sys_updated_by",),
    "assignee": ("assigned_to",),
    "requester": ("caller_id", "opened_by"),
    "organization": ("company", "account"),
    "product": ("cmdb_ci", "business_service", "assignment_group"),
    "priority": ("priority", "urgency"),
    "kind": ("category",),
    "wanted_by": ("due_date",),
}
SHOWN, STORED = ("display_value", "value"), ("value", "display_value")
INSTANTS = {"updated_at", "wanted_by"}  # stored in UTC, and shown in the zone of whoever runs the script


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the secret that the script or the connection sends; ServiceNow signs nothing by itself."""
    return Trusted() if holds_secret(request, source) else Rejected("secret")


def read(request: Request, source: Source) -> tuple[Reading, ...] | Malformed:
    """Make of a record what it asks for; each version of it is one delivery."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    body = mapping(body)
    fields, stored = ({name: _text(value, *parts) for name, value in body.items()} for parts in (SHOWN, STORED))
    ticket, table = words(fields, source, NAMES), line(fields.get("table")) or "incident"
    ticket |= {name: at for name, at in words(stored, source, NAMES).items() if name in INSTANTS}
    number = line(ticket.get("ticket_id"))
    delivery = identity(number, fields.get("sys_mod_count")) or fingerprint(request)
    if line(fields.get("operation")).lower() == "delete":
        return (Unmapped(delivery, "レコードが削除されました。", "The record was deleted."),)
    for name in ("priority", "impact"):
        ticket[name] = _worth(ticket.get(name))
    if line(_worth(ticket.get("status"))) in SOLVED.get(table, ()):
        ticket["solved"] = True
    title = f"ServiceNow {line(fields.get('number')) or number}"
    url = _url(line(fields.get("instance")), table, number)
    return readings(DESK, {"title": title, "url": url, **ticket}, delivery, source)


def _text(value: object, first: str, then: str) -> object:
    """What a field says; ServiceNow's own REST gives `value` and `display_value` of each."""
    if isinstance(value, dict) and (first in value or then in value):
        return value.get(first) or value.get(then)
    return value


def _worth(given: Any) -> Any:
    """The number of `1 - Critical`: its name is in the language of whoever runs the script."""
    number, dash, _ = line(given).partition(" - ")
    return number if dash and number.isdecimal() else given


def _url(instance: str, table: str, number: str) -> str:
    known = re.fullmatch(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}", instance) and re.fullmatch(r"[a-z0-9_]{1,80}", table)
    return f"https://{instance}/nav_to.do?uri={table}.do?sys_id={number}" if known else ""


SERVICENOW = Sender("servicenow", verify, read)
