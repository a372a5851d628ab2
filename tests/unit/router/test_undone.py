"""An answer that is taken back: the whole level is asked again at once, with the time that was left."""

from datetime import UTC, datetime, timedelta

import pytest

from services.router.domain.climb.escalation import react
from services.router.domain.climb.shift import on_shift
from services.router.domain.duty.attendance import Absence, Attendance
from services.router.domain.duty.schedule import Part
from shared.contracts import events as e
from shared.contracts.case import evolve
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Impact, Track
from tests.unit.router.desk import P1, Desk, actor, in_force, person, priorities, step

RESPONSE, AUTHORITY = DeadlineName.FIRST_RESPONSE, DeadlineName.AUTHORITY_RESPONSE


def undo(desk: Desk, who: str) -> list[e.EscalationAssigned]:
    said = desk.tell(e.CaseUnacknowledged(case_id="c", by=actor(who)))
    return [x for x in said if isinstance(x, e.EscalationAssigned)]


def test_everybody_of_the_level_is_asked_again_in_a_new_round_with_the_time_that_was_left() -> None:
    desk = Desk(in_force())
    desk.submit(impact="one")
    desk.after(minutes=6).acknowledge("sato")
    (again,) = undo(desk.after(seconds=40), "sato")
    assert (again.cause, again.round, again.level, again.after) == ("undone", 2, 1, 1)
    assert desk.paged([again]) == ["sato"]
    assert desk.awaited() == {"sato"}
    assert desk.due(RESPONSE) == timedelta(minutes=15, seconds=40)
    assert again.deadlines[0].used_ms == 6 * 60_000
    assert "取り消した" in again.reasons[0].ja


def test_the_next_level_is_asked_when_that_time_is_up() -> None:
    desk = Desk(in_force())
    desk.submit(impact="one")
    desk.after(minutes=14).acknowledge("sato")
    undo(desk.after(seconds=10), "sato")
    assert desk.paged(desk.breach()) == ["leader"]
    assert desk.now - desk.known.submitted_at == timedelta(minutes=15, seconds=10)


def test_a_level_that_was_climbed_to_is_asked_again_and_not_the_first() -> None:
    desk = Desk(in_force())
    desk.submit(impact="one")
    desk.breach()
    desk.after(minutes=1).acknowledge("leader")
    (again,) = undo(desk.after(seconds=5), "leader")
    assert (again.level, desk.paged([again])) == (2, ["leader"])


def test_the_other_track_is_left_alone() -> None:
    desk = Desk(in_force())
    desk.submit()
    desk.after(minutes=1).acknowledge("sato")
    desk.acknowledge("boss")
    (again,) = undo(desk.after(seconds=5), "boss")
    assert (again.track, desk.paged([again]), desk.awaited()) == (Track.AUTHORITY, ["boss"], {"boss"})
    assert desk.known.deadlines[RESPONSE].state is DeadlineState.MET
    assert desk.due(AUTHORITY) == timedelta(minutes=5, seconds=5)


def test_whoever_is_still_being_paged_is_not_called_a_second_time() -> None:
    both = {**P1, "authority": [], "levels": [step("second_line", "leader", acknowledge="all"), step("manager")]}
    desk = Desk(in_force(priorities=priorities(P1=both)))
    desk.submit()
    desk.after(minutes=1).acknowledge("sato")
    (again,) = undo(desk.after(seconds=5), "sato")
    assert (desk.paged([again]), desk.awaited(), again.acknowledge) == (["sato"], {"sato", "leader"}, "all")


def test_a_hand_over_asks_the_same_person_again() -> None:
    desk = Desk(in_force())
    desk.submit(impact="one")
    desk.tell(e.CaseReassigned(case_id="c", by=actor("sato"), to=person("ito")))
    desk.after(minutes=1).acknowledge("ito")
    (again,) = undo(desk.after(seconds=5), "ito")
    assert desk.paged([again]) == ["ito"]
    assert desk.known.owner is not None


def test_whoever_has_gone_off_duty_since_is_not_asked_again_but_who_has_come() -> None:
    desk = Desk(in_force(), now=datetime(2026, 11, 29, 23, 59, 30, tzinfo=UTC))
    desk.submit(impact="one")
    desk.acknowledge("sato")
    (again,) = undo(desk.after(seconds=40), "sato")
    assert (desk.paged([again]), desk.awaited()) == (["suzuki"], {"suzuki"})


def test_what_cannot_be_taken_back_asks_nobody() -> None:
    desk = Desk(in_force())
    desk.submit(impact="one")
    desk.after(minutes=1).acknowledge("sato")
    assert undo(desk, "leader") == []
    desk.tell(e.CaseStarted(case_id="c", by=actor("sato")))
    assert undo(desk, "sato") == []


LOWERED = e.CaseReassessed(case_id="c", by=actor("sato"), impact=Impact.ONE)  # P1 to P2, whose plan has no authority


