"""A case that waits and is changed meanwhile: the wait counts for no clock, and whoever is asked anew is asked in spite of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import events as e
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Impact, Urgency
from tests.unit.router.calendars import patient
from tests.unit.router.desk import Desk, actor, in_force, person, priorities

FIRST, UPDATE, RESOLUTION = DeadlineName.FIRST_RESPONSE, DeadlineName.NEXT_UPDATE, DeadlineName.RESOLUTION
URGENT, ORDINARY = ("critical", "one"), ("medium", "one")  # P2 counts hours, P3 business hours
PAUSED = e.CasePaused(case_id="c", by=actor("sato"), reason="お客様の返事待ち 髙﨑①㈱🔥")
RESUMED = e.CaseResumed(case_id="c", by=actor("sato"))
SAME = e.CaseReassessed(case_id="c", by=actor("sato"))
minutes = st.integers(0, 60 * 24 * 9).map(lambda n: timedelta(minutes=n))


def extended(more: str) -> e.CaseExtended:
    return e.CaseExtended(case_id="c", by=actor("sato"), name=RESOLUTION, more=more, reason="部品待ち")


def longer(more: str) -> Callable[[Desk], object]:
    """Somebody gives the resolution more time."""
    return lambda desk: desk.tell(extended(more))


def anew(**spans: str) -> Callable[[Desk], object]:
    """A policy with other spans is published, and somebody applies it."""

    def apply(desk: Desk) -> None:
        desk.force = in_force(priorities=priorities(P2={"resolution": spans["P2"]}, P3={"resolution": spans["P3"]}))
        desk.tell(SAME)

    return apply


CHANGES = {"extended": longer("2h"), "reassessed": anew(P2="10h", P3="2bd")}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_wait_during_which_the_deadline_changes_is_not_counted(change: Callable[[Desk], object]) -> None:
    """Seen red with the new clock running from where the wait began: 30 hours, and with a longer wait due at once."""
    desk = Desk(in_force())
    desk.submit(*URGENT)
    desk.after(hours=1).tell(PAUSED)
    change(desk.after(hours=5))
    assert desk.known.deadlines[RESOLUTION].state is DeadlineState.PAUSED
    desk.after(hours=20).tell(RESUMED)
    assert desk.due(RESOLUTION) == timedelta(hours=35)


@pytest.mark.parametrize(
    ("report", "change"),
    [
        (URGENT, longer("2h")),
        (ORDINARY, longer("3bh")),
        (URGENT, anew(P2="6h", P3="2bd")),
        (ORDINARY, anew(P2="8h", P3="5bd")),
    ],
    ids=["P2 extended", "P3 extended", "P2 reassessed", "P3 reassessed"],
)
@patient
@given(worked=st.integers(0, 300), waited=minutes, more=minutes)
def test_it_is_the_same_when_a_deadline_changes_during_a_wait_and_after_it(
    report: tuple[str, str], change: Callable[[Desk], object], worked: int, waited: timedelta, more: timedelta
) -> None:
    """Through the fold, in hours that always pass and in business hours. Seen red without `algebra.resumed` in either function."""
    found = []
    for early in (True, False):
        desk = Desk(in_force())
        desk.submit(*report)
        desk.after(minutes=worked).tell(PAUSED)
        desk.now += waited
        if early:
            change(desk)
        desk.now += more
        desk.tell(RESUMED)
        if not early:
            change(desk)
        found.append((desk.due(RESOLUTION), desk.known.deadlines[RESOLUTION].used_ms))
    assert found[0] == found[1]


def test_a_deadline_changed_more_than_once_during_a_wait_keeps_what_was_left() -> None:
    desk = Desk(in_force())
    desk.submit(*URGENT)
    desk.after(hours=1).tell(PAUSED)
    for hours in (5, 30, 100):
        desk.after(hours=hours).tell(extended("1h"))
    desk.after(hours=1).tell(RESUMED)
    assert desk.known.deadlines[RESOLUTION].due - desk.now == timedelta(hours=10)


def raised(urgency: Urgency, impact: Impact | None = None) -> e.CaseReassessed:
    return e.CaseReassessed(case_id="c", by=actor("leader"), urgency=urgency, impact=impact)


def taken_by_ito_and_waiting() -> Desk:
    desk = Desk(in_force())
    desk.submit(*ORDINARY)
    desk.after(minutes=5).tell(PAUSED.model_copy(update={"by": actor("ito")}))
    return desk


def test_a_waiting_case_that_turns_out_to_be_urgent_asks_the_first_level_at_once() -> None:
    """Seen red with the fold letting it wait: nobody was paged, and the clock of their answer stood still."""
    desk = taken_by_ito_and_waiting()
    said = desk.after(hours=1).tell(raised(Urgency.CRITICAL))
    assert (desk.paged(said), desk.awaited()) == (["sato"], {"sato"})
    assert [d.name for d in desk.known.running()] == [FIRST]
    assert (desk.known.waiting, desk.known.owner) == (PAUSED.reason, person("ito"))


def test_raised_to_the_highest_priority_both_tracks_are_asked_in_spite_of_the_wait() -> None:
    desk = taken_by_ito_and_waiting()
    desk.tell(raised(Urgency.CRITICAL, Impact.ALL))
    assert desk.awaited() == {"sato", "boss"}


def test_after_the_wait_the_climb_goes_on_from_the_first_level() -> None:
    """Seen red: the second level was called and the first never."""
    desk = taken_by_ito_and_waiting()
    desk.after(hours=1).tell(raised(Urgency.CRITICAL))
    due = desk.known.deadlines[FIRST].due
    desk.after(minutes=3).tell(RESUMED)
    assert (desk.awaited(), desk.known.deadlines[FIRST].due) == ({"sato"}, due)
    assert desk.paged(desk.breach()) == ["leader"]
    asked = [x.responders[0].person.id for x in desk.said if isinstance(x, e.EscalationAssigned)]
    assert asked == ["sato", "sato", "leader"]


def test_a_waiting_case_that_is_split_off_is_asked_anew_and_its_owner_first() -> None:
    desk = taken_by_ito_and_waiting()
    desk.tell(e.CaseLinked(case_id="c", by=actor("leader"), lead="c_lead", lead_number=7))
    desk.tell(e.CaseSplit(case_id="c", by=actor("leader"), lead="c_lead", lead_number=7))
    assert desk.awaited() == {"ito", "sato"}
    assert [d.name for d in desk.known.running()] == [FIRST]
    desk.tell(RESUMED)
    assert UPDATE in {d.name for d in desk.known.running()}


def test_a_case_that_is_only_seen_as_less_urgent_goes_on_waiting() -> None:
    desk = Desk(in_force())
    desk.submit(*URGENT)
    desk.after(minutes=5).tell(PAUSED)
    desk.after(hours=1).tell(raised(Urgency.LOW))
    assert (desk.awaited(), desk.known.running()) == (set(), [])
