"""Policies that want no updates: a case that somebody has comes to rest, and one that is to be told of again gets its clock."""

from datetime import timedelta

import pytest

from services.router.domain.climb.in_force import InForce
from shared.contracts import events as e
from shared.contracts.vocabulary import DeadlineName, DeadlineState, Impact, Urgency
from tests.unit.router.desk import T0, Desk, actor, in_force, person, priorities

FIRST, UPDATE, RESOLUTION = DeadlineName.FIRST_RESPONSE, DeadlineName.NEXT_UPDATE, DeadlineName.RESOLUTION
MISSING = e.DeadlineMissing(case_id="c", since=T0, what="no-clock")
STARTED = e.CaseStarted(case_id="c", by=actor("sato"))


def without_updates(*of: str) -> InForce:
    rows: dict[str, dict[str, object]] = {p: {"next_update": None} for p in of}
    return in_force(priorities=priorities(**rows))


def late() -> Desk:
    """The owner works, the case is not solved in time, and the leader who was asked then has answered."""
    desk = Desk(without_updates("P2"))
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    desk.tell(STARTED)
    assert desk.paged(desk.breach(RESOLUTION)) == ["leader"]
    desk.acknowledge("leader")
    assert desk.known.running() == []
    return desk


def test_a_case_that_somebody_has_is_left_to_them_when_no_clock_is_left_and_no_update_wanted() -> None:
    """Seen red: the leader was asked again after each acknowledgement, without end."""
    desk = late()
    assert desk.after(minutes=1).tell(MISSING) == []
    assert desk.known.owner == person("sato")


def test_one_that_nobody_has_is_asked_for_all_the_same() -> None:
    desk = Desk(without_updates("P2"))
    desk.submit("critical", "one")
    ended = {n: d.model_copy(update={"state": DeadlineState.BREACHED}) for n, d in desk.known.deadlines.items()}
    desk.case = desk.known.model_copy(update={"deadlines": ended})
    assert desk.paged(desk.tell(MISSING)) == ["sato"]


def test_one_whose_clocks_still_stand_although_its_wait_is_over_is_asked_for() -> None:
    desk = late()
    still = {n: d.model_copy(update={"state": DeadlineState.PAUSED}) for n, d in desk.known.deadlines.items()}
    desk.case = desk.known.model_copy(update={"deadlines": still})
    assert desk.paged(desk.tell(MISSING)) == ["leader"]


def test_a_clock_that_runs_here_alone_does_not_hide_that_the_timer_has_none() -> None:
    """As after an upgrade during which an older release folded otherwise. Seen red: nobody was ever asked again."""
    desk = Desk(in_force())
    desk.submit("critical", "one")
    assert desk.after(minutes=1).tell(MISSING) == []
    assert desk.paged(desk.after(days=1).tell(MISSING)) == ["sato"]


def test_a_longer_clock_ahead_does_not_keep_anybody_from_being_asked_again() -> None:
    """Seen red: nobody was asked until the longest clock was over, hours or days later."""
    desk = Desk(in_force())
    desk.submit("critical", "one")
    assert desk.paged(desk.after(minutes=20).tell(MISSING)) == ["sato"]
    assert desk.due(FIRST) == timedelta(minutes=35)
    assert desk.tell(MISSING) == []


def test_each_track_is_asked_again_for_itself() -> None:
    desk = Desk(in_force())
    desk.submit()
    desk.acknowledge("sato")
    assert desk.paged(desk.after(minutes=6).tell(MISSING)) == ["boss"]
    assert desk.awaited() == {"boss"}
    both = Desk(in_force())
    both.submit()
    assert both.after(minutes=4).tell(MISSING) == []
    assert both.paged(both.after(minutes=2).tell(MISSING)) == ["sato", "boss"]


def test_what_waits_for_its_hour_is_not_asked_for_before() -> None:
    desk = Desk(in_force(priorities=priorities(P4={"load": 3})))
    desk.submit("low", "one")
    assert desk.after(days=1).tell(MISSING) == []


@pytest.mark.parametrize(("urgency", "wanted"), [(Urgency.MEDIUM, True), (Urgency.HIGH, False)])
def test_a_case_that_comes_under_a_plan_with_updates_gets_their_clock(urgency: Urgency, wanted: bool) -> None:
    """From P2 without to P3 with them, and to P2 again. Seen red: no clock began, and the case came to be asked for."""
    desk = Desk(in_force(priorities=priorities(P2={"next_update": None}, P3={"next_update": "3h"})))
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    impact = Impact.ONE if wanted else Impact.SOME
    desk.after(minutes=10).tell(e.CaseReassessed(case_id="c", by=actor("ito"), urgency=urgency, impact=impact))
    assert (UPDATE in desk.known.deadlines) is wanted
    if wanted:
        assert desk.due(UPDATE) == timedelta(hours=3, minutes=10)


def test_while_an_answer_is_waited_for_the_first_update_is_due_a_span_after_it() -> None:
    desk = Desk(without_updates("P2"))
    desk.submit("critical", "one")
    desk.after(minutes=10).force = in_force()
    desk.tell(e.CaseReassessed(case_id="c", by=actor("ito")))
    assert desk.due(UPDATE) == timedelta(minutes=15, hours=2)


def test_a_case_that_waits_gets_it_when_the_wait_is_over() -> None:
    desk = Desk(without_updates("P2"))
    desk.submit("critical", "one")
    desk.tell(e.CasePaused(case_id="c", by=actor("sato"), reason="部品待ち 髙﨑①㈱🔥"))
    desk.force = in_force()
    desk.after(hours=1).tell(e.CaseReassessed(case_id="c", by=actor("ito")))
    assert UPDATE not in desk.known.deadlines
    desk.after(hours=1).tell(e.CaseResumed(case_id="c", by=actor("sato")))
    assert desk.due(UPDATE) == timedelta(hours=4)


def test_one_that_a_release_before_has_left_without_gets_it_with_the_next_word_of_its_owner() -> None:
    desk = Desk(in_force())
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    without = {n: d for n, d in desk.known.deadlines.items() if n is not UPDATE}
    desk.case = desk.known.model_copy(update={"deadlines": without})
    desk.after(hours=1).tell(e.CaseNoted(case_id="c", by=actor("sato"), text="確認中"))
    assert desk.due(UPDATE) == timedelta(hours=3)


@pytest.mark.parametrize("linked", [True, False])
def test_no_update_is_wanted_of_what_is_no_incident_or_handled_as_another_case(linked: bool) -> None:
    rule = {"id": "no", "when": [{"words": ["決済"]}], "then": {"suppress": True, "faq": "/"}}
    reason = {"ja": "利用者が自分でできます", "en": "self-service"}
    desk = Desk(in_force() if linked else in_force(rules=[{**rule, "reason": reason}]))
    desk.submit("critical", "one")
    if linked:
        desk.tell(e.EscalationLinked(case_id="c", lead="c_lead", lead_number=7, reasons=()))
        desk.case = desk.known.model_copy(update={"deadlines": {}})
    desk.tell(STARTED)
    assert desk.tell(e.CaseNoted(case_id="c", by=actor("sato"), text="確認中")) == []
    assert desk.known.deadlines == {}
