"""What the router does when a person has a case handled as another one, and when they take that back."""

from services.router.domain.climb.gathering import joined, may_be_gathered
from shared.contracts import events as e
from shared.contracts.erased import NOBODY
from tests.unit.router.desk import Desk, actor, in_force

BY = actor("leader")


def linked(lead: str = "c_lead") -> e.CaseLinked:
    return e.CaseLinked(case_id="c", by=BY, lead=lead, lead_number=7)


def split(lead: str = "c_lead") -> e.CaseSplit:
    return e.CaseSplit(case_id="c", by=BY, lead=lead, lead_number=7, reason="別の機種でした")


def opened() -> Desk:
    desk = Desk(in_force())
    desk.submit("critical", "one")
    return desk


def test_the_case_that_is_handled_for_both_hears_of_the_report_once() -> None:
    desk = opened()
    (told,) = desk.tell(linked())
    assert isinstance(told, e.EscalationJoined)
    assert (told.case_id, told.joined, told.joined_number) == ("c_lead", "c", 1)
    assert desk.awaited() == set()
    assert desk.tell(linked()) == []
    assert desk.tell(linked("c_else")) == []


def test_a_reporter_who_is_erased_is_erased_where_the_report_is_handled_too() -> None:
    desk = opened()
    gone = e.CaseErased(case_id="c", by=BY, reporter=True)
    assert desk.tell(gone) == []
    desk.tell(linked())
    assert desk.tell(e.CaseErased(case_id="c", by=BY)) == []
    (told,) = desk.tell(gone)
    assert isinstance(told, e.EscalationJoined)
    assert (told.case_id, told.joined, told.by, told.reachable) == ("c_lead", "c", NOBODY, False)


def test_whether_the_reporter_hears_by_mail_is_handed_on() -> None:
    case = opened().case
    assert case is not None
    for reachable in (True, False):
        told = case.submitted.model_copy(update={"reachable": reachable})
        assert joined("c_lead", case.model_copy(update={"submitted": told})).reachable is reachable


def test_a_case_that_a_rule_has_linked_before_is_not_linked_again() -> None:
    desk = opened()
    desk.tell(e.EscalationLinked(case_id="c", lead="c_else", lead_number=8, reasons=()))
    assert desk.tell(linked()) == []


def test_a_case_that_is_split_off_is_planned_and_asked_anew_with_new_clocks() -> None:
    desk = opened()
    desk.tell(linked())
    assert desk.known.running() == []
    said = desk.after(minutes=40).tell(split())
    assert [type(x) for x in said] == [e.EscalationPlanned, e.EscalationAssigned, e.EscalationParted]
    assert (desk.paged(said), desk.awaited()) == (["sato"], {"sato"})
    assert min(d.since for d in desk.known.running() if d.since) == desk.now
    parted = said[-1]
    assert isinstance(parted, e.EscalationParted)
    assert (parted.case_id, parted.parted) == ("c_lead", "c")
    assert desk.tell(split()) == []


def test_a_split_from_a_case_that_it_is_not_handled_as_does_nothing() -> None:
    desk = opened()
    assert desk.tell(split()) == []
    desk.tell(linked())
    assert desk.tell(split("c_else")) == []
    assert desk.known.linked == "c_lead"


def test_whoever_had_it_before_is_asked_first() -> None:
    desk = opened()
    desk.acknowledge("suzuki")
    desk.tell(linked())
    assert desk.paged(desk.tell(split())) == ["suzuki", "sato"]


def test_the_climb_goes_on_after_a_split() -> None:
    desk = opened()
    desk.tell(linked())
    desk.tell(split())
    assert desk.paged(desk.breach()) == ["leader"]


def test_no_rule_gathers_again_what_a_person_has_split_off() -> None:
    desk = opened()
    lead = opened().known
    assert may_be_gathered(desk.known, lead)
    desk.tell(linked())
    assert not may_be_gathered(desk.known, lead)
    desk.tell(split())
    assert not may_be_gathered(desk.known, lead)


def test_the_other_case_hears_as_well_when_it_is_assessed_anew_or_opened_again() -> None:
    reopened = e.CaseReopened(case_id="c", by=BY, reason="別の問題だった")
    done = e.CaseResolved(case_id="c", by=BY, handling="h", result="r")
    for events in ((e.CaseReassessed(case_id="c", by=BY),), (done, reopened)):
        desk = opened()
        desk.tell(linked())
        for event in events:
            said = desk.tell(event)
        assert [x.case_id for x in said if isinstance(x, e.EscalationParted)] == ["c_lead"]
    assert [x for x in opened().tell(e.CaseReassessed(case_id="c", by=BY)) if isinstance(x, e.EscalationParted)] == []
