"""Sentry's deliveries: its signature, and what becomes of issues, errors and alerts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import all_clear, is_news, told
from services.intake.senders.sender import Cleared, Malformed, Reading, Rejected, Taken, Trigger, Trusted, Unmapped
from services.intake.senders.sentry import SENTRY
from shared.contracts.report import Report
from tests.unit.intake.asked import readings, verdict
from tests.unit.intake.senders.monitors import HEADER, JSON, TEXT, Proof, deep, objects, payload

BODY = payload("sentry_metric_alert.json")
NAME = "sentry-hook-signature"
HEADERS = {
    "request-id": "4b7c9c3d11f04f6f9d1d0c0e5b6a7f80",
    "sentry-hook-resource": "metric_alert",
    "sentry-hook-timestamp": "1795262400",
}
SIGNATURE = "71bb568c6228abf1c485048ed92a805f3e45f19d01efab693244a1f009e6f7d3"
PROOF = Proof(BODY, {**HEADERS, NAME: SIGNATURE}, "sentry-client-secret-0f1e2d", NAME)
ISSUE = {
    "id": "1170820242",
    "shortId": "CHECKOUT-7",
    "title": TEXT,
    "level": "fatal",
    "culprit": "pay in checkout.py",
    "metadata": {"type": "ValueError", "value": "残高が負です"},
    "project": {"slug": "checkout"},
    "web_url": "https://sentry.example.co.jp/issues/1170820242/",
}


PERSON = {"type": "user", "id": "3", "name": "佐藤 花子", "email": "sato@example.co.jp"}
LEAD = {"type": "user", "id": "8", "name": "髙橋 健"}  # as an actor, whose address Sentry does not tell
SENTRY_ITSELF = {"type": "application", "id": "sentry", "name": "Sentry"}
TEAM = {"type": "team", "id": "9", "name": "決済"}


def read(action: str, stamp: str = "1795262400", **data: Any) -> Reading | None:
    return hook({"action": action, "data": data}, stamp)


def hook(body: dict[str, Any], stamp: str = "1795262400") -> Reading | None:
    found = readings(SENTRY, json.dumps(body).encode(), {**HEADERS, "sentry-hook-timestamp": stamp})
    assert not isinstance(found, Malformed)
    return found[0] if found else None


def assigned(to: Any, by: Any) -> Reading | None:
    return hook({"action": "assigned", "data": {"issue": {**ISSUE, "assignedTo": to}}, "actor": by})


def triggered(action: str, stamp: str = "1795262400", **data: Any) -> Trigger:
    found = read(action, stamp, **data)
    assert isinstance(found, Trigger)
    return found


def cleared(stamp: str = "1795262400", **data: Any) -> Cleared:
    found = read("resolved", stamp, **data)
    assert isinstance(found, Cleared)
    return found


def test_a_signature_is_good_and_every_other_is_not() -> None:
    assert PROOF.verdict(SENTRY) == Trusted()
    assert PROOF.verdict(SENTRY, secrets=("new", PROOF.secret)) == Trusted()
    for spoiled in PROOF.spoiled():
        assert PROOF.verdict(SENTRY, **spoiled) == Rejected("signature"), spoiled


def test_an_alert_on_a_metric_opens_a_case() -> None:
    found = readings(SENTRY, BODY, HEADERS)
    assert not isinstance(found, Malformed)
    (one,) = found
    assert isinstance(one, Trigger)
    assert (one.delivery_id, one.external.id) == (HEADERS["request-id"], "metric:4")
    assert one.external.url.startswith("https://sentry.example.co.jp/organizations/acme/alerts/")
    report = one.report
    assert (report.title, report.urgency, report.product) == ("Critical: Too many errors", "critical", "checkout")
    assert report.facts == "1000 events in the last 10 minutes\ncount() level:error"


def test_an_alert_on_a_metric_that_gets_worse_is_news_until_it_is_resolved() -> None:
    alert = json.loads(BODY)["data"]["metric_alert"]
    warning, critical = triggered("warning", metric_alert=alert), triggered("critical", metric_alert=alert)
    over = cleared(metric_alert=alert)
    known = told({}, warning.alerts)
    assert is_news(known, critical.alerts)
    ended = told(known, over.alerts)
    assert all_clear(told(told(known, critical.alerts), over.alerts))
    assert not is_news(ended, critical.alerts)
    assert warning.report.urgency == "medium"


@pytest.mark.parametrize("action", ["created", "unresolved"])
def test_an_issue_opens_a_case(action: str) -> None:
    found = triggered(action, issue=ISSUE)
    assert found.external.id == "issue:1170820242"
    assert (found.report.title, found.report.urgency, found.report.kind) == (TEXT, "critical", "defect")
    assert found.report.product == "checkout"
    assert found.report.facts == f"{TEXT}\n残高が負です\npay in checkout.py\nCHECKOUT-7"


def test_an_issue_alert_and_an_error_are_about_their_issue() -> None:
    event = {"title": TEXT, "level": "error", "issue_url": "https://sentry.io/api/0/issues/1170820242/", "project": 1}
    alert = triggered("triggered", event=event, triggered_rule="本番の新しいエラー")
    error = triggered("created", error={**event, "issue_id": "1170820242"})
    assert alert.external.id == error.external.id == triggered("created", issue=ISSUE).external.id
    assert "本番の新しいエラー" in alert.report.facts
    assert (alert.report.urgency, alert.report.product) == ("high", "1")


def test_resolving_an_issue_ends_it_and_late_news_do_nothing() -> None:
    begun, over = triggered("created", issue=ISSUE), cleared("1795262401", issue=ISSUE)
    assert over.external.id == begun.external.id
    ended = told(told({}, begun.alerts), over.alerts)
    assert all_clear(ended)
    assert not is_news(ended, begun.alerts)
    again = triggered("unresolved", "1795262402", issue=ISSUE)
    assert is_news(ended, again.alerts)
    assert not all_clear(told(told(ended, again.alerts), over.alerts))


def test_whom_a_person_assigns_has_taken_it() -> None:
    found = assigned(PERSON, by=LEAD)
    assert isinstance(found, Taken)
    assert (found.by.kind, found.by.id, found.by.name) == ("person", "sato@example.co.jp", "佐藤 花子")
    nameless = assigned({"type": "user", "id": "3", "email": "髙@x"}, by=LEAD)
    assert isinstance(nameless, Taken)
    assert nameless.by.id == "sentry:3"


@pytest.mark.parametrize("by", [SENTRY_ITSELF, TEAM, None, "髙橋", [LEAD], {"type": "user"}])
def test_whom_a_rule_of_sentry_assigns_has_taken_nothing_and_is_still_paged(by: Any) -> None:
    assert assigned(PERSON, by) is None


@pytest.mark.parametrize("to", [TEAM, None, 3, {"type": "user", "id": None}])
def test_who_hands_it_to_a_team_has_not_taken_it(to: Any) -> None:
    assert assigned(to, by=LEAD) is None


def test_what_wakes_nobody_says_nothing() -> None:
    assert read("archived", issue=ISSUE) is None
    for resource in ("installation", "comment"):
        raw = json.dumps({"action": "created", "data": {resource: {"uuid": "1"}}}).encode()
        assert readings(SENTRY, raw, {"sentry-hook-resource": resource}) == ()


@pytest.mark.parametrize("action", [None, "", " ", 7, True, ["created"], {"created": 1}])
def test_what_does_not_say_what_happened_is_for_a_person_to_see(action: Any) -> None:
    assert isinstance(hook({"action": action, "data": {"issue": ISSUE}}), Unmapped)
    assert isinstance(hook({"data": {"issue": ISSUE}}), Unmapped)


def test_what_names_nothing_is_for_a_person_to_see() -> None:
    nameless: list[dict[str, Any]] = [
        {},
        {"issue": {}},
        {"metric_alert": {"id": " "}},
        {"error": {"issue_url": "https://x/y"}},
        {"issue": 1},
    ]
    for data in nameless:
        assert isinstance(read("created", **data), Unmapped), data


THING = objects("id", "title", "level", "metadata", "project", "culprit", "web_url", "issue_id", "issue_url",
                "assignedTo", "date_started", "alert_rule", "projects", "shortId", likely=("1", "fatal")) | JSON  # fmt: skip


@given(
    st.sampled_from(["created", "resolved", "assigned", "critical", "warning", "triggered", "archived"]) | JSON,
    st.dictionaries(st.sampled_from(["issue", "event", "error", "metric_alert", "triggered_rule", "web_url"]), THING),
    st.dictionaries(st.sampled_from(list(HEADERS)), HEADER),
)
def test_whatever_a_hook_holds_is_read(action: Any, data: dict[str, Any], headers: dict[str, str]) -> None:
    found = readings(SENTRY, json.dumps({"action": action, "data": data, "actor": action}).encode(), headers)
    assert not isinstance(found, Malformed)
    for one in found:
        assert isinstance(one, Trigger | Taken | Cleared | Unmapped)
        if isinstance(one, Trigger):
            assert Report.model_validate_json(one.report.model_dump_json()) == one.report


@given(st.binary(max_size=300), HEADER)
def test_whatever_comes_is_judged(raw: bytes, signature: str) -> None:
    assert verdict(SENTRY, raw, {NAME: signature}, ("secret",)) == Rejected("signature")
    found = readings(SENTRY, raw)
    assert isinstance(found, Malformed) or all(isinstance(one, Unmapped) for one in found)


@pytest.mark.parametrize("raw", deep(), ids=["open", "lists", "objects", "labels"])
def test_what_is_nested_without_end_is_refused(raw: bytes) -> None:
    assert readings(SENTRY, raw) == Malformed()
