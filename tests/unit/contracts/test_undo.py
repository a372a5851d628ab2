"""An acknowledgement that is taken back: the case is as it was, and asks again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import events as e
from shared.contracts.case import evolve
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Status, Track
from tests.unit.contracts import story
from tests.unit.contracts.story import CASE, LOGS, SATO, YAMADA, at, by, told
from tests.unit.contracts.test_case_laws import steps

FIRST_RESPONSE = DeadlineName.FIRST_RESPONSE
TANAKA = Person(id="tanaka.minoru", name="田中 実")


def undone(person: Person = SATO) -> e.CaseUnacknowledged:
    return e.CaseUnacknowledged(case_id=CASE, by=by(person))


def test_the_case_is_as_it_was_and_the_clock_of_the_answer_waits_with_its_used_time() -> None:
    asked = told(story.assigned())
    case = told(story.assigned(), story.acknowledged(), undone())
    clock = case.deadlines[FIRST_RESPONSE]
    assert (case.status, case.owner, case.awaiting) == (Status.RECEIVED, None, True)
    assert (clock.state, clock.paused_at, clock.generation) == (DeadlineState.PAUSED, at(2), 1)
    again = {"deadlines": {**case.deadlines, FIRST_RESPONSE: asked.deadlines[FIRST_RESPONSE]}, "answers": 0}
    assert case.model_copy(update=again) == asked


def test_a_breach_that_was_proposed_before_means_nothing_until_the_clock_is_set_anew() -> None:
    case = told(story.assigned(), story.acknowledged(), undone())
    assert evolve(case, story.breached(), at(6)) == case


def test_only_the_same_person_and_only_once() -> None:
    case = told(story.assigned(), story.acknowledged())
    assert evolve(case, undone(YAMADA), at(3)) == case
    back = told(story.assigned(), story.acknowledged(), undone())
    assert evolve(back, undone(), at(4)) == back


def test_who_took_it_back_may_take_it_again() -> None:
    case = told(story.assigned(), story.acknowledged(), undone(), story.assigned(2, after=1), story.acknowledged())
    assert (case.owner, case.awaiting, case.answers) == (SATO, False, 2)
    assert case.deadlines[FIRST_RESPONSE].state is DeadlineState.MET


@pytest.mark.parametrize(
    "event",
    [
        e.CaseStarted(case_id=CASE, by=by()),
        e.CaseNoted(case_id=CASE, by=by(), text="確認中"),
        story.paused(),
        e.CaseReassigned(case_id=CASE, by=by(YAMADA), to=YAMADA),
        e.CaseStarted(case_id=CASE, by=by(YAMADA)),
        e.CaseReassessed(case_id=CASE, by=by()),
        e.EscalationLinked(case_id=CASE, lead="c_lead", lead_number=7, reasons=story.WHY),
        story.resolved(),
    ],
    ids=lambda event: event.type,
)
def test_what_happens_after_the_answer_makes_it_final(event: e.Event) -> None:
    case = told(story.assigned(), story.acknowledged(), event)
    assert evolve(case, undone(), at(4)) == case


@pytest.mark.parametrize(
    "event",
    [
        e.CaseNoted(case_id=CASE, by=by(YAMADA), text="確認中"),
        e.CaseFollowed(case_id=CASE, by=by(), follower=YAMADA),
        e.CaseReplied(case_id=CASE, by=by(YAMADA), text="直りません"),
        e.CaseExtended(case_id=CASE, by=by(YAMADA), name=DeadlineName.RESOLUTION, more="2h", reason="部品待ち"),
    ],
    ids=lambda event: event.type,
)
def test_what_others_do_beside_it_does_not(event: e.Event) -> None:
    assert told(story.assigned(), story.acknowledged(), event, undone()).owner is None


def test_the_other_track_keeps_its_answer() -> None:
    asked = (story.assigned(), story.for_authority())
    case = told(*asked, story.acknowledged(), story.acknowledged(YAMADA), undone())
    assert (case.owner, case.handling.awaiting, case.authority.awaiting) == (None, True, False)
    case = told(*asked, story.acknowledged(), story.acknowledged(YAMADA), undone(YAMADA))
    assert (case.owner, case.handling.awaiting, case.authority.awaiting) == (SATO, False, True)


def test_where_everybodys_answer_is_needed_the_others_answers_stay() -> None:
    both = story.assigned(need="all", also=(YAMADA,))
    case = told(both, story.acknowledged(), story.acknowledged(YAMADA), undone())
    assert (case.owner, case.awaiting, case.handling.acknowledged) == (YAMADA, True, (YAMADA.id,))
    assert [r.person for r in case.handling.pending()] == [SATO]
    assert case.deadlines[FIRST_RESPONSE].state is DeadlineState.PAUSED
    case = told(both, story.acknowledged(), undone(), story.acknowledged(YAMADA))
    assert (case.owner, case.awaiting, [r.person for r in case.handling.pending()]) == (YAMADA, True, [SATO])


def test_who_answers_although_somebody_has_it_leaves_them_the_case() -> None:
    climbed = story.assigned(2, after=1, person=YAMADA)
    asked = (story.assigned(), story.acknowledged(), story.breached(DeadlineName.FIRST_HANDLING), climbed)
    case = told(*asked, story.acknowledged(YAMADA), undone(YAMADA))
    assert (case.owner, case.status, case.awaiting) == (SATO, Status.IN_PROGRESS, True)


def test_an_assignment_that_the_answer_overtook_waits_for_its_people_after_all() -> None:
    """The manager was decided upon before the answer and stands in the log after it, then the answer is taken back.

    No clock runs for the answer where the assignment stood before that: the router is to ask again, and sees it by this.
    """
    late = story.assigned(2, after=0, person=YAMADA)
    orders = {
        DeadlineState.PAUSED: (story.acknowledged(), late, undone()),
        DeadlineState.RUNNING: (story.acknowledged(), undone(), late),
    }
    for clock, order in orders.items():
        case = told(story.assigned(), story.breached(), *order)
        assert (case.awaiting, case.owner, case.level) == (True, None, 2)
        assert case.deadlines[FIRST_RESPONSE].state is clock


def test_an_answer_ahead_of_every_assignment_leaves_it_to_the_assignment() -> None:
    case = told(story.acknowledged(), undone())
    assert (case.owner, case.awaiting) == (None, False)
    assert told(story.acknowledged(), undone(), story.assigned()).awaiting


@given(LOGS, st.sampled_from([SATO, YAMADA]))
def test_taking_back_is_the_opposite_of_answering(log: list[e.Event], person: Person) -> None:
    case = steps(log)[-1]
    answered = evolve(case, story.acknowledged(person), at(100))
    assert answered is not None
    back = evolve(answered, undone(person), at(100.5))
    assert back is not None
    if case.status is Status.DONE:
        assert back == case
        return
    assert back.owner == case.owner
    assert back.status is case.status or case.owner is None
    for track in Track:
        before, after = case.asking(track), back.asking(track)
        assert set(after.acknowledged) == set(before.acknowledged) - {person.id}
        assert after.answered == before.answered or not before.awaiting
        assert after.awaiting or not before.awaiting
    assert evolve(back, undone(person), at(101)) == back


@pytest.mark.parametrize("declined", [False, True])
def test_an_answer_is_final_once_the_case_was_offered_to_somebody(declined: bool) -> None:
    events: list[e.Event] = [e.CaseOffered(case_id=CASE, by=by(SATO), to=TANAKA)]
    if declined:
        events.append(e.CaseDeclined(case_id=CASE, by=by(TANAKA)))
    case = told(story.assigned(), story.acknowledged(), *events)
    assert case.revocable == ()
    assert told(story.assigned(), story.acknowledged(), *events, undone()).owner == SATO
