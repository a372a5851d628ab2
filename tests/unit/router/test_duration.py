"""Business time: Japanese holidays, nights and weekends do not count, and nothing is lost by a wait."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.duration import Calendar, Duration

TOKYO = ZoneInfo("Asia/Tokyo")
CALENDAR = Calendar()
instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
spans = st.timedeltas(timedelta(seconds=1), timedelta(days=30))


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("start", "span", "due"),
    [
        ("2026-11-19T15:00", "1bd", "2026-11-20T15:00"),  # Thursday → Friday
        ("2026-11-20T15:00", "1bd", "2026-11-24T15:00"),  # Friday → over the weekend and 勤労感謝の日
        ("2026-11-21T12:00", "1bd", "2026-11-24T18:00"),  # Saturday counts from the next opening
        ("2026-11-19T20:00", "2bh", "2026-11-20T11:00"),
        ("2026-05-01T17:00", "2bh", "2026-05-07T10:00"),  # ゴールデンウィーク with 振替休日
        ("2026-11-19T23:59", "5m", "2026-11-20T00:04"),
        ("2026-11-19T23:59", "30s", "2026-11-19T23:59:30"),
        ("2026-11-19T10:00", "2d", "2026-11-21T10:00"),
    ],
)
def test_a_duration_ends_when_people_expect_it(start: str, span: str, due: str) -> None:
    assert CALENDAR.add(jst(start), Duration.parse(span)) == jst(due)


@pytest.mark.parametrize("text", ["", "5", "5 minutes", "-5m", "0m", "1w", "m5", "５m", "1e3s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    if text == "５m":
        assert Duration.parse(text).amount == 5  # full-width digits are how people type them
        return
    with pytest.raises(ValueError, match="not a duration"):
        Duration.parse(text)


@given(instants, spans)
def test_what_is_added_is_what_lies_between(start: datetime, left: timedelta) -> None:
    due = CALENDAR.add_open(start, left)
    assert CALENDAR.open_between(start, due) == left


@given(instants, spans, spans, st.sampled_from(["4h", "2bd"]))
def test_a_wait_costs_no_time(start: datetime, spent: timedelta, waited: timedelta, span: str) -> None:
    duration = Duration.parse(span)
    due = CALENDAR.add(start, duration)
    paused = min(start + spent, due)
    resumed = paused + waited
    moved = CALENDAR.moved(due, paused, resumed, duration)
    if duration.business:
        assert CALENDAR.open_between(resumed, moved) == CALENDAR.open_between(paused, due)
    else:
        assert moved - resumed == due - paused
