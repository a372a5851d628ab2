"""The climb, told from the first page to the last person."""

from datetime import timedelta

import pytest

from services.router.domain.duty.attendance import Absence, Attendance
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel, DeadlineName, DeadlineState, Impact, Status, Track
from tests.unit.router.desk import BASE, T0, Desk, actor, in_force, person, priorities, step

FIRST, AUTHORITY = DeadlineName.FIRST_RESPONSE, DeadlineName.AUTHORITY_RESPONSE
HANDLING, UPDATE, RESOLUTION = DeadlineName.FIRST_HANDLING, DeadlineName.NEXT_UPDATE, DeadlineName.RESOLUTION

SELF_SERVICE = {
    "id": "password",
    "when": [{"words": ["パスワードを忘れ"]}],
    "then": {"suppress": True, "faq": "/faq"},
    "reason": {"ja": "利用者が自分でできます", "en": "self-service"},
}


@pytest.fixture
def desk() -> Desk:
    return Desk(in_force())


def test_second_line_and_responsible_person_are_asked_at_once_on_clocks_of_their_own(desk: Desk) -> None:
    said = desk.submit()
    assert desk.paged(said) == ["sato", "boss"]
    assert desk.known.channels == (Channel.PHONE, Channel.CHAT, Channel.TICKET)
    minutes = {d.name: (d.due - T0).total_seconds() / 60 for d in desk.known.running()}
    assert minutes == {FIRST: 5, AUTHORITY: 5, HANDLING: 15, UPDATE: 35, RESOLUTION: 240}


def test_an_engineer_who_has_it_does_not_silence_the_superior(desk: Desk) -> None:
    desk.submit()
    desk.after(minutes=1).acknowledge("sato")
    assert desk.awaited() == {"boss"}
    said = desk.breach(AUTHORITY)
    assert desk.paged(said) == ["manager"]
    assert desk.known.owner == person("sato")
    desk.acknowledge("manager")
    assert desk.awaited() == set()
    assert desk.known.owner == person("sato")


def test_a_superior_who_knows_leaves_the_engineers_being_asked(desk: Desk) -> None:
    desk.submit()
    desk.acknowledge("boss")
    assert desk.known.status is Status.RECEIVED
    assert desk.paged(desk.breach()) == ["manager"]


def test_nobody_answers_so_the_manager_is_called_once_for_both_and_answers_both(desk: Desk) -> None:
    desk.submit()
    assert desk.paged(desk.breach(FIRST)) == ["manager"]
    assert desk.paged(desk.breach(AUTHORITY)) == []
    assert desk.awaited() == {"manager"}
    desk.acknowledge("manager")
    assert desk.awaited() == set()
    assert desk.known.owner == person("manager")


def test_after_the_last_level_the_catch_all_is_asked_for_ever_and_loudly(desk: Desk) -> None:
    desk.submit("critical", "one")  # P2: chat and ticket
    for wanted in ("leader", "manager", "boss", "last", "last"):
        assert desk.paged(desk.breach()) == [wanted]
    assert Channel.PHONE in desk.known.channels
    assert desk.known.exhausted
    assert [type(x) for x in desk.said].count(e.EscalationExhausted) == 1
    assert desk.known.running()


def test_all_levels_are_asked_again_as_often_as_the_policy_says() -> None:
    desk = Desk(in_force(priorities=priorities(P2={"repeat": 1, "levels": [step("second_line"), step("leader")]})))
    desk.submit("critical", "one")
    assert [desk.paged(desk.breach())[0] for _ in range(4)] == ["leader", "sato", "leader", "last"]


def test_where_all_must_answer_one_answer_does_not_stop_the_climb() -> None:
    both = step("second_line", "leader", acknowledge="all")
    desk = Desk(in_force(priorities=priorities(P2={"levels": [both, step("manager")]})))
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    assert desk.awaited() == {"leader"}
    assert desk.paged(desk.breach()) == ["manager"]


def test_where_all_must_answer_and_do_nobody_else_is_asked() -> None:
    both = step("second_line", "leader", acknowledge="all")
    desk = Desk(in_force(priorities=priorities(P2={"levels": [both, step("manager")]})))
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    desk.acknowledge("leader")
    assert not desk.known.awaiting
    assert desk.known.deadlines[FIRST].state is DeadlineState.MET


