"""Many customers at once are one case, and nobody who needs more than that case gets lost in it."""

from datetime import UTC, datetime

import pytest

from services.router.domain.climb.gathering import leaders, may_be_gathered, may_join
from services.router.domain.climb.likeness import Recent, alike, gist
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.report import Report
from shared.contracts.vocabulary import Kind, Priority, Status
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


def test_leading_cases_are_found_directly_or_through_those_that_were_linked_the_newest_first() -> None:
    assert leaders([recent()]) == ()
    assert leaders([recent(), recent(leads=True)]) == ("c_old",)
    assert leaders([recent(lead="c_lead")]) == ("c_lead",)
    assert leaders([recent(lead="c_lead"), recent(leads=True), recent(lead="c_lead")]) == ("c_lead", "c_old")


def lead() -> Desk:
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
    return desk


def planned(case: Case, **change: object) -> Case:
    """The case with a plan that differs."""
    assert case.plan is not None
    return case.model_copy(update={"plan": case.plan.model_copy(update=change)})


def reported(case: Case, **change: object) -> Case:
    """The case with a report that differs."""
    report = case.submitted.report.model_copy(update=change)
    return case.model_copy(update={"submitted": case.submitted.model_copy(update={"report": report})})


def test_a_report_joins_an_open_case_that_is_as_urgent() -> None:
    known = lead().known
    assert may_join(known, known)
    assert may_join(known, planned(known, priority=Priority.P2, rules=()))
    assert not may_join(None, known)
    assert not may_join(known.model_copy(update={"status": Status.DONE}), known)


@pytest.mark.parametrize("gathered", [False, True])
def test_whichever_comes_first_no_report_is_hidden_behind_a_case_that_is_less(gathered: bool) -> None:
    """A threat, a more urgent one, one that fewer may read, and one among those that fewer may read."""
    known = lead().known

    def may(lead: Case, report: Case) -> bool:
        return may_be_gathered(report, lead) if gathered else may_join(lead, report)

    assert may(known, known)
    assert not may(known, planned(known, rules=("many", "threat")))
    assert not may(planned(known, priority=Priority.P2), known)
    assert not may(known, reported(known, personal_data=True))
    assert not may(reported(known, kind=Kind.HARASSMENT), known)
    assert may(reported(known, kind=Kind.HARASSMENT), reported(known, personal_data=True))
    assert not may(known, planned(known, restricted=True))
    assert not may(planned(known, restricted=True), known)
    assert may(reported(known, personal_data=True), planned(known, restricted=True))


def test_a_report_that_turns_out_to_be_something_else_is_asked_for_by_itself() -> None:
    desk = Desk(in_force())
    desk.submit("critical", "one")
    desk.tell(e.EscalationLinked(case_id="c", lead="c_lead", lead_number=7, reasons=()))
    assert desk.awaited() == set()
    said = desk.tell(e.CaseReassessed(case_id="c", by=actor("sato"), reason="別の障害でした"))
    assert desk.known.linked == ""
    assert desk.paged(said) == ["sato"]
    assert desk.known.running()
