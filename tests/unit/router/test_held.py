"""Somebody who is asked by name and then is away: who stands in is told, nobody waits for their return, nobody is told twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.router.domain.climb import lineup
from services.router.domain.climb.shift import on_shift
from services.router.domain.duty.attendance import Absence, Attendance, Presence
from services.router.domain.duty.schedule import Part
from shared.contracts import events as e
from shared.contracts.vocabulary import Urgency
from tests.unit.router.desk import T0, Desk, actor, in_force, priorities

DAY = timedelta(days=1)
TOKYO = ZoneInfo("Asia/Tokyo")
NIGHT = datetime(2026, 11, 25, 3, tzinfo=TOKYO).astimezone(UTC)
MORNING = datetime(2026, 11, 25, 9, tzinfo=TOKYO)
REQUEST = ("low", "one")  # P4: Ito is asked by name, in business hours, and `nobody_on_duty` is `hold`
ITO = Part(person="ito")


def away(who: str, substitute: str = "", since: datetime = T0, days: float = 14) -> Absence:
    return Absence(f"{who}-{substitute}", who, since, since + timedelta(days=days), substitute)


def told(*absences: Absence, presences: tuple[Presence, ...] = ()) -> Attendance:
    return Attendance(absences=absences, presences=presences)


def assigned(said: list[e.Event]) -> e.EscalationAssigned:
    (found,) = (x for x in said if isinstance(x, e.EscalationAssigned))
    return found


def test_a_first_page_waits_for_nobodys_return_from_leave() -> None:
    """Seen red: it waited two weeks, and no clock ran until then."""
    desk = Desk(in_force(told(away("ito"))))
    first = assigned(said := desk.submit(*REQUEST))
    assert (desk.paged(said), first.level, first.not_before, desk.awaited()) == (["leader"], 2, None, {"leader"})
    assert first.reasons[-1].ja == "最初に依頼する人がしばらく不在のため、次の段階に依頼します。"
    assert (desk.paged(desk.breach()), desk.known.exhausted) == (["last"], True)


def test_where_nobody_of_any_level_is_there_the_catch_all_is_asked() -> None:
    desk = Desk(in_force(told(away("ito"), away("leader"))))
    assert desk.paged(desk.submit(*REQUEST)) == ["last"]
    assert desk.paged(desk.breach()) == ["last"]


def test_what_is_in_no_hurry_waits_for_the_digest_all_the_same() -> None:
    desk = Desk(in_force(told(away("ito")), priorities=priorities(P4={"load": 3})))
    first = assigned(said := desk.submit(*REQUEST))
    assert (desk.paged(said), first.not_before) == (["leader"], datetime(2026, 11, 30, 9, tzinfo=TOKYO))


@pytest.mark.parametrize("cause", ["reassessed", "missing", "reopened"])
def test_whoever_asks_anew_waits_for_nobodys_return_either(cause: str) -> None:
    desk = Desk(in_force())
    desk.submit(*REQUEST)
    desk.force = in_force(told(away("ito"), away("sato"), away("suzuki")))
    if cause == "reassessed":
        again = desk.tell(e.CaseReassessed(case_id="c", by=actor("leader"), urgency=Urgency.HIGH))
    elif cause == "missing":
        desk.after(days=3)
        again = desk.tell(e.DeadlineMissing(case_id="c", since=T0, what="no clock"))
    else:
        desk.tell(e.CaseResolved(case_id="c", by=actor("leader"), handling="", result=""))
        again = desk.tell(e.CaseReopened(case_id="c", by=actor("leader"), reason=""))
    assert (desk.paged(again), assigned(again).not_before) == (["leader"], None)


def test_in_the_night_it_waits_for_the_morning_and_not_for_the_return() -> None:
    desk = Desk(in_force(told(away("ito"))), NIGHT)
    first = assigned(said := desk.submit(*REQUEST))
    assert (desk.paged(said), first.not_before) == (["leader"], MORNING)


@pytest.mark.parametrize(("hours", "asked"), [(5, "ito"), (24, "ito"), (25, "leader")])
def test_for_a_day_at_most_whoever_is_away_is_waited_for(hours: int, asked: str) -> None:
    """Seen red for 25 hours."""
    off = Presence("ito", "off", T0 + timedelta(hours=hours), since=T0)
    desk = Desk(in_force(told(presences=(off,))))
    first = assigned(said := desk.submit(*REQUEST))
    back = T0 + timedelta(hours=hours) if asked == "ito" else None
    assert (desk.paged(said), first.not_before) == ([asked], back)


def test_what_is_in_no_hurry_waits_for_the_first_business_hours_after_a_return() -> None:
    """Seen red: it went out in the night to Saturday, with the words that a shift begins then."""
    friday = datetime(2026, 11, 27, tzinfo=TOKYO)
    force = in_force(told(away("ito", since=friday, days=1)))
    first = assigned(Desk(force, friday + timedelta(hours=10)).submit(*REQUEST))
    assert (first.not_before, first.responders[0].person.id) == (datetime(2026, 11, 30, 9, tzinfo=TOKYO), "ito")
    assert first.reasons[-1].ja == "依頼する人が不在のため、11月30日 09:00 に連絡します。"
    gap = lineup.nobody(force, ITO, friday + timedelta(hours=10), friday)
    assert gap.ja.endswith("P3・P4 は 11月30日(月) 9:00 まで待ちます。")


def test_who_is_there_at_night_alone_is_asked_at_night_all_the_same() -> None:
    nights = {"people": ["sato"], "every": 1, "unit": "days", "start": "2026-11-23T09:00:00"}
    line = {"line": {"zone": "Asia/Tokyo", "layers": [{**nights, "only": [{"hours": "22:00-06:00"}]}]}}
    first = assigned(Desk(in_force(schedules=line)).submit("medium", "one"))
    assert first.not_before == datetime(2026, 11, 24, 22, tzinfo=TOKYO)
    assert first.reasons[-1].ja == "いまは当番の時間外のため、次の当番に 11月24日 22:00 に連絡します。"


def test_a_page_held_for_a_shift_keeps_the_other_track_from_asking_nobody_now() -> None:
    """Seen red: who is asked at once for what needs authority is on duty tomorrow too, and heard of it then."""
    days = {
        "people": ["boss"],
        "every": 1,
        "unit": "days",
        "start": "2026-11-23T09:00:00",
        "only": [{"hours": "09:00-18:00"}],
    }
    line = {"line": {"name": "日中の当番", "zone": "Asia/Tokyo", "layers": [days]}}
    desk = Desk(in_force(schedules=line, priorities=priorities(P1={"nobody_on_duty": "hold"})), NIGHT)
    handling, authority = (x for x in desk.submit() if isinstance(x, e.EscalationAssigned))
    assert (handling.not_before, authority.not_before) == (MORNING, None)
    assert [(r.person.id, r.paged_in) for r in authority.responders] == [("boss", 0)]
    assert {"boss"} == desk.awaited()


def test_what_is_said_of_a_gap_is_what_happens() -> None:
    force = in_force(told(away("ito")))
    then = lineup.nobody(force, ITO, T0, T0)
    assert then.ja.endswith("小林 純 さんに依頼します。P3・P4 は次の段階のいる人に依頼します。")
    assert then.en.endswith("P3, P4: the next level that is there is asked.")


def test_who_stands_in_for_somebody_away_is_asked_and_nobody_else() -> None:
    desk = Desk(in_force(told(away("ito", "suzuki"))))
    assert desk.paged(desk.submit(*REQUEST)) == ["suzuki"]


def test_an_absence_told_while_a_page_is_held_gives_it_to_who_stands_in() -> None:
    """Seen red: whoever is asked by name was looked at once, and not again."""
    desk = Desk(in_force(), NIGHT)
    desk.submit(*REQUEST)
    due = desk.known.deadlines
    force = in_force(told(away("ito", "suzuki")))
    new = assigned(said := on_shift(desk.known, force, ITO, desk.now))
    assert (desk.paged(said), new.not_before, new.deadlines) == (["suzuki"], MORNING, ())
    assert new.responders[0].reason.ja == "伊藤 さくら さん不在のため代理"
    assert new.reasons[0].ja == "依頼していた人が不在のため、代わりにお願いします（期限は変わりません）。"
    desk.tell(new)
    assert (desk.awaited(), desk.known.deadlines) == ({"suzuki"}, due)
    assert on_shift(desk.known, force, ITO, desk.now) == [], "once"


def test_who_stands_in_and_is_then_away_too_is_stood_in_for() -> None:
    desk = Desk(in_force(told(away("ito", "suzuki"))), NIGHT)
    desk.submit(*REQUEST)
    force = in_force(told(away("ito", "suzuki"), away("suzuki", "sato")))
    assert desk.paged(on_shift(desk.known, force, Part(person="suzuki"), desk.now)) == ["sato"]


@pytest.mark.parametrize(
    "attendance",
    [
        told(away("ito", "suzuki", since=NIGHT, days=0.1)),  # back before anybody is asked
        told(away("ito", "suzuki", since=NIGHT + 2 * DAY)),  # later than that
        told(away("ito")),  # nobody stands in: the clock of the answer climbs
        told(away("leader", "suzuki")),
    ],
    ids=["back by then", "away later", "no substitute", "somebody else"],
)
def test_nobody_else_is_told_otherwise(attendance: Attendance) -> None:
    desk = Desk(in_force(), NIGHT)
    desk.submit(*REQUEST)
    for who in ("ito", "leader", "suzuki"):
        assert on_shift(desk.known, in_force(attendance), Part(person=who), desk.now) == []


def test_who_has_answered_or_is_asked_in_a_schedule_is_left_alone() -> None:
    desk = Desk(in_force())
    desk.submit(*REQUEST)
    desk.acknowledge("ito")
    assert on_shift(desk.known, in_force(told(away("ito", "suzuki"))), ITO, desk.now) == []
    other = Desk(in_force())
    other.submit("critical", "one")
    force = in_force(told(away("sato", "ito")))
    assert on_shift(other.known, force, Part(person="sato"), other.now) == [], "the look at the schedule does that"


def test_whoever_is_asked_already_and_stands_in_is_not_called_a_second_time() -> None:
    """Seen red, for schedules as well: who stood in was called anew. The other track is told nothing anew either."""
    both = {"targets": [{"role": r, "path": "functional"} for r in ("responsible", "manager")]}
    changed = priorities(P1={"levels": [both]})
    desk = Desk(in_force(priorities=changed))
    desk.submit()
    said = on_shift(desk.known, in_force(told(away("boss", "manager")), priorities=changed), Part(person="boss"), T0)
    for one in said:
        desk.tell(one)
    assert (len(said), desk.paged(said), desk.awaited()) == (2, [], {"manager"})


def test_who_is_there_keeps_what_they_were_asked_for() -> None:
    desk = Desk(in_force(told(away("ito", "suzuki"))))
    desk.submit(*REQUEST)
    newer = in_force(told(away("ito", "suzuki"), away("ito", "sato")))
    assert on_shift(desk.known, newer, Part(person="suzuki"), desk.now) == []


def test_the_catch_all_is_asked_while_away_too() -> None:
    """As the answer to the absence says (services/router/domain/trial/consequences.py)."""
    desk = Desk(in_force(told(away("ito"), away("leader"))))
    desk.submit(*REQUEST)
    force = in_force(told(away("ito"), away("leader"), away("last", "suzuki")))
    assert on_shift(desk.known, force, Part(person="last"), desk.now) == []
