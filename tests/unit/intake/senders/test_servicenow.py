"""ServiceNow's records: each version one delivery, numbers and words of its lists, states by table."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.alerts import Alert
from services.intake.senders.sender import Echo, Reading, Rejected, Trusted, Unmapped
from services.intake.senders.servicenow import SERVICENOW
from tests.unit.intake.asked import verdict
from tests.unit.intake.senders.crms import body, cleared, example, opened, raw, read_all, said, spoilt, taken

RECORD = example("servicenow.json")
ID = "9c573169c611228700193229fff72400"


def record(options: dict[str, str] | None = None, **fields: Any) -> Reading:
    (one,) = said(SERVICENOW, body({**RECORD, **fields}), {}, options)
    return one


def test_a_record_is_a_report() -> None:
    (read,) = said(SERVICENOW, raw("servicenow.json"))
    one = opened(read)
    assert one.delivery_id == f"{ID}:7"
    assert (one.external.system, one.external.id) == ("servicenow", ID)
    assert one.external.url == f"https://dev00000.service-now.com/nav_to.do?uri=incident.do?sys_id={ID}"
    assert (one.report.title, one.report.facts) == ("基幹DBフェイルオーバー失敗", "Primary down since 20:41 JST")
    assert (one.report.urgency, one.report.impact, one.report.product) == ("critical", "all", "db-core-01")
    assert (one.by.name, one.report.customer.name) == ("Fred Luddy", "abel.tuter")
    assert one.alerts == {"ticket": Alert(datetime(2026, 11, 21, 11, 59, 55, tzinfo=UTC), firing=True)}


def test_each_version_is_a_delivery_and_without_one_the_body_is() -> None:
    assert record().delivery_id != record(sys_mod_count="8").delivery_id
    assert len(record(sys_mod_count="").delivery_id) == 64


@pytest.mark.parametrize(
    ("priority", "urgency"),
    [("1", "critical"), (2, "high"), ("3 - Moderate", "medium"), ("4 - 低", "low"), ("1 - 重大", "critical"),
     ("Critical", "critical"), ("重大", "critical"), ("高", "high"), ("9", "high"), ("", "critical")],
)  # fmt: skip
def test_a_priority_becomes_an_urgency(priority: Any, urgency: str) -> None:
    assert opened(record(priority=priority)).report.urgency == urgency


@pytest.mark.parametrize(
    ("impact", "reach"), [("1", "all"), ("2 - Medium", "some"), (3, "one"), ("9", "some"), ("", "one")]
)
def test_an_impact_becomes_a_reach(impact: Any, reach: str) -> None:
    assert opened(record(impact=impact)).report.impact == reach


@pytest.mark.parametrize("state", ["6", 7, "8", "Resolved", "解決済み", "6 - Resolved", "クローズ"])
def test_a_resolved_incident_is_over(state: Any) -> None:
    at = datetime(2026, 11, 21, 11, 59, 55, tzinfo=UTC)
    assert cleared(record(state=state)).alerts == {"ticket": Alert(at, firing=False)}


def test_the_same_number_may_be_open_in_another_table() -> None:
    opened(record(state="3"))
    cleared(record(table="sc_task", state="3"))
    opened(record(table="u_custom", state="7"))
    cleared(record({"solved": "7"}, table="u_custom", state="7"))


def test_ours_is_no_news_and_a_named_person_has_taken_it() -> None:
    assert isinstance(record({"ours": "tasuki"}, sys_updated_by="tasuki", state="6"), Echo)
    ours = "承知 [tasuki:0199e8f0-1111-7000-8000-000000000000]"
    assert isinstance(record(work_notes=ours), Echo)
    assert opened(record(work_notes=ours, comments="まだ直りません")).note == "まだ直りません"
    people = {"people": "fred.luddy=luddy"}
    asked, then = said(SERVICENOW, body({**RECORD, "taken_by": "fred.luddy", "work_notes": "悪化"}), {}, people)
    assert (opened(asked).note, taken(then).by.id, taken(then).standing) == ("悪化", "luddy", True)
    opened(record(assigned_to="Fred Luddy"))


def test_values_of_its_rest_are_read() -> None:
    both = {"value": "1", "display_value": "1 - Critical"}
    assert opened(record(priority=both, short_description={"value": "停止"})).report.title == "停止"


def test_what_is_deleted_or_names_no_record_is_set_aside() -> None:
    for fields in ({"operation": "delete"}, {"sys_id": "x"}, {"sys_id": None}):
        assert isinstance(record(**dict[str, Any](fields)), Unmapped)


def test_the_secret_comes_as_the_script_sends_it() -> None:
    for headers, good in (
        ({"authorization": "Bearer s3cret"}, True),
        ({"x-tasuki-secret": "s3cret"}, True),
        ({"x-tasuki-secret": "guess"}, False),
    ):
        assert verdict(SERVICENOW, b"", headers, ("s3cret",)) == (Trusted() if good else Rejected("secret"))


def test_an_instant_is_read_as_it_is_stored_and_not_as_it_is_shown() -> None:
    """Seen red: what is shown is the local time of whoever runs the script, and was read as UTC."""
    due = {"value": "2026-12-01 08:30:00", "display_value": "2026-12-01 17:30:00"}
    changed = {"value": "2026-11-21 12:00:00", "display_value": "2026-11-21 21:00:00"}
    one = opened(record(due_date=due, sys_updated_on=changed, short_description={"value": "", "display_value": "停止"}))
    assert (one.report.wanted_by, one.report.title) == (datetime(2026, 12, 1, 8, 30, tzinfo=UTC), "停止")
    assert one.alerts == {"ticket": Alert(datetime(2026, 11, 21, 12, tzinfo=UTC), firing=True)}


@given(spoilt(RECORD))
def test_whatever_stands_in_an_example_is_read(value: Any) -> None:
    found = read_all(SERVICENOW, body(value))
    assert isinstance(found, tuple)
    assert len(found) == 1


@given(st.binary(max_size=100), st.text(max_size=40))
def test_whatever_comes_is_judged(given_bytes: bytes, secret: str) -> None:
    headers = {"x-tasuki-secret": secret, "authorization": secret}
    assert isinstance(verdict(SERVICENOW, given_bytes, headers, ("a very long secret",)), Rejected)
    read_all(SERVICENOW, given_bytes)
