"""Many customers at once are one case, and nobody who needs more than that case gets lost in it."""

from datetime import UTC, datetime

import pytest

from services.router.domain.climb.gathering import leader, may_join
from services.router.domain.climb.likeness import Recent, alike, gist
from shared.contracts import events as e
from shared.contracts.plan import Plan
from shared.contracts.report import Report
from shared.contracts.vocabulary import Priority, Status
from tests.unit.router.desk import Desk, actor, in_force

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


def recent(facts: str = "レジでカード決済ができません", product: str = "", **more: object) -> Recent:
    product, said = gist(Report(facts=facts, product=product))
    return Recent("c_old", 7, NOW, product, said, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "product", "known", "same"),
    [
        ("レジでカード決済ができない。エラーになる", "", recent(), True),
        ("カード決済がレジでできませんと言われた", "", recent(), True),
        ("領収書の宛名を変えてほしい", "", recent(), False),
        ("ログインできない", "POS", recent(product="ＰＯＳ"), False),
        ("カードで決済ができないとの申告", "POS", recent(product="ＰＯＳ"), True),
        ("レジでカード決済ができません", "会計", recent(product="POS"), False),
        ("🔥", "", recent("🔥"), False),
    ],
)
def test_the_same_trouble_is_told_by_its_words_and_its_product(
    facts: str, product: str, known: Recent, same: bool
) -> None:
    assert alike(*gist(Report(facts=facts, product=product)), known) is same


def test_a_leading_case_is_found_directly_or_through_one_that_was_linked() -> None:
    assert leader([recent()]) == ""
    assert leader([recent(), recent(leads=True)]) == "c_old"
    assert leader([recent(lead="c_lead")]) == "c_lead"


def lead() -> tuple[Desk, Plan]:
    rules = [
        {"id": "many", "when": [{"kind": ["outage"]}], "then": {"at_least": "P1", "gather": True}},
        {
            "id": "threat",
            "when": [{"words": ["殺す"]}],
            "then": {"add": [{"role": "leader", "path": "hierarchical"}]},
        },
    ]
    why = {"reason": {"ja": "x", "en": "x"}}
    desk = Desk(in_force(rules=[{**rule, **why} for rule in rules]))
    desk.submit("medium", "one")
    assert desk.known.plan is not None
    return desk, desk.known.plan


def test_a_report_joins_an_open_case_that_is_as_urgent() -> None:
    desk, plan = lead()
    assert may_join(desk.known, plan)
    assert not may_join(None, plan)
    assert not may_join(desk.known.model_copy(update={"status": Status.DONE}), plan)


def test_a_threat_among_the_reports_still_reaches_the_superior() -> None:
    desk, plan = lead()
    assert not may_join(desk.known, plan.model_copy(update={"rules": ("many", "threat")}))


def test_a_more_urgent_report_does_not_join_a_less_urgent_case() -> None:
    desk, plan = lead()
    calm = desk.known.model_copy(update={"plan": plan.model_copy(update={"priority": Priority.P2})})
    assert not may_join(calm, plan)


def test_a_report_that_turns_out_to_be_something_else_is_asked_for_by_itself() -> None:
    desk = Desk(in_force())
    desk.submit("critical", "one")
    desk.tell(e.EscalationLinked(case_id="c", lead="c_lead", lead_number=7, reasons=()))
    assert desk.awaited() == set()
    said = desk.tell(e.CaseReassessed(case_id="c", by=actor("sato"), reason="別の障害でした"))
    assert desk.known.linked == ""
    assert desk.paged(said) == ["sato"]
    assert desk.known.running()
