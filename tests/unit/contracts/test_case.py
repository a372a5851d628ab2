"""The fold of a case by example: what each event makes of it, and which one wins."""

import pytest

from shared.contracts import events as e
from shared.contracts.case import evolve
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Status
from tests.unit.contracts import story
from tests.unit.contracts.story import CASE, SATO, WHY, YAMADA, at, by, told

FIRST_RESPONSE, FIRST_HANDLING = DeadlineName.FIRST_RESPONSE, DeadlineName.FIRST_HANDLING
RESOLUTION = DeadlineName.RESOLUTION


def test_nothing_is_known_of_a_case_before_its_submission() -> None:
    assert evolve(None, story.acknowledged(), at(1)) is None


def test_a_second_submission_of_the_same_case_changes_nothing() -> None:
    case = told(story.assigned())
    assert evolve(case, story.submitted(), at(9)) == case


def test_being_asked_starts_the_clocks() -> None:
    case = told(story.assigned())
    assert (case.round, case.awaiting, case.told) == (1, True, (SATO.id,))
    assert [d.name for d in case.running()] == [FIRST_RESPONSE, FIRST_HANDLING, RESOLUTION]


def test_an_acknowledgement_names_an_owner_and_stops_the_climb() -> None:
    case = told(story.assigned(), story.acknowledged())
    assert (case.status, case.owner, case.awaiting) == (Status.IN_PROGRESS, SATO, False)
    assert case.deadlines[FIRST_RESPONSE].state is DeadlineState.MET
    assert not case.is_live(FIRST_RESPONSE, 1)


def test_a_breach_after_the_acknowledgement_means_nothing() -> None:
    case = told(story.assigned(), story.acknowledged())
    assert evolve(case, story.breached(), at(6)) == case


def test_a_breach_of_an_older_generation_means_nothing() -> None:
    case = told(story.assigned(1), story.breached(), story.assigned(2))
    assert evolve(case, story.breached(generation=1), at(6)) == case


def test_a_breach_before_the_acknowledgement_is_remembered() -> None:
    case = told(story.assigned(), story.breached(), story.acknowledged())
    assert case.deadlines[FIRST_RESPONSE].state is DeadlineState.BREACHED
    assert not case.awaiting


def test_an_answer_between_the_decision_to_climb_and_its_place_in_the_log_wins() -> None:
    """The router decided at `after=0` that the manager is asked; meanwhile somebody pressed 1."""
    case = told(story.assigned(1), story.breached(), story.acknowledged(), story.assigned(2, after=0, person=YAMADA))
    assert not case.awaiting
    assert case.owner == SATO
    assert case.deadlines[FIRST_RESPONSE].state is DeadlineState.MET


def test_an_assignment_that_knows_of_the_answer_asks_again() -> None:
    handling = story.breached(FIRST_HANDLING)
    case = told(story.assigned(1), story.acknowledged(), handling, story.assigned(2, after=1, person=YAMADA))
    assert case.awaiting
    assert case.owner == SATO
    assert case.told == (SATO.id, YAMADA.id)


def test_an_older_round_that_comes_late_changes_nothing() -> None:
    case = told(story.assigned(1), story.assigned(2))
    assert evolve(case, story.assigned(1, person=YAMADA), at(9)) == case


def test_a_wait_stops_every_clock_and_counts_as_handling() -> None:
    case = told(story.assigned(), story.paused())
    assert case.running() == []
    assert case.waiting
    assert case.deadlines[FIRST_HANDLING].state is DeadlineState.MET
    assert (case.deadlines[RESOLUTION].state, case.deadlines[RESOLUTION].paused_at) == (DeadlineState.PAUSED, at(2))


def test_no_clock_runs_between_the_end_of_a_wait_and_the_new_times() -> None:
    resumed = e.CaseResumed(case_id=CASE, by=by())
    assert told(story.assigned(), story.paused(), resumed).running() == []
    again = e.EscalationRescheduled(case_id=CASE, deadlines=(story.deadline(RESOLUTION, 2, 300),), reasons=WHY)
    case = told(story.assigned(), story.paused(), resumed, again)
    assert [(d.name, d.generation, d.due) for d in case.running()] == [(RESOLUTION, 2, at(300))]


