"""Grafana's deliveries: signed in both ways or with a password, and a case for each group of alerts."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import Alert
from services.intake.senders.grafana import GRAFANA
from services.intake.senders.sender import Cleared, Malformed, Rejected, Trigger, Trusted, Unmapped
from tests.unit.intake.asked import reading, verdict
from tests.unit.intake.senders.monitors import HEADER, JSON, NOW, TEXT, Proof, deep, objects, payload

SECRET = "grafana-hmac-secret"
BODY = payload("grafana.json")
NAME, STAMP = "x-grafana-alerting-signature", "x-grafana-alerting-timestamp"
PLAIN = Proof(BODY, {NAME: "0e6ac4ec8502dd1237d5f6afe4bda4d32643341b8fb84d7c679f6b0da705e557"}, SECRET, NAME)
TIMED = Proof(
    BODY,
    {NAME: "cb1db07f2a138d6e120312f03a04298803d8a10fb93bc83abaf3ea6feeced246", STAMP: "1795262400"},
    SECRET,
    NAME,
    STAMP,
    (("timestamp_header", "X-Grafana-Alerting-Timestamp"),),
)


@pytest.mark.parametrize("proof", [PLAIN, TIMED], ids=["body", "time and body"])
def test_a_signature_is_good_and_every_other_is_not(proof: Proof) -> None:
    assert proof.verdict(GRAFANA) == Trusted()
    assert proof.verdict(GRAFANA, secrets=("new", SECRET)) == Trusted()
    for spoiled in proof.spoiled():
        assert isinstance(proof.verdict(GRAFANA, **spoiled), Rejected), spoiled


def test_a_time_that_is_asked_for_cannot_be_left_out() -> None:
    assert isinstance(verdict(GRAFANA, BODY, PLAIN.headers, (SECRET,), NOW, options=dict(TIMED.options)), Rejected)
    assert isinstance(verdict(GRAFANA, BODY, TIMED.headers, (SECRET,), NOW), Rejected)


def test_the_header_may_have_another_name() -> None:
    headers = {"x-our-mac": PLAIN.headers[NAME]}
    assert verdict(GRAFANA, BODY, headers, (SECRET,), NOW, options={"signature_header": "X-Our-MAC"}) == Trusted()
    assert isinstance(verdict(GRAFANA, BODY, headers, (SECRET,), NOW), Rejected)


@pytest.mark.parametrize(
    ("authorization", "good"),
    [
        ("Bearer s", True),
        ("bearer s", True),
        ("Basic " + base64.b64encode(b"grafana:s").decode(), True),
        ("Basic " + base64.b64encode(b"grafana:x").decode(), False),
        ("Basic " + base64.b64encode(b"s").decode(), False),
        ("Basic " + base64.b64encode(b"\xff:s").decode(), False),
        ("Basic é", False),
        ("Bearer s ", False),
        ("Bearer", False),
        ("s", False),
        ("", False),
    ],
)
def test_without_a_signature_a_token_or_password_is_needed(authorization: str, good: bool) -> None:
    found = verdict(GRAFANA, BODY, {"authorization": authorization}, ("s",), NOW)
    assert found == (Trusted() if good else Rejected("token"))
    wrong = {"authorization": authorization, NAME: "0"}
    assert isinstance(verdict(GRAFANA, BODY, wrong, ("s",), NOW), Rejected)


@given(st.binary(max_size=300), HEADER, HEADER, HEADER)
def test_whatever_comes_is_judged(raw: bytes, signature: str, stamp: str, authorization: str) -> None:
    for options in ({}, dict(TIMED.options)):
        headers = {NAME: signature, STAMP: stamp, "authorization": authorization}
        assert isinstance(verdict(GRAFANA, raw, headers, (SECRET,), NOW, options=options), Rejected)
    assert isinstance(reading(GRAFANA, raw), Malformed | Unmapped)


def test_the_example_opens_a_case() -> None:
    found = reading(GRAFANA, BODY)
    assert isinstance(found, Trigger)
    assert (found.external.system, found.external.url) == ("grafana", "https://grafana.example.co.jp/")
    assert found.report.title == "queue depth: キュー滞留 12,004 件"
    assert (found.report.urgency, found.report.impact) == ("critical", "some")
    assert "A=12004.0" in found.report.facts
    since = datetime(2026, 11, 21, 11, 56, tzinfo=UTC)
    assert found.alerts == {"c6eadffa33fc0001": Alert(since, True)}


def body(**more: Any) -> bytes:
    return json.dumps({**json.loads(BODY), **more}).encode()


def test_its_end_says_so_of_the_same_group() -> None:
    begun, over = reading(GRAFANA, BODY), reading(GRAFANA, body(status="resolved"))
    assert isinstance(begun, Trigger)
    assert isinstance(over, Cleared)
    assert over.external == begun.external
    assert over.delivery_id != begun.delivery_id
    assert [alert.firing for alert in over.alerts.values()] == [False]


def test_a_data_source_that_fails_is_named_by_its_rule() -> None:
    labels = {"alertname": "DatasourceNoData", "rulename": TEXT}
    found = reading(GRAFANA, body(commonLabels=labels, commonAnnotations={}, alerts=[{"labels": labels}]))
    assert isinstance(found, Trigger)
    assert found.report.title.startswith(TEXT)


@given(
    objects(
        "version", "groupKey", "status", "alerts", "commonLabels", "externalURL", likely=("1", "firing", "resolved")
    ),
    st.lists(objects("labels", "annotations", "startsAt", "fingerprint", "status", "values") | JSON, max_size=3),
)
def test_whatever_a_group_holds_is_read(group: dict[str, Any], alerts: list[Any]) -> None:
    for raw in (json.dumps(group), json.dumps({"version": "1", "groupKey": "g", "status": "firing", "alerts": alerts})):
        assert isinstance(reading(GRAFANA, raw.encode()), Trigger | Cleared | Unmapped)


@pytest.mark.parametrize("raw", deep(), ids=["open", "lists", "objects", "labels"])
def test_what_is_nested_without_end_is_refused(raw: bytes) -> None:
    assert reading(GRAFANA, raw) == Malformed()
