"""What matrix and rules make of a report."""

from datetime import timedelta
from typing import Any

import pytest

from services.router.domain.policies.planning import make_plan
from shared.contracts.plan import Plan
from shared.contracts.report import Report
from tests.unit.router.desk import T0, in_force

WHY = {"ja": "ルール", "en": "by rule"}


def plan(then: dict[str, object], when: dict[str, object] | None = None, similar: int = 0, **report: Any) -> Plan:
    """The plan of a report under one rule."""
    rule = {"id": "r", "when": [when or {"kind": ["other"]}], "then": then, "reason": WHY}
    fields = {"facts": "髙﨑①㈱🔥 が起きた", **report}
    ages = (timedelta(minutes=1),) * similar
    return make_plan(in_force(rules=[rule]).policy, 1, Report.model_validate(fields), "crm", T0, ages)


def roles(plan: Plan) -> tuple[list[list[str]], list[list[str]]]:
    """The people and schedules of each level, for the handling and for the authority."""
    handling, authority = ([[t.id for t in x.targets] for x in levels] for levels in (plan.levels, plan.authority))
    return handling, authority


def test_a_rule_that_adds_a_superior_asks_them_beside_the_engineers_and_climbs_from_them() -> None:
    made = plan({"at_least": "P2", "add": [{"role": "leader", "path": "hierarchical"}]})
    assert roles(made) == ([["line"], ["leader"], ["manager"], ["boss"]], [["leader"], ["manager"], ["boss"]])


def test_a_rule_that_adds_to_a_priority_with_authority_asks_them_with_those() -> None:
    made = plan({"at_least": "P1", "add": [{"role": "leader", "path": "hierarchical"}]})
    assert roles(made) == ([["line"], ["manager"]], [["boss", "leader"], ["manager"]])


def test_a_rule_that_adds_expertise_asks_it_with_the_first_level() -> None:
    made = plan({"add": [{"role": "department", "path": "functional"}]}, urgency="high", impact="some")
    assert roles(made)[0][0] == ["line", "ito"]


def test_a_matter_of_authority_goes_only_upwards() -> None:
    made = plan({"at_least": "P2", "only": [{"role": "manager", "path": "hierarchical"}]})
    assert roles(made) == ([["manager"], ["boss"]], [])
    assert made.path == "hierarchical"


def test_the_rules_that_held_are_named() -> None:
    assert plan({"load": 3}).rules == ("r",)
    assert plan({"load": 3}).load == 3


def test_a_drill_is_of_the_team_that_it_is_for_whatever_its_words_say() -> None:
    known, report = in_force().policy, Report(facts="髙﨑①㈱🔥 が起きた")
    policy = known.model_copy(update={"teams": {**known.teams, "sre": known.teams["support"]}})
    made = {
        drilled: make_plan(policy, 1, report, "s", T0, drilled=drilled).team
        for drilled in ("support", "sre", "gone", "")
    }
    assert made == {"support": "support", "sre": "sre", "gone": "support", "": "support"}


@pytest.mark.parametrize(
    ("when", "report", "holds"),
    [
        ({"words": ["ﾊﾟｽﾜｰﾄﾞ"]}, {"facts": "パスワードを忘れた"}, True),
        ({"words": ["返金"], "without": ["返金済"]}, {"facts": "返金済みです"}, False),
        ({"words": ["返金"], "without": ["返金済"]}, {"facts": "返金してほしい"}, True),
        ({"words": ["名簿"], "also": ["ﾌﾝｼﾂ", "紛失"]}, {"facts": "名簿", "wanted": "紛失の届け出"}, True),
        ({"words": ["名簿"], "also": ["紛失"]}, {"facts": "名簿がほしい"}, False),
        ({"words": ["名簿"], "also": ["紛失"]}, {"facts": "傘を紛失"}, False),
        ({"words": ["返金"]}, {"difficulty": "返金してよいか"}, True),
        ({"words": ["返金"]}, {"urgency_reason": "本日中に返金"}, True),
        ({"words": ["返金"]}, {"done_already": "返金済み"}, False),
        ({"words": ["返金"], "without": ["対象外"]}, {"facts": "返金", "difficulty": "対象外と言われた"}, False),
        ({"done": ["ﾎﾞｳｹﾞﾝ", "暴言"]}, {"done_already": "暴言のため切電"}, True),
        ({"done": ["暴言"]}, {"facts": "暴言"}, False),
        ({"plan": ["エンタープライズ"]}, {"customer": {"plan": "エンタープライズ"}}, True),
        ({"plan": ["エンタープライズ"]}, {"customer": {"plan": "無料"}}, False),
        ({"product": ["ＰＯＳ"]}, {"product": "pos"}, True),
        ({"amount_at_least": 100_000}, {"amount": 100_000}, True),
        ({"amount_at_least": 100_000}, {"amount": 99_999}, False),
        ({"amount_at_least": 100_000}, {}, False),
        ({"estimate_over": 30}, {"estimate_minutes": 30}, False),
        ({"estimate_over": 30}, {"estimate_minutes": 31}, True),
        ({"source": ["crm"]}, {}, True),
        ({"source": ["form"]}, {}, False),
        ({"kind": ["outage"], "urgency": ["high"]}, {"kind": "outage", "urgency": "low"}, False),
        ({"personal_data": True}, {"personal_data": True}, True),
    ],
)
def test_a_condition_holds_exactly_when_all_of_it_does(
    when: dict[str, object], report: dict[str, Any], holds: bool
) -> None:
    assert (plan({"load": 3}, when, **report).rules == ("r",)) is holds


