"""Calendars, durations and instants to try the rules of time on."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from services.router.domain.times.calendar import WEEKDAYS, Calendar, Days
from services.router.domain.times.duration import Duration

TOKYO = ZoneInfo("Asia/Tokyo")
ZONES = (
    "Asia/Tokyo",
    "America/St_Johns",
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/Santiago",  # changes at midnight
    "Africa/Casablanca",  # changes for Ramadan, its standard time being the later one
    "Asia/Kathmandu",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/Havana",  # changes at midnight
    "America/Asuncion",  # gave summer time up in 2024
    "America/Anchorage",
    "America/Nuuk",
    "Atlantic/Azores",
    "Africa/Cairo",  # took summer time up again in 2023
    "Asia/Amman",
    "Asia/Beirut",  # changes at midnight
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Chatham",  # 12:45 from UTC
    "Pacific/Apia",  # 13 hours from UTC, gave summer time up in 2021
)

patient = settings(deadline=None)  # holidays are worked out on first use, half a second for ten years
_moments = st.datetimes(datetime(2020, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))
instants = _moments | _moments.map(lambda at: at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0))
lengths = st.timedeltas(timedelta(0), timedelta(days=20)) | st.integers(0, 1920).map(
    lambda n: n * timedelta(minutes=15)
)
durations = st.builds(Duration, st.integers(1, 30), st.sampled_from(["m", "h", "d", "bh", "bd"]))
business = st.builds(Duration, st.integers(1, 30), st.sampled_from(["bh", "bd"]))


def jst(text: str) -> datetime:
    """An instant as people in Tokyo write it."""
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def _spans(minutes: list[int]) -> tuple[str, ...]:
    ordered = sorted(minutes)[: len(minutes) // 2 * 2]
    pairs = zip(ordered[::2], ordered[1::2], strict=True)
    return tuple(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in pairs)


spans = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(_spans)
days = st.dates(date(2020, 1, 1), date(2029, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any calendar that opens for some hours on one weekday at least, in any zone."""
    if draw(st.integers(0, 9)) == 0:
        return Calendar(always=True)
    hours: dict[Days, tuple[str, ...]] = draw(
        st.dictionaries(st.sampled_from([*WEEKDAYS, "mon-fri", "sat-sun"]), spans, max_size=6)
    )
    hours[draw(st.sampled_from(WEEKDAYS))] = draw(
        st.sampled_from([("09:00-18:00",), ("00:00-24:00",), ("00:00-07:15", "12:00-18:30")])
    )
    return Calendar(
        zone=draw(st.sampled_from(ZONES)),
        hours=hours,
        holidays=draw(st.sampled_from(["japan", "none"])),
        closed=draw(st.dictionaries(days, st.just("創立記念日"), max_size=5)),
        open=draw(st.dictionaries(days, spans, max_size=5)),
    )
