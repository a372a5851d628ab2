"""A case that is offered to another person: the owner stays until they accept, and no clock moves."""

import pytest
from hypothesis import given

from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.owning import yields
from shared.contracts.plan import Person
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Status
from tests.unit.contracts import story
from tests.unit.contracts.story import CASE, LOGS, SATO, YAMADA, acknowledged, assigned, at, by, for_authority, told

KATO = Person(id="kato.jun", name="加藤 髙﨑①㈱🔥")
DECLINED = e.CaseDeclined(case_id=CASE, by=by(YAMADA))


def offered(to: Person = YAMADA, person: Person = SATO) -> e.CaseOffered:
    return e.CaseOffered(case_id=CASE, by=by(person), to=to, reason="夜間のため")


def person_of(by: e.Actor) -> Person:
    return Person(id=by.id, name=by.name)


OPEN = (assigned(), acknowledged(), offered())


def test_the_owner_stays_and_no_clock_moves_until_the_other_accepts() -> None:
    before, case = told(*OPEN[:2]), told(*OPEN)
    assert (case.owner, case.offered, case.offered_by, case.offers) == (SATO, YAMADA, SATO.id, 1)
    assert (case.deadlines, case.answers, case.round) == (before.deadlines, before.answers, before.round)
    accepted = told(*OPEN, acknowledged(YAMADA))
    assert (accepted.owner, accepted.offered, accepted.offers) == (YAMADA, None, 1)


def test_the_answer_of_anybody_else_accepts_nothing() -> None:
    for person in (SATO, KATO):
        case = told(*OPEN, acknowledged(person))
        assert (case.owner, case.offered) == (SATO, YAMADA)


def test_an_offer_that_was_declined_is_over() -> None:
    case = told(*OPEN, DECLINED)
    assert (case.owner, case.offered) == (SATO, None)
    assert told(*OPEN, DECLINED, acknowledged(YAMADA)).owner == SATO
    foreign = e.CaseDeclined(case_id=CASE, by=by(KATO))
    assert told(*OPEN, foreign).offered == YAMADA


@pytest.mark.parametrize(
    "event",
    [
        story.resolved(),
        e.CaseReassigned(case_id=CASE, by=by(), to=KATO),
        e.EscalationLinked(case_id=CASE, lead="c_lead", lead_number=7, reasons=story.WHY),
    ],
    ids=lambda event: event.type,
)
def test_what_settles_the_case_ends_the_offer(event: e.Event) -> None:
    assert told(*OPEN, event).offered is None


def test_another_offer_takes_the_place_of_the_first() -> None:
    case = told(*OPEN, offered(KATO))
    assert (case.offered, case.offers) == (KATO, 2)
    assert told(*OPEN, offered(KATO), acknowledged(YAMADA)).owner == SATO
    assert told(*OPEN, offered(KATO), acknowledged(KATO)).owner == KATO


def test_who_was_asked_to_decide_only_takes_the_case_when_it_was_offered_to_them() -> None:
    knows = (assigned(), for_authority(), acknowledged())
    assert told(*knows, acknowledged(YAMADA)).owner == SATO
    case = told(*knows, offered(), acknowledged(YAMADA))
    assert (case.owner, case.authority.acknowledged) == (YAMADA, (YAMADA.id,))
    assert case.deadlines[DeadlineName.AUTHORITY_RESPONSE].state is DeadlineState.MET


def test_accepting_what_nobody_had_is_the_first_response() -> None:
    case = told(assigned(), offered(KATO, YAMADA), acknowledged(KATO))
    assert (case.owner, case.status, case.awaiting) == (KATO, Status.IN_PROGRESS, False)
    assert case.deadlines[DeadlineName.FIRST_RESPONSE].state is DeadlineState.MET


def test_from_then_on_the_notes_of_the_new_owner_are_the_updates() -> None:
    case = told(*OPEN, acknowledged(YAMADA))
    noted = [evolve(case, e.CaseNoted(case_id=CASE, by=by(p), text="確認中"), at(9)) for p in (SATO, YAMADA)]
    states = [c.deadlines[DeadlineName.FIRST_HANDLING].state for c in noted if c]
    assert states == [DeadlineState.RUNNING, DeadlineState.MET]


def test_nothing_is_offered_of_what_is_done() -> None:
    done = told(assigned(), acknowledged(), story.resolved())
    for event in (offered(), DECLINED, e.CaseFeedback(case_id=CASE, by=by(), text="助かりました")):
        assert evolve(done, event, at(9)) == done


@given(LOGS)
def test_the_owner_changes_by_an_offer_only_to_whom_it_was_made_and_only_by_their_own_word(log: list[e.Event]) -> None:
    """So too where they have not said that they have it, and somebody else does.

    Seen red with `is_offered` answering True for everybody."""
    case: Case | None = None
    for event in [story.submitted(), *log]:
        before, case = case, evolve(case, event, at(1))
        if before is not None and case is not None and case.owner != before.owner and before.owner is not None:
            own = isinstance(event, e.CaseAcknowledged) and before.is_offered(event.by.id)
            silent = isinstance(event, e.CaseAcknowledged) and yields(before) and case.owner == person_of(event.by)
            assert own or silent or isinstance(event, e.CaseReassigned | e.CaseUnacknowledged)
            assert not own or case.owner == before.offered