@pytest.mark.parametrize(("similar", "holds"), [(0, False), (1, False), (2, True), (9, True)])
def test_many_reports_of_the_same_are_counted_with_this_one(similar: int, holds: bool) -> None:
    made = plan({"at_least": "P1", "gather": True}, {"similar": {"count": 3, "within": "10m"}}, similar)
    assert made.gather is holds
    assert (made.priority == "P1") is holds


def test_similar_reports_that_are_too_old_do_not_count() -> None:
    rule = {
        "id": "r",
        "when": [{"similar": {"count": 2, "within": "10m"}}],
        "then": {"gather": True},
        "reason": WHY,
    }
    ages = (timedelta(minutes=11), timedelta(hours=2))
    assert not make_plan(in_force(rules=[rule]).policy, 1, Report(facts="x"), "crm", T0, ages).gather


def test_a_rule_has_only_those_concerned_read_a_case_whatever_else_holds() -> None:
    assert plan({"restrict": True}).restricted
    assert not plan({"load": 2}).restricted
    rules = [
        {"id": "no", "when": [{"words": ["パスワード"]}], "then": {"suppress": True, "restrict": True}, "reason": WHY},
        {"id": "secret", "when": [{"words": ["人事"]}], "then": {"restrict": True}, "reason": WHY},
    ]
    policy = in_force(rules=rules).policy
    quiet = make_plan(policy, 1, Report(facts="人事のパスワード"), "crm", T0)
    assert (quiet.levels, quiet.rules, quiet.restricted) == ((), ("no", "secret"), True), (
        "who reads says nothing of pages"
    )


def test_an_incident_beats_not_an_incident() -> None:
    rules = [
        {"id": "no", "when": [{"words": ["パスワード"]}], "then": {"suppress": True}, "reason": WHY},
        {"id": "yes", "when": [{"personal_data": True}], "then": {"at_least": "P2"}, "reason": WHY},
    ]
    policy = in_force(rules=rules).policy
    quiet = make_plan(policy, 1, Report(facts="パスワード"), "crm", T0)
    loud = make_plan(policy, 1, Report(facts="パスワード", personal_data=True), "crm", T0)
    assert (quiet.rules, quiet.levels, bool(quiet.suppressed)) == (("no",), (), True)
    assert (loud.rules, loud.priority, loud.suppressed) == (("yes",), "P2", None)


def test_whom_a_rule_names_alone_is_joined_by_nobody_with_less_authority_whom_a_rule_before_it_adds() -> None:
    def rule(id_: str, **then: object) -> dict[str, object]:
        return {"id": id_, "when": [{"kind": ["other"]}], "then": then, "reason": WHY}

    def made(*rules: dict[str, object], priority: str = "P2") -> tuple[list[list[str]], list[list[str]]]:
        policy = in_force(rules=[rule("floor", at_least=priority), *rules]).policy
        return roles(make_plan(policy, 1, Report(facts="x"), "crm", T0))

    leader, manager, boss = ([{"role": r, "path": "hierarchical"}] for r in ("leader", "manager", "responsible"))
    assert made(rule("a", add=leader), rule("o", only=boss)) == ([["boss"]], [])
    assert made(rule("a", add=leader), rule("o", only=boss), priority="P1") == ([["boss"]], [["boss"]])
    assert made(rule("a", add=boss), rule("o", only=manager)) == ([["manager", "boss"], ["boss"]], []), "more may join"
    assert made(rule("o", only=manager), rule("a", add=leader)) == ([["manager", "leader"], ["boss"]], [])
    assert made(rule("o", only=manager), priority="P1") == ([["manager"]], [["boss"], ["manager"]])
