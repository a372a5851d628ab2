"""Who has a case that was handed on or opened again: whoever answers, not somebody who has not said a word."""

import pytest

from shared.contracts import events as e
from shared.contracts.case import evolve
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, Status
from tests.unit.contracts import story
from tests.unit.contracts.story import CASE, SATO, YAMADA, acknowledged, assigned, at, by, told

KATO = Person(id="kato.jun", name="加藤 髙﨑①㈱🔥")
HANDED = e.CaseReassigned(case_id=CASE, by=by(KATO), to=YAMADA)
TO_YAMADA = assigned(2, after=1, person=YAMADA).model_copy(update={"cause": "reassigned"})
REOPENED = e.CaseReopened(case_id=CASE, by=by(KATO), reason="再発した")


def test_who_answers_while_the_new_owner_has_not_takes_the_case() -> None:
    """佐藤's telephone rings, 加藤 hands the case to 山田, whose telephone rings too, and 佐藤 presses 1."""
    case = told(assigned(), HANDED, TO_YAMADA, acknowledged(SATO))
    assert (case.owner, case.handling.awaiting) == (SATO, False)
    back = evolve(case, e.CaseUnacknowledged(case_id=CASE, by=by(SATO)), at(4.5))
    assert back is not None
    assert (back.owner, [r.person for r in back.handling.pending()]) == (YAMADA, [YAMADA])


def test_who_was_handed_the_case_keeps_it_once_they_have_answered() -> None:
    again = assigned(3, after=2, person=KATO)
    assert told(assigned(), HANDED, TO_YAMADA, acknowledged(YAMADA), again, acknowledged(KATO)).owner == YAMADA


def test_work_on_it_a_program_and_one_of_several_who_must_all_answer_take_it_from_nobody() -> None:
    asked = (assigned(), HANDED, TO_YAMADA)
    program = e.CaseAcknowledged(case_id=CASE, by=e.Actor(kind="source", id="zendesk"), via="api")
    everybody = TO_YAMADA.model_copy(update={"acknowledge": "all"})
    assert told(*asked, e.CaseStarted(case_id=CASE, by=by(SATO))).owner == YAMADA
    assert told(*asked, program).owner == YAMADA
    assert told(assigned(), HANDED, everybody, acknowledged(SATO)).owner == YAMADA


@pytest.mark.parametrize("away", [False, True])
def test_nobody_has_what_is_opened_again_while_its_last_owner_is_away(away: bool) -> None:
    first = () if away else (SATO,)
    again = assigned(2, after=2, person=YAMADA, also=(*first, KATO)).model_copy(update={"cause": "reopened"})
    case = told(assigned(), acknowledged(), story.resolved(), REOPENED, again)
    assert (case.owner, case.status) == ((None, Status.RECEIVED) if away else (SATO, Status.IN_PROGRESS))
    assert case.handling.awaiting
    assert told(assigned(), acknowledged(), story.resolved(), REOPENED, again, acknowledged(YAMADA)).owner == YAMADA


def test_the_last_owner_who_answers_before_others_are_asked_in_their_place_keeps_it() -> None:
    again = assigned(2, after=2, person=YAMADA).model_copy(update={"cause": "reopened"})
    case = told(assigned(), acknowledged(), story.resolved(), REOPENED, acknowledged(), again)
    assert (case.owner, case.status, case.awaiting) == (SATO, Status.IN_PROGRESS, False)


def test_where_all_must_answer_who_has_done_so_need_not_again_when_another_takes_it_back() -> None:
    both = assigned(need="all", also=(YAMADA,))
    undone = e.CaseUnacknowledged(case_id=CASE, by=by(SATO))
    again = assigned(2, after=2, need="all", also=(YAMADA,)).model_copy(update={"cause": "undone"})
    case = told(both, acknowledged(), acknowledged(YAMADA), undone, again)
    assert [r.person for r in case.pending] == [SATO]
    assert not told(both, acknowledged(), acknowledged(YAMADA), undone, again, acknowledged()).awaiting
    asked = again.model_copy(update={"cause": "breached", "channels": (Channel.CHAT,)})
    assert [r.person for r in told(both, acknowledged(), asked).pending] == [SATO, YAMADA]
