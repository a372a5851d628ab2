"""Intercom's conversations and tickets: the probe, the ping, closed is an end, a bot's assignment is no answer."""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import Alert
from services.intake.senders.intercom import INTERCOM
from services.intake.senders.sender import Answer, Echo, Outcome, Reading, Rejected, Request, Source, Trusted, Unmapped
from tests.unit.intake.asked import NOON, reading, readings, verdict
from tests.unit.intake.senders.crms import body, cleared, example, opened, raw, read_all, said, spoilt, taken

WHOLE = example("intercom.json")
AT = datetime.fromtimestamp(1795262391, UTC)
TICKET: dict[str, Any] = {
    "type": "ticket",
    "id": "9001",
    "ticket_attributes": {"_default_title_": "配送が止まった", "_default_description_": "<p>全倉庫 <b>停止</b></p>"},
    "ticket_state": {"category": "submitted", "name": "受付"},
    "ticket_type": {"name": "障害"},
    "open": True,
    "ticket_parts": {"ticket_parts": []},
}


def told(topic: str, options: dict[str, str] | None = None, **item: Any) -> Reading:
    made = {**WHOLE, "topic": topic, "data": {"item": {**WHOLE["data"]["item"], **item}}}
    (one,) = said(INTERCOM, body(made), {}, options)
    return one


def part(author: str, text: str | None = None, id_: str = "5017691") -> dict[str, Any]:
    last = {"body": text, "author": {"type": author, "id": id_, "name": "佐藤"}}
    return {"conversation_parts": {"conversation_parts": [{"body": "前"}, last]}}


def test_a_probe_is_answered_and_a_ping_says_nothing() -> None:
    source = Source("intercom", "intercom", ("s",))
    assert INTERCOM.probe is not None
    assert INTERCOM.probe(Request(b"", {}, NOON, "HEAD"), source) == Answer(200, b"", "text/plain")
    assert INTERCOM.probe(Request(b"", {}, NOON, "GET"), source) is None
    assert readings(INTERCOM, body({"type": "notification_event", "topic": "ping", "id": "notif_1"})) == ()


def test_what_is_taken_is_answered_with_200() -> None:
    assert INTERCOM.answer is not None
    for outcomes in ([], [Outcome("opened")], [Outcome("quarantined")]):
        assert INTERCOM.answer(Request(b"", {}, NOON), outcomes).status == 200


def test_a_conversation_is_a_report() -> None:
    one = opened(reading(INTERCOM, raw("intercom.json")))
    assert one.delivery_id == "notif_3d7a1b10-52a2-11f0-8b7b-0b0b0b0b0b0b"
    assert (one.external.system, one.external.id) == ("intercom", "215470512345")
    assert one.external.url == "https://app.intercom.com/a/inbox/a1b2c3d4/inbox/conversation/215470512345"
    assert (one.report.title, one.report.facts) == ("返金が反映されない", "3回目の問い合わせです")
    assert (one.report.urgency, one.report.customer.name) == ("high", "Joe Example")
    assert one.alerts == {"ticket": Alert(AT, firing=True)}


def test_what_the_customer_answers_is_theirs() -> None:
    one = opened(told("conversation.user.replied", **part("user", "<p>まだ<br>直りません</p>")))
    assert (one.note, one.by_customer) == ("まだ\n直りません", True)
    assert not opened(told("conversation.admin.replied", **part("admin", "確認します"))).by_customer
    ours = "<p>受け付けました</p><p>[tasuki:0199e8f0-1111-7000-8000-000000000000]</p>"
    assert isinstance(told("conversation.admin.noted", **part("admin", ours)), Echo)
    assert isinstance(told("conversation.admin.replied", {"ours": "5017691"}, **part("admin", "確認します")), Echo)


def test_closed_and_resolved_are_ends() -> None:
    over = cleared(told("conversation.admin.closed", state="closed", **part("admin", "返金しました")))
    assert (over.alerts, over.result) == ({"ticket": Alert(AT, firing=False)}, "返金しました")
    cleared(told("ticket.state.updated", **{**TICKET, "ticket_state": {"category": "resolved", "name": "解決"}}))
    cleared(told("ticket.state.updated", **{**TICKET, "open": False}))
    opened(told("conversation.admin.opened", state="open"))
    opened(told("conversation.admin.snoozed", state="snoozed"))


def test_whom_an_admin_assigns_has_taken_it_and_whom_a_bot_assigns_has_not() -> None:
    one = taken(told("conversation.admin.assigned", **part("admin")))
    assert (one.by.kind, one.by.id) == ("person", "5017691")
    assert taken(told("conversation.admin.assigned", {"people": "5017691=sato"}, **part("admin"))).by.id == "sato"
    opened(told("conversation.admin.assigned", **part("bot")))
    opened(told("conversation.admin.assigned"))
    opened(told("conversation.admin.assigned", admin_assignee_id=None, **part("admin")))


def test_a_ticket_is_a_report() -> None:
    one = opened(reading(INTERCOM, body({**WHOLE, "topic": "ticket.created", "data": {"item": TICKET}})))
    assert (one.external.id, one.external.url) == ("9001", "")
    assert (one.report.title, one.report.facts) == ("配送が止まった", "全倉庫 停止")
    assert one.report.kind == "outage"


@pytest.mark.parametrize("topic", ["user.created", "conversation.deleted", "", "company.updated"])
def test_other_topics_are_set_aside(topic: str) -> None:
    assert isinstance(told(topic), Unmapped)


@given(spoilt(WHOLE), st.sampled_from(["conversation.user.replied", "ticket.created", "conversation.admin.assigned"]))
def test_whatever_stands_in_an_example_is_read(value: Any, topic: str) -> None:
    if isinstance(value, dict):
        value["topic"] = topic
    found = read_all(INTERCOM, body(value))
    assert isinstance(found, tuple)
    assert len(found) == 1


@given(st.binary(max_size=100), st.text(max_size=60))
def test_whatever_comes_is_judged(given_bytes: bytes, signature: str) -> None:
    assert isinstance(verdict(INTERCOM, given_bytes, {"x-hub-signature": signature}, ("s",)), Rejected)
    right = "sha1=" + hmac.new(b"s", given_bytes, hashlib.sha1).hexdigest()
    assert verdict(INTERCOM, given_bytes, {"x-hub-signature": right}, ("s",)) == Trusted()
    read_all(INTERCOM, given_bytes)
