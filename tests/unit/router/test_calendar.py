"""Business calendars by example: breaks, holidays, company days, midnight, and what is refused."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from pydantic import ValidationError

from services.router.domain.times.calendar import Calendar
from services.router.domain.times.duration import Duration
from shared.contracts.plan import Reason
from tests.unit.router.calendars import jst

OFFICE = Calendar()
LUNCH = Calendar(hours={"mon-fri": ("09:00-12:00", "13:00-18:00")})
SHOP = Calendar(hours={"mon-fri": ("10:00-19:00",), "wed": (), "sat-sun": ("10:00-16:00",)}, holidays="none")
NIGHT = Calendar(hours={"mon": ("22:00-24:00",), "tue": ("00:00-06:00",)}, holidays="none")


@pytest.mark.parametrize(
    ("calendar", "start", "span", "due"),
    [
        (OFFICE, "2026-11-19T15:00", "1bd", "2026-11-20T15:00"),  # Thursday → Friday
        (OFFICE, "2026-11-20T15:00", "1bd", "2026-11-24T15:00"),  # Friday → over the weekend and 勤労感謝の日
        (OFFICE, "2026-11-21T12:00", "1bd", "2026-11-24T18:00"),  # Saturday counts from the next opening
        (OFFICE, "2026-11-19T20:00", "2bh", "2026-11-20T11:00"),
        (OFFICE, "2026-05-01T17:00", "2bh", "2026-05-07T10:00"),  # ゴールデンウィーク with 振替休日
        (OFFICE, "2026-09-18T17:00", "2bh", "2026-09-24T10:00"),  # 敬老の日, 国民の休日, 秋分の日
        (OFFICE, "2026-11-19T23:59", "5m", "2026-11-20T00:04"),
        (OFFICE, "2026-11-19T23:59", "30s", "2026-11-19T23:59:30"),
        (OFFICE, "2026-11-19T10:00", "2d", "2026-11-21T10:00"),
        (OFFICE, "2026-11-19T17:00", "1bh", "2026-11-19T18:00"),  # at closing, not at the next opening
        (LUNCH, "2026-11-19T11:30", "1bh", "2026-11-19T13:30"),
        (LUNCH, "2026-11-19T12:15", "15m", "2026-11-19T12:30"),
        (LUNCH, "2026-11-19T11:30", "1bd", "2026-11-20T11:30"),
        (SHOP, "2026-11-17T18:00", "2bh", "2026-11-19T11:00"),  # Wednesdays off
        (SHOP, "2026-11-20T18:00", "2bh", "2026-11-21T11:00"),  # Saturdays work
        (NIGHT, "2026-11-16T23:30", "1bh", "2026-11-17T00:30"),  # across midnight, no minute lost
        (NIGHT, "2026-11-17T05:00", "2bh", "2026-11-23T23:00"),
    ],
)
def test_a_duration_ends_when_people_expect_it(calendar: Calendar, start: str, span: str, due: str) -> None:
    found = calendar.add(jst(start), Duration.parse(span))
    assert found == jst(due)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "ja", "en"),
    [
        ("2026-05-03", "祝日「憲法記念日」", "public holiday: Constitution Memorial Day"),  # on a Sunday
        ("2026-05-09", "土日", "weekend"),
        ("2026-05-04", "祝日「みどりの日」", "public holiday: Greenery Day"),
        ("2026-05-05", "祝日「こどもの日」", "public holiday: Children's Day"),
        ("2026-05-06", "祝日「振替休日（憲法記念日）」", "public holiday: substitute for Constitution Memorial Day"),
        ("2026-09-21", "祝日「敬老の日」", "public holiday: Respect for the Aged Day"),
        ("2026-09-22", "祝日「国民の休日」", "public holiday: Citizens' Holiday"),
        ("2026-09-23", "祝日「秋分の日」", "public holiday: Autumnal Equinox Day"),
        ("2027-03-22", "祝日「振替休日（春分の日）」", "public holiday: substitute for Vernal Equinox Day"),
        ("2020-07-24", "祝日「スポーツの日」", "public holiday: Sports Day"),  # moved for the Olympic Games
        ("2026-12-29", "会社休日「年末年始」", "company holiday: 年末年始"),
    ],
)
def test_a_day_off_has_its_reason(day: str, ja: str, en: str) -> None:
    calendar = Calendar(closed={date(2026, 12, 29): "年末年始"})
    assert calendar.why_closed(date.fromisoformat(day)) == Reason(ja=ja, en=en)
    assert calendar.opening(date.fromisoformat(day)) == ()


def test_every_japanese_holiday_has_an_english_name() -> None:
    """Seen to fail with any line of the table taken out."""
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(12 * 366)]
    everyday = Calendar(hours={"mon-fri": ("09:00-18:00",), "sat-sun": ("09:00-18:00",)})
    reasons = [reason for day in days if (reason := everyday.why_closed(day))]
    assert len({reason.ja for reason in reasons}) > 16
    assert all(reason.en.isascii() for reason in reasons)


def test_a_working_day_has_no_reason_to_be_closed() -> None:
    assert OFFICE.why_closed(date(2026, 11, 20)) is None
    assert SHOP.why_closed(date(2026, 11, 18)) == Reason(ja="定休日（水曜日）", en="closed on Wednesdays")
    assert Calendar(holidays="none").why_closed(date(2026, 9, 22)) is None


def test_an_extra_opening_wins_over_everything() -> None:
    day = date(2026, 11, 23)  # 勤労感謝の日
    calendar = Calendar(closed={day: "棚卸し"}, open={day: ("10:00-15:00",), date(2026, 11, 22): ("10:00-12:00",)})
    assert calendar.why_closed(day) is None
    assert calendar.opening(day) == ((jst("2026-11-23T10:00"), jst("2026-11-23T15:00")),)
    assert calendar.open_between(jst("2026-11-20T18:00"), jst("2026-11-24T09:00")) == timedelta(hours=7)


def test_breaks_and_closing_time_are_not_open() -> None:
    assert [LUNCH.is_open_at(jst(f"2026-11-19T{t}")) for t in ("08:59:59", "09:00", "11:59:59", "12:00", "13:00", "18:00")] == [
        False, True, True, False, True, False,
    ]  # fmt: skip
    assert LUNCH.next_open(jst("2026-11-19T12:30")) == jst("2026-11-19T13:00")
    assert LUNCH.next_open(jst("2026-11-19T13:30")) == jst("2026-11-19T13:30")
    assert LUNCH.next_open(jst("2026-11-20T18:00")) == jst("2026-11-24T09:00")
    assert len(LUNCH.opening(date(2026, 11, 19))) == 2


def test_no_minute_is_lost_at_midnight() -> None:
    """Zammad counted 00:00-23:59 as a whole day and lost the last minute."""
    round_the_clock = Calendar(hours={"mon-fri": ("00:00-24:00",), "sat-sun": ("00:00-24:00",)}, holidays="none")
    start = jst("2026-11-19T23:59")
    assert round_the_clock.is_open_at(jst("2026-11-19T23:59:59"))
    assert round_the_clock.add(start, Duration.parse("2bh")) == start + timedelta(hours=2)
    assert round_the_clock.open_between(start, start + timedelta(days=365)) == timedelta(days=365)


def test_a_desk_that_never_closes_counts_every_minute() -> None:
    always = Calendar(always=True)
    start = jst("2026-12-31T23:00")
    assert always.add(start, Duration.parse("2bh")) == jst("2027-01-01T01:00")
    assert always.add(start, Duration.parse("1bd")) == start + timedelta(days=1)
    assert always.open_between(start, start + timedelta(days=9)) == timedelta(days=9)
    assert always.is_open_at(start)
    assert always.next_open(start) == start
    assert always.why_closed(date(2027, 1, 1)) is None
    assert always.opening(date(2027, 1, 1)) == ((jst("2027-01-01T00:00"), jst("2027-01-02T00:00")),)


@pytest.mark.parametrize(
    ("hours", "length"),
    [
        ({"mon-fri": ("09:00-18:00",)}, 9),
        ({"mon-fri": ("09:00-12:00", "13:00-18:00")}, 8),
        ({"mon-fri": ("09:00-18:00",), "fri": ("09:00-15:00",), "sat": ("10:00-12:00",)}, 9),  # the most usual
        ({"mon": ("09:00-12:00",), "tue": ("09:00-18:00",)}, 9),  # of a tie the longer
    ],
)
def test_a_business_day_is_as_long_as_the_usual_one(hours: Any, length: int) -> None:
    assert Calendar(hours=hours).day == timedelta(hours=length)


def test_a_calendar_of_single_days_has_a_day_too() -> None:
    fair = Calendar(hours={}, open={date(2026, 11, 28): ("10:00-16:00",)})
    assert fair.day == timedelta(hours=6)
    assert fair.next_open(jst("2026-01-01T00:00")) == jst("2026-11-28T10:00")


def test_a_calendar_that_never_opens_says_so_and_does_not_search_for_ever() -> None:
    start = jst("2026-11-22T12:00")
    for never in (Calendar(hours={}), Calendar(hours={}, open={date(2020, 1, 1): ("09:00-10:00",)})):
        with pytest.raises(ValueError, match=r"営業時間がない.*never opens"):
            never.next_open(start)
        with pytest.raises(ValueError, match="never opens"):
            never.add_open(start, timedelta(minutes=1))
        assert never.open_between(start, start + timedelta(days=3650)) == timedelta(0)
        assert never.add_open(start, timedelta(0)) == start
    with pytest.raises(ValueError, match="never opens"):
        _ = Calendar(hours={}).day
    seldom = Calendar(hours={"mon": ("09:00-09:01",)}, holidays="none")
    assert seldom.add(start, Duration.parse("1bd")) == jst("2026-11-23T09:01")
    with pytest.raises(ValueError, match="within ten years"):
        seldom.add(start, Duration.parse("100bh"))


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"zone": "Asia/東京"}, "タイムゾーン「Asia/東京」はありません"),
        ({"zone": ""}, "unknown time zone"),
        ({"zone": "../../etc/passwd"}, "unknown time zone"),
        ({"zone": "Asia"}, "unknown time zone"),
        ({"zone": "A\0"}, "unknown time zone"),
        ({"hours": {"mon": ["18:00-09:00"]}}, "終わりが始まりより後ではありません"),
        ({"hours": {"mon": ["09:00-09:00"]}}, "ends before it begins"),
        ({"hours": {"mon": ["09:00-13:00", "12:00-18:00"]}}, "時間帯が重なっています: 09:00-13:00 と 12:00-18:00"),
        ({"hours": {"mon": ["9-18"]}}, "時間帯ではありません"),
        ({"hours": {"mon": ["09:60-18:00"]}}, "not a span of hours"),
        ({"hours": {"mon": ["22:00-24:01"]}}, "24:00 is the latest end"),
        ({"hours": {"mon": ["髙﨑①㈱🔥"]}}, "時間帯ではありません"),
        ({"hours": {"月": ["09:00-18:00"]}}, "mon"),
        ({"closed": {"2026-02-30": "？"}}, "valid date"),
        ({"closed": {"2026-12-29": ""}}, "at least 1 character"),
        ({"open": {"2026-12-29": []}}, "at least 1 item"),
        ({"always": True, "closed": {"2026-12-29": "年末年始"}}, "always: true"),
        ({"always": True, "hours": {"mon": ["09:00-10:00"]}}, "always: true"),
        ({"holidays": "france"}, "japan"),
        ({"opens": "09:00"}, "not permitted"),
    ],
)
def test_what_is_no_calendar_is_refused_and_says_why(bad: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Calendar.model_validate(bad)
    assert said in str(refused.value)


def test_hours_may_be_typed_in_full_width_and_in_any_order() -> None:
    calendar = Calendar.model_validate({"hours": {"mon": ["１３：００〜１８：００", "9:00-12:00"]}})
    assert calendar.hours == {"mon": ("09:00-12:00", "13:00-18:00")}


def test_a_calendar_is_its_own_file_format() -> None:
    calendar = Calendar(
        name="髙﨑①㈱🔥", closed={date(2026, 12, 29): "年末年始"}, open={date(2026, 12, 30): ("10:00-12:00",)}
    )
    again = Calendar.model_validate(json.loads(calendar.model_dump_json()))
    assert again == calendar
    assert hash(again) == hash(calendar)
    assert "propertyNames" in json.dumps(Calendar.model_json_schema())


def test_the_shipped_calendars_and_the_example_among_them_can_be_used() -> None:
    lines = (Path(__file__).parents[3] / "policy" / "calendars.yaml").read_text(encoding="utf-8").splitlines()
    shipped = yaml.load("\n".join(lines), Loader=yaml.BaseLoader)
    calendars = {key: Calendar.model_validate(value) for key, value in shipped["calendars"].items()}
    office = calendars[shipped["calendar"]]
    assert office.add(jst("2026-12-28T17:00"), Duration.parse("2bh")) == jst("2027-01-04T10:00")
    assert office.why_closed(date(2026, 12, 30)) == Reason(ja="会社休日「年末年始」", en="company holiday: 年末年始")
    assert calendars["always"].is_open_at(jst("2027-01-01T03:00"))
    example = "\n".join(line.removeprefix("  # ") for line in lines[lines.index("  # counter:") :])
    counter = Calendar.model_validate(yaml.load(example, Loader=yaml.BaseLoader)["counter"])
    assert counter.day == timedelta(hours=8)
    assert counter.why_closed(date(2026, 11, 23)) is None


def test_a_changed_copy_does_not_remember_the_old_hours() -> None:
    """Seen to fail with the months kept on the calendar itself: a copy took them along."""
    start, end = jst("2026-11-19T00:00"), jst("2026-11-20T00:00")
    assert OFFICE.open_between(start, end) == timedelta(hours=9)
    updates: list[dict[str, Any]] = [
        {"closed": {date(2026, 11, 19): "臨時休業"}},
        {"hours": {}},
        {"hours": {"thu": ("09:00-10:00",)}},
    ]
    for update in updates:
        assert OFFICE.model_copy(update=update).open_between(start, end) < timedelta(hours=9)
    assert OFFICE.open_between(start, end) == timedelta(hours=9)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="タイムゾーンがありません"):
        OFFICE.next_open(datetime(2026, 11, 19, 9))


def test_instants_of_one_zone_are_compared_as_instants() -> None:
    """Python compares and subtracts two times of the same zone by the wall clock, an hour wrong across a clock change."""
    zone = ZoneInfo("America/New_York")
    before, after = (datetime(2026, 11, 1, hour, tzinfo=UTC).astimezone(zone) for hour in (4, 9))
    assert after - before == timedelta(hours=4)
    assert Calendar(zone=zone.key, always=True).open_between(before, after) == timedelta(hours=5)
