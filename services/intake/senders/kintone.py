"""kintone: notifications of an app's records; the secret stands in the path, for kintone can send it in no other way.

Whoever learns the path can forge a record, and kintone sends no more than 60 notifications a minute and drops the rest. So a
source that has an API token is read from: the record of each notification again, and what has changed without one (RECORDS).

Options: `app` are the ids of the apps that are heard, `url` the address of the domain (`https://example.cybozu.com`),
`field.<word>` the code of the field for each of our words, `ours` the login name under which we write there.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from services.intake.senders.given import (
    EARLIEST,
    fingerprint,
    holds_secret,
    instant,
    line,
    listed,
    mapping,
    read_json,
    url,
)
from services.intake.senders.sender import (
    Malformed,
    Reading,
    Records,
    Rejected,
    Request,
    Sender,
    Source,
    Trusted,
    Unmapped,
)
from services.intake.senders.ticket import Desk, https, readings, words

DESK = Desk("kintone", "kintone", re.compile(r"[1-9][0-9]{0,18}:[1-9][0-9]{0,18}"), standing=True)
HEARD = {"ADD_RECORD", "UPDATE_RECORD", "EDIT_RECORD", "UPDATE_STATUS", "ADD_RECORD_COMMENT", "ADD_COMMENT"}
TITLE = "$title"  # what kintone itself makes the title of a record
BY_TYPE = {"STATUS", "MODIFIER", "UPDATED_TIME", "RECORD_NUMBER"}  # fields that every app has once, whatever their code
NAMES = {
    "title": ("件名", "タイトル", "題名", TITLE),
    "description": ("詳細", "内容", "本文", "問い合わせ内容", "お問い合わせ内容", "状況"),
    "priority": ("緊急度", "優先度"),
    "impact": ("影響範囲", "影響度"),
    "kind": ("種別", "区分", "分類"),
    "status": ("STATUS", "対応状況", "ステータス", "進捗"),
    "updated_by": ("MODIFIER",),
    "requester": ("お客様名", "担当者名"),
    "organization": ("顧客名", "会社名", "取引先名"),
    "product": ("製品", "製品名", "サービス", "サービス名"),
    "assignee": ("対応者", "担当者"),
    "done_already": ("対応済み内容", "一次対応"),
    "wanted": ("要望", "依頼内容"),
    "wanted_by": ("期限", "希望期限"),
    "amount": ("金額",),
    "personal_data": ("個人情報",),
}
PAGE = 100  # records of one answer; kintone gives 500 at most
_ID = re.compile(r"[1-9][0-9]{0,18}")


def verify(request: Request, source: Source) -> Trusted | Rejected:
    """Check the secret of the path; kintone signs nothing."""
    in_path = request.headers.get("x-tasuki-path-secret", "")
    return Trusted() if holds_secret(request, source, in_path) else Rejected("secret")


def read(request: Request, source: Source) -> tuple[Reading, ...] | Malformed:
    """Make of a record what it asks for, by the fields that the options name or that are usually called so."""
    body = read_json(request.raw)
    if isinstance(body, Malformed):
        return body
    body = mapping(body)
    delivery, kind, app = line(body.get("id")) or fingerprint(request), line(body.get("type")), _app(body)
    if kind not in HEARD:
        return (Unmapped(delivery, f"対象外の通知です：{kind}", f"Not a notification that is acted on: {kind}"),)
    if app not in (listed(source.options.get("app", "")) or {app}):
        return (Unmapped(delivery, f"対象外のアプリです：{app}", f"Not an app of this source: {app}"),)
    return readings(DESK, _ticket(body, app, source), delivery, source)


def record_url(raw: bytes, source: Source) -> str:
    """Where the record of a notification is to be read with the app's token (GET, `X-Cybozu-API-Token`).

    "" where there is nothing to read, or where the source does not say which domain is its own: what the notification
    itself names as address is not to be trusted with a token.
    """
    body = mapping(read_json(raw))
    base, app, number = _base(source), _app(body), _number(body)
    allowed = listed(source.options.get("app", "")) or {app}
    known = base and app in allowed and line(body.get("type")) in HEARD and DESK.id.fullmatch(f"{app}:{number}")
    return f"{base}/k/v1/record.json?app={app}&id={number}" if known else ""


def with_record(raw: bytes, answer: bytes) -> bytes | None:
    """The notification with the record as kintone has it now, for `read`; None when the answer holds another record."""
    body, record = mapping(read_json(raw)), mapping(mapping(read_json(answer)).get("record"))
    if not record or _number({"record": record}) != _number(body):
        return None
    kept = {name: body[name] for name in ("id", "type", "app", "comment", "recordTitle", "url") if name in body}
    return json.dumps({**kept, "record": record}).encode()


def places(source: Source) -> Sequence[str]:
    """The newest record of each app that is named: it shows what the app calls its time of update."""
    base, apps = _base(source), listed(source.options.get("app", ""))
    newest = quote("order by $id desc limit 1")
    return [f"{base}/k/v1/records.json?app={app}&query={newest}" for app in sorted(apps) if base and _ID.fullmatch(app)]


def changed(place: str, newest: bytes, since: datetime, last: bytes) -> str:
    """Where the records of an app are that changed since, the oldest first, and from the `last` page on those after it.

    What is edited meanwhile moves to the end, so that a count of those that were read would leave others out. "" where the
    app has none, or its last page says nothing of itself.
    """
    (record,) = (_records(last) if last else _records(newest)[:1])[-1:] or ({},)
    codes = (code for code, field in record.items() if line(mapping(field).get("type")) == "UPDATED_TIME")
    if (code := next(codes, None)) is None:
        return ""
    wanted = f'{code} >= "{_instant(since, "00")}"'
    if last:
        at, number = instant(mapping(record[code]).get("value")), _number({"record": record})
        if at == EARLIEST or not number:
            return ""
        wanted = f'({code} > "{_instant(at)}" or ({code} = "{_instant(at)}" and $id > {number}))'
    query = f"{wanted} order by {code} asc, $id asc limit {PAGE}"
    return f"{place.partition('&')[0]}&query={quote(query)}"


def told(place: str, answer: bytes) -> Sequence[bytes]:
    """A page of records, each as a notification of its revision: that of a revision comes once."""
    parts = urlsplit(place)
    app = parse_qs(parts.query)["app"][0]
    found = []
    for record in _records(answer):
        number, revision = _number({"record": record}), line(mapping(record.get("$revision")).get("value"))
        at = f"{parts.scheme}://{parts.netloc}/k/{app}/show#record={number}"
        body = {"id": f"record:{app}:{number}:{revision}", "type": "UPDATE_RECORD", "app": {"id": app}, "url": at}
        found.append(json.dumps({**body, "record": record}).encode())
    return found


def _records(answer: bytes) -> list[dict[str, Any]]:
    records = mapping(read_json(answer)).get("records")
    return [record for record in records if isinstance(record, dict)] if isinstance(records, list) else []


def _instant(at: datetime, seconds: str = "%S") -> str:
    return at.astimezone(UTC).strftime(f"%Y-%m-%dT%H:%M:{seconds}Z")


def _base(source: Source) -> str:
    given = source.options.get("url", "")
    return (url(given) or https(given)).rstrip("/")


def _headers(source: Source) -> Mapping[str, str]:
    return {"x-cybozu-api-token": source.tokens[0]}


def _ticket(body: Mapping[str, Any], app: str, source: Source) -> dict[str, Any]:
    record, comment, number = mapping(body.get("record")), mapping(body.get("comment")), _number(body)
    fields: dict[str, Any] = {TITLE: line(body.get("recordTitle")) or f"kintone {app}:{number}"}
    for code, field in record.items():
        value, kind = _value(mapping(field).get("value")), line(mapping(field).get("type"))
        fields[code] = value
        if kind in BY_TYPE:
            fields[kind] = mapping(field).get("value") if kind == "MODIFIER" else value
    ticket = words(fields, source, NAMES)
    by = mapping(comment.get("creator")) or mapping(ticket.get("updated_by"))
    return ticket | {
        "ticket_id": f"{app}:{number}",
        "latest_comment": comment.get("text"),
        "said_now": True,
        "updated_by": by.get("code"),
        "updated_at": _time(comment.get("createdAt")) if comment else _time(fields.get("UPDATED_TIME"), record),
        "url": https(body.get("url")),
    }


def _time(given: object, record: Mapping[str, Any] | None = None) -> str:
    """When a record was changed: kintone tells the minute, and within one the revisions of a record their order."""
    if (at := instant(given)) == EARLIEST:
        return ""
    revision = line(mapping(mapping(record).get("$revision")).get("value"))
    order = int(revision) if re.fullmatch(r"[0-9]{1,7}", revision) else 0
    return (at.replace(second=0, microsecond=0) + timedelta(microseconds=order)).isoformat()


def _value(given: Any) -> Any:
    """What a field holds: a text, or the names of the people or choices in it."""
    if isinstance(given, dict):
        return line(given.get("name")) or line(given.get("code"))
    if isinstance(given, list):
        return "、".join(text for one in given if (text := line(one.get("name") if isinstance(one, dict) else one)))
    return given


def _app(body: Mapping[str, Any]) -> str:
    return line(mapping(body.get("app")).get("id"))


def _number(body: Mapping[str, Any]) -> str:
    """The id of a record: in itself, or beside it where only a comment is sent."""
    record = mapping(body.get("record"))
    own = line(mapping(record.get("$id")).get("value")) or line(body.get("recordId"))
    return own if _ID.fullmatch(own) else ""


RECORDS = Records(_headers, record_url, with_record, places, changed, told, PAGE)
KINTONE = Sender("kintone", verify, read, in_path=True, records=RECORDS)
