"""Every parser of what strangers send to intake: a result or its own refusal for whatever comes, and soon."""

import gzip
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from pydantic import ValidationError

from services.intake import records
from services.intake.domain import (
    addresses,
    attempts,
    board,
    charsets,
    courses,
    expressions,
    files,
    found,
    ids,
    mail_text,
    mails,
    mappings,
    sessions,
    tables,
    tokens,
    unpacking,
    uploading,
)
from services.intake.pages.form import Broken, fields_of, report_of
from services.intake.senders import SENDERS
from shared.contracts import links, personal
from shared.contracts.report import Report
from tests.hard import holds, text_of
from tests.unit.intake.asked import NOON
from tests.unit.intake.pictures import jpeg, png, webp
from tests.unit.intake.senders import letters
from tests.unit.intake.senders.crms import read_all

pytestmark = pytest.mark.security
PAYLOADS = Path(__file__).parent / "senders/payloads"
EXAMPLES = {
    "zendesk": "zendesk_event.json", "salesforce": "salesforce_outbound_message.xml", "salesforce_flow": "salesforce_flow_callout.json",
    "sentry": "sentry_metric_alert.json", "pagerduty": "pagerduty_events_v2.json", "opsgenie": "opsgenie_alert.json",
    "cloudevents": "cloudevents_structured.json", "email": "email_iso2022jp.eml",
    "sns": "sns_notification.json",
}  # fmt: skip
OPTIONS = {
    "mapping": (PAYLOADS / "generic_mapping.json").read_text(),
    "url": "https://x.example",
    "ours": "x",
    "people": "a=b",
}
FORM = (
    b'--edge\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nx\r\n--edge\r\nContent-Disposition: form-data; name="file"; '
    b'filename="a.csv"\r\nContent-Type: text/csv\r\n\r\na,b\r\n--edge--\r\n'
)
TYPED = b"mode=full&key=0&facts=%E9%AB%99&impact=all&kind=outage&wanted_by=2026-11-30T10:00&amount=1&estimate_minutes=5"


def query(raw: bytes) -> dict[str, str]:
    """The part of an address after the question mark."""
    return dict(parse_qsl(raw.decode("latin-1"), keep_blank_values=True, errors="replace"))


def looked_up(raw: bytes) -> object:
    """An expression that was typed, looked up in a payload."""
    read = expressions.parse(text_of(raw))
    return read.look_up({"a": {"b": ["x", 1]}}) if isinstance(read, expressions.Expression) else read


def letter(raw: bytes) -> object:
    """A mail, and who it says that it is from."""
    return letters.read(raw, text_of(raw[:200])), mails.read(raw)


Parser = tuple[bytes, Callable[[bytes], object], tuple[type[Exception], ...]]
PARSERS: dict[str, Parser] = {
    "mail": ((PAYLOADS / "email_utf8.eml").read_bytes(), letter, ()),
    "html of a mail": (b"<p>a</p><blockquote>b", lambda raw: mail_text.said(mail_text.of_html(text_of(raw))), ()),
    "charset": ("決済".encode("iso-2022-jp"), lambda raw: charsets.text(raw, text_of(raw[:40])), ()),
    "form": (TYPED, lambda raw: report_of(fields_of(raw), "full", UTC), (Broken,)),
    "form with a file": (FORM, lambda raw: uploading.read("multipart/form-data; boundary=edge", raw), (ValueError,)),
    "type of a form": (b"multipart/form-data; boundary=x", lambda raw: uploading.read(text_of(raw), b""), (ValueError,)),
    "import in CSV": (b"facts,customer.company,amount\nx,y,1\n", lambda raw: tables.read(raw, "csv"), (ValueError,)),
    "import in lines": (b'{"facts":"x"}\n{}\n', lambda raw: tables.read(raw, "ndjson"), (ValueError,)),
    "report": (b'{"facts":"x","customer":{"company":"y"}}', Report.model_validate_json, (ValidationError,)),
    "filter of the board": (b"team=payments&priority=P1&q=x&late=1", lambda raw: board.wanted(query(raw)).query(), ()),
    "search": (b"q=x&form=article&in=ja", lambda raw: found.wanted(query(raw)), ()),
    "words of a search": (b"<b>", lambda raw: found.excerpt(text_of(raw), [text_of(raw[:20]), "x"]), ()),
    "place in a list": (ids.cursor("c_01m80tsfphe99kg5qcb6bqxnc5").encode(), lambda raw: ids.read_cursor(text_of(raw)), ()),
    "day": (b"2026-11-30", lambda raw: courses.day(text_of(raw)), ()),
    "where a login leads": (b"/cases?q=x", lambda raw: sessions.own_path(text_of(raw)), ()),
    "login under way": (b"eyJ9.00", lambda raw: attempts.read(text_of(raw), "key"), ()),
    "token": (b"tsk_0123456789ab_00", lambda raw: tokens.read(text_of(raw)), ()),
    "address of mail": (b"shop-abc@in.example.jp", lambda raw: addresses.read(text_of(raw), "in.example.jp"), ()),
    "link": (b"eyJ9.AAAA", lambda raw: [read("k", text_of(raw), NOON) for read in (links.read_link, links.read_device)], ()),
    "link of a reporter": (b"c_0", lambda raw: [read("k", text_of(raw)) for read in (links.read_followup, links.read_calendar)], ()),
    "mapping": (OPTIONS["mapping"].encode(), lambda raw: mappings.of_text(text_of(raw)), ()),
    "expression": (b"join(', ', a.b[?x].y)", looked_up, ()),
    "answer of a vendor": (b'{"code":"x","message":"y"}', records._said, ()),
    "packed body": (gzip.compress(b"x" * 1000), lambda raw: unpacking.unpacked(raw, "gzip", 100_000), ()),
    "photo": (jpeg(up=6), lambda raw: files.read(text_of(raw[:200]), raw), ()),
    "picture": (png(), lambda raw: files.read("a.png", raw), ()),
    "picture of the web": (webp(), lambda raw: files.read("a.webp", raw), ()),
    "personal data": ("電話 090-1234-5678".encode(), lambda raw: personal.masked(text_of(raw[:300_000])), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", PARSERS)
def test_whatever_comes_is_read_or_refused(name: str) -> None:
    example, parse, refusals = PARSERS[name]
    holds(example, parse, *refusals)


@pytest.mark.parametrize("name", SENDERS)
def test_whatever_a_sender_posts_is_read_or_malformed(name: str) -> None:
    sender = SENDERS[name]
    headers = {
        "x-tasuki-path-secret": "x",
        "x-envelope-from": "a@example.com",
        "x-envelope-to": "@b",
        "content-type": "",
    }
    example = (PAYLOADS / EXAMPLES.get(name, f"{name}.json")).read_bytes()
    holds(example, lambda raw: read_all(sender, raw, headers, OPTIONS))
