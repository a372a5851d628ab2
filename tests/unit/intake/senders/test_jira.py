"""Jira's issues and comments: one delivery for each identifier, done is an end, our own comments stay there."""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import Alert
from services.intake.senders.given import epoch
from services.intake.senders.jira import JIRA
from services.intake.senders.sender import Echo, Reading, Rejected, Request, Source, Trusted, Unmapped
from tests.unit.intake.asked import NOON, reading, verdict
from tests.unit.intake.senders.crms import body, cleared, example, opened, raw, read_all, said, spoilt, taken

ISSUE = example("jira.json")
HEADERS = {"x-atlassian-webhook-identifier": "d1a0c1f2-6a3c-4a62-9c9b-f0f5a1b2c3d4"}
AT = epoch(1795262397345)


def issue(options: dict[str, str] | None = None, fields: dict[str, Any] | None = None, **more: Any) -> Reading:
    made = {**ISSUE, **more}
    made["issue"] = {**made["issue"], "fields": {**made["issue"]["fields"], **(fields or {})}}
    (one,) = said(JIRA, body(made), HEADERS, options)
    return one


def comment(text: str, account: str = "atlassian", options: dict[str, str] | None = None) -> Reading:
    author = {"accountId": "a1", "displayName": "鈴木", "accountType": account}
    return issue(
        options, webhookEvent="comment_created", user=None, changelog=None, comment={"body": text, "author": author}
    )


def test_the_vendors_own_vector_is_good() -> None:
    right = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    for signature, good in ((right, True), (right.upper(), False), (right[7:], False)):
        found = verdict(JIRA, b"Hello World!", {"x-hub-signature": signature}, ("It's a Secret to Everybody",))
        assert found == (Trusted() if good else Rejected("signature"))


def test_an_issue_is_a_report() -> None:
    one = opened(reading(JIRA, raw("jira.json"), HEADERS))
    assert (one.delivery_id, one.external.id) == (HEADERS["x-atlassian-webhook-identifier"], "OPS-482")
    assert one.external.url == "https://example.atlassian.net/browse/OPS-482"
    assert (one.report.title, one.report.urgency, one.report.kind) == ("認証基盤の応答遅延", "critical", "outage")
    assert (one.report.customer.name, one.report.product) == ("鈴木 一郎", "運用")
    assert one.note == "status: In Progress → Escalated"
    assert one.alerts == {"ticket": Alert(AT, firing=True)}


def test_a_due_date_is_the_end_of_that_day() -> None:
    """Seen red: it was nine in the morning in Japan, when what is due on the day of its report is over already."""
    end = datetime(2026, 12, 2, tzinfo=ZoneInfo("Asia/Tokyo"))
    for given_, by in (
        ("2026-12-01", end),
        ("2026-12-01T10:00:00Z", datetime(2026, 12, 1, 10, tzinfo=UTC)),
        ("", None),
    ):
        assert opened(issue(fields={"duedate": given_})).report.wanted_by == by
    assert opened(issue(fields={"duedate": "9999-12-31"})).report.wanted_by is None
    elsewhere = Source("jira", "jira", ("secret",), zone=ZoneInfo("America/New_York"))
    changed = {**ISSUE, "issue": {**ISSUE["issue"], "fields": {**ISSUE["issue"]["fields"], "duedate": "2026-12-01"}}}
    read = JIRA.read(Request(body(changed), HEADERS, NOON), elsewhere)
    assert isinstance(read, tuple)
    assert opened(read[0]).report.wanted_by == datetime(2026, 12, 2, 5, tzinfo=UTC)


def test_without_an_identifier_the_body_is_one() -> None:
    one = reading(JIRA, raw("jira.json"))
    assert not isinstance(one, str)
    assert opened(one).delivery_id == hashlib.sha256(raw("jira.json")).hexdigest()


@pytest.mark.parametrize(
    ("priority", "urgency"),
    [("Highest", "critical"), ("High", "high"), ("Medium", "medium"), ("Lowest", "low"), ("最高", "critical"),
     ("中", "medium"), ("低", "low"), ("Blocker", "critical"), ("P0", "high"), ("", "medium")],
)  # fmt: skip
def test_a_priority_becomes_an_urgency(priority: str, urgency: str) -> None:
    assert opened(issue(fields={"priority": {"name": priority}})).report.urgency == urgency


def test_a_done_issue_is_over_whatever_its_status_is_called() -> None:
    done = {"status": {"name": "リリース済み", "statusCategory": {"key": "done"}}}
    over = cleared(issue(fields=done))
    assert over.alerts == {"ticket": Alert(AT, firing=False)}
    undone = {"status": {"name": "Done", "statusCategory": {"key": "indeterminate"}}}
    opened(issue(fields=undone))
    cleared(issue({"solved": "検証済み, done"}, undone))


def test_a_comment_is_noted_and_ours_is_not() -> None:
    one = opened(comment("再現しました 🔥"))
    assert (one.note, one.by_customer) == ("再現しました 🔥", False)
    assert opened(comment("まだです", "customer")).by_customer
    ours = "受け付けました\n\n[tasuki:0199e8f0-1111-7000-8000-000000000000]"
    assert isinstance(comment(ours), Echo)
    assert isinstance(comment("引き継ぎます", options={"ours": "a1"}), Echo)


def test_an_assignee_whom_a_person_set_has_taken_it() -> None:
    items = [{"field": "assignee", "from": None, "to": "5b10", "toString": "田中 実"}]
    one = taken(issue(changelog={"items": items}))
    assert (one.by.kind, one.by.id, one.by.name) == ("person", "5b10", "田中 実")
    assert taken(issue({"people": "5b10=tanaka"}, changelog={"items": items})).by.id == "tanaka"
    opened(issue(changelog={"items": items}, user={"accountId": "x", "accountType": "app"}))
    opened(issue(changelog={"items": [{**items[0], "to": None}]}))
    opened(issue(changelog={"items": [*items, *ISSUE["changelog"]["items"]]}))


def test_other_events_are_set_aside() -> None:
    for kind in ("jira:issue_deleted", "sprint_started", "", None):
        assert isinstance(issue(webhookEvent=kind), Unmapped)
    assert isinstance(issue(issue={"id": "1", "fields": {}}), Unmapped)


@given(spoilt(ISSUE), st.sampled_from(["jira:issue_updated", "comment_created"]))
def test_whatever_stands_in_an_example_is_read(value: Any, kind: str) -> None:
    if isinstance(value, dict):
        value["webhookEvent"] = kind
    found = read_all(JIRA, body(value))
    assert isinstance(found, tuple)
    assert len(found) == 1


@given(st.binary(max_size=100), st.text(max_size=80))
def test_whatever_comes_is_judged(given_bytes: bytes, signature: str) -> None:
    assert isinstance(verdict(JIRA, given_bytes, {"x-hub-signature": signature}, ("s",)), Rejected)
    right = "sha256=" + hmac.new(b"s", given_bytes, hashlib.sha256).hexdigest()
    assert verdict(JIRA, given_bytes, {"x-hub-signature": right}, ("s",)) == Trusted()
    read_all(JIRA, given_bytes, {"x-atlassian-webhook-identifier": signature})
