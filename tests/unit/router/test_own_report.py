"""Nobody is asked to decide about what they report: the next level is, at once."""

from datetime import timedelta

import pytest

from services.router.domain import wording
from services.router.domain.climb.in_force import InForce
from services.router.domain.climb.shift import on_shift
from services.router.domain.duty.attendance import Absence, Attendance
from services.router.domain.duty.schedule import Part
from services.router.domain.trial.foresight import begin, submission
from shared.contracts import events as e
from shared.contracts.plan import Person
from shared.contracts.report import Report
from shared.contracts.vocabulary import DeadlineName, Track
from tests.unit.router.desk import BASE, HIERARCHICAL, NAMES, T0, Desk, actor, in_force, priorities, step

WHY = {"ja": "ルール", "en": "by rule"}
HARASSED = {
    "id": "harassment",
    "when": [{"kind": ["harassment"]}],
    "then": {"at_least": "P2", "add": [{"role": "leader", "path": HIERARCHICAL}]},
    "reason": WHY,
}
REFUND = {
    "id": "refund",
    "when": [{"kind": ["refund"]}],
    "then": {"at_least": "P2", "only": [{"role": "manager", "path": HIERARCHICAL}]},
    "reason": WHY,
}


def reported(who: e.Actor, kind: str, force: InForce | None = None) -> Desk:
    """A case that came in, by somebody."""
    desk = Desk(force or in_force(rules=[HARASSED, REFUND]))
    report = Report.model_validate({"kind": kind, "urgency": "high", "impact": "some", "facts": "髙﨑①㈱🔥"})
    desk.tell(e.CaseSubmitted(case_id="c", by=who, number=1, report=report, source="form"))
    return desk


def on(desk: Desk, track: Track) -> list[str]:
    """Whose answer is waited for on a track."""
    return [r.person.id for r in desk.known.asking(track).pending()]


@pytest.mark.parametrize(("who", "asked"), [("leader", "manager"), ("sato", "leader"), ("manager", "leader")])
def test_a_leader_who_is_threatened_is_not_asked_to_protect_themselves(who: str, asked: str) -> None:
    desk = reported(actor(who), "harassment")
    assert on(desk, Track.AUTHORITY) == [asked]
    assert on(desk, Track.HANDLING) == ["sato"], "who has the expertise is asked, be it about what they report"


def test_it_is_said_why_another_level_is_asked_first() -> None:
    desk = reported(actor("leader"), "harassment")
    (second,) = [x for x in desk.said if isinstance(x, e.EscalationAssigned) and x.track is Track.AUTHORITY]
    assert (second.level, wording.OWN_REPORT in second.reasons) == (2, True)
    assert not any(
        wording.OWN_REPORT in x.reasons
        for x in reported(actor("sato"), "harassment").said
        if isinstance(x, e.EscalationAssigned)
    )


def test_a_manager_who_reports_a_refund_has_it_decided_by_the_level_above() -> None:
    desk = reported(actor("manager"), "refund")
    assert on(desk, Track.HANDLING) == ["boss"]


def test_a_program_or_a_name_that_looks_like_somebody_is_not_them() -> None:
    for kind in ("source", "anonymous"):
        desk = reported(e.Actor(kind=kind, id="manager", name="x"), "refund")
        assert on(desk, Track.HANDLING) == ["manager"]


def test_no_climb_comes_to_who_reported_it() -> None:
    desk = reported(actor("leader"), "outage")
    asked = []
    for _ in range(4):
        asked += desk.paged(desk.breach())
    assert asked == ["manager", "boss", "last", "last"]


def test_nothing_that_cannot_be_brought_leads_to_them_either() -> None:
    desk = reported(actor("manager"), "harassment")
    who = Person(id="leader", name=NAMES["leader"])
    round_ = desk.known.asking(Track.AUTHORITY).round
    desk.tell(
        e.NotificationUnreachable(case_id="c", person=who, round=round_, track=Track.AUTHORITY, code="no-contact")
    )
    assert on(desk, Track.AUTHORITY) == ["boss"]


