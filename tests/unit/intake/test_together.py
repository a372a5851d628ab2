"""Which case a person may have handled as which: nothing may get lost by it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.intake.domain.case import decide
from services.intake.domain.commands import Link, Split
from services.intake.domain.refusals import WITH_ITSELF, Refusal
from services.intake.domain.together import is_led, is_overheard, same_result, unrelatable
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.drill import SOURCE
from shared.contracts.plan import Plan
from shared.contracts.vocabulary import Kind, Priority, Status
from tests.unit.contracts import story
from tests.unit.contracts.story import by, told

LEAD = told(e.EscalationPlanned(case_id=story.CASE, plan=story.PLAN), story.assigned()).model_copy(
    update={"id": "c_lead", "submitted": story.submitted().model_copy(update={"number": 7})}
)
CASE = told(e.EscalationPlanned(case_id=story.CASE, plan=story.PLAN), story.assigned())
LINK = Link("7", "同じ証明書 🔥", LEAD)


def planned(case: Case, **change: object) -> Case:
    assert case.plan is not None
    return case.model_copy(update={"plan": case.plan.model_copy(update=change)})


def restricted(case: Case) -> Case:
    report = case.submitted.report.model_copy(update={"kind": Kind.HARASSMENT})
    return case.model_copy(update={"submitted": case.submitted.model_copy(update={"report": report})})


def restricted_by_rule(case: Case) -> Case:
    return planned(case, restricted=True)


def drill(case: Case) -> Case:
    return case.model_copy(update={"submitted": case.submitted.model_copy(update={"source": SOURCE})})


def code(case: Case, lead: Case | None) -> str:
    verdict = decide(case, replace(LINK, lead=lead), by(), 8)
    return verdict.code if isinstance(verdict, Refusal) else type(verdict).__name__


def test_a_case_is_handled_as_another_one() -> None:
    verdict = decide(CASE, LINK, by())
    assert verdict == e.CaseLinked(case_id=CASE.id, by=by(), lead="c_lead", lead_number=7, reason="同じ証明書 🔥")


JOINED = e.EscalationJoined(case_id=story.CASE, joined="c_other", joined_number=13, by=by())


@pytest.mark.parametrize(
    ("case", "lead", "expected"),
    [
        (CASE, None, "no-such-case"),
        (CASE, CASE, "link-to-itself"),
        (CASE, LEAD.model_copy(update={"status": Status.DONE}), "lead-done"),
        (CASE, LEAD.model_copy(update={"linked": "c_else"}), "lead-linked"),
        (CASE.model_copy(update={"status": Status.DONE}), LEAD, "case-done"),
        (CASE.model_copy(update={"linked": "c_else"}), LEAD, "case-linked"),
        (CASE.model_copy(update={"linked": "c_lead"}), LEAD, "NoneType"),
        (told(JOINED), LEAD, "case-leads"),
        (drill(CASE), LEAD, "drill-alone"),
        (CASE, drill(LEAD), "drill-alone"),
        (restricted(CASE), LEAD, "other-circle"),
        (CASE, restricted(LEAD), "other-circle"),
        (CASE, restricted_by_rule(LEAD), "other-circle"),
        (restricted(CASE), restricted_by_rule(LEAD), "CaseLinked"),
        (restricted(CASE), restricted(LEAD), "CaseLinked"),
        (CASE, planned(LEAD, team="elsewhere"), "other-team"),
        (CASE, planned(LEAD, priority=Priority.P2), "lead-lesser"),
        (planned(CASE, priority=Priority.P2), LEAD, "CaseLinked"),
        (CASE, planned(LEAD, levels=()), "lead-lesser"),
        (CASE, LEAD.model_copy(update={"plan": None}), "lead-lesser"),
        (planned(CASE, authority=story.PLAN.levels), LEAD, "lead-lesser"),
        (CASE.model_copy(update={"plan": None}), LEAD, "CaseLinked"),
    ],
)
def test_what_would_lose_something_is_refused_with_its_reason(case: Case, lead: Case | None, expected: str) -> None:
    assert isinstance(story.PLAN, Plan)
    assert code(case, lead) == expected


def test_a_link_is_taken_back_once() -> None:
    linked = CASE.model_copy(update={"linked": "c_lead"})
    verdict = decide(linked, Split("別の機種"), by(), 7)
    assert verdict == e.CaseSplit(case_id=CASE.id, by=by(), lead="c_lead", lead_number=7, reason="別の機種")
    again = decide(CASE, Split("別の機種"), by())
    assert isinstance(again, Refusal)
    assert again.code == "case-not-linked"


def test_no_case_has_to_do_with_itself_and_no_drill_with_what_is_real() -> None:
    assert unrelatable(CASE, CASE) == WITH_ITSELF
    assert unrelatable(CASE, LEAD) is None
    for one, other in ((drill(CASE), LEAD), (CASE, drill(LEAD))):
        refusal = unrelatable(one, other)
        assert refusal is not None
        assert refusal.field == "other"


@pytest.mark.parametrize("closed", [restricted, restricted_by_rule])
def test_what_only_few_may_read_tells_nothing_of_what_all_of_the_team_may(closed: Callable[[Case], Case]) -> None:
    report = CASE.model_copy(update={"linked": "c_lead"})
    for lead, mine, overheard in (
        (LEAD, report, False),
        (closed(LEAD), report, True),
        (LEAD, closed(report), True),
        (closed(LEAD), closed(report), False),
    ):
        assert (is_overheard(lead, mine), is_led(mine, lead)) == (overheard, not overheard)
    assert not is_overheard(closed(LEAD), CASE), "it is handled as no other"
    assert not is_overheard(closed(LEAD), report.model_copy(update={"status": Status.DONE})), "it has been said"
    assert not is_overheard(None, report)


def test_before_a_plan_is_read_nobody_knows_who_may_read_its_case() -> None:
    """Seen red where an unread plan counted as an open one: two cases that the same rule restricts were split."""
    report = CASE.model_copy(update={"linked": "c_lead"})
    unread, lead = report.model_copy(update={"plan": None}), LEAD.model_copy(update={"plan": None})
    assert not is_overheard(lead, restricted_by_rule(report))
    assert not is_overheard(restricted_by_rule(LEAD), unread)
    assert not is_overheard(restricted(LEAD), unread)
    assert is_overheard(LEAD, restricted(unread)), "the report says it itself"


def test_the_result_of_a_case_waits_for_the_plans_that_say_who_may_read_it() -> None:
    done = told(e.EscalationPlanned(case_id=story.CASE, plan=story.PLAN), story.resolved())
    lead = done.model_copy(update={"id": "c_lead"})
    report = CASE.model_copy(update={"linked": "c_lead"})
    unread = report.model_copy(update={"plan": None})
    assert same_result(restricted_by_rule(lead), unread) is None
    assert same_result(restricted_by_rule(lead), restricted_by_rule(report)) is not None
    assert same_result(lead.model_copy(update={"plan": None}), report) is None
    assert same_result(lead, unread) is not None, "what all may read is told to all"
