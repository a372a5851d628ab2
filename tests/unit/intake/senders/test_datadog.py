"""Datadog's deliveries: a secret in a header, and a case that lasts as long as the cycle of its alert."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import all_clear, is_news, told
from services.intake.senders.datadog import DATADOG
from services.intake.senders.sender import Cleared, Malformed, Rejected, Trigger, Trusted, Unmapped
from shared.contracts.report import Report
from tests.unit.intake.asked import reading, verdict
from tests.unit.intake.senders.monitors import HEADER, NOW, TEXT, deep, objects, payload

BODY = payload("datadog.json")
NAMES = ("id", "aggreg_key", "alert_cycle_key", "alert_id", "transition", "alert_type", "priority", "title", "body",
         "status", "scope", "tags", "link", "date", "last_updated", "hostname")  # fmt: skip


def body(**more: Any) -> bytes:
    return json.dumps({**json.loads(BODY), **more}).encode()


@pytest.mark.parametrize(
    ("headers", "good"),
    [
        ({"x-tasuki-secret": "s"}, True),
        ({"x-tasuki-secret": "new"}, True),
        ({"x-tasuki-secret": "ss"}, False),
        ({"x-tasuki-secret": ""}, False),
        ({"x-tasuki-secret": "é"}, False),
        ({"x-tasuki-secret": "x", "authorization": "Bearer s"}, False),
        ({"authorization": "Bearer s"}, True),
        ({"authorization": "Basic OnM="}, True),
        ({}, False),
    ],
)
def test_a_secret_is_needed(headers: dict[str, str], good: bool) -> None:
    assert verdict(DATADOG, BODY, headers, ("new", "s")) == (Trusted() if good else Rejected("token"))
    assert isinstance(verdict(DATADOG, BODY, headers, ()), Rejected)


def test_the_header_may_have_another_name() -> None:
    options = {"secret_header": "X-Our-Key"}
    assert verdict(DATADOG, BODY, {"x-our-key": "s"}, ("s",), options=options) == Trusted()
    assert verdict(DATADOG, BODY, {"x-tasuki-secret": "s"}, ("s",), options=options) == Rejected("token")


def test_the_example_opens_a_case() -> None:
    found = reading(DATADOG, BODY)
    assert isinstance(found, Trigger)
    assert (found.delivery_id, found.external.id) == ("7891234567890123456", "3a7f9c1e")
    assert found.external.url == "https://app.datadoghq.com/event/event?id=789"
    report = found.report
    assert (report.urgency, report.impact, report.product) == ("critical", "some", "payments")
    assert report.facts.startswith("p99 が 3s を超過")
    assert "%%%" not in report.facts
    assert "@webhook" not in report.facts


def test_a_form_says_the_same() -> None:
    form = urlencode({k: v for k, v in json.loads(BODY).items() if k != "org"}).encode()
    assert reading(DATADOG, form, {"content-type": "application/x-www-form-urlencoded"}) == reading(DATADOG, BODY)


@pytest.mark.parametrize(
    ("fields", "urgency"),
    [
        ({"priority": "P2"}, "high"),
        ({"priority": "P5"}, "low"),
        ({"priority": None}, "high"),
        ({"priority": "", "alert_type": "warning"}, "medium"),
        ({"priority": "$PRIORITY", "alert_type": TEXT}, "medium"),
    ],
)
def test_a_priority_or_else_a_type_becomes_an_urgency(fields: dict[str, Any], urgency: str) -> None:
    found = reading(DATADOG, body(**fields))
    assert isinstance(found, Trigger)
    assert found.report.urgency == urgency


def test_an_impact_may_stand_in_the_tags() -> None:
    found = reading(DATADOG, body(tags="env:prod,impact:all,loose", title=TEXT))
    assert isinstance(found, Trigger)
    assert (found.report.impact, found.report.product, found.report.title) == ("all", "", TEXT)


@pytest.mark.parametrize("transition", ["Recovered", "RECOVERED"])
def test_its_recovery_says_that_the_cycle_is_over_and_a_late_beginning_is_no_news(transition: str) -> None:
    begun = reading(DATADOG, BODY)
    over = reading(DATADOG, body(id="2", transition=transition, date="1795262396000"))
    again = reading(DATADOG, body(id="3", transition="Re-Triggered", date="1795262397000"))
    assert isinstance(begun, Trigger)
    assert isinstance(over, Cleared)
    assert isinstance(again, Trigger)
    assert over.external.id == begun.external.id
    ended = told(told({}, begun.alerts), over.alerts)
    assert all_clear(ended)
    assert not is_news(ended, begun.alerts)
    assert is_news(ended, again.alerts)
    assert not all_clear(told(told(ended, again.alerts), over.alerts))
    assert again.note == "Re-Triggered: p99 was 4.8 > 3 during the last 5m"


@pytest.mark.parametrize("date", ["", "soon", None, "99999999999999999999", "1995262395000", -5, 1e300])
def test_a_time_that_makes_no_sense_is_now(date: Any) -> None:
    found = reading(DATADOG, body(date=date, last_updated=date))
    assert isinstance(found, Trigger)
    assert abs(found.alerts["cycle"].since - NOW) < timedelta(seconds=1)


@pytest.mark.parametrize("unknown", ["$ALERT_CYCLE_KEYS", "null", "None", "-", None, []])
def test_what_datadog_did_not_fill_in_names_nothing_so_that_no_two_alerts_are_one(unknown: Any) -> None:
    one, other = (reading(DATADOG, body(id=unknown, alert_cycle_key=unknown, title=t, aggreg_key=t)) for t in "ab")
    assert isinstance(one, Trigger)
    assert isinstance(other, Trigger)
    assert (one.external.id, other.external.id) == ("a", "b")
    assert one.delivery_id != other.delivery_id
    assert isinstance(reading(DATADOG, body(alert_cycle_key=unknown, aggreg_key=unknown, alert_id=unknown)), Unmapped)


def test_what_names_no_alert_or_says_nothing_is_for_a_person_to_see() -> None:
    assert isinstance(reading(DATADOG, body(alert_cycle_key="", aggreg_key=" ", alert_id=None)), Unmapped)
    assert isinstance(reading(DATADOG, body(title="", body="%%%\n@a\n%%%")), Unmapped)
    assert isinstance(reading(DATADOG, b"[1]"), Unmapped)


@given(objects(*NAMES, likely=("Triggered", "Recovered", "P1", "service:a,impact:x")))
def test_whatever_a_template_holds_is_read(fields: dict[str, Any]) -> None:
    for more in (fields, {**json.loads(BODY), **fields}):
        found = reading(DATADOG, json.dumps(more).encode())
        assert isinstance(found, Trigger | Cleared | Unmapped)
        if isinstance(found, Trigger):
            assert Report.model_validate_json(found.report.model_dump_json()) == found.report


@given(st.binary(max_size=300), HEADER, HEADER)
def test_whatever_comes_is_judged(raw: bytes, secret: str, authorization: str) -> None:
    headers = {"x-tasuki-secret": secret, "authorization": authorization}
    assert isinstance(verdict(DATADOG, raw, headers, ("a long secret",)), Rejected)
    assert isinstance(verdict(DATADOG, raw, {"authorization": authorization}, ("a long secret",)), Rejected)
    assert isinstance(reading(DATADOG, raw), Malformed | Unmapped)


@pytest.mark.parametrize("raw", deep(), ids=["open", "lists", "objects", "labels"])
def test_what_is_nested_without_end_is_refused(raw: bytes) -> None:
    assert reading(DATADOG, raw) == Malformed()
