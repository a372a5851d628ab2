"""Freshdesk's automations: the secret of a header or of Basic, a repeat by time or body, words and numbers alike."""

import base64
import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import UNTIMED, Alert, all_clear, is_news, told
from services.intake.senders.freshdesk import FRESHDESK
from services.intake.senders.sender import Echo, Malformed, Reading, Rejected, Request, Source, Trusted, Unmapped
from tests.unit.intake.asked import NOON, verdict
from tests.unit.intake.senders.crms import body, cleared, example, opened, raw, read_all, said, spoilt, taken

WHOLE = example("freshdesk.json")
PICKED = WHOLE["freshdesk_webhook"]
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def ticket(options: dict[str, str] | None = None, **fields: Any) -> Reading:
    (one,) = said(FRESHDESK, body({"freshdesk_webhook": {**PICKED, **fields}}), {}, options)
    return one


def test_the_secret_comes_in_a_header_or_in_basic() -> None:
    basic = f"Basic {base64.b64encode(b'freshdesk:a secret').decode()}"
    for headers, good in (
        ({"authorization": basic}, True),
        ({"x-tasuki-secret": "a secret"}, True),
        ({"x-tasuki-secret": "another"}, False),
        ({"authorization": "a secret"}, False),
        (dict[str, str](), False),
    ):
        found = verdict(FRESHDESK, raw("freshdesk.json"), headers, ("a secret",))
        assert found == (Trusted() if good else Rejected("secret"))


def test_a_ticket_is_a_report_with_or_without_its_envelope() -> None:
    (read,) = said(FRESHDESK, raw("freshdesk.json"))
    one = opened(read)
    assert (one.external.system, one.external.id) == ("freshdesk", "90321")
    assert one.external.url == "https://example.freshdesk.com/helpdesk/tickets/90321"
    assert (one.report.title, one.report.facts) == ("倉庫管理システムにログインできない", "出荷が止まっています")
    assert (one.report.urgency, one.report.kind, one.by.name) == ("critical", "outage", "高橋")
    assert (one.report.customer.company, one.report.customer.name) == ("サンプル物流", "田中")
    (bare,) = said(FRESHDESK, body(PICKED))
    assert dataclasses.replace(opened(bare), delivery_id=one.delivery_id) == one


@pytest.mark.parametrize("at", ["2026-11-21T12:00:00Z", "2026-11-21 12:00:00 UTC", "2026-11-21 21:00:00 +0900"])
def test_ticket_and_time_are_one_delivery(at: str) -> None:
    one, other = opened(ticket(ticket_updated_at=at)), opened(ticket(updated_at=at, ticket_subject="別"))
    assert one.delivery_id == other.delivery_id == "90321:2026-11-21T12:00:00+00:00"
    assert one.alerts == {"ticket": Alert(AT, firing=True)}


def test_a_time_to_the_minute_orders_but_does_not_tell_two_changes_apart() -> None:
    at = "November 21 2026 at 12:00 PM"
    one, other = opened(ticket(updated_at=at)), cleared(ticket(updated_at=at, ticket_status="Closed"))
    assert one.alerts == {"ticket": Alert(NOON, firing=True)}
    assert one.delivery_id != other.delivery_id


def test_what_happens_within_a_minute_keeps_its_order_and_what_is_late_is_no_news() -> None:
    def told_at(seconds: int, **fields: Any) -> Reading:
        given = body({"freshdesk_webhook": {**PICKED, "updated_at": "November 21 2026 at 12:00 PM", **fields}})
        read = FRESHDESK.read(Request(given, {}, AT + timedelta(seconds=seconds)), Source("f", "freshdesk", ("s",)))
        assert not isinstance(read, Malformed)
        return read[0]

    known = told({}, opened(told_at(5)).alerts)
    assert not is_news(known, opened(told_at(300)).alerts)
    for seconds in (10, 70):  # it may come a little late
        over = told(known, cleared(told_at(seconds, ticket_status="Closed")).alerts)
        assert all_clear(over)
        assert not is_news(over, opened(told_at(300)).alerts)
    over = told(known, cleared(told_at(10, ticket_status="Closed")).alerts)
    assert is_news(over, opened(told_at(50)).alerts)


