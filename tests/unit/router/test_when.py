"""When people are asked: at once, in business hours, with their shift, or with the weekly digest; and at a change of shift."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.router.domain.climb.shift import on_shift
from services.router.domain.duty.attendance import Absence, Attendance
from services.router.domain.duty.schedule import Part
from shared.contracts import events as e
from shared.contracts.case import evolve
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel, DeadlineName, Impact, Track
from tests.unit.router.desk import BASE, NAMES, T0, Desk, actor, in_force, priorities, step

TOKYO = ZoneInfo("Asia/Tokyo")
NIGHT = datetime(2026, 11, 25, 3, tzinfo=TOKYO).astimezone(UTC)
MORNING = datetime(2026, 11, 25, 9, tzinfo=TOKYO)
MONDAY = datetime(2026, 11, 30, 9, tzinfo=TOKYO)
WHY = {"ja": "急ぎません", "en": "in no hurry"}
FIRST = DeadlineName.FIRST_RESPONSE
LINE = Part(schedule="line")
LAYER = {"people": ["sato", "suzuki"], "unit": "days", "start": "2026-11-23T09:00:00"}
OFFICE_ONLY = {
    "line": {
        "zone": "Asia/Tokyo",
        "layers": [
            {
                "people": ["sato", "suzuki"],
                "every": 7,
                "unit": "days",
                "start": "2026-11-23T09:00:00",
                "only": [{"weekdays": ["mon", "tue", "wed", "thu", "fri"], "hours": "09:00-18:00"}],
            }
        ],
    }
}


def unreachable(who: str, round_: int) -> e.NotificationUnreachable:
    person = Person(id=who, name=NAMES[who])
    return e.NotificationUnreachable(case_id="c", person=person, round=round_, track=Track.HANDLING, code="no-contact")


def assigned(said: list[e.Event]) -> list[e.EscalationAssigned]:
    return [x for x in said if isinstance(x, e.EscalationAssigned)]


def test_what_can_wait_for_business_hours_wakes_nobody_and_its_clock_begins_then() -> None:
    desk = Desk(in_force(), NIGHT)
    (asked,) = assigned(desk.submit("medium", "one", kind="defect"))
    assert asked.not_before == MORNING
    assert desk.known.deadlines[FIRST].due == MORNING + timedelta(hours=1)
    assert asked.reasons[-1].ja == "営業時間まで待てる優先度のため、11月25日 09:00 に連絡します。"
    assert "business hours: pages go out at 2026-11-25 09:00" in asked.reasons[-1].en


def test_what_is_urgent_does_not_wait_for_business_hours() -> None:
    desk = Desk(in_force(), NIGHT)
    assert [x.not_before for x in assigned(desk.submit())] == [None, None]


def test_in_business_hours_nothing_waits() -> None:
    desk = Desk(in_force())
    assert [x.not_before for x in assigned(desk.submit("medium", "one"))] == [None]


def test_a_climb_at_night_waits_too_where_the_load_lets_it() -> None:
    desk = Desk(in_force())
    desk.submit("medium", "one")
    desk.now = NIGHT
    (climbed,) = assigned(desk.breach())
    assert (desk.paged([climbed]), climbed.not_before) == (["leader"], MORNING)


def test_requests_for_the_digest_are_asked_about_on_monday_morning() -> None:
    desk = Desk(in_force(priorities=priorities(P4={"load": 3})))
    (asked,) = assigned(desk.submit("low", "one"))
    assert asked.not_before == datetime(2026, 11, 30, 9, tzinfo=TOKYO)
    assert asked.reasons[-1].ja == "急ぎではないため、11月30日 09:00 の週次のまとめでお知らせします。"


def test_nobody_on_duty_holds_until_the_shift_where_the_policy_says_so() -> None:
    force = in_force(schedules=OFFICE_ONLY, priorities=priorities(P2={"nobody_on_duty": "hold"}))
    (asked,) = assigned(Desk(force, NIGHT).submit("critical", "one"))
    assert (asked.not_before, asked.responders[0].person.id) == (MORNING, "sato")
    assert "次の当番に 11月25日 09:00 に" in asked.reasons[-1].ja


def test_nobody_on_duty_asks_the_catch_all_now_where_the_policy_says_so() -> None:
    (asked,) = assigned(Desk(in_force(schedules=OFFICE_ONLY), NIGHT).submit("critical", "one"))
    assert (asked.not_before, asked.responders[0].person.id) == (None, "last")
    assert "当番がいない" in asked.responders[0].reason.ja


def away(who: str, hours: int = 14 * 24) -> Attendance:
    return Attendance(absences=(Absence(who, who, T0, T0 + timedelta(hours=hours)),))


def test_a_climb_waits_for_no_shift_and_for_nobodys_return_but_asks_the_next_one_who_is_there() -> None:
    """Seen red: the leader was to be asked when they came back, two weeks later, and nothing climbed until then."""
    levels = [step("second_line"), step("leader"), step("manager")]
    desk = Desk(in_force(away("leader"), priorities=priorities(P3={"levels": levels})))
    desk.submit("medium", "one")
    (climbed,) = assigned(desk.breach())
    assert (desk.paged([climbed]), climbed.level, climbed.not_before) == (["manager"], 3, None)


def test_a_climb_that_finds_nobody_there_comes_to_the_catch_all() -> None:
    desk = Desk(in_force(away("leader")))
    desk.submit("medium", "one")
    said = desk.breach()
    (climbed,) = assigned(said)
    assert (desk.paged(said), climbed.level, climbed.not_before) == (["last"], 3, None)
    assert desk.known.exhausted


def test_where_all_levels_are_asked_again_those_who_are_there_are_asked_before_the_catch_all() -> None:
    desk = Desk(in_force(away("leader"), priorities=priorities(P3={"repeat": 1})))
    desk.submit("medium", "one")
    assert [desk.paged(desk.breach()) for _ in range(2)] == [["sato"], ["last"]]


def test_the_night_is_waited_for_and_whoever_is_there_in_the_morning_is_asked() -> None:
    desk = Desk(in_force(away("leader", hours=22)))  # back at eight
    desk.submit("medium", "one")
    desk.now = NIGHT
    (climbed,) = assigned(desk.breach())
    assert (desk.paged([climbed]), climbed.not_before) == (["leader"], MORNING)


def test_whom_nothing_reaches_is_replaced_by_somebody_who_is_there() -> None:
    desk = Desk(in_force(away("leader")))
    desk.submit("medium", "one")
    (climbed,) = assigned(desk.tell(unreachable("sato", 1)))
    assert (desk.paged([climbed]), climbed.not_before) == (["last"], None)


def test_a_later_clock_climbs_past_whoever_is_away_too() -> None:
    desk = Desk(in_force(away("leader")))
    desk.submit("medium", "one")
    desk.acknowledge("sato")
    assert desk.paged(desk.breach(DeadlineName.FIRST_HANDLING)) == ["last"]


def test_a_change_of_shift_calls_the_incoming_person_once_and_the_deadlines_stay() -> None:
    desk = Desk(in_force())
    desk.submit("critical", "one")
    due = desk.known.deadlines[FIRST].due
    desk.force = in_force(Attendance(absences=(Absence("a1", "sato", desk.now, desk.now + timedelta(days=1), "ito"),)))
    (handed,) = said = on_shift(desk.known, desk.force, LINE, desk.now)
    assert desk.paged(said) == ["ito"]
    desk.case = evolve(desk.known, handed, desk.now)
    assert desk.known.deadlines[FIRST].due == due
    assert on_shift(desk.known, desk.force, LINE, desk.now) == []
    assert desk.awaited() == {"ito"}


def test_a_change_of_shift_leaves_the_others_of_the_level_as_they_are() -> None:
    both = {"targets": [{"role": r, "path": "functional"} for r in ("second_line", "department")]}
    desk = Desk(in_force(priorities=priorities(P2={"levels": [both]})))
    desk.submit("critical", "one")
    away = Absence("a1", "sato", desk.now, desk.now + timedelta(days=1), "leader")
    said = on_shift(desk.known, in_force(Attendance(absences=(away,))), LINE, desk.now)
    assert desk.paged(said) == ["leader"]
    desk.case = evolve(desk.known, said[0], desk.now)
    assert desk.awaited() == {"leader", "ito"}
    assert desk.known.is_awaited("ito", 1)
    assert desk.known.is_awaited("leader", 2)


def test_what_waits_for_its_hour_is_not_handed_on_by_the_shifts_in_between() -> None:
    daily = {"line": {"zone": "Asia/Tokyo", "layers": [{**LAYER, "every": 1}]}}
    friday_evening = datetime(2026, 11, 27, 19, tzinfo=TOKYO).astimezone(UTC)
    desk = Desk(in_force(schedules=daily), friday_evening)
    (held,) = assigned(desk.submit("medium", "one"))
    assert held.not_before == datetime(2026, 11, 30, 9, tzinfo=TOKYO)
    for hours in (14, 38):  # Saturday and Sunday, when others have the turn
        assert on_shift(desk.known, desk.force, LINE, friday_evening + timedelta(hours=hours)) == []


def test_an_absence_told_meanwhile_changes_who_will_be_asked_and_still_nobody_is_woken() -> None:
    desk = Desk(in_force(), NIGHT)
    (held,) = assigned(desk.submit("medium", "one"))
    away = Absence("a1", held.responders[0].person.id, MORNING, MORNING + timedelta(days=1), "ito")
    (changed,) = on_shift(desk.known, in_force(Attendance(absences=(away,))), LINE, desk.now)
    assert isinstance(changed, e.EscalationAssigned)
    assert (desk.paged([changed]), changed.not_before) == (["ito"], MORNING)


def test_a_change_of_shift_asks_nobody_about_a_case_that_somebody_has() -> None:
    desk = Desk(in_force())
    desk.submit("critical", "one")
    desk.acknowledge("sato")
    away = Absence("a1", "sato", desk.now, desk.now + timedelta(days=1), "ito")
    assert on_shift(desk.known, in_force(Attendance(absences=(away,))), LINE, desk.now) == []


def test_the_small_organisation_is_what_these_tests_think_it_is() -> None:
    assert BASE["schedules"]["line"]["layers"][0]["people"][0] == "sato"


def test_what_waits_for_the_digest_is_told_in_its_ticket_alone_until_it_climbs() -> None:
    row = {"load": 3, "channels": ["chat", "ticket"]}
    desk = Desk(in_force(priorities=priorities(P4=row)))
    (first,) = assigned(desk.submit("low", "one"))
    (climbed,) = assigned(desk.breach())
    assert (first.channels, Channel.CHAT in climbed.channels) == ((Channel.TICKET,), True)
    (usual,) = assigned(Desk(in_force(priorities=priorities(P4={**row, "load": 2}))).submit("low", "one"))
    assert usual.channels == (Channel.CHAT, Channel.TICKET)


def to_digest() -> Desk:
    """A P4 that waits for Monday's digest, by a rule for what is in no hurry."""
    rule = {"id": "wish", "when": [{"kind": ["other"], "impact": ["one"]}], "then": {"load": 3}, "reason": WHY}
    desk = Desk(in_force(rules=[rule]))
    (held,) = assigned(desk.submit("low", "one", kind="other"))
    assert held.not_before == MONDAY
    return desk


def test_what_is_taken_out_of_the_digest_is_asked_about_in_the_next_business_hours() -> None:
    """Seen red: Monday's digest told of it no more, and nobody was told of it before."""
    desk = to_digest()
    desk.now = NIGHT
    (asked,) = assigned(desk.tell(e.CaseReassessed(case_id="c", by=actor("leader"), impact=Impact.SOME)))
    assert (desk.paged([asked]), asked.priority, asked.not_before) == (["ito"], "P4", MORNING)
    assert desk.known.deadlines[FIRST].due == MORNING + timedelta(hours=1)


def test_who_has_been_told_is_not_told_again_because_the_load_is_another() -> None:
    desk = to_digest()
    desk.now = MONDAY.astimezone(UTC) + timedelta(minutes=10)
    assert assigned(desk.tell(e.CaseReassessed(case_id="c", by=actor("leader"), impact=Impact.SOME))) == []


def test_nobody_is_asked_about_what_somebody_has_taken_out_of_the_digest() -> None:
    desk = to_digest()
    desk.acknowledge("ito")
    assert assigned(desk.tell(e.CaseReassessed(case_id="c", by=actor("leader"), impact=Impact.SOME))) == []