def test_an_answer_for_the_authority_is_not_asked_for_again_when_the_plan_has_none_any_more() -> None:
    """Seen red: there was no level to ask, the reaction broke, and nobody was asked on the other track either."""
    desk = Desk(in_force())
    desk.submit()
    desk.after(minutes=1).acknowledge("boss")
    desk.tell(LOWERED)
    assert undo(desk.after(seconds=5), "boss") == []
    assert (desk.awaited(), desk.known.deadlines[AUTHORITY].state) == ({"sato"}, DeadlineState.MET)


def test_whoever_was_asked_for_both_is_asked_for_the_handling_alone() -> None:
    desk = Desk(in_force())
    desk.submit()
    desk.breach(RESPONSE)
    desk.breach(AUTHORITY)
    assert desk.awaited() == {"manager"}
    desk.after(minutes=1).acknowledge("manager")
    desk.tell(LOWERED)
    (again,) = undo(desk.after(seconds=5), "manager")
    assert (again.track, desk.paged([again]), desk.awaited()) == (Track.HANDLING, ["manager"], {"manager"})
    assert [d.name for d in desk.known.running() if d.name in (RESPONSE, AUTHORITY)] == [RESPONSE]


def test_what_a_release_before_has_left_open_on_a_track_without_levels_breaks_nothing() -> None:
    """Its fold kept the track open when the plan lost its authority. Seen red in both."""
    desk = Desk(in_force())
    desk.submit()
    desk.after(minutes=1).acknowledge("boss")
    assert desk.known.plan is not None
    plan = desk.known.plan.model_copy(update={"authority": ()})
    desk.case = desk.known.model_copy(update={"plan": plan})
    assert undo(desk.after(seconds=5), "boss") == []
    assert desk.known.authority.awaiting
    page = desk.known.authority.round
    unreachable = e.NotificationUnreachable(case_id="c", person=person("boss"), round=page, track=Track.AUTHORITY)
    assert desk.tell(unreachable) == []


def overtaken(desk: Desk, how: str) -> list[e.Event]:
    """What the router said because of a breach and the like, which an answer is ahead of in the log: not folded yet."""
    page = desk.known.handling.round
    if how == "shift":
        away = Absence("a1", "sato", desk.now, desk.now + timedelta(days=1), "ito")
        desk.force = in_force(Attendance(absences=(away,)))
        return on_shift(desk.known, desk.force, Part(schedule="line"), desk.now)
    because: dict[str, e.Event] = {
        "breached": e.DeadlineBreached(case_id="c", name=RESPONSE, generation=1, due=desk.now, late_ms=0),
        "unreachable": e.NotificationUnreachable(
            case_id="c", person=person("sato"), round=page, track=Track.HANDLING, code="no-contact"
        ),
        "reassessed": e.CaseReassessed(case_id="c", by=actor("ito"), impact=Impact.ALL),
    }
    known = desk.known
    said = desk.tell(because[how])
    desk.case = evolve(known, because[how], desk.now)
    return said


def fold(desk: Desk, events: list[e.Event]) -> None:
    for event in events:
        desk.case = evolve(desk.known, event, desk.now)


@pytest.mark.parametrize(
    ("how", "called"), [("breached", "leader"), ("unreachable", "leader"), ("reassessed", "sato"), ("shift", "ito")]
)
def test_whom_an_assignment_named_that_the_answer_overtook_is_asked_once_it_is_taken_back(
    how: str, called: str
) -> None:
    """Seen red: nobody was asked, and no clock ran for the answer."""
    desk = Desk(in_force())
    desk.submit(impact="one")
    late = overtaken(desk.after(minutes=6), how)
    desk.acknowledge("sato")
    fold(desk, late)
    assert desk.known.owner == person("sato")
    assert not desk.known.handling.awaiting
    again = undo(desk.after(seconds=5), "sato")
    assert called in desk.paged([*again])
    assert called in desk.awaited()
    assert desk.known.deadlines[RESPONSE].state is DeadlineState.RUNNING


def test_whom_an_assignment_names_that_comes_behind_it_all_is_not_asked_twice() -> None:
    """What was said because of the breach is not in the log when the answer is taken back, and asks by itself."""
    desk = Desk(in_force())
    desk.submit(impact="one")
    late = overtaken(desk.after(minutes=15), "breached")
    desk.acknowledge("sato")
    answered, back = desk.known, e.CaseUnacknowledged(case_id="c", by=actor("sato"))
    fold(desk, late)  # as the router knows it: what it has said itself stands behind the log
    pending = desk.known
    desk.case = evolve(answered, back, desk.now)
    fold(desk, late)
    assert react(pending, desk.known, back, desk.force, desk.now) == []
    assert desk.awaited() == {"leader"}
    assert desk.known.deadlines[RESPONSE].state is DeadlineState.RUNNING


def test_a_later_clock_climbs_where_an_answer_is_waited_for_and_no_clock_runs_for_it() -> None:
    """As a release before has left it. Seen red: every later clock asked nobody."""
    desk = Desk(in_force())
    desk.submit(impact="one")
    still = desk.known.deadlines[RESPONSE].model_copy(update={"state": DeadlineState.PAUSED})
    desk.case = desk.known.model_copy(update={"deadlines": {**desk.known.deadlines, RESPONSE: still}})
    assert desk.paged(desk.breach(DeadlineName.FIRST_HANDLING)) == ["leader"]
