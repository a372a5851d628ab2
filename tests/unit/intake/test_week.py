"""A week of a schedule as a picture: bars that touch where shifts do, whatever the clocks of the place do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from services.intake.domain.week import WIDTH, Shift, bars, week_of
from shared.contracts.plan import Person, Reason

HOUR = timedelta(hours=1)
WHY = Reason(ja="当番", en="on duty")
ZONES = [ZoneInfo(name) for name in ("Asia/Tokyo", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC")]


def shift(person: str, since: datetime, hours: float) -> Shift:
    who = Person(id=person, name=person) if person else None
    return Shift(since=since, until=since + hours * HOUR, person=who, reason=WHY)


def test_a_week_begins_on_the_monday_of_the_reader_and_a_changed_clock_makes_a_day_shorter() -> None:
    tokyo = week_of(datetime(2026, 11, 29, 15, 30, tzinfo=UTC), ZONES[0])
    assert tokyo.begins.isoformat() == "2026-11-30T00:00:00+09:00"
    assert (tokyo.monday(-1), tokyo.monday(1)) == ("2026-11-23", "2026-12-07")
    berlin = week_of(datetime(2026, 3, 29, 12, tzinfo=UTC), ZONES[1])
    assert (berlin.ends.astimezone(UTC) - berlin.begins.astimezone(UTC)) == 167 * HOUR
    assert [berlin.place(day) for day in berlin.days][-2:] == [round(WIDTH * 144 / 167), WIDTH]


def test_what_is_outside_is_cut_off_and_nobody_has_no_colour() -> None:
    week = week_of(datetime(2026, 11, 30, tzinfo=UTC), UTC)
    told = [shift("a", week.begins - 9 * HOUR, 33), shift("", week.begins + 24 * HOUR, 12), shift("b", week.ends, 5)]
    drawn = bars(week, told, ["b", "a"])
    assert [(bar.left, bar.width, bar.colour) for bar in drawn] == [(0, 140, 1), (140, 70, None)]


@given(
    some.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)),
    some.sampled_from(ZONES),
    some.lists(some.floats(0.1, 90)),
)
def test_bars_touch_as_shifts_do_and_stay_within_the_picture(at: datetime, zone: ZoneInfo, hours: list[float]) -> None:
    week = week_of(at.replace(tzinfo=UTC), zone)
    assert week.begins <= at.replace(tzinfo=UTC) < week.ends
    told, since = [], week.begins.astimezone(UTC)
    for number, length in enumerate(hours):
        told.append(shift(f"p{number}", since, length))
        since = told[-1].until
    drawn = bars(week, told, [])
    assert all(bar.left >= 0 and bar.left + bar.width <= WIDTH for bar in drawn)
    assert all(one.left + one.width == other.left for one, other in pairwise(drawn))
