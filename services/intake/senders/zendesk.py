"""Zendesk: a trigger (our template) or an event subscription, signed over time stamp and body."""

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from services.intake.senders import guides
from services.intake.senders.given import is_one_of, is_ours, line, paragraph, read_json
from services.intake.senders.sender import (
    Echo,
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
from shared.contracts.report import Customer, Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

WINDOW = timedelta(seconds=300)
URGENCY = {
    "urgent": Urgency.CRITICAL,
    "high": Urgency.HIGH,
    "normal": Urgency.MEDIUM,
    "low": Urgency.LOW,
    "緊急": Urgency.CRITICAL,
    "至急": Urgency.CRITICAL,
    "高": Urgency.HIGH,
    "普通": Urgency.MEDIUM,
    "通常": Urgency.MEDIUM,
    "中": Urgency.MEDIUM,
    "低": Urgency.LOW,
}
IMPACT = {"all": Impact.ALL, "some": Impact.SOME, "one": Impact.ONE}
IMPACT |= {"全体": Impact.ALL, "一部": Impact.SOME, "個別": Impact.ONE}
KIND = {kind.value: kind for kind in Kind}
KIND |= {
    "障害": Kind.OUTAGE,
    "incident": Kind.OUTAGE,
    "不具合": Kind.DEFECT,
    "bug": Kind.DEFECT,
    "クレーム": Kind.COMPLAINT,
    "返金": Kind.REFUND,
    "ハラスメント": Kind.HARASSMENT,
}
CUSTOMER = {"end_user", "end-user", "end user", "customer", "お客様", "お客さま", "顧客"}
_TICKET = re.compile(r"[0-9]{1,20}")
_PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,99}")


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
    """Make a report of a ticket; only what names no ticket or says nothing at all cannot be mapped."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    delivery = line(request.headers.get("x-zendesk-webhook-invocation-id", ""))
    return (_reading(body, delivery or hashlib.sha256(request.raw).hexdigest()),)


def _reading(body: object, delivery: str) -> Reading:
    if not isinstance(body, dict):
        return Unmapped(delivery, "本文が JSON のオブジェクトではありません。", "The body is not a JSON object.")
    ticket = _of_event(body) if str(body.get("type", "")).startswith("zen:event-type:ticket.") else body
    number = line(ticket.get("ticket_id"))
    if not _TICKET.fullmatch(number):
        return Unmapped(delivery, "ticket_id がありません。", "There is no ticket_id.")
    title, comment = line(ticket.get("title")), paragraph(ticket.get("latest_comment"))
    if is_ours(comment):
        return Echo(delivery)
    if not (title or comment):
        return Unmapped(delivery, "title も latest_comment も空です。", "Both title and latest_comment are empty.")
    try:
        report = _report(ticket, title, comment)
    except ValidationError as problem:
        wrong = ", ".join("/".join(map(str, error["loc"])) for error in problem.errors(include_input=False))
        return Unmapped(delivery, f"報告に変換できません：{wrong}", f"It does not make a report: {wrong}")
    external = e.External(system="zendesk", id=number, url=_url(ticket.get("url")))
    by_customer = bool(comment) and line(ticket.get("author")).casefold() in CUSTOMER
    return Trigger(delivery, external, report, _reporter(ticket), comment or title, by_customer=by_customer)


def _report(ticket: dict[str, Any], title: str, comment: str) -> Report:
    tags = _tags(ticket.get("tags"))
    priority = line(ticket.get("priority")).casefold()
    requester = ticket.get("requester")
    return Report(
        kind=KIND.get(line(ticket.get("kind")).casefold()) or next((KIND[t] for t in tags if t in KIND), Kind.OTHER),
        urgency=URGENCY.get(priority, Urgency.MEDIUM),
        urgency_reason="" if priority in URGENCY else "Zendesk の優先度が未設定のため「中」として扱っています",
        impact=_impact(line(ticket.get("impact")).casefold(), tags),
        title=title,
        customer=Customer(
            company=line(ticket.get("organization")),
            name=line(requester.get("name")) if isinstance(requester, dict) else line(requester),
        ),
        product=line(ticket.get("product") or ticket.get("group")),
        facts=comment or title,
        done_already=paragraph(ticket.get("done_already")),
        difficulty=paragraph(ticket.get("difficulty")),
        wanted=paragraph(ticket.get("wanted")),
        amount=_amount(ticket.get("amount")),
        personal_data="personal_data" in tags or ticket.get("personal_data") is True,
    )


def _impact(given: str, tags: list[str]) -> Impact:
    if given:
        return IMPACT.get(given, Impact.SOME)  # a word we do not know must not make a case small
    return next((impact for impact in Impact if f"impact_{impact}" in tags), Impact.ONE)


def _amount(given: object) -> int | None:
    if isinstance(given, str):
        digits = re.sub(r"[,，円¥￥\s]", "", given)
        given = int(digits) if re.fullmatch(r"\d{1,12}", digits) else None
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= 10**12 else None


def _tags(given: object) -> list[str]:
    if isinstance(given, list):
        return [line(tag).casefold() for tag in given]
    return line(given, 5000).casefold().split()


def _reporter(ticket: dict[str, Any]) -> e.Actor:
    """The person of ours who reports, where the template names one; otherwise Zendesk, in the assignee's name."""
    reporter = ticket.get("reporter")
    if isinstance(reporter, dict) and _PERSON.fullmatch(line(reporter.get("id"))):
        return e.Actor(kind="person", id=line(reporter["id"]), name=line(reporter.get("name")) or line(reporter["id"]))
    return e.Actor(kind="source", id="zendesk", name=line(ticket.get("assignee")) or "Zendesk")


def _url(given: object) -> str:
    url = line(given)
    if not url or re.match(r"https://", url):
        return url
    return "" if ":" in url.split("/")[0] else f"https://{url}"


def _of_event(body: dict[str, Any]) -> dict[str, Any]:
    """The same facts from an event subscription's envelope."""
    detail = body.get("detail")
    if not isinstance(detail, dict):
        return {}
    return {
        "ticket_id": detail.get("id"),
        "title": detail.get("subject"),
        "latest_comment": detail.get("description"),
        "priority": detail.get("priority"),
        "tags": detail.get("tags"),
        "kind": detail.get("type"),
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
