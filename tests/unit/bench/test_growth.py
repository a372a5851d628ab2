"""What an installation is made to grow by is readable for the services, and changes nothing of what is measured."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bench.growth import added
from bench.growth_ground import Table, people_in_files, put, rules_in_files
from bench.load import REPORT
from deploy.local.layout import ROOT
from services.router import reading
from services.router.domain.policies.planning import make_plan
from shared.contracts.report import Report


def test_totals_come_behind_what_is_added() -> None:
    assert added([10, 50, 60]) == [(10, 10), (40, 50), (10, 60)]
    assert added([]) == []


def test_people_and_rules_make_a_policy_that_is_published_and_plans_as_before() -> None:
    files = {path.name: path.read_text("utf-8") for path in (ROOT / "policy").glob("*.yaml")}
    before, after = (reading.draft(f) for f in (files, put(files, {**people_in_files(25), **rules_in_files(20)})))
    assert len(after.policy.people) == len(before.policy.people) + 25
    assert len(after.policy.teams) == len(before.policy.teams) + 3
    assert len(after.policy.schedules) == len(before.policy.schedules) + 3
    assert len(after.policy.rules) == len(before.policy.rules) + 20
    known = Report.model_validate(REPORT), "api", datetime(2026, 11, 24, tzinfo=UTC)
    assert make_plan(after.policy, 1, *known) == make_plan(before.policy, 1, *known)


def test_each_column_of_a_copy_is_its_own_where_it_has_to_be() -> None:
    types = {"id": "uuid", "case_id": "text", "at": "timestamp with time zone", "number": "bigint", "round": "integer"}
    table = Table("notifier.notifications", "case_id", tuple(types.items()))
    filling = table.filling
    assert '("id", "case_id", "at", "number", "round")' in filling
    for value in (
        "new.front || right(",
        'replace(was."case_id", new.was, new.id)',
        "- new.ago",
        "new.number",
        'was."round"',
    ):
        assert value in filling
    assert "recorded" not in filling
    assert filling.count("new.recorded") + replace(table, name="knowledge.archive").filling.count("new.recorded") == 1


@pytest.mark.parametrize(("by", "named"), [("object", "object = ANY($1)"), ("notification_id", "n.case_id = ANY($1)")])
def test_rows_are_found_by_their_case_or_by_their_notification(by: str, named: str) -> None:
    assert named in Table("some.table", by, (("at", "date"),)).rows
