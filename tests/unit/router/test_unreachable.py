"""Whom nothing reaches, or who passes a case on, does not hold it up until the deadline."""

import pytest

from services.router.domain.climb.escalation import react
from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Track
from tests.unit.router.desk import NAMES, Desk, actor, in_force


@pytest.fixture
def desk() -> Desk:
    return Desk(in_force())


def unreachable(person: str, round_: int, code: str = "no-contact") -> e.NotificationUnreachable:
    """What the notifier says of a page that could not be brought."""
    who = Person(id=person, name=NAMES[person])
    return e.NotificationUnreachable(case_id="c", person=who, round=round_, track=Track.HANDLING, code=code)


def test_the_next_level_is_asked_at_once_and_told_why(desk: Desk) -> None:
    desk.submit("critical", "one")
    said = desk.tell(unreachable("sato", 1))
    assert desk.paged(said) == ["leader"]
    assert desk.awaited() == {"leader"}
    (assigned,) = said
    assert isinstance(assigned, e.EscalationAssigned)
    assert (assigned.cause, assigned.level) == ("unreachable", 2)
    assert assigned.reasons[0].ja == "佐藤 花子 さんに届く連絡手段がなかったため、髙橋 健 さんに連絡します。"


def test_who_passes_it_on_is_named_without_blame(desk: Desk) -> None:
    desk.submit("critical", "one")
    (assigned,) = desk.tell(unreachable("sato", 1, "declined"))
    assert isinstance(assigned, e.EscalationAssigned)
    assert "ほかの人に回した" in assigned.reasons[0].ja


def test_who_is_not_to_be_disturbed_is_said_to_be_and_somebody_else_is_asked(desk: Desk) -> None:
    desk.submit("critical", "one")
    (assigned,) = desk.tell(unreachable("sato", 1, "do_not_disturb"))
    assert isinstance(assigned, e.EscalationAssigned)
    assert assigned.reasons[0].ja == "佐藤 花子 さんは通知を止めている時間のため、髙橋 健 さんに連絡します。"
    assert assigned.reasons[0].en.startswith("佐藤 花子 is not to be disturbed now; ")


def test_it_means_nothing_once_somebody_has_it_or_in_another_round(desk: Desk) -> None:
    desk.submit("critical", "one")
    assert desk.tell(unreachable("sato", 7)) == []
    assert desk.tell(unreachable("ito", 1)) == []
    desk.tell(e.CaseAcknowledged(case_id="c", by=actor("sato"), via="chat"))
    assert desk.tell(unreachable("sato", 1)) == []


def test_it_ends_at_the_catch_all_and_never_goes_round_in_circles(desk: Desk) -> None:
    desk.submit("critical", "one")
    asked = []
    for _ in range(10):
        (person,) = desk.awaited()
        asked.append(person)
        before = desk.known
        desk.tell(unreachable(person, before.round))
        if desk.known.round == before.round:
            break
    assert asked == ["sato", "leader", "manager", "boss", "last"]
    assert desk.known.exhausted
    assert desk.awaited() == {"last"}  # the clock goes on and asks again


def test_one_report_of_it_is_answered_once(desk: Desk) -> None:
    desk.submit("critical", "one")
    event = unreachable("sato", 1)
    assert desk.tell(event)
    assert desk.tell(event) == []


@pytest.mark.parametrize("person", ["boss", "sato"])
def test_the_two_tracks_are_left_alone_by_each_other(desk: Desk, person: str) -> None:
    desk.submit()
    rounds = {r.person.id: desk.known.asking(t).round for t in Track for r in desk.known.asking(t).pending()}
    said = desk.tell(unreachable(person, rounds[person]))
    tracks = {x.track for x in said if isinstance(x, e.EscalationAssigned)}
    assert tracks == {Track.AUTHORITY if person == "boss" else Track.HANDLING}


def test_nothing_is_said_of_a_case_that_is_not_known(desk: Desk) -> None:
    desk.submit("critical", "one")
    assert react(None, desk.known, unreachable("sato", 1), desk.force, desk.now) == []
