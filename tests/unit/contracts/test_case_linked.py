"""A person says that a case is the same as another one, and takes that back: the fold of both, in every order."""

from hypothesis import given

from shared.contracts import erased
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import DeadlineName, DeadlineState
from tests.unit.contracts import story
from tests.unit.contracts.story import CASE, LOGS, by, told
from tests.unit.contracts.test_case_laws import steps


def linked(lead: str = "c_lead") -> e.CaseLinked:
    return e.CaseLinked(case_id=CASE, by=by(), lead=lead, lead_number=7, reason="同じ証明書 🔥")


def split(lead: str = "c_lead") -> e.CaseSplit:
    return e.CaseSplit(case_id=CASE, by=by(), lead=lead, lead_number=7, reason="別の機種でした")


def joined(report: str = "c_other") -> e.EscalationJoined:
    return e.EscalationJoined(case_id=CASE, joined=report, joined_number=13, by=by())


def parted(report: str = "c_other") -> e.EscalationParted:
    return e.EscalationParted(case_id=CASE, parted=report, parted_number=13)


def quiet(case: Case) -> bool:
    return not case.awaiting and not case.running()


def test_a_case_that_a_person_has_linked_asks_nobody_and_has_no_clock() -> None:
    case = told(story.assigned(), story.for_authority(), linked())
    assert (case.linked, quiet(case)) == ("c_lead", True)
    assert {d.state for d in case.deadlines.values()} == {DeadlineState.DROPPED}


def test_what_the_router_decided_before_it_read_of_the_link_starts_no_clock() -> None:
    """Seen to fail when `_as_it_stands` does not look at `linked`."""
    again = e.EscalationRescheduled(
        case_id=CASE, deadlines=(story.deadline(DeadlineName.RESOLUTION, 5),), reasons=story.WHY
    )
    for late in (story.assigned(), story.assigned(2), again):
        assert quiet(told(linked(), late)), late.type
        assert quiet(told(story.acknowledged(), linked(), late)), late.type


def test_whoever_links_first_in_the_log_has_linked_it() -> None:
    by_a_rule = e.EscalationLinked(case_id=CASE, lead="c_else", lead_number=8, reasons=story.WHY)
    assert told(by_a_rule, linked()).linked == "c_else"
    assert told(linked(), by_a_rule).linked == "c_lead"
    assert told(linked(), linked("c_else")).linked == "c_lead"


def test_only_the_case_that_it_is_handled_as_is_split_from_and_no_rule_gathers_it_again() -> None:
    case = told(linked(), split("c_else"))
    assert (case.linked, case.apart) == ("c_lead", False)
    case = told(linked(), split(), split())
    assert (case.linked, case.apart) == ("", True)
    asked = told(story.assigned(), linked(), split(), story.assigned(2, after=1))
    assert asked.awaiting
    assert asked.running()


def test_an_assignment_from_before_the_link_stays_answered_after_the_split() -> None:
    case = told(story.assigned(), linked(), split(), story.assigned(2, after=0))
    assert not case.awaiting


def test_a_finished_case_is_neither_linked_nor_split() -> None:
    assert told(story.resolved(), linked()).linked == ""
    assert told(linked(), story.resolved(), split()).linked == "c_lead"


def test_a_report_that_has_parted_is_not_of_the_case_any_more_though_that_is_done() -> None:
    assert told(joined(), joined("c_else"), parted(), parted()).joined == told(joined("c_else")).joined
    assert told(joined(), story.resolved(), parted()).joined == ()
    assert told(parted(), joined()).joined == told(joined()).joined


@given(LOGS)
def test_whatever_happens_a_linked_case_asks_nobody_and_no_clock_of_it_runs(log: list[e.Event]) -> None:
    assert all(quiet(case) for case in steps(log) if case.linked and case.resolution is None)


def test_a_report_that_is_told_of_again_without_its_reporter_has_none_from_then_on() -> None:
    """Also where the case that it is handled as is done, and whatever is told of it after that."""
    gone = joined().model_copy(update={"by": erased.NOBODY})
    known = joined().model_copy(update={"reachable": True})
    for before in ((), (story.resolved(),)):
        case = told(known, joined("c_more"), *before, gone, known)
        assert [(j.case_id, j.by, j.reachable) for j in case.joined] == [
            ("c_other", erased.NOBODY, False),
            ("c_more", joined().by, False),
        ]
    assert told(story.resolved(), gone).joined == ()
