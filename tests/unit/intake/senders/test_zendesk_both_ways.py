"""What is done to a ticket in Zendesk reaches the case: solved, taken, reopened; what we wrote there does not come back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import UNTIMED, Alert
from services.intake.senders.sender import Echo, Malformed, Unmapped
from services.intake.senders.zendesk import ZENDESK
from tests.unit.intake.asked import reading
from tests.unit.intake.senders.crms import body, cleared, example, opened, raw, read_all, spoilt, taken

OURS = "受け付けました。\n\n[tasuki:0199e8f0-1111-7000-8000-000000000000]"
AT = datetime(2026, 11, 21, 11, 59, 58, tzinfo=UTC)


def template(options: dict[str, str] | None = None, **fields: Any) -> object:
    return reading(ZENDESK, body({**example("zendesk_trigger.json"), **fields}), options=options)


def event(kind: str, happened: dict[str, Any], options: dict[str, str] | None = None, **detail: Any) -> object:
    whole = example("zendesk_event.json")
    made = {
        **whole,
        "type": f"zen:event-type:ticket.{kind}",
        "event": happened,
        "detail": {**whole["detail"], **detail},
    }
    return reading(ZENDESK, body(made), {"x-zendesk-webhook-invocation-id": "invocation"}, options)


def test_the_examples_of_template_and_event_say_the_same() -> None:
    by_template = opened(reading(ZENDESK, raw("zendesk_trigger.json")))
    by_event = opened(reading(ZENDESK, raw("zendesk_event.json")))
    for one in (by_template, by_event):
        assert (one.external.id, one.report.title) == ("48213", "【至急】決済が全店舗で失敗する")
        assert (one.report.urgency, one.alerts) == ("critical", {"ticket": Alert(AT, firing=True)})
    assert by_event.delivery_id == "01KAJ8M0W6Y0V3X4JZ6T5QH9RZ"
    assert by_event.report.kind == "outage"
    assert by_template.report.customer.company == "株式会社サンプル"


@pytest.mark.parametrize("status", ["Solved", "closed", "解決済み", "終了", "ＳＯＬＶＥＤ"])
def test_a_ticket_that_is_solved_is_over_since_zendesk_says_so(status: str) -> None:
    over = cleared(template(status=status, latest_comment="再起動で復旧しました"))
    assert over.alerts == {"ticket": Alert(AT, firing=False)}
    assert over.result == "再起動で復旧しました"
    assert cleared(event("status_changed", {"current": "SOLVED"}, status="SOLVED")).alerts == over.alerts


@pytest.mark.parametrize("status", ["new", "Open", "pending", "hold", "保留中", "解決待ち", "", None, 7])
def test_any_other_ticket_is_not(status: Any) -> None:
    assert opened(template(status=status)).alerts == {"ticket": Alert(AT, firing=True)}


def test_without_a_time_an_end_is_of_what_is_known_and_a_report_of_no_time() -> None:
    assert cleared(template(status="solved", updated_at="")).alerts == {"ticket": Alert(UNTIMED, firing=False)}
    assert opened(template(updated_at="きのう")).alerts == {}


def test_our_own_comment_is_no_news_but_an_end_is() -> None:
    assert isinstance(template(latest_comment=OURS), Echo)
    assert isinstance(template(latest_comment="髙" * 6000 + OURS), Echo)
    assert cleared(template(latest_comment=OURS, status="solved")).result.startswith("チケットの状態が「solved」")
    assert opened(template(latest_comment=OURS, author="end_user")).by_customer


@pytest.mark.parametrize(
    "quoting", ["{}\n\n漏えいです", "漏えいです\n\n> {}", "<p>{}</p><p>漏えいです</p>", "漏えい\n＞{}"]
)
def test_a_comment_that_only_quotes_ours_is_news(quoting: str) -> None:
    said = quoting.format(OURS.replace("\n\n", " "))
    assert "漏えい" in opened(template(latest_comment=said)).note
    assert isinstance(template(latest_comment=f"<p>{OURS}</p>\r\n"), Echo)


def test_what_somebody_else_changes_after_our_comment_is_news_without_words() -> None:
    ours = {"ours": "7"}
    one = opened(template(ours, latest_comment=OURS, updated_by="8", priority="urgent"))
    assert (one.note, one.report.urgency, "tasuki" in one.report.facts) == ("", "critical", False)
    for by in ("7", "-1", "0", "", None):
        assert isinstance(template(ours, latest_comment=OURS, updated_by=by), Echo)
    assert isinstance(template(latest_comment=OURS, updated_by="8"), Echo)
    assert isinstance(template(ours, latest_comment=OURS, updated_by="8", title="", description=""), Echo)


def test_what_our_own_user_changes_is_no_news() -> None:
    ours = {"ours": "8447388090494, 7"}
    assert isinstance(event("status_changed", {"current": "SOLVED"}, ours, status="SOLVED"), Echo)
    assert isinstance(template(ours, updated_by={"id": "7"}, status="solved"), Echo)
    opened(template(ours, updated_by="8"))


def test_who_a_person_assigns_has_taken_it() -> None:
    one = taken(event("agent_assignment_changed", {"current": "6401", "previous": None}))
    assert (one.by.kind, one.by.id, one.by.name, one.external.id) == ("person", "6401", "Zendesk 6401", "48213")
    known = taken(event("agent_assignment_changed", {"current": "6401"}, {"people": "6401=tanaka, 6402=sato"}))
    assert (known.by.id, known.by.name) == ("tanaka", "tanaka")
    named = taken(template(taken_by={"id": "tanaka", "name": "田中 実"}))
    assert (named.by.id, named.by.name) == ("tanaka", "田中 実")


def test_who_nobody_assigned_has_not() -> None:
    opened(event("agent_assignment_changed", {"current": "6401"}, actor_id="-1"))
    opened(event("agent_assignment_changed", {"current": None, "previous": "6401"}))
    opened(event("created", {"current": "6401"}))
    opened(template(assignee="佐藤 花子"))
    opened(template(taken_by={"id": "佐藤"}))


def test_a_comment_of_an_event_is_the_customers_only_where_the_author_is_no_staff() -> None:
    for staff, customer in ((False, True), (True, False), (None, False)):
        comment = {"comment": {"body": "直りません", "author": {"is_staff": staff}}}
        one = opened(event("comment_added", comment))
        assert (one.note, one.by_customer) == ("直りません", customer)
        assert one.report.facts == "決済APIが 504 を返す\n\n直りません"


def test_a_priority_that_nobody_knows_is_not_small() -> None:
    made = opened(template(priority="災害級")).report
    assert (made.urgency, "災害級" in made.urgency_reason) == ("high", True)
    assert opened(template(priority="ＨＩＧＨ")).report.urgency == "high"
    assert opened(template(personal_data="可能性あり")).report.personal_data
    assert not opened(template(personal_data="なし")).report.personal_data


def test_what_is_nested_too_deep_is_no_error() -> None:
    for deep in (b'{"a":' * 900 + b"1" + b"}" * 900, b"[" * 900 + b"]" * 900):
        for name in (b"type", b"ticket_id", b"latest_comment", b"tags", b"detail", b"status", b"taken_by"):
            found = read_all(ZENDESK, b'{"ticket_id":"1","title":"t","%s":%s}' % (name, deep))
            assert isinstance(found, tuple | Malformed)  # what cannot be read is set aside


@given(spoilt(example("zendesk_event.json")) | spoilt(example("zendesk_trigger.json")))
def test_whatever_stands_in_an_example_is_read(value: Any) -> None:
    found = read_all(ZENDESK, body(value), {}, {"ours": "1", "people": "=,a=b"})
    assert isinstance(found, tuple)
    assert len(found) == 1


@given(st.binary(max_size=200))
def test_bytes_that_are_no_ticket_open_nothing(given_bytes: bytes) -> None:
    found = read_all(ZENDESK, given_bytes)
    assert not isinstance(found, tuple) or all(isinstance(one, Unmapped) for one in found)