def test_without_a_time_the_same_body_is_one_delivery_for_ten_minutes() -> None:
    source = Source("f", "freshdesk", ("s",))
    found = []
    for minutes in (0, 5, 11):
        read = FRESHDESK.read(Request(raw("freshdesk.json"), {}, AT + timedelta(minutes=minutes)), source)
        assert not isinstance(read, Malformed)
        found.append(read[0].delivery_id)
    assert found[0] == found[1] != found[2]
    assert opened(ticket()).alerts == {}


@pytest.mark.parametrize(
    ("priority", "urgency"),
    [(1, "low"), ("2", "medium"), (3, "high"), ("4", "critical"), ("Urgent", "critical"), ("緊急", "critical"),
     ("低", "low"), ("最優先", "critical"), ("特急", "high"), ("", "medium")],
)  # fmt: skip
def test_a_priority_becomes_an_urgency(priority: Any, urgency: str) -> None:
    assert opened(ticket(ticket_priority=priority)).report.urgency == urgency


@pytest.mark.parametrize("status", ["Resolved", "Closed", "解決済み", "クローズ", 4, "5"])
def test_a_resolved_ticket_is_over(status: Any) -> None:
    over = cleared(ticket(ticket_status=status, ticket_latest_public_comment="<p>再起動で直りました</p>"))
    assert (over.alerts, over.result) == ({"ticket": Alert(UNTIMED, firing=False)}, "再起動で直りました")


@pytest.mark.parametrize("status", ["Open", "Pending", 2, "3", "対応中", "", None])
def test_any_other_is_not(status: Any) -> None:
    opened(ticket(ticket_status=status))


def test_our_note_is_no_news_and_a_named_person_has_taken_it() -> None:
    ours = "<div>受け付けました<br>[tasuki:0199e8f0-1111-7000-8000-000000000000]</div>"
    for comment in (ours, "髙" * 9000 + ours):
        assert isinstance(ticket(ticket_latest_private_comment=comment), Echo)
    both = opened(ticket(ticket_latest_private_comment=ours, ticket_latest_public_comment="まだ直りません"))
    assert both.note == "まだ直りません"
    assert isinstance(ticket({"ours": "bot@example.co.jp"}, triggered_by="bot@example.co.jp"), Echo)
    assert taken(ticket(taken_by="takahashi@example.co.jp")).by.id == "takahashi@example.co.jp"


def test_what_names_no_ticket_is_set_aside() -> None:
    named: dict[str, Any] = {"freshdesk_webhook": {"ticket_id": "髙"}}
    others: list[Any] = [named, {"freshdesk_webhook": []}, [], 7, {}]
    for other in others:
        (one,) = said(FRESHDESK, body(other))
        assert isinstance(one, Unmapped)


@given(spoilt(WHOLE))
def test_whatever_stands_in_an_example_is_read(value: Any) -> None:
    found = read_all(FRESHDESK, body(value))
    assert isinstance(found, tuple)
    assert len(found) == 1


@given(st.sampled_from(["updated_at", "ticket_description", "ticket_status"]), st.text(max_size=200))
def test_whatever_text_a_field_holds_is_read(name: str, text: str) -> None:
    assert len(said(FRESHDESK, body({**PICKED, name: text}))) == 1


@pytest.mark.parametrize(
    "text", ["&#" + "9" * 4500 + ";", "<" * 50_000, "<script>" * 9_000, "&#0;&#xD800;x", "<p>" * 9_000]
)
def test_hostile_html_is_read_in_time(text: str) -> None:
    opened(ticket(ticket_description=text))


@given(st.binary(max_size=100), st.text(max_size=40))
def test_whatever_comes_is_judged(given_bytes: bytes, secret: str) -> None:
    headers = {"x-tasuki-secret": secret, "authorization": f"Basic {secret}"}
    assert isinstance(verdict(FRESHDESK, given_bytes, headers, ("a very long secret",)), Rejected)
    read_all(FRESHDESK, given_bytes)
