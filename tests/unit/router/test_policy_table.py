"""The shipped policy does what its own table of cases says."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.router import reading
from services.router.domain import escalation
from services.router.domain.policy import Policy
from shared.contracts.report import Report

FOLDER = Path(__file__).parents[3] / "policy"
CASES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))["cases"]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return reading.read(FOLDER)


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["says"])
def test_the_policy_does_what_its_table_says(policy: Policy, row: dict[str, Any]) -> None:
    plan = escalation.make_plan(policy, 1, Report.model_validate(row["report"]), "test")
    assert plan.priority == row["priority"]
    assert plan.team == row["team"]
    assert plan.path == row["path"]
    assert [t.id for level in plan.levels[:1] for t in level.targets] == row["first"]
    assert [c for level in plan.levels[:1] for c in level.channels] == row["channels"]
    assert (plan.suppressed is not None) == row.get("suppressed", False)


def test_every_reason_is_told_in_both_languages(policy: Policy) -> None:
    for row in CASES:
        plan = escalation.make_plan(policy, 1, Report.model_validate(row["report"]), "test")
        assert all(reason.ja and reason.en for reason in plan.reasons)


def test_a_rule_that_calls_it_an_incident_beats_one_that_does_not(policy: Policy) -> None:
    fields = {
        "urgency": "low",
        "impact": "one",
        "facts": "パスワードを忘れた。情報が漏れたかもしれない",
        "personal_data": True,
    }
    report = Report.model_validate(fields)
    plan = escalation.make_plan(policy, 1, report, "test")
    assert plan.suppressed is None
    assert plan.levels


def test_every_schedule_names_somebody_all_year(policy: Policy) -> None:
    for month in range(1, 13):
        for level in escalation.make_plan(policy, 1, Report(facts="x"), "test").levels:
            now = datetime(2027, month, 15, 3, tzinfo=UTC)
            assert escalation.responders(policy, level.targets, now)
