"""Laws of every calendar: in thirty zones over ten years, checked against a clock that is read minute by minute."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.times.calendar import Calendar
from services.router.domain.times.duration import Duration
from tests.unit.router.calendars import ZONES, business, calendars, durations, instants, lengths, patient

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
BUSY = ("00:00-00:20", "00:30-01:15", "01:45-02:10", "02:20-02:40", "03:00-12:00", "13:00-23:30", "23:40-24:00")


def minutes_open(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The same as `open_between` for whole minutes, by looking at the wall clock in each of them."""
    zone, count, at = ZoneInfo(calendar.zone), 0, start
    spans = {start.date() + n * DAY: calendar.spans(start.date() + n * DAY) for n in range(-2, (end - start).days + 3)}
    while at < end:
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        count += any(opens <= minute < closes for opens, closes in spans[local.date()])
        at += MINUTE
    return count * MINUTE


@cache
def changes(zone: str) -> list[datetime]:
    """When a zone changes its clock within ten years, to the quarter of an hour."""

    def offset(at: datetime) -> timedelta | None:
        return at.astimezone(ZoneInfo(zone)).utcoffset()

    days = [BEGIN + n * DAY for n in range((END - BEGIN).days)]
    quarters = [
        (at, at + 15 * MINUTE)
        for one, other in pairwise(days)
        if offset(one) != offset(other)
        for at in (one + n * 15 * MINUTE for n in range(96))
    ]
    return [other for one, other in quarters if offset(one) != offset(other)]


@pytest.mark.parametrize("zone", ZONES)
def test_a_minute_counts_exactly_when_the_wall_clock_shows_business_hours(zone: str) -> None:
    """All days of ten years on which a zone changes its clock, with hours that begin and end in gaps and overlaps.

    Seen to fail with spans turned into instants by `replace(tzinfo=...)`, which gives a gap away and takes the overlap once.
    """
    calendar = Calendar(zone=zone, hours={"mon-fri": BUSY, "sat-sun": BUSY}, holidays="none")
    for change in changes(zone):
        start, end = change - timedelta(hours=4), change + timedelta(hours=4)
        assert calendar.open_between(start, end) == minutes_open(calendar, start, end), change
        for minutes in range(0, 480, 11):
            at = start + minutes * MINUTE
            assert calendar.is_open_at(at) == (minutes_open(calendar, at, at + MINUTE) == MINUTE), at


@pytest.mark.parametrize("zone", ZONES)
def test_ten_years_are_the_sum_of_their_days(zone: str) -> None:
    """No day is lost or counted twice where months meet, and each opens by its wall clock unless the clock is changed.

    Seen to fail with the days of a month taken without one more on either side, and without cutting at its ends.
    """
    calendar = Calendar(zone=zone, hours={"mon-fri": ("00:00-01:00", "08:00-24:00"), "sat": ("10:00-16:00",)})
    local = ZoneInfo(zone)
    first, last = date(2020, 1, 1), date(2029, 12, 31)
    changed = {at.astimezone(local).date() + n * DAY for at in changes(zone) for n in (-1, 0, 1)}
    total = timedelta(0)
    for day in (first + n * DAY for n in range((last - first).days + 1)):
        openings = calendar.opening(day)
        total += sum((end - start for start, end in openings), timedelta(0))
        if day not in changed:
            wall = tuple((at.hour * 60 + at.minute) for o in openings for at in (x.astimezone(local) for x in o))
            assert wall == tuple(m % 1440 for span in calendar.spans(day) for m in span)
    begin, end = (datetime(d.year, d.month, d.day, tzinfo=local) for d in (first, last + DAY))
    assert calendar.open_between(begin, end) == total


@patient
@given(calendars(), instants, instants, instants)
def test_open_time_is_additive_and_never_more_than_time(
    calendar: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    """Seen to fail with `open_between` adding the last month once more."""
    a, b, c = sorted((one, two, three))
    whole = calendar.open_between(a, c)
    assert calendar.open_between(a, b) + calendar.open_between(b, c) == whole
    assert timedelta(0) <= whole <= c - a
    assert calendar.open_between(c, a) == timedelta(0)


@patient
@given(calendars(), instants, lengths.filter(bool))
def test_what_is_added_is_what_lies_between(calendar: Calendar, start: datetime, left: timedelta) -> None:
    """And it is the first such instant. Seen to fail with `add_open` taking nothing off for a month that is over."""
    due = calendar.add_open(start, left)
    assert calendar.open_between(start, due) == left
    assert calendar.open_between(start, due - timedelta.resolution) == left - timedelta.resolution


@patient
@given(calendars(), instants, instants, durations)
def test_who_begins_later_is_not_due_earlier(
    calendar: Calendar, one: datetime, two: datetime, duration: Duration
) -> None:
    """Seen to fail with `until` forgetting the opening under way."""
    early, late = sorted((one, two))
    assert calendar.add(early, duration) <= calendar.add(late, duration)
    assert calendar.add(early, duration) >= early


@patient
@given(calendars(), instants, business, st.integers(1, 5))
def test_more_is_never_due_earlier(calendar: Calendar, start: datetime, duration: Duration, more: int) -> None:
    """Seen to fail with `add_open` starting the next month with the whole instead of the rest."""
    longer = Duration(duration.amount + more, duration.unit)
    assert calendar.add(start, longer) > calendar.add(start, duration)


@patient
@given(calendars(), instants)
def test_the_next_opening_is_open_and_nothing_is_open_before(calendar: Calendar, at: datetime) -> None:
    """Seen to fail with `bisect_left` of `starts` in `Openings.next`: an opening under way was passed over."""
    opening = calendar.next_open(at)
    assert opening >= at
    assert calendar.is_open_at(opening)
    assert calendar.open_between(at, opening) == timedelta(0)
    assert calendar.is_open_at(at) == (opening == at)


@patient
@given(calendars(), instants)
def test_an_opening_ends_at_its_closing_and_not_later(calendar: Calendar, at: datetime) -> None:
    """Seen to fail with `bisect_right` in `Openings.reached`, due at the next opening, and with `bisect_left` in `Openings.next`."""
    day = calendar.next_open(at).astimezone(ZoneInfo(calendar.zone)).date()
    for start, end in calendar.opening(day):
        assert calendar.add_open(start, end - start) == end
        assert calendar.is_open_at(start)
        assert calendar.is_open_at(end - timedelta.resolution)
        assert calendar.is_open_at(end) == any(end == next_ for next_, _ in calendar.opening(day + DAY))


@patient
@given(calendars(), st.dates(date(2020, 1, 1), date(2029, 12, 30)))
def test_a_day_is_either_open_or_has_a_reason(calendar: Calendar, day: date) -> None:
    """Seen to fail with `closed` asked before `open` in `why_closed`."""
    assert bool(calendar.spans(day)) == (calendar.why_closed(day) is None)


def test_long_spans_cost_no_more_than_short_ones_once_known() -> None:
    """Bounds are far above what was measured (3 µs a call, 60 µs over ten years), far below counting day by day."""
    calendar, start = Calendar(), datetime(2026, 11, 20, 6, tzinfo=UTC)
    calendar.open_between(start, start + 3660 * DAY)

    def seconds(times: int, end: datetime) -> float:
        begun = perf_counter()
        for _ in range(times):
            calendar.open_between(start, end)
        return (perf_counter() - begun) / times

    assert min(seconds(1000, start + 30 * DAY) for _ in range(3)) < 0.000_1
    assert min(seconds(20, start + 3660 * DAY) for _ in range(3)) < 0.01
