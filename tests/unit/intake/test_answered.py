"""What an answer has made of somebody, who is still called after it, and what the board asks of whom."""

from services.intake.domain import answered, board
from shared.contracts import events as e
from shared.contracts.plan import Person
from tests.unit.contracts import story
from tests.unit.contracts.story import SATO, YAMADA, acknowledged, assigned, by, for_authority, told

KATO = Person(id="kato", name="加藤 髙﨑①㈱🔥")
BOTH = (assigned(), for_authority())


def test_whose_case_it_is_and_who_is_still_called_is_told_by_what_is_awaited() -> None:
    taken, known = told(*BOTH, acknowledged()), told(*BOTH, acknowledged(YAMADA))
    assert (answered.part(taken, SATO.id), answered.still_called(taken)) == ("taken", "deciders")
    assert (answered.part(known, YAMADA.id), answered.still_called(known)) == ("known", "others")
    whole = told(*BOTH, acknowledged(), acknowledged(YAMADA))
    assert answered.still_called(whole) == "nobody"
    assert [answered.part(whole, person.id) for person in (SATO, YAMADA)] == ["taken", "known"]
    several = told(assigned(need="all", also=(YAMADA, KATO)), acknowledged(), acknowledged(YAMADA))
    assert (answered.part(several, YAMADA.id), answered.still_called(several)) == ("answered", "others")


def test_who_was_ever_asked_to_handle_it_or_is_offered_it_does_not_only_decide() -> None:
    assert answered.only_decides(told(*BOTH), YAMADA.id)
    for person, story_ in (
        (SATO, BOTH),
        (KATO, BOTH),
        (YAMADA, (*BOTH, assigned(3, 0, YAMADA))),
        (YAMADA, (*BOTH, e.CaseOffered(case_id=story.CASE, by=by(), to=YAMADA, reason=""))),
    ):
        assert not answered.only_decides(told(*story_), person.id)


def test_the_board_asks_who_only_decides_to_know_of_it_as_long_as_that_counts_and_others_to_take_it() -> None:
    first = board.item(told(*BOTH))
    assert [first.asks(person.id) for person in (SATO, YAMADA, KATO)] == ["take", "know", "take"]
    known = board.item(told(*BOTH, acknowledged(YAMADA)))
    assert [known.asks(person.id) for person in (SATO, YAMADA)] == ["take", ""]
    taken = board.item(told(*BOTH, acknowledged()))
    assert [taken.asks(person.id) for person in (SATO, YAMADA, KATO)] == ["", "know", ""]
    climbed = board.item(told(*BOTH, for_authority(3, 0, KATO), acknowledged(KATO)))
    assert climbed.asks(YAMADA.id) == "", "another one knows already"
    offered = board.item(told(*BOTH, e.CaseOffered(case_id=story.CASE, by=by(), to=YAMADA, reason="")))
    assert offered.asks(YAMADA.id) == "take"
