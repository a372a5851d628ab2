"""The kind of a case is corrected: whom the right kind names is asked, and who may read it is decided anew."""

from typing import Any

from shared.contracts import events as e
from shared.contracts.circle import is_restricted
from shared.contracts.vocabulary import Kind
from tests.unit.router.desk import HIERARCHICAL, Desk, actor, in_force

WHY = {"reason": {"ja": "ルール", "en": "by rule"}}
RULES: list[dict[str, Any]] = [
    {"id": "refund", "when": [{"kind": ["refund"]}], "then": {"only": [{"role": "manager", "path": HIERARCHICAL}]}},
    {
        "id": "threat",
        "when": [{"kind": ["harassment"]}, {"personal_data": True}],
        "then": {"add": [{"role": "leader", "path": HIERARCHICAL}], "restrict": True},
    },
]


def desk() -> Desk:
    made = Desk(in_force(rules=[{**rule, **WHY} for rule in RULES]))
    made.submit("critical", "all", kind="defect")
    made.acknowledge("sato")
    made.acknowledge("boss")
    return made.after(minutes=10)


def corrected(**seen: object) -> e.CaseCorrected:
    return e.CaseCorrected.model_validate({"case_id": "c", "by": actor("sato"), "reason": "取り違え", **seen})


def test_a_refund_that_was_taken_for_a_defect_reaches_the_manager_though_no_more_urgent() -> None:
    """Seen red where only a more urgent priority asks anybody again."""
    case = desk()
    assert case.paged(case.tell(corrected(kind=Kind.REFUND))) == ["manager"]
    assert case.known.plan is not None
    assert (case.known.plan.priority, case.known.plan.rules) == ("P1", ("refund",))


def test_a_threat_reaches_the_superior_beside_whoever_decides_already_and_is_restricted_from_then_on() -> None:
    case = desk()
    assert not is_restricted(case.known)
    assert "leader" in case.paged(case.tell(corrected(kind=Kind.HARASSMENT)))
    assert is_restricted(case.known)
    assert case.paged(case.after(minutes=1).tell(corrected(kind=Kind.HARASSMENT))) == []
    case.tell(corrected(kind=Kind.DEFECT))
    assert not is_restricted(case.known), "it was a mistake"


def test_personal_data_counts_like_a_kind_and_what_names_nobody_else_asks_nobody() -> None:
    case = desk()
    assert case.paged(case.tell(corrected(kind=Kind.OUTAGE))) == []
    assert "leader" in case.paged(case.tell(corrected(personal_data=True)))
    assert is_restricted(case.known)
    assert case.paged(case.after(minutes=1).tell(corrected(personal_data=False))) == []
    assert not is_restricted(case.known)


def test_a_newer_policy_alone_asks_nobody_else() -> None:
    case = desk()
    case.force = in_force(rules=[{**RULES[0], **WHY, "when": [{"kind": ["defect"]}]}])
    assert case.paged(case.tell(corrected())) == []
