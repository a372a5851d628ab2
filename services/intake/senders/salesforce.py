"""Salesforce Outbound Messages: SOAP with up to a hundred notifications, each a delivery of its own.

Salesforce signs nothing: the secret stands in the path, and the option `organizations` names whose messages are taken.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

from services.intake.senders.given import holds_secret, line, listed
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
from services.intake.senders.ticket import Desk, readings, words

DESK = Desk("salesforce", "Salesforce", re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?"), standing=True)
MOST = 100
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
OUTBOUND = "{http://soap.sforce.com/2005/09/outbound}"
RECORD = re.compile(r"\{urn:sobject\.(?:enterprise|partner)\.soap\.sforce\.com\}(\w+)", re.ASCII)
SIGNIFICANT = 15  # characters of an id; three more only say in which case the letters are
NAMES = {
    "ticket_id": ("Id",),
    "title": ("Subject",),
    "description": ("Description",),
    "latest_comment": ("Latest_Comment__c",),
    "priority": ("Priority",),
    "status": ("Status",),
    "solved": ("IsClosed",),
    "updated_at": ("LastModifiedDate", "SystemModstamp"),
    "updated_by": ("LastModifiedById",),
    "kind": ("Type", "Reason"),
    "requester": ("SuppliedName",),
    "organization": ("SuppliedCompany", "Account_Name__c"),
    "assignee": ("Owner_Name__c",),
    "product": ("Product__c",),
    "impact": ("Impact__c",),
    "amount": ("Amount__c",),
    "wanted": ("Wanted__c",),
    "personal_data": ("Personal_Data__c",),
}


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the secret of the path, and that the message is of an organization that the source allows."""
    if not holds_secret(request, source, request.headers.get("x-tasuki-path-secret", "")):
        return Rejected("secret")
    allowed = {id_[:SIGNIFICANT] for id_ in listed(source.options.get("organizations", ""))}
    message = _message(request.raw)
    if not allowed or isinstance(message, Malformed):
        return Trusted()  # what cannot be read names nobody, and asks for nothing
    given = "" if message is None else line(message.findtext(f"{OUTBOUND}OrganizationId"))
    return Trusted() if given[:SIGNIFICANT] in allowed else Rejected("organization")


def read(request: Request, source: Source) -> Sequence[Reading] | Malformed:
    """Make of each notification what it asks for; of more than Salesforce ever sends at once nothing is taken."""
    message = _message(request.raw)
    if isinstance(message, Malformed):
        return message
    found = [] if message is None else message.findall(f"{OUTBOUND}Notification")
    if message is None or not found:
        unknown = hashlib.sha256(request.raw).hexdigest()
        return (Unmapped(unknown, "Outbound Message ではありません。", "This is not an Outbound Message."),)
    if len(found) > MOST:
        return ()
    host = re.match(r"https://[A-Za-z0-9.-]+(?=/|$)", line(message.findtext(f"{OUTBOUND}EnterpriseUrl")))
    return [said for one in found for said in _notification(one, host[0] if host else "", request, source)]


def answer(request: Request, outcomes: Sequence[Outcome]) -> Answer:
    """Acknowledge what is on disk, all of it or nothing; Salesforce sends the whole message again otherwise."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
        '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound">'
        f"<Ack>{str(bool(outcomes)).lower()}</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>"
    )
    return Answer(200, body.encode(), "text/xml; charset=utf-8")


def _message(raw: bytes) -> Element | Malformed | None:
    """The message in its envelope; None where there is another."""
    try:
        root = ElementTree.fromstring(raw, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):  # not XML, something that XML must not do, an unknown encoding
        return Malformed()
    found: Element | None = root.find(f"{SOAP}Body/{OUTBOUND}notifications")
    return found if root.tag == f"{SOAP}Envelope" else None


def _notification(one: Element, host: str, request: Request, source: Source) -> Sequence[Reading]:
    fields: dict[str, str] = {}
    for element in one.iterfind(f"{OUTBOUND}sObject/*"):
        if (name := RECORD.fullmatch(element.tag)) and element.text:
            fields.setdefault(name[1], element.text)
    delivery = line(one.findtext(f"{OUTBOUND}Id"))
    ticket = titled(words(fields, source, NAMES), fields.get("CaseNumber", ""))
    known = re.fullmatch(r"[0-9A-Za-z]{15,18}", line(ticket.get("ticket_id")))
    if host and known:
        ticket["url"] = f"{host}/{known[0]}"
    unnamed = "\n".join(f"{name}={text}" for name, text in sorted(fields.items())) or delivery
    return readings(DESK, ticket, delivery or hashlib.sha256(unnamed.encode()).hexdigest(), source)


def titled(ticket: Mapping[str, Any], number: object) -> dict[str, Any]:
    """A case with a title; without a subject it is called by its number."""
    return {"title": f"Salesforce ケース {line(number) or line(ticket.get('ticket_id'))}", **ticket}


SALESFORCE = Sender("salesforce", verify, read, answer=answer, in_path=True)