def test_new_times_that_arrive_after_the_next_wait_began_do_not_run() -> None:
    resumed = e.CaseResumed(case_id=CASE, by=by())
    late = e.EscalationRescheduled(case_id=CASE, deadlines=(story.deadline(RESOLUTION, 2, 300),), reasons=WHY)
    case = told(story.assigned(), story.paused(), resumed, story.paused(), late)
    assert case.running() == []
    assert (case.deadlines[RESOLUTION].generation, case.deadlines[RESOLUTION].paused_at) == (2, at(5))


def test_a_waiting_case_pages_nobody() -> None:
    assert not told(story.paused(), story.assigned(1, after=1)).awaiting


def test_a_breach_during_a_wait_means_nothing() -> None:
    case = told(story.assigned(), story.paused())
    assert evolve(case, story.breached(RESOLUTION), at(500)) == case


def test_a_note_by_the_owner_is_the_first_handling_and_one_by_another_is_not() -> None:
    case = told(story.assigned(), story.acknowledged())
    other = evolve(case, e.CaseNoted(case_id=CASE, by=by(YAMADA), text="確認中"), at(3))
    assert other == case
    own = evolve(case, e.CaseNoted(case_id=CASE, by=by(SATO), text="確認中"), at(3))
    assert own is not None
    assert own.deadlines[FIRST_HANDLING].state is DeadlineState.MET


def test_handing_on_changes_the_owner_and_counts_as_an_answer() -> None:
    handed = e.CaseReassigned(case_id=CASE, by=by(), to=YAMADA)
    case = told(story.assigned(), story.acknowledged(), handed)
    assert (case.owner, case.answers) == (YAMADA, 2)


def test_a_crm_that_acknowledges_is_nobodys_owner() -> None:
    machine = e.CaseAcknowledged(case_id=CASE, by=e.Actor(kind="source", id="zendesk"), via="api")
    assert told(story.assigned(), machine).owner is None


def test_resolving_ends_everything() -> None:
    case = told(story.assigned(), story.resolved())
    assert (case.status, case.awaiting, case.running()) == (Status.DONE, False, [])
    assert case.resolution == story.resolved()
    assert case.resolved_at == at(2)


@pytest.mark.parametrize(
    "event",
    [
        story.acknowledged(YAMADA),
        story.assigned(2),
        story.paused(),
        story.breached(),
        story.resolved(),
        e.CaseStarted(case_id=CASE, by=by()),
        e.CaseReassigned(case_id=CASE, by=by(), to=YAMADA),
        e.EscalationExhausted(case_id=CASE, level=2, reasons=WHY),
    ],
    ids=lambda event: event.type,
)
def test_a_done_case_stays_as_it_is(event: e.Event) -> None:
    case = told(story.assigned(), story.acknowledged(), story.resolved())
    assert evolve(case, event, at(9)) == case


def test_reopening_gives_the_case_back_to_its_owner() -> None:
    reopened = e.CaseReopened(case_id=CASE, by=by(), reason="再発した")
    case = told(story.assigned(), story.acknowledged(), story.resolved(), reopened)
    assert (case.status, case.owner, case.resolution) == (Status.IN_PROGRESS, SATO, None)
    assert evolve(told(story.assigned()), reopened, at(9)) == told(story.assigned())


def test_a_follower_is_noted_once_even_when_the_case_is_done() -> None:
    follow = e.CaseFollowed(case_id=CASE, by=by(), follower=Person(id=YAMADA.id, name="山田"))
    case = told(story.resolved(), follow, follow)
    assert [f.id for f in case.followers] == [YAMADA.id]


def test_one_person_asked_twice_is_told_of_once() -> None:
    assert told(story.assigned(1), story.assigned(2)).told == (SATO.id,)


def test_a_deadline_is_kept_as_it_was_set_with_what_a_later_release_has_added() -> None:
    said = story.assigned().model_dump(mode="json")
    said["deadlines"] = [{**one, "colour": "red"} for one in said["deadlines"]]
    event = e.EscalationAssigned.model_validate(said, extra="allow")
    case = told(event)
    for one in event.deadlines:
        kept = case.deadlines[one.name]
        assert kept.state is DeadlineState.RUNNING
        assert kept.model_dump(include=set(type(one).model_fields)) == one.model_dump(exclude={"colour"})
        assert kept.model_extra == {"colour": "red"}
