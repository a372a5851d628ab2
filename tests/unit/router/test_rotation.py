"""Turns go on by the wall clock: every instant is in exactly one turn, each hand-off happens once, nobody is skipped."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.router.domain.duty.rotation import Rotation, instant
from services.router.domain.duty.turns import Layer, Stretch
from tests.unit.router.duty import DAY, HOUR, ZONES, layer, rotation

SINCE, UNTIL = datetime(2025, 12, 30, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
UNITS = [("hours", 7), ("hours", 12), ("days", 1), ("days", 10), ("weeks", 1), ("months", 1), ("months", 5)]
TIMES = ["00:00", "00:30", "01:45", "02:30", "23:30"]  # some zone leaves each of them out, or shows it twice


def local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%m-%d %H:%M %z}"


def on_the_way(taking: Layer, found: Stretch) -> bool:
    """Whether a turn begins when the clock first shows its time, or jumps over it; read off the clock around it."""
    wanted = taking.rotation.local(found.turn)
    earlier, before, at = (
        (found.since - x).astimezone(taking.zone).replace(tzinfo=None) for x in (HOUR, SECOND, timedelta())
    )
    return before < wanted < at if at != wanted else wanted not in (before, earlier)


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=5, deadline=None)
@given(st.sampled_from(UNITS), st.integers(1, 31), st.sampled_from(TIMES))
@example(("days", 1), 1, "00:30")
@example(("days", 1), 1, "02:30")
def test_ten_years_of_turns_have_no_gap_and_no_overlap(zone: str, unit: tuple[str, int], day: int, time: str) -> None:
    """Stretches touch, count up by one, and begin at the wall-clock time.

    Seen red with: the second of two instants returned by `instant`; no search for the next existing one in it; months
    counted from the hand-off before the last in `Rotation.local`; the `break` left out in `_block`.
    """
    taking = layer(rotation(unit[1], unit[0], day, time), zone)
    found = [*taking.stretches(SINCE, UNTIL)]
    assert [x.turn for x in found] == list(range(len(found)))
    assert found[0].since == taking.whole[0]
    assert found[-1].until >= UNTIL
    assert all(one.until == other.since for one, other in pairwise(found))
    assert all(one.since < one.until for one in found)
    assert taking.rotation.elapsed or all(on_the_way(taking, x) for x in found)


@given(
    st.sampled_from(ZONES),
    st.sampled_from([("hours", 2), *UNITS]),
    st.datetimes(datetime(2026, 1, 2, 12), datetime(2035, 12, 1)),
)
@settings(deadline=None, max_examples=300)
def test_an_instant_is_in_the_turn_of_its_stretch(zone: str, unit: tuple[str, int], at: datetime) -> None:
    """One instant, its range, the ends of that range: all give the same turn, and the people follow each other.

    Seen red with: `bisect_left` for `bisect_right` in `Layer.turn`; the first correction left out in `Rotation.slot`.
    """
    taking, now = layer(rotation(unit[1], unit[0]), zone), at.replace(tzinfo=UTC)
    (found,) = taking.stretches(now, now + timedelta(microseconds=1))
    assert found.since <= now < found.until
    assert taking.turn(now) == taking.turn(found.since) == taking.turn(found.until - SECOND) == found.turn
    assert taking.turn(found.until) == found.turn + 1
    order, following = taking.order(now), taking.order(found.until)
    assert order[0] == "abc"[found.turn % 3]
    assert following == (*order[1:], order[0])


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 1)),
        ("Europe/Berlin", datetime(2026, 10, 25, 1)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30)),
        ("America/Santiago", datetime(2026, 4, 5, 3)),
        ("America/Santiago", datetime(2026, 9, 6, 4)),
        ("Africa/Casablanca", datetime(2026, 2, 15, 2)),
        ("Africa/Casablanca", datetime(2026, 3, 22, 2)),
    ],
)
@pytest.mark.parametrize("time", ["00:00", "00:30", "01:45", "02:15", "02:30", "23:30"])
def test_every_minute_around_a_change_of_the_clock_is_in_its_turn(zone: str, around: datetime, time: str) -> None:
    """Also the minutes that come twice: the hand-off has happened in the first of them.

    The turns begin 92 days before, so that the change lies where hand-offs begin to be worked out anew.
    Seen red with: the second correction left out in `Rotation.slot`; `bisect_left` for `bisect_right` in `Layer.turn`.
    """
    since = around.replace(tzinfo=UTC) - 3 * HOUR
    for days in (91, 92, 93):
        start = f"{since.astimezone(ZoneInfo(zone)).date() - days * DAY}T{time}"
        taking = layer(Rotation.model_validate({"people": [*"abc"], "unit": "days", "start": start}), zone)
        found = [*taking.stretches(since, since + 6 * HOUR)]
        assert 1 <= len(found) <= 2
        for minute in range(360):
            now = since + timedelta(minutes=minute)
            assert [taking.turn(now)] == [x.turn for x in found if x.since <= now < x.until]


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 2, 30), "03-29 03:00 +0200"),  # does not exist
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), "10-25 02:30 +0200"),  # comes twice: the first
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), "10-04 02:30 +1100"),  # half an hour is left out
        ("Australia/Lord_Howe", datetime(2026, 4, 5, 1, 45), "04-05 01:45 +1100"),
        ("America/Santiago", datetime(2026, 9, 6, 0, 30), "09-06 01:00 -0300"),  # midnight is left out
        ("America/Santiago", datetime(2026, 4, 4, 23, 30), "04-04 23:30 -0300"),
        ("Africa/Casablanca", datetime(2026, 2, 15, 2, 30), "02-15 02:30 +0100"),  # Ramadan: back, and forth again
        ("Africa/Casablanca", datetime(2026, 3, 22, 2, 30), "03-22 03:00 +0100"),
        ("America/Nuuk", datetime(2026, 3, 28, 23, 30), "03-29 00:00 -0100"),
        ("Asia/Tokyo", datetime(2026, 3, 29, 2, 30), "03-29 02:30 +0900"),
    ],
)
def test_a_time_that_is_left_out_is_the_next_instant_and_one_that_comes_twice_the_first(
    zone: str, wall: datetime, expected: str
) -> None:
    assert local(instant(wall, ZoneInfo(zone)), zone) == expected


def test_a_hand_off_that_does_not_exist_happens_once_and_the_days_around_keep_their_time() -> None:
    taking = layer(Rotation(people=("a", "b"), unit="days", start=datetime(2026, 3, 27, 2, 30)), "Europe/Berlin")
    found = [*taking.stretches(datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))]
    assert [local(x.since, "Europe/Berlin") for x in found] == [
        "03-28 02:30 +0100", "03-29 03:00 +0200", "03-30 02:30 +0200",
    ]  # fmt: skip


def test_hours_that_divide_a_day_keep_the_wall_clock_and_others_are_counted() -> None:
    """Over the change to summer time: 12 hours stay at nine and twenty-one, 36 hours move by one."""
    start = datetime(2026, 3, 28, 9)
    for every, expected in [
        (12, ["03-28 21:00", "03-29 09:00", "03-29 21:00"]),
        (24, ["03-29 09:00", "03-30 09:00", "03-31 09:00"]),
        (36, ["03-29 22:00", "03-31 10:00", "04-01 22:00"]),
    ]:
        taking = layer(Rotation(people=("a",), unit="hours", every=every, start=start), "Europe/Berlin")
        since = taking.whole[0]
        found = [x.since for x in taking.stretches(since, since + 4 * timedelta(hours=every))][1:4]
        assert [local(at, "Europe/Berlin")[:11] for at in found] == expected


def test_one_hour_turns_skip_nobody_when_an_hour_is_left_out() -> None:
    """Nobody's hour is the one from two to three in the morning of 29 March, which Berlin does not have.

    Seen red with one-hour turns by the wall clock in `Rotation.elapsed`.
    """
    taking = layer(rotation(1, "hours"), "Europe/Berlin")
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)
    found = [*taking.stretches(spring, spring + 2000 * HOUR)]
    assert {x.until - x.since for x in found} == {HOUR}
    assert [x.turn for x in found] == list(range(found[0].turn, found[0].turn + len(found)))


def test_months_keep_their_day_and_take_the_last_one_of_a_shorter_month() -> None:
    taking = layer(Rotation(people=("a", "b"), unit="months", start=datetime(2027, 12, 31, 9)))
    found = [*taking.stretches(datetime(2027, 12, 31, tzinfo=UTC), datetime(2028, 5, 1, tzinfo=UTC))]
    assert [local(x.since, "Asia/Tokyo")[:5] for x in found] == ["12-31", "01-31", "02-29", "03-31", "04-30"]


def test_nobody_has_the_turn_before_the_start_and_after_the_end() -> None:
    taking = layer(Rotation(people=("a",), start=datetime(2026, 1, 5, 9), until=datetime(2026, 1, 21, 9)))
    assert [taking.turn(datetime(2026, 1, d, h, tzinfo=UTC)) for d, h in [(4, 23), (5, 0), (20, 23), (21, 0)]] == [
        None, 0, 2, None,
    ]  # fmt: skip
    assert taking.order(datetime(9000, 1, 1, tzinfo=UTC)) == ()
    assert [*taking.stretches(datetime(1990, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC))] == []


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("people", [], "at least 1"),
        ("people", ["a"] * 51, "at most 50"),
        ("every", 0, "greater than or equal to 1"),
        ("unit", "years", "'hours', 'days', 'weeks' or 'months'"),
        ("start", "2026-01-05T09:00:00+09:00", "should not have timezone"),
        ("start", "9999-12-31T00:00:00", "2000 年から 2099 年"),
        ("start", "2026-02-30T09:00:00", "valid datetime"),
        ("until", "2026-01-05T09:00:00", "after start"),
        ("zone", "Asia/Tokio", "Asia/Tokio"),
        ("zone", "Asia", "Asia"),
        ("only", [{"hours": "25:00-09:00"}], "not a window"),
        ("only", [{"hours": "09:00"}], "時間帯ではありません"),
        ("only", [{"weekdays": ["月"]}], "'mon'"),
        ("only", [{"day": "mon"}], "Extra inputs"),
    ],
)
def test_what_makes_no_sense_is_refused(field: str, value: object, complaint: str) -> None:
    data = {"people": ["a"], "start": "2026-01-05T09:00:00", field: value}
    with pytest.raises(ValidationError) as refused:
        Rotation.model_validate(data)
    assert complaint in str(refused.value)
