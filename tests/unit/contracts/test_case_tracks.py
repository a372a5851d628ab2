"""Handling and authority side by side: who answers what, and what goes on being asked."""

from shared.contracts import events as e
from shared.contracts.case import evolve
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Status, Track, Urgency
from tests.unit.contracts import story
from tests.unit.contracts.story import CASE, SATO, YAMADA, at, by, told

ITO = Person(id="ito.sakura", name="伊藤 さくら")
FIRST, AUTHORITY = DeadlineName.FIRST_RESPONSE, DeadlineName.AUTHORITY_RESPONSE


def test_an_engineer_who_answers_does_not_silence_the_one_with_authority() -> None:
    case = told(story.assigned(), story.for_authority(), story.acknowledged(SATO))
    assert (case.owner, case.status) == (SATO, Status.IN_PROGRESS)
    assert not case.is_awaited(SATO.id, 1)
    assert case.is_awaited(YAMADA.id, 2)
    assert [d.name for d in case.running()] == [AUTHORITY, DeadlineName.FIRST_HANDLING, DeadlineName.RESOLUTION]


def test_one_with_authority_who_answers_leaves_the_case_to_be_handled() -> None:
    case = told(story.assigned(), story.for_authority(), story.acknowledged(YAMADA))
    assert (case.owner, case.status) == (None, Status.RECEIVED)
    assert case.is_awaited(SATO.id, 1)
    assert case.deadlines[AUTHORITY].state is DeadlineState.MET
    assert case.is_live(FIRST, 1)


def test_somebody_asked_on_both_tracks_answers_both_and_is_paged_once() -> None:
    both = story.for_authority(person=SATO)
    both = both.model_copy(update={"responders": (both.responders[0].model_copy(update={"paged_in": 1}),)})
    case = told(story.assigned(), both)
    assert case.is_awaited(SATO.id, 1)
    assert not case.is_awaited(SATO.id, 2)
    case = told(story.assigned(), both, story.acknowledged(SATO))
    assert not case.awaiting
    assert {case.deadlines[FIRST].state, case.deadlines[AUTHORITY].state} == {DeadlineState.MET}


def test_somebody_who_was_asked_on_neither_takes_the_handling() -> None:
    case = told(story.assigned(), story.for_authority(), story.acknowledged(ITO))
    assert case.owner == ITO
    assert case.authority.awaiting
    assert not case.handling.awaiting


def test_an_answer_ahead_of_its_assignment_counts_for_the_track_of_its_page() -> None:
    """The direct road paged the one with authority while Kafka was away; her answer comes first in the log."""
    early = story.acknowledged(YAMADA).model_copy(update={"track": Track.AUTHORITY})
    case = told(early, story.assigned(), story.for_authority())
    assert case.owner is None
    assert case.is_awaited(SATO.id, 1)
    assert not case.authority.awaiting


def test_where_all_must_answer_the_first_one_owns_and_the_rest_go_on_being_asked() -> None:
    case = told(story.assigned(need="all", also=(YAMADA,)), story.acknowledged(SATO))
    assert case.owner == SATO
    assert case.is_awaited(YAMADA.id, 1)
    assert not case.is_awaited(SATO.id, 1)
    assert case.is_live(FIRST, 1)
    case = evolve(case, story.acknowledged(YAMADA), at(3)) or case
    assert not case.awaiting
    assert case.deadlines[FIRST].state is DeadlineState.MET


def test_a_climb_decided_before_half_of_all_had_answered_still_stands() -> None:
    case = told(
        story.assigned(need="all", also=(YAMADA,)), story.acknowledged(SATO), story.assigned(2, after=0, person=ITO)
    )
    assert case.is_awaited(ITO.id, 2)


def test_an_answer_on_one_track_does_not_undo_a_climb_on_the_other() -> None:
    """The router decided at `after=0` that the next one with authority is asked; meanwhile the engineer pressed 1."""
    climb = story.for_authority(3, after=0, person=ITO)
    case = told(story.assigned(), story.for_authority(), story.acknowledged(SATO), climb)
    assert case.is_awaited(ITO.id, 3)