def test_where_nobody_else_is_left_somebody_is_asked_all_the_same() -> None:
    only_boss = {**REFUND, "then": {"at_least": "P2", "only": [{"role": "responsible", "path": HIERARCHICAL}]}}
    desk = reported(actor("boss"), "refund", in_force(rules=[only_boss]))
    assert on(desk, Track.HANDLING) == ["last"]
    alone = in_force(rules=[only_boss], catch_all="boss")
    desk = reported(actor("boss"), "refund", alone)
    assert on(desk, Track.HANDLING) == ["boss"]
    assert not any(wording.OWN_REPORT in x.reasons for x in desk.said if isinstance(x, e.EscalationAssigned))


def test_others_of_the_same_level_are_asked_as_ever() -> None:
    both = priorities(P2={"levels": [step("second_line")], "authority": [step("leader", "manager")]})
    desk = reported(actor("leader"), "outage", in_force(priorities=both))
    assert on(desk, Track.AUTHORITY) == ["manager"]


def test_who_reported_it_takes_nobodys_place_at_a_change_of_shift() -> None:
    duty = {**BASE["teams"]["support"]["roles"], "leader": {"schedule": "line"}}
    force = in_force(rules=[HARASSED], teams={"support": {"name": "サポート", "roles": duty}})
    desk = reported(actor("suzuki"), "harassment", force).after(days=7)
    said = on_shift(desk.known, force, Part(schedule="line"), desk.now)
    assert {x.track: [r.person.id for r in x.responders] for x in said if isinstance(x, e.EscalationAssigned)} == {
        Track.HANDLING: ["suzuki"]
    }


@pytest.mark.parametrize(("stands_in", "asked"), [("leader", "boss"), ("ito", "ito")])
def test_where_only_who_reported_it_could_stand_in_the_next_level_is_asked_at_once(stands_in: str, asked: str) -> None:
    """Seen red: whoever was away went on being asked, until their time was over."""
    night = T0 + timedelta(hours=11)
    held = priorities(P2={"load": 2})
    desk = Desk(in_force(rules=[REFUND], priorities=held), night)
    report = Report.model_validate({"kind": "refund", "urgency": "low", "impact": "one", "facts": "髙﨑①㈱🔥"})
    desk.tell(e.CaseSubmitted(case_id="c", by=actor("leader"), number=1, report=report, source="form"))
    assert (on(desk, Track.HANDLING), desk.paged(desk.said)) == (["manager"], ["manager"])
    away = Attendance(absences=(Absence("a", "manager", night, night + timedelta(days=2), stands_in),))
    force = in_force(away, rules=[REFUND], priorities=held)
    desk.after(hours=10)
    for new in on_shift(desk.known, force, Part(person="manager"), desk.now):
        desk.tell(new)
    assert on(desk, Track.HANDLING) == [asked]
    assert on_shift(desk.known, force, Part(person="manager"), desk.now) == [], "once"


def test_what_is_taken_back_is_asked_of_the_same_people_again() -> None:
    desk = reported(actor("leader"), "harassment")
    desk.acknowledge("manager")
    assert on(desk, Track.AUTHORITY) == []
    desk.tell(e.CaseUnacknowledged(case_id="c", by=actor("manager")))
    assert on(desk, Track.AUTHORITY) == ["manager"]
    desk.breach(DeadlineName.AUTHORITY_RESPONSE)
    assert on(desk, Track.AUTHORITY) == ["boss"]


def test_the_simulator_asks_whom_the_router_will() -> None:
    report = Report.model_validate({"kind": "refund", "facts": "髙﨑①㈱🔥"})
    force = in_force(rules=[REFUND])
    asked = {
        who: [
            r.person.id
            for x in begin(force, submission(report, "form", reporter=who), T0).assigned
            for r in x.responders
        ]
        for who in ("", "manager")
    }
    assert asked == {"": ["manager"], "manager": ["boss"]}
