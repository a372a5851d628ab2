"""PagerDuty's events: what is wrong with one in its own words, and what becomes of a trigger and what follows it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import all_clear, is_news, told
from services.intake.senders import pagerduty
from services.intake.senders.pagerduty import PAGERDUTY
from services.intake.senders.sender import (
    Answer,
    Cleared,
    Malformed,
    Outcome,
    Reading,
    Rejected,
    Request,
    Source,
    Taken,
    Trigger,
    Trusted,
    Unmapped,
)
from shared.contracts.report import Report
from tests.unit.intake.asked import reading, verdict
from tests.unit.intake.senders.monitors import JSON, NOW, TEXT, deep, objects, payload

BODY = payload("pagerduty_events_v2.json")
KEY = "R0UT1NGKEY0000000000000000000001"
SOURCE = Source("pagerduty", "pagerduty", (KEY,))


def event(**more: Any) -> bytes:
    return json.dumps({**json.loads(BODY), **more}).encode()


def of(raw: bytes, seconds: int = 0) -> Reading:
    found = PAGERDUTY.read(Request(raw, {}, NOW + timedelta(seconds=seconds)), SOURCE)
    assert not isinstance(found, Malformed)
    (one,) = found
    return one


def answer(raw: bytes) -> Answer:
    return pagerduty.answer(Request(raw, {}, NOW), [Outcome("opened")])


def test_the_key_in_the_body_is_needed() -> None:
    assert verdict(PAGERDUTY, BODY, {}, ("new", KEY)) == Trusted()
    for raw in (event(routing_key=KEY[:-1]), event(routing_key=None), event(routing_key=[KEY]), b"[]", b"\xff", b""):
        assert verdict(PAGERDUTY, raw, {}, (KEY,)) == Rejected("routing key")
    assert verdict(PAGERDUTY, event(routing_key=""), {}, ()) == Rejected("routing key")


def test_the_example_opens_a_case_and_gets_the_vendors_answer() -> None:
    found = of(BODY)
    assert isinstance(found, Trigger)
    report = found.report
    assert (report.title, report.urgency, report.impact, report.product) == (
        "決済 p99 4.8s (閾値 3s)", "critical", "some", "payments",
    )  # fmt: skip
    assert "p99: 4.8s" in report.facts
    assert "payments-api-7f9 / payments / prod / latency" in report.facts
    assert (found.external.url, found.by.name) == ("https://monitor.example.co.jp/e/1", "Sample Monitor")
    assert found.alerts["alert"].since == datetime(2026, 11, 21, 11, 59, tzinfo=UTC)
    assert answer(BODY).status == 202
    assert json.loads(answer(BODY).body) == json.loads(payload("pagerduty_events_v2_response.json"))
    assert answer(BODY).body == b'{"status":"success","message":"Event processed","dedup_key":"payments/p99"}'


@pytest.mark.parametrize(("severity", "urgency"), [("error", "high"), ("warning", "medium"), ("info", "low")])
def test_a_severity_becomes_an_urgency(severity: str, urgency: str) -> None:
    found = of(
        event(payload={"summary": TEXT, "source": "s", "severity": severity, "custom_details": {"impact": "all"}})
    )
    assert isinstance(found, Trigger)
    assert (found.report.urgency, found.report.impact) == (urgency, "all")


def test_what_follows_is_about_the_same_alert() -> None:
    begun, taken, over = of(BODY), of(event(event_action="acknowledge")), of(event(event_action="resolve"), 5)
    assert isinstance(begun, Trigger)
    assert isinstance(taken, Taken)
    assert isinstance(over, Cleared)
    assert begun.external.id == taken.external.id == over.external.id
    assert (taken.by.kind, taken.by.name) == ("person", "Sample Monitor")
    assert of(event(dedup_key="other")) != begun


def test_late_news_open_and_close_nothing() -> None:
    def at(action: str, minute: int) -> Any:
        stamped = {**json.loads(BODY)["payload"], "timestamp": f"2026-11-21T11:{minute}:00Z"}
        return of(event(event_action=action, payload=stamped))

    ended = told(told({}, at("trigger", 10).alerts), at("resolve", 20).alerts)
    assert all_clear(ended)
    assert not is_news(ended, at("trigger", 10).alerts)
    assert is_news(ended, at("trigger", 30).alerts)
    assert not all_clear(told(told(ended, at("trigger", 30).alerts), at("resolve", 20).alerts))


def test_the_same_words_are_a_repeat_only_when_they_tell_their_time() -> None:
    timeless = event(payload={"summary": TEXT, "source": "s", "severity": "info"})
    assert of(BODY).delivery_id == of(BODY, 60).delivery_id
    assert of(timeless).delivery_id != of(timeless, 60).delivery_id
    resolved = event(event_action="resolve")
    assert of(resolved).delivery_id != of(resolved, 60).delivery_id


def test_an_event_without_a_key_is_given_one_that_its_repeat_has_too() -> None:
    raw = event(dedup_key=None)
    key = json.loads(answer(raw).body)["dedup_key"]
    assert json.loads(answer(raw).body)["dedup_key"] == key
    assert json.loads(answer(event(dedup_key=None, client="x")).body)["dedup_key"] != key
    first, again = of(raw), of(event(dedup_key=key))
    assert isinstance(first, Trigger)
    assert isinstance(again, Trigger)
    assert first.external.id == again.external.id


@pytest.mark.parametrize(
    ("more", "errors"),
    [
        ({"event_action": None}, ["'event_action' is missing or blank"]),
        ({"event_action": "page"}, ["'event_action' is invalid (must be one of trigger, acknowledge, resolve)"]),
        ({"event_action": "resolve", "dedup_key": " "}, ["'dedup_key' is missing or blank"]),
        ({"event_action": "acknowledge", "dedup_key": None}, ["'dedup_key' is missing or blank"]),
        (
            {"payload": None},
            [f"'payload.{name}' is missing or blank" for name in ("summary", "source", "severity")],
        ),
        (
            {"payload": {"summary": "a", "source": "b", "severity": "page"}},
            ["'payload.severity' is invalid (must be one of critical, warning, error, info)"],
        ),
        (
            {"payload": {"summary": "a", "source": "b", "severity": ["info"]}},
            ["'payload.severity' is missing or blank"],
        ),
    ],
)
def test_what_is_wrong_is_said_as_pagerduty_says_it_and_kept(more: dict[str, Any], errors: list[str]) -> None:
    refused = answer(event(**more))
    assert (refused.status, refused.type) == (400, "application/json")
    assert json.loads(refused.body) == {
        "status": "invalid event", "message": "Event object is invalid", "errors": errors,
    }  # fmt: skip
    kept = of(event(**more))
    assert isinstance(kept, Unmapped)
    assert errors[0] in kept.en
    assert kept == of(event(**more), 60)


def test_a_change_needs_a_summary_and_an_event_is_kept_without_its_key() -> None:
    assert pagerduty.change_faults({"payload": {"summary": TEXT}}) == []
    wrong: list[object] = [{}, [], None, {"payload": {"summary": " "}}]
    for body in wrong:
        assert pagerduty.change_faults(body) == ["'payload.summary' is missing or blank"]
    assert json.loads(pagerduty.change_answer().body) == {"status": "success", "message": "Change event processed"}
    kept = pagerduty.without_key(json.loads(BODY))
    assert KEY.encode() not in kept
    assert json.loads(kept) == {k: v for k, v in json.loads(BODY).items() if k != "routing_key"}


PAYLOAD = (
    objects("summary", "source", "severity", "timestamp", "component", "custom_details", likely=("info", "a")) | JSON
)


@given(objects("event_action", "dedup_key", "client", "client_url", "links", likely=("trigger", "resolve")), PAYLOAD)
def test_whatever_an_event_holds_is_read_and_answered(body: dict[str, Any], load: Any) -> None:
    for more in (body, {**json.loads(BODY), **body}, {**json.loads(BODY), **body, "payload": load}):
        raw = json.dumps(more).encode()
        found = of(raw)
        assert isinstance(found, Trigger | Taken | Cleared | Unmapped)
        assert answer(raw).status == (400 if isinstance(found, Unmapped) else 202)
        json.loads(answer(raw).body)
        if isinstance(found, Trigger):
            assert Report.model_validate_json(found.report.model_dump_json()) == found.report


@given(st.binary(max_size=300))
def test_whatever_comes_is_judged(raw: bytes) -> None:
    assert isinstance(verdict(PAGERDUTY, raw, {}, (KEY,)), Rejected)
    assert isinstance(reading(PAGERDUTY, raw), Malformed | Unmapped)
    assert answer(raw).status == 400


@pytest.mark.parametrize("raw", deep(), ids=["open", "lists", "objects", "labels"])
def test_what_is_nested_without_end_is_refused(raw: bytes) -> None:
    assert reading(PAGERDUTY, raw) == Malformed()
    assert isinstance(verdict(PAGERDUTY, raw, {}, (KEY,)), Rejected)
