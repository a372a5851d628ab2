"""The shipped policy is the table of the mission, does what its own test table says, and that table leaves nothing out."""

from datetime import UTC, datetime

import pytest

from services.router import reading
from services.router.domain.climb.in_force import InForce
from services.router.domain.policies.planning import make_plan
from services.router.domain.trial import table
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, Impact, Path, Priority, Urgency
from tests.unit.router.drafts import files

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
DRAFT = reading.draft(files())


@pytest.mark.parametrize("row", DRAFT.rows, ids=lambda row: row.says)
def test_the_policy_does_what_its_table_says(row: table.Row) -> None:
    assert [f.reason.ja for f in table.run(DRAFT.policy, [row]) if f.code == "case-fails"] == []


def test_all_twelve_cells_and_every_rule_are_in_the_table() -> None:
    assert table.run(DRAFT.policy, DRAFT.rows) == []
    cells = {(row.report.urgency, row.report.impact) for row in DRAFT.rows if row.rules == ()}
    assert cells == {(urgency, impact) for urgency in Urgency for impact in Impact}


def test_every_rule_is_shown_to_hold_and_not_to_hold_in_both_languages() -> None:
    """A rule without words speaks no language; one row is enough there."""
    for rule in DRAFT.policy.rules:
        rows = [row for row in DRAFT.rows if row.rules is not None and rule.id in row.rules]
        assert rows, rule.id
        if any(condition.words for condition in rule.when):
            assert {row.report.facts.isascii() for row in rows} == {True, False}, rule.id
    assert all(row.says and row.says_en and row.says != row.says_en for row in DRAFT.rows)


@pytest.mark.parametrize(
    ("priority", "first_response", "first_handling", "first", "authority", "channels"),
    [
        (Priority.P1, "5m", "15m", "second_line", ["responsible", "manager"], ["phone", "chat", "ticket"]),
        (Priority.P2, "15m", "60m", "second_line", [], ["chat", "ticket"]),
        (Priority.P3, "1bh", "4bh", "second_line", [], ["ticket"]),
        (Priority.P4, "1bd", "3bd", "department", [], ["ticket"]),
    ],
)
def test_the_rows_are_those_of_the_mission(
    priority: Priority, first_response: str, first_handling: str, first: str, authority: list[str], channels: list[str]
) -> None:
    row = DRAFT.policy.priorities[priority]
    assert (row.first_response, row.first_handling) == (first_response, first_handling)
    assert [t.role for t in row.levels[0].targets] == [first]
    assert [t.role for step in row.authority for t in step.targets] == authority
    assert list(row.channels) == channels
    assert row.path is Path.FUNCTIONAL


def test_p1_tells_second_line_and_responsible_person_at_once_by_phone() -> None:
    plan = make_plan(
        DRAFT.policy, 1, Report(urgency=Urgency.CRITICAL, impact=Impact.ALL, facts="決済が止まった"), "x", AT
    )
    assert [t.id for t in plan.levels[0].targets] == ["payments-second-line"]
    assert [t.id for t in plan.authority[0].targets] == ["tanaka.minoru"]
    assert Channel.PHONE in plan.levels[0].channels
    assert Channel.PHONE in plan.authority[0].channels


def test_every_reason_is_told_in_both_languages() -> None:
    for row in DRAFT.rows:
        plan = make_plan(DRAFT.policy, 1, row.report, "test", AT)
        assert all(reason.ja and reason.en and reason.ja != reason.en for reason in plan.reasons)


def test_every_target_names_somebody_all_year() -> None:
    force = InForce(1, DRAFT.policy)
    for row in DRAFT.rows:
        plan = make_plan(DRAFT.policy, 1, row.report, "test", AT)
        for month in range(1, 13):
            now = datetime(2027, month, 15, 3, tzinfo=UTC)
            for level in (*plan.levels, *plan.authority):
                assert all(force.on_duty(target, now) for target in level.targets)
