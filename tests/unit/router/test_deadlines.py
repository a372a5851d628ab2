"""The algebra of deadlines by example: waits, more time, another priority, another calendar, warnings."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.router.domain.times.calendar import Calendar
from services.router.domain.times.deadlines import (
    Clock,
    counted,
    due,
    extended,
    paused,
    recounted,
    remaining,
    respanned,
    resumed,
    shortened,
    warn_at,
)
from services.router.domain.times.duration import Duration
from tests.unit.router.calendars import jst

OFFICE = Calendar()
LUNCH = Calendar(hours={"mon-fri": ("09:00-12:00", "13:00-18:00")})


def clock(span: str, since: str, used: timedelta = timedelta(0)) -> Clock:
    return Clock(Duration.parse(span), jst(since), used)


def test_a_wait_for_the_customer_costs_no_time() -> None:
    running = clock("1bd", "2026-11-19T15:00")
    waiting = paused(running, OFFICE, jst("2026-11-19T17:00"))
    assert waiting.used == timedelta(hours=2)
    assert remaining(waiting, OFFICE, jst("2026-12-25T12:00")) == timedelta(hours=7)  # nothing counts while it waits
    assert paused(waiting, OFFICE, jst("2026-11-20T12:00")) == waiting  # waiting twice is waiting
    again = resumed(waiting, jst("2026-11-25T11:00"))
    assert due(again, OFFICE) == jst("2026-11-25T18:00")
    assert resumed(again, jst("2026-11-25T12:00")) == again  # going on twice is going on


def test_a_wait_over_night_changes_nothing_of_business_time() -> None:
    running = clock("1bd", "2026-11-19T15:00")
    again = resumed(paused(running, OFFICE, jst("2026-11-19T19:00")), jst("2026-11-20T08:00"))
    assert due(again, OFFICE) == due(running, OFFICE)
    always = clock("24h", "2026-11-19T15:00")
    again = resumed(paused(always, OFFICE, jst("2026-11-19T19:00")), jst("2026-11-20T08:00"))
    assert due(again, OFFICE) == due(always, OFFICE) + timedelta(hours=13)


def test_a_deadline_that_was_used_up_is_due_at_once() -> None:
    late = clock("2bh", "2026-11-21T12:00", used=timedelta(hours=3))
    assert remaining(late, OFFICE, jst("2026-11-21T13:00")) == -timedelta(hours=1)
    assert due(late, OFFICE) == jst("2026-11-21T12:00")  # a Saturday: nothing is left that would have to count
    assert warn_at(late, OFFICE) is None


@pytest.mark.parametrize(
    ("span", "by", "sum_"),
    [
        ("5m", "10m", "15m"),
        ("5m", "1h", "65m"),
        ("30s", "1m", "90s"),
        ("1d", "12h", "36h"),
        ("1h", "1d", "25h"),
        ("1bd", "2bd", "3bd"),
        ("1bd", "2bh", "11bh"),
        ("3bh", "1bd", "12bh"),
    ],
)
def test_more_time_in_any_unit_of_the_same_kind(span: str, by: str, sum_: str) -> None:
    running = clock(span, "2026-11-19T15:00")
    longer = extended(running, Duration.parse(by), OFFICE)
    assert str(longer.span) == sum_
    assert due(longer, OFFICE) == OFFICE.add(due(running, OFFICE), Duration.parse(by))
    assert due(shortened(longer, Duration.parse(by), OFFICE), OFFICE) == due(running, OFFICE)


@pytest.mark.parametrize(("span", "by"), [("1bd", "2h"), ("60m", "1bd"), ("3bh", "1d"), ("30s", "1bh")])
def test_business_time_and_time_that_always_passes_are_not_added(span: str, by: str) -> None:
    with pytest.raises(
        ValueError, match=f"{span} の期限は .* で延長します: {by} / a deadline of {span} is extended in"
    ):
        extended(clock(span, "2026-11-19T15:00"), Duration.parse(by), OFFICE)


def test_an_absurd_extension_is_refused() -> None:
    running = clock("3000d", "2026-11-19T15:00")
    with pytest.raises(ValueError, match="at most 3660d"):
        extended(running, Duration.parse("1000d"), OFFICE)
    with pytest.raises(ValueError, match="more than nothing"):
        shortened(running, Duration.parse("3000d"), OFFICE)


def test_another_priority_keeps_the_time_that_was_used() -> None:
    p3 = clock("60m", "2026-11-20T17:00")
    at = jst("2026-11-20T17:40")
    assert due(respanned(p3, Duration.parse("15m"), OFFICE, at), OFFICE) == at  # used up: due now, never before now
    assert due(respanned(p3, Duration.parse("4h"), OFFICE, at), OFFICE) == jst("2026-11-20T21:00")
    p4 = respanned(p3, Duration.parse("1bd"), OFFICE, at)
    assert p4.used == timedelta(minutes=40)  # as it is, although the new span counts by the calendar
    assert due(p4, OFFICE) == jst("2026-11-24T17:00")


def test_another_priority_during_a_wait_does_not_end_the_wait() -> None:
    waiting = paused(clock("60m", "2026-11-20T10:00"), OFFICE, jst("2026-11-20T10:20"))
    changed = respanned(waiting, Duration.parse("30m"), OFFICE, jst("2026-11-20T15:00"))
    assert counted(changed, OFFICE, jst("2026-11-20T16:00")) == timedelta(minutes=20)
    assert due(resumed(changed, jst("2026-11-20T17:00")), OFFICE) == jst("2026-11-20T17:10")


def test_a_new_holiday_moves_what_is_left_and_nothing_else() -> None:
    running = clock("2bd", "2026-11-19T15:00")
    at = jst("2026-11-19T17:00")
    closed = OFFICE.model_copy(update={"closed": {date(2026, 11, 20): "創立記念日"}})
    moved = recounted(running, OFFICE, closed, at)
    assert moved.used == timedelta(hours=2)
    assert due(running, OFFICE) == jst("2026-11-24T15:00")
    assert due(moved, closed) == jst("2026-11-25T15:00")


def test_shorter_days_take_nothing_from_what_was_left() -> None:
    running = clock("1bd", "2026-11-19T09:00")
    at = jst("2026-11-19T17:30")
    moved = recounted(running, OFFICE, LUNCH, at)  # nine hours a day become eight, eight and a half were used
    assert str(moved.span) == "9bh"
    assert remaining(moved, LUNCH, at) == timedelta(minutes=30)
    assert due(moved, LUNCH) == jst("2026-11-19T18:00")


def test_a_calendar_does_not_matter_to_time_that_always_passes() -> None:
    running = clock("4h", "2026-11-20T17:00")
    assert recounted(running, OFFICE, Calendar(hours={}), jst("2026-11-20T18:00")) == running
    assert due(running, Calendar(hours={})) == jst("2026-11-20T21:00")


def test_the_warning_is_measured_in_time_that_counts() -> None:
    """Zammad reminded at midnight and on weekends; four fifths of the wall time to Tuesday 15:00 would be Monday night."""
    assert warn_at(clock("1bd", "2026-11-20T15:00"), OFFICE) == jst("2026-11-24T13:12")
    assert warn_at(clock("1bd", "2026-11-21T02:00"), OFFICE) == jst("2026-11-24T16:12")
    assert warn_at(clock("60m", "2026-11-20T23:30"), OFFICE) == jst("2026-11-21T00:18")
    assert warn_at(clock("60m", "2026-11-20T23:30"), OFFICE, share=0.5) == jst("2026-11-21T00:00")


def test_a_warning_is_not_given_when_it_would_be_no_use_and_not_missed_when_late() -> None:
    assert warn_at(clock("119s", "2026-11-20T15:00"), OFFICE) is None
    assert warn_at(clock("2m", "2026-11-20T15:00"), OFFICE) == jst("2026-11-20T15:01:36")
    nearly = clock("60m", "2026-11-20T15:00", used=timedelta(minutes=55))
    assert warn_at(nearly, OFFICE) == jst("2026-11-20T15:00")


def test_instants_of_one_zone_are_subtracted_as_instants() -> None:
    """Seen to fail without turning `since` and `at` into UTC: across a clock change an hour was missing."""
    zone = ZoneInfo("America/New_York")
    before, after = (datetime(2026, 11, 1, hour, tzinfo=UTC).astimezone(zone) for hour in (4, 9))
    assert counted(Clock(Duration.parse("1d"), before), OFFICE, after) == timedelta(hours=5)