def test_handling_that_takes_too_long_goes_to_the_superior_and_the_owner_stays(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    assert desk.paged(desk.breach(HANDLING)) == ["leader"]
    assert desk.known.owner == person("sato")


def test_a_later_clock_asks_nobody_while_somebody_is_being_asked(desk: Desk) -> None:
    desk.submit("critical", "one")
    assert desk.breach(HANDLING) == []


def test_an_owner_who_stays_silent_is_overtaken(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    desk.after(minutes=1).tell(e.CaseStarted(case_id="c", by=actor("sato")))
    assert desk.due(UPDATE) == timedelta(hours=2, minutes=1)
    desk.after(hours=1).tell(e.CaseNoted(case_id="c", by=actor("sato"), text="証明書を確認中"))
    assert desk.due(UPDATE) == timedelta(hours=3, minutes=1)
    assert desk.paged(desk.breach(UPDATE)) == ["leader"]
    desk.acknowledge("leader")
    assert desk.known.deadlines[UPDATE].state is DeadlineState.RUNNING


def test_a_note_of_somebody_else_is_not_the_owners_update(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    assert desk.tell(e.CaseNoted(case_id="c", by=actor("ito"), text="どうなりましたか")) == []


def test_a_new_owner_is_asked_and_has_to_answer(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    said = desk.tell(e.CaseReassigned(case_id="c", by=actor("sato"), to=person("ito")))
    assert desk.paged(said) == ["ito"]
    assert desk.known.owner == person("ito")
    assert desk.paged(desk.breach()) == ["leader"]


def test_a_waiting_case_that_is_handed_on_still_climbs_when_the_new_owner_is_silent(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.tell(e.CasePaused(case_id="c", by=actor("sato"), reason="お客様の返事待ち"))
    desk.tell(e.CaseReassigned(case_id="c", by=actor("sato"), to=person("ito")))
    assert desk.awaited() == {"ito"}
    assert desk.paged(desk.breach()) == ["leader"]
    assert desk.awaited() == {"leader"}


def test_after_a_wait_the_clocks_go_on_with_what_was_left(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.after(hours=1).tell(e.CasePaused(case_id="c", by=actor("sato"), reason="お客様の返事待ち"))
    assert desk.known.running() == []
    desk.after(hours=9).tell(e.CaseResumed(case_id="c", by=actor("sato")))
    assert desk.due(RESOLUTION) == timedelta(hours=17)
    assert {d.name for d in desk.known.running()} == {RESOLUTION, UPDATE}


def test_a_real_reply_ends_the_wait_and_an_automatic_one_does_not(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.tell(e.CasePaused(case_id="c", by=actor("sato"), reason="お客様の返事待ち"))
    auto = e.CaseReplied(case_id="c", by=actor("客"), text="不在です", automatic=True)
    assert desk.tell(auto) == []
    assert desk.tell(auto.model_copy(update={"automatic": False}))
    assert desk.known.running()


def test_more_time_is_given_to_one_clock(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.tell(e.CaseExtended(case_id="c", by=actor("sato"), name=RESOLUTION, more="2h", reason="部品待ち"))
    assert desk.due(RESOLUTION) == timedelta(hours=10)
    assert desk.due(HANDLING) == timedelta(hours=1)


def test_a_case_seen_as_more_urgent_asks_by_the_new_plan_and_keeps_the_time_used(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    said = desk.after(minutes=10).tell(e.CaseReassessed(case_id="c", by=actor("sato"), impact=Impact.ALL))
    assert desk.paged(said) == ["boss"]  # the engineer has it already
    assert desk.known.plan is not None
    assert desk.known.plan.priority == "P1"
    assert desk.due(HANDLING) == timedelta(minutes=15)
    assert desk.due(RESOLUTION) == timedelta(hours=4)


def test_a_case_seen_as_less_urgent_wakes_nobody(desk: Desk) -> None:
    desk.submit()
    desk.acknowledge("sato")
    desk.acknowledge("boss")
    said = desk.after(minutes=10).tell(e.CaseReassessed(case_id="c", by=actor("sato"), impact=Impact.ONE))
    assert desk.paged(said) == []
    assert desk.due(RESOLUTION) == timedelta(hours=8)


def test_a_newer_policy_is_applied_by_one_action(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    desk.force = in_force(priorities=priorities(P2={"resolution": "6h"}))
    said = desk.after(minutes=10).tell(e.CaseReassessed(case_id="c", by=actor("sato")))
    assert desk.paged(said) == []
    assert desk.due(RESOLUTION) == timedelta(hours=6)


def test_a_reopened_case_asks_its_last_owner_first(desk: Desk) -> None:
    desk.submit("critical", "one")
    desk.acknowledge("leader")
    desk.tell(e.CaseResolved(case_id="c", by=actor("leader"), handling="直した", result="直った"))
    said = desk.after(hours=1).tell(e.CaseReopened(case_id="c", by=actor("leader"), reason="再発"))
    assert desk.paged(said) == ["leader", "sato"]
    assert desk.due(RESOLUTION) == timedelta(hours=9)


@pytest.mark.parametrize(
    ("substitute", "asked"), [("", ["sato"]), ("ito", ["ito", "sato"]), ("nobody", ["sato"]), ("sato", ["sato"])]
)
def test_a_reopened_case_rings_no_last_owner_who_is_on_leave(desk: Desk, substitute: str, asked: list[str]) -> None:
    """Seen red: they were rung on their leave."""
    desk.submit("critical", "one")
    desk.acknowledge("leader")
    desk.tell(e.CaseResolved(case_id="c", by=actor("leader"), handling="直した", result="直った"))
    away = Absence("a", "leader", T0, T0 + timedelta(days=9), substitute)
    desk.force = in_force(Attendance(absences=(away,)))
    said = desk.after(hours=1).tell(e.CaseReopened(case_id="c", by=actor("ito"), reason="再発"))
    assert desk.paged(said) == asked
    first = next(x for x in said if isinstance(x, e.EscalationAssigned)).responders[0]
    assert (first.reason.ja == "髙橋 健 さん不在のため代理") == (substitute in ("ito", "sato"))


@pytest.mark.parametrize("gone", ["schedule", "person"])
def test_what_is_reopened_asks_by_the_policy_of_today_where_that_of_then_names_what_is_gone(gone: str) -> None:
    """Seen red: the catch-all was called, because nobody was on duty in a schedule that there was no more."""
    desk = Desk(in_force())
    desk.submit()
    desk.tell(e.CaseResolved(case_id="c", by=actor("leader"), handling="", result=""))
    team = BASE["teams"]["support"]
    roles = {"second_line": {"schedule": "tier2"}} if gone == "schedule" else {"responsible": {"person": "ito"}}
    teams = {"support": {**team, "roles": {**team["roles"], **roles}}}
    people = [one for one in BASE["people"] if gone == "schedule" or one["id"] != "boss"]
    id_ = "tier2" if gone == "schedule" else "line"
    desk.force = in_force(teams=teams, people=people, schedules={id_: BASE["schedules"]["line"]})
    again = desk.tell(e.CaseReopened(case_id="c", by=actor("leader"), reason="再発"))
    assert desk.paged(again) == ["sato", "boss" if gone == "schedule" else "ito"]
    assert [x.plan.levels[0].targets[0].id for x in again if isinstance(x, e.EscalationPlanned)] == [id_]


def test_what_was_not_an_incident_is_planned_and_asked_for_when_it_is_reopened() -> None:
    """Seen red: it had no levels and got none, so that nobody was asked and no clock was missed."""
    desk = Desk(in_force(rules=[SELF_SERVICE]))
    desk.submit(facts="パスワードを忘れました")
    desk.tell(e.CaseResolved(case_id="c", by=actor("leader"), handling="案内した", result="できた"))
    said = desk.after(hours=1).tell(e.CaseReopened(case_id="c", by=actor("leader"), reason="できていない"))
    assert desk.paged(said) == ["sato", "boss"]
    assert desk.known.plan is not None
    assert (desk.known.plan.suppressed, desk.due(FIRST)) == (None, timedelta(hours=1, minutes=5))


def test_what_is_not_an_incident_pages_nobody_and_says_why() -> None:
    desk = Desk(in_force(rules=[SELF_SERVICE]))
    (planned,) = desk.submit("low", "one", facts="パスワードを忘れた")
    assert isinstance(planned, e.EscalationPlanned)
    assert planned.plan.suppressed is not None
    assert planned.plan.levels == ()


def test_a_person_who_left_never_breaks_a_case_under_way(desk: Desk) -> None:
    desk.submit("critical", "one")
    people = [{"id": "last", "name": "小林 純"}]
    desk.force = in_force(people=people, schedules={})
    assert desk.paged(desk.breach()) == ["last"]
    desk.tell(e.CaseReassessed(case_id="c", by=actor("sato"), impact=Impact.ALL))
    assert desk.awaited() == {"last"}


def test_what_the_auditor_found_is_asked_again(desk: Desk) -> None:
    desk.submit("critical", "one")
    broken = {n: d.model_copy(update={"state": DeadlineState.DROPPED}) for n, d in desk.known.deadlines.items()}
    desk.case = desk.known.model_copy(update={"deadlines": broken})
    missing = e.DeadlineMissing(case_id="c", since=T0, what="no-clock")
    assert desk.paged(desk.after(minutes=2).tell(missing)) == ["sato"]
    assert desk.tell(missing) == []


def test_the_two_tracks_of_a_start_are_two_assignments_in_two_rounds(desk: Desk) -> None:
    assigned = [x for x in desk.submit() if isinstance(x, e.EscalationAssigned)]
    assert [(x.track, x.round) for x in assigned] == [(Track.HANDLING, 1), (Track.AUTHORITY, 2)]
