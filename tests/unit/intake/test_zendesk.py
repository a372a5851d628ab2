"""Zendesk's deliveries: the signature over time stamp and body, and a report out of every genuine ticket."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.senders.sender import Echo, Malformed, Rejected, Trigger, Trusted, Unmapped
from services.intake.senders.zendesk import ZENDESK
from shared.contracts.report import Report
from tests.unit.intake.asked import reading, verdict

NOW = datetime(2026, 11, 21, 12, 0, 2, tzinfo=UTC)
SECRET = "dGhlIHNlY3JldCBvZiBhIHRlc3Q="
STAMP = "2026-11-21T12:00:00Z"
BODY = '{"ticket_id":"48213","title":"決済 髙﨑①㈱🔥"}'.encode()
# echo -n "$STAMP$BODY" | openssl dgst -sha256 -hmac "$SECRET" -binary | base64
SIGNATURE = "vIYTsjIL9aQdQ3q9WyJ7mIigCDzmcFz9VwZKSzOGF/A="


def headers(signature: str = SIGNATURE, stamp: str = STAMP) -> dict[str, str]:
    return {
        "x-zendesk-webhook-signature": signature,
        "x-zendesk-webhook-signature-timestamp": stamp,
        "x-zendesk-webhook-invocation-id": "01KAJ8M0W6",
    }


def sign(body: bytes, stamp: str) -> str:
    mac = hmac.new(SECRET.encode(), stamp.encode("utf-8", "replace") + body, hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def read(**fields: Any) -> object:
    return reading(ZENDESK, json.dumps({"ticket_id": "1", "title": "t", **fields}).encode(), headers())


def report(**fields: Any) -> Report:
    reading = read(**fields)
    assert isinstance(reading, Trigger)
    return reading.report


def test_a_signature_made_by_another_tool_is_good() -> None:
    assert verdict(ZENDESK, BODY, headers(), (SECRET,), NOW) == Trusted()
    assert verdict(ZENDESK, BODY, headers(), ("new", SECRET), NOW) == Trusted()


@pytest.mark.parametrize(
    "signature", ["", "abc", "v1,%%%", "é", "髙", SIGNATURE[:-1], SIGNATURE + "=", " " + SIGNATURE]
)
def test_any_other_signature_is_not(signature: str) -> None:
    assert verdict(ZENDESK, BODY, headers(signature), (SECRET,), NOW) == Rejected("signature")


def test_any_other_body_is_not() -> None:
    rewritten = json.dumps(json.loads(BODY)).encode()
    for body in (BODY[:-1] + b"\xff", BODY + b"\xff", rewritten, b""):
        assert verdict(ZENDESK, body, headers(), (SECRET,), NOW) == Rejected("signature")


def test_without_a_secret_nothing_is_believed() -> None:
    assert verdict(ZENDESK, BODY, headers(), (), NOW) == Rejected("signature")


@pytest.mark.parametrize(("seconds", "good"), [(-301, False), (-299, True), (299, True), (305, False)])
def test_a_delivery_is_believed_for_five_minutes(seconds: int, good: bool) -> None:
    found = verdict(ZENDESK, BODY, headers(), (SECRET,), NOW + timedelta(seconds=seconds - 2))
    assert found == (Trusted() if good else Rejected("stale"))


@given(st.binary(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_whatever_comes_is_judged(body: bytes, signature: str, stamp: str) -> None:
    assert verdict(ZENDESK, body, headers(signature, stamp), (SECRET,), NOW) != Trusted()
    assert isinstance(verdict(ZENDESK, body, headers(sign(body, stamp), stamp), (SECRET,), NOW), Trusted | Rejected)
    assert isinstance(verdict(ZENDESK, body, {}, (SECRET,), NOW), Rejected)
    assert isinstance(reading(ZENDESK, body, {}), Malformed | Unmapped)


@given(st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat()))
def test_every_signed_time_is_judged(stamp: str) -> None:
    assert isinstance(verdict(ZENDESK, BODY, headers(sign(BODY, stamp), stamp), (SECRET,), NOW), Trusted | Rejected)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = [
    "ticket_id", "title", "latest_comment", "priority", "impact", "kind", "tags", "requester", "organization", "assignee",
    "url", "amount", "personal_data", "author", "reporter", "product", "group", "wanted", "type", "detail",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(NAMES), JSON | st.sampled_from(["1", "zen:event-type:ticket.created"])))
def test_whatever_a_template_holds_is_read(fields: dict[str, Any]) -> None:
    found = reading(ZENDESK, json.dumps(fields).encode(), headers())
    assert isinstance(found, Trigger | Unmapped | Echo)
    if isinstance(found, Trigger):
        assert Report.model_validate_json(found.report.model_dump_json()) == found.report


@pytest.mark.parametrize(
    ("priority", "urgency"),
    [
        ("Urgent", "critical"),
        ("high", "high"),
        ("NORMAL", "medium"),
        ("Low", "low"),
        ("緊急", "critical"),
        ("-", "medium"),
    ],
)
def test_a_priority_becomes_an_urgency_and_a_guess_says_so(priority: str, urgency: str) -> None:
    made = report(priority=priority)
    assert made.urgency == urgency
    assert bool(made.urgency_reason) == (priority == "-")


def test_impact_and_kind_come_from_fields_or_tags() -> None:
    assert report(impact="all").impact == "all"
    assert report(impact="全体").impact == "all"
    assert report(impact="galaxy").impact == "some"
    assert report(tags="vip impact_all").impact == "all"
    assert report().impact == "one"
    assert report(tags="vip refund").kind == "refund"
    assert report(kind="障害", tags="refund").kind == "outage"
    assert report(tags=["personal_data"]).personal_data


def test_a_comment_of_any_length_and_any_characters_fits() -> None:
    made = report(latest_comment="\x00\x1b髙" + "あ" * 9000, title="\n行\t" * 300, amount="1,200円")
    assert (len(made.facts), len(made.title) <= 200, made.amount) == (5000, True, 1200)
    assert "\x00" not in made.facts


def test_an_event_subscription_says_the_same() -> None:
    detail = {
        "id": "7",
        "subject": "止まった",
        "description": "全店",
        "priority": "HIGH",
        "tags": ["outage"],
        "type": "INCIDENT",
    }
    body = {"type": "zen:event-type:ticket.priority_changed", "detail": detail}
    found = reading(ZENDESK, json.dumps(body).encode(), headers())
    assert isinstance(found, Trigger)
    assert (found.external.id, found.report.title, found.report.urgency) == ("7", "止まった", "high")


def test_a_named_reporter_is_a_person_and_otherwise_the_assignee_is_named() -> None:
    named, assignee = (
        read(reporter={"id": "tanaka", "name": "田中"}),
        read(assignee="佐藤 花子", reporter={"id": "ダメ"}),
    )
    assert isinstance(named, Trigger)
    assert isinstance(assignee, Trigger)
    assert (named.by.kind, named.by.id) == ("person", "tanaka")
    assert (assignee.by.kind, assignee.by.name) == ("source", "佐藤 花子")


def test_a_comment_is_the_customers_only_where_the_template_says_so() -> None:
    said = {"latest_comment": "直りました"}
    for fields, customer in (
        ({**said, "author": "end_user"}, True),
        ({**said, "author": "End-User"}, True),
        ({**said, "author": "お客様"}, True),
        ({**said, "author": "agent"}, False),
        ({**said, "author": {"role": "end_user"}}, False),
        ({"author": "end_user"}, False),
        (said, False),
    ):
        reading = read(**fields)
        assert isinstance(reading, Trigger)
        assert reading.by_customer is customer, fields


def test_an_address_of_a_ticket_is_https_or_nothing() -> None:
    given_urls = {
        "a.zendesk.com/1": "https://a.zendesk.com/1",
        "https://a/1": "https://a/1",
        "javascript:x": "",
        "http://a": "",
    }
    for given_url, url in given_urls.items():
        reading = read(url=given_url)
        assert isinstance(reading, Trigger)
        assert reading.external.url == url