def test_waiting_for_the_customer_lets_the_one_with_authority_still_be_asked() -> None:
    case = told(story.assigned(), story.for_authority(), story.paused())
    assert [d.name for d in case.running()] == [AUTHORITY]
    assert not case.handling.awaiting


def test_a_waiting_case_asks_whom_another_priority_calls_for_and_only_their_clock_runs() -> None:
    """Seen red: they were not awaited, and the clock of their answer stood still until it ran for nobody."""
    seen = story.assigned(2, after=1, person=YAMADA).model_copy(update={"cause": "reassessed"})
    case = told(story.assigned(), story.paused(), seen)
    assert case.is_awaited(YAMADA.id, 2)
    assert [d.name for d in case.running()] == [FIRST]
    other = story.assigned(2, after=1, person=YAMADA)
    assert not told(story.assigned(), story.paused(), other).awaiting


def test_a_plan_without_authority_ends_that_track_and_a_late_answer_on_it_takes_nothing() -> None:
    case = told(story.assigned(), story.for_authority(), e.EscalationPlanned(case_id=CASE, plan=story.PLAN))
    assert (case.is_awaited(YAMADA.id, 2), case.is_awaited(SATO.id, 1)) == (False, True)
    assert case.deadlines[AUTHORITY].state is DeadlineState.DROPPED
    case = evolve(case, story.acknowledged(YAMADA), at(9)) or case
    assert (case.owner, case.is_awaited(SATO.id, 1)) == (None, True)
    asked = evolve(case, story.for_authority(3, after=1, person=ITO), at(10)) or case
    assert asked.is_awaited(ITO.id, 3)


def test_a_plan_with_authority_leaves_that_track_as_it_is() -> None:
    plan = story.PLAN.model_copy(update={"authority": story.PLAN.levels})
    before = told(story.assigned(), story.for_authority())
    after = evolve(before, e.EscalationPlanned(case_id=CASE, plan=plan), at(9))
    assert after == before.model_copy(update={"plan": plan})


def test_a_linked_report_asks_nobody_and_has_no_clock() -> None:
    linked = e.EscalationLinked(case_id=CASE, lead="c_lead", lead_number=7, reasons=story.WHY)
    case = told(story.assigned(), story.for_authority(), linked)
    assert (case.linked, case.awaiting, case.running()) == ("c_lead", False, [])
    assert {d.state for d in case.deadlines.values()} == {DeadlineState.DROPPED}
    late = evolve(case, story.assigned(3, after=0), at(9))
    assert late is not None
    assert not late.awaiting


def test_a_case_knows_the_reports_that_joined_it_once_each() -> None:
    joined = e.EscalationJoined(case_id=CASE, joined="c_other", joined_number=13, by=by())
    case = told(story.assigned(), joined, joined)
    assert [(j.case_id, j.number) for j in case.joined] == [("c_other", 13)]


def test_a_real_reply_ends_the_wait_and_an_automatic_one_does_not() -> None:
    for automatic, waiting in ((True, "お客様の回答待ち"), (False, "")):
        reply = e.CaseReplied(case_id=CASE, by=by(), text="直りました", automatic=automatic)
        assert told(story.assigned(), story.paused(), reply).waiting == waiting


def test_seeing_it_differently_changes_what_the_report_says() -> None:
    seen = e.CaseReassessed(case_id=CASE, by=by(), urgency=Urgency.LOW, reason="回避策あり")
    report = told(story.assigned(), seen).submitted.report
    assert (report.urgency, report.impact) == ("low", story.REPORT.impact)


def test_going_through_all_levels_again_is_counted() -> None:
    case = told(story.assigned(1), story.assigned(2), story.assigned(3).model_copy(update={"level": 1}))
    assert (case.handling.level, case.handling.repeats) == (1, 1)


def test_each_track_is_exhausted_for_itself() -> None:
    gone = e.EscalationExhausted(case_id=CASE, level=2, track=Track.AUTHORITY, reasons=story.WHY)
    case = told(story.assigned(), gone)
    assert (case.handling.exhausted, case.authority.exhausted, case.exhausted) == (False, True, True)
