"""Shifts over a range say what `on_duty` says at each instant; gaps are found; the load is counted by the wall clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.domain.duty.attendance import Absence, Attendance, Override
from services.router.domain.duty.rotation import Restriction, Rotation
from services.router.domain.duty.schedule import Duties, Part, Schedule, on_duty
from services.router.domain.duty.shifts import NOBODY, Load, Shift, fair_load, gaps, layers, shifts
from services.router.domain.times.calendar import Calendar
from shared.contracts.plan import Person, Reason

TOKYO = ZoneInfo("Asia/Tokyo")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 6, 1, 9, tzinfo=TOKYO).astimezone(UTC)
S = Part("s")
DAYS = Rotation(people=("a", "b"), start=datetime(2026, 1, 5, 9))
NIGHTS = Rotation(
    people=("c", "d"), unit="days", start=datetime(2026, 1, 5, 18), only=(Restriction(hours="18:00-09:00"),)
)
FREE = Rotation(
    people=("e", "f"),
    unit="days",
    start=datetime(2026, 1, 5, 9),
    only=(Restriction(holidays="only", hours="09:00-09:00"),),
)


def duties(*layers: Rotation, zone: str = "Asia/Tokyo") -> Duties:
    people = {p: Person(id=p, name=p.upper()) for p in "abcdef"}
    return Duties({"s": Schedule(zone=zone, layers=layers)}, people, {"office": Calendar()}, "office")


def told(found: tuple[Shift, ...]) -> list[str]:
    return [f"{x.person.id if x.person else '-'} {x.since.astimezone(TOKYO):%d %H}" for x in found]


def test_shifts_are_merged_and_cover_the_whole_range() -> None:
    known = duties(DAYS, NIGHTS)
    found = shifts(known, Attendance(), S, MONDAY, MONDAY + 2 * DAY)
    assert told(found) == ["b 01 09", "d 01 18", "b 02 09", "c 02 18"]
    assert (found[0].since, found[-1].until) == (MONDAY, MONDAY + 2 * DAY)
    alone = Rotation(people=("a",), start=datetime(2026, 1, 5, 9))
    assert len(shifts(duties(alone), Attendance(), S, MONDAY, MONDAY + 90 * DAY)) == 1
    assert shifts(known, Attendance(), S, MONDAY, MONDAY) == ()


def test_each_layer_by_itself_says_what_its_rotation_says_and_the_one_that_counts_comes_first() -> None:
    named = NIGHTS.model_copy(update={"name": "夜間"})
    (top, night), (name, day) = layers(duties(DAYS, named), "s", MONDAY, MONDAY + DAY)
    assert (top, told(night)) == ("夜間", ["- 01 09", "d 01 18"])
    assert (name, told(day)) == ("", ["b 01 09"])


def test_an_override_over_two_shifts_leaves_what_lies_around_it() -> None:
    known = duties(NIGHTS)
    plain = shifts(known, Attendance(), S, MONDAY, MONDAY + 3 * DAY)
    held = Attendance(overrides=(Override("o", "s", "f", MONDAY + 12 * HOUR, MONDAY + 36 * HOUR),))
    found = shifts(known, held, S, MONDAY, MONDAY + 3 * DAY)
    assert told(found) == ["- 01 09", "d 01 18", "f 01 21", "c 02 21", "- 03 09", "d 03 18"]
    assert [(x.since, x.until) for x in found[-2:]] == [(x.since, x.until) for x in plain[-2:]]
    assert shifts(known, Attendance(), S, MONDAY, MONDAY + 3 * DAY) == plain


def test_gaps_are_when_nobody_is_there() -> None:
    known = duties(NIGHTS)
    assert gaps(known, Attendance(), S, MONDAY, MONDAY + 2 * DAY) == (
        (MONDAY, MONDAY + 9 * HOUR),
        (MONDAY + DAY, MONDAY + 33 * HOUR),
    )
    all_away = tuple(Absence(p, p, MONDAY, MONDAY + DAY) for p in "ab")
    assert gaps(duties(DAYS), Attendance(all_away), S, MONDAY - DAY, MONDAY + 3 * DAY) == ((MONDAY, MONDAY + DAY),)
    assert gaps(known, Attendance(), Part("gone"), MONDAY, MONDAY + DAY) == ((MONDAY, MONDAY + DAY),)


@given(
    st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca"]),
    st.integers(0, 3600),
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 60), st.integers(1, 20)), max_size=4),
)
@settings(max_examples=30, deadline=None)
def test_the_union_of_shifts_is_the_whole_range_and_each_says_who_is_on_duty(
    zone: str, day: int, told_: list[tuple[str, int, int]]
) -> None:
    """No gap, no overlap, no two neighbours alike; the person of a shift is on duty from its first to its last instant.

    Seen red with: neighbours merged by person without looking at the reason; merged shifts that keep their old end;
    absences left out in `changes`.
    """
    known, since = duties(DAYS, NIGHTS, FREE, zone=zone), datetime(2026, 2, 1, tzinfo=UTC) + day * DAY
    absences = tuple(Absence("i", p, since + a * DAY, since + (a + n) * DAY) for p, a, n in told_)
    attendance, until = Attendance(absences), since + 60 * DAY
    found = shifts(known, attendance, S, since, until)
    assert (found[0].since, found[-1].until) == (since, until)
    for one, other in pairwise(found):
        assert one.until == other.since
        assert (one.person, one.reason) != (other.person, other.reason)
    for shift in found:
        for at in (shift.since, shift.since + (shift.until - shift.since) / 3, shift.until - timedelta(seconds=1)):
            duty = on_duty(known, attendance, S, at)
            expected = (duty.person, duty.reason) if duty else (None, NOBODY)
            assert (shift.person, shift.reason) == expected


def shift(person: str, since: str, until: str) -> Shift:
    begins, ends = (datetime.fromisoformat(f"2026-{x}").replace(tzinfo=TOKYO).astimezone(UTC) for x in (since, until))
    return Shift(begins, ends, Person(id=person, name=person), Reason(ja="当番", en="on duty"))


def test_the_load_counts_nights_and_free_time_by_the_wall_clock() -> None:
    """Sunday 3 May to Thursday 7 May 2026: public holidays up to Wednesday, the substitute holiday."""
    worked = [shift("a", "05-03T09:00", "05-07T09:00"), shift("b", "05-07T09:00", "05-07T22:30")]
    assert fair_load(worked, "Asia/Tokyo", Calendar()) == {
        "a": Load(96 * HOUR, 36 * HOUR, 87 * HOUR, 1),
        "b": Load(13.5 * HOUR, 0.5 * HOUR, timedelta(), 1),
    }
    assert fair_load(worked, "Asia/Tokyo")["a"].free == 15 * HOUR  # Sunday only
    assert fair_load(worked, "UTC")["b"].night == 7 * HOUR


def test_shifts_without_a_break_count_once_and_gaps_are_nobodys() -> None:
    worked = [shift("a", "06-02T09:00", "06-02T18:00"), shift("a", "06-01T09:00", "06-02T09:00")]
    hole = Shift(MONDAY, MONDAY + DAY, None, Reason(ja="当番なし", en="nobody on duty"))
    again = shift("a", "06-03T09:00", "06-03T10:00")
    loads = fair_load([*worked, hole, again], "Asia/Tokyo")
    assert {id_: (x.total, x.shifts) for id_, x in loads.items()} == {"a": (34 * HOUR, 2)}


def test_a_night_over_the_change_of_the_clock_counts_what_passed() -> None:
    since = datetime(2026, 3, 28, 21, tzinfo=UTC)  # 22:00 in Berlin, an hour before which is day
    night = Shift(since - HOUR, since + 9 * HOUR, Person(id="a", name="a"), Reason(ja="当番", en="on duty"))
    assert fair_load([night], "Europe/Berlin")["a"] == Load(10 * HOUR, 8 * HOUR, 10 * HOUR, 1)


def test_turns_share_the_load() -> None:
    known = duties(DAYS, NIGHTS, FREE)
    loads = fair_load(shifts(known, Attendance(), S, MONDAY, MONDAY + 52 * 7 * DAY), "Asia/Tokyo", Calendar())
    assert sum((x.total for x in loads.values()), timedelta()) == 52 * 7 * DAY
    assert abs(loads["c"].night - loads["d"].night) < 50 * HOUR
    assert loads["a"].free == loads["b"].free == timedelta()


@pytest.mark.parametrize("layers", [(DAYS, DAYS, DAYS), (DAYS, NIGHTS, FREE)])
def test_a_year_of_three_layers_is_quick(layers: tuple[Rotation, ...]) -> None:
    """50 ms and 100 µs are aimed at; the limits here are wider, for machines that are busy."""
    known = duties(*layers)
    shifts(known, Attendance(), S, MONDAY, MONDAY + DAY)
    began = process_time()
    found = shifts(known, Attendance(), S, MONDAY, MONDAY + 365 * DAY)
    took = process_time() - began
    assert took < 0.3
    began = process_time()
    for one in found:
        on_duty(known, Attendance(), S, one.since)
    assert (process_time() - began) / len(found) < 0.001
