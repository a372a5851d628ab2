"""What holds of the fold for every log, whatever its order: nothing here depends on what a service would really say."""

import itertools
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import events as e
from shared.contracts.case import RESPONSE, Case, evolve
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Status, Track
from tests.unit.contracts import story
from tests.unit.contracts.story import EVENTS, LOGS, START, told

REPEATABLE = (
    e.CaseSubmitted,
    e.CaseFollowed,
    e.CaseNoted,
    e.CasePaused,
    e.CaseResumed,
    e.CaseResolved,
    e.CaseReopened,
    e.EscalationPlanned,
    e.EscalationAssigned,
    e.EscalationRescheduled,
    e.EscalationExhausted,
    e.EscalationLinked,
    e.EscalationJoined,
    e.EscalationParted,
    e.CaseLinked,
    e.CaseSplit,
    e.CaseReassessed,
    e.CaseCorrected,
    e.CaseExtended,
    e.CaseReplied,
    e.NotificationUnreachable,
    e.CaseOffered,
    e.CaseDeclined,
    e.CaseFeedback,
    e.CaseAttached,
    e.CaseDetached,
    e.DeadlineMissing,
    e.DeadlineWarned,
    e.DeadlineBreached,
    e.KnowledgeArchived,
    e.CaseUnacknowledged,
)


def steps(log: list[e.Event]) -> list[Case]:
    """Every state on the way through a log, the submission first."""
    case = evolve(None, story.submitted(), START)
    assert case is not None
    states = [case]
    for minute, event in enumerate(log, 1):
        case = evolve(case, event, START + timedelta(minutes=minute))
        assert case is not None
        states.append(case)
    return states


@given(LOGS)
def test_the_fold_is_total_and_its_state_can_be_stored(log: list[e.Event]) -> None:
    case = steps(log)[-1]
    assert Case.model_validate_json(case.model_dump_json()) == case


@given(LOGS, st.integers(0, 30))
def test_a_state_stored_half_way_and_read_again_ends_the_same(log: list[e.Event], cut: int) -> None:
    states = steps(log)
    case: Case | None = Case.model_validate_json(states[min(cut, len(log))].model_dump_json())
    for minute, event in list(enumerate(log, 1))[cut:]:
        case = evolve(case, event, START + timedelta(minutes=minute))
    assert case == states[-1]


@given(LOGS, EVENTS.filter(lambda event: isinstance(event, REPEATABLE)))
def test_repeating_an_event_changes_nothing(log: list[e.Event], event: e.Event) -> None:
    once = steps([*log, event])[-1]
    assert evolve(once, event, START + timedelta(days=1)) == once


@given(LOGS)
def test_rounds_generations_and_answers_only_grow(log: list[e.Event]) -> None:
    states = steps(log)
    for before, after in itertools.pairwise(states):
        assert after.round >= before.round
        assert after.answers >= before.answers
        assert after.offers >= before.offers
        assert after.told[: len(before.told)] == before.told
        for name, deadline in before.deadlines.items():
            assert after.deadlines[name].generation >= deadline.generation


@given(LOGS)
def test_a_deadline_that_ended_runs_again_only_in_a_new_generation(log: list[e.Event]) -> None:
    ended = (DeadlineState.MET, DeadlineState.BREACHED)
    states = steps(log)
    for (before, after), event in zip(itertools.pairwise(states), log, strict=True):
        for name, deadline in before.deadlines.items():
            if deadline.state in ended and after.deadlines[name].generation == deadline.generation:
                undone = isinstance(event, e.CaseUnacknowledged) and after.deadlines[name].state is DeadlineState.PAUSED
                assert undone or after.deadlines[name] == deadline


@given(LOGS)
def test_no_clock_runs_when_done_and_while_waiting_only_that_of_somebody_awaited(log: list[e.Event]) -> None:
    for case in steps(log):
        if case.status is Status.DONE:
            assert case.running() == []
            assert not case.awaiting
        if case.waiting:
            awaited = {RESPONSE[track] for track in Track if case.asking(track).awaiting}
            assert {d.name for d in case.running()} <= awaited


@given(LOGS)
def test_after_an_acknowledgement_nobody_is_awaited_until_the_next_assignment_that_knows_of_it(
    log: list[e.Event],
) -> None:
    case = steps([*log, e.CaseStarted(case_id=story.CASE, by=story.by())])[-1]
    assert not case.handling.awaiting
    stale = story.assigned(case.round + 1, after=case.answers - 1)
    asked = evolve(case, stale, START + timedelta(days=1))
    assert asked is not None
    if case.status is not Status.DONE:
        assert not asked.handling.awaiting
        assert not asked.is_live(DeadlineName.FIRST_RESPONSE, case.round + 1)


@given(LOGS)
def test_a_breach_after_an_acknowledgement_leaves_nothing_to_climb_for(log: list[e.Event]) -> None:
    case = steps([*log, e.CaseStarted(case_id=story.CASE, by=story.by())])[-1]
    for generation in range(6):
        assert evolve(case, story.breached(generation=generation), START + timedelta(days=1)) == case


@given(LOGS)
def test_a_done_case_changes_only_by_reopening_by_a_follower_or_by_its_plan(log: list[e.Event]) -> None:
    case = told(story.assigned(), story.acknowledged(), story.resolved())
    for event in log:
        after = evolve(case, event, START + timedelta(days=1))
        if not isinstance(event, e.CaseReopened | e.CaseFollowed | e.EscalationPlanned):
            assert after == case


@given(LOGS)
def test_who_is_awaited_was_told(log: list[e.Event]) -> None:
    for case in steps(log):
        if case.awaiting:
            assert case.responders
            assert {r.person.id for r in case.responders} <= set(case.told)
