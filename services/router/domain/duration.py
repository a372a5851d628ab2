"""Durations as a manager writes them, and the calendar that business time is counted by."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import jpholiday

_FORM = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d|bh|bd)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "bh": 3600}
LONGEST_SEARCH = timedelta(days=3660)


@dataclass(frozen=True)
class Duration:
    """`amount` of `unit`: s, m, h, d pass always; bh and bd (hours and days of business) only while the office is open."""

    amount: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read "5m", "4h", "1bd". Raises ValueError with an example."""
        found = _FORM.fullmatch(text.strip())
        if not found or float(found[1]) <= 0:
            raise ValueError(f"not a duration: {text!r} (write 30s, 5m, 4h, 2d, 3bh or 1bd)")
        return cls(float(found[1]), found[2])

    @property
    def business(self) -> bool:
        """Whether it only passes while the office is open."""
        return self.unit.startswith("b")


@dataclass(frozen=True)
class Calendar:
    """When the office is open: weekdays (0 = Monday), Japanese public holidays and days of its own left out."""

    zone: str = "Asia/Tokyo"
    opens: time = time(9)
    closes: time = time(18)
    weekdays: frozenset[int] = frozenset(range(5))
    japanese_holidays: bool = True
    closed: frozenset[date] = frozenset()

    @property
    def day(self) -> timedelta:
        """The length of one business day."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)

    def is_open(self, day: date) -> bool:
        """Whether the office opens on this day."""
        holiday = self.japanese_holidays and jpholiday.is_holiday(day)
        return day.weekday() in self.weekdays and not holiday and day not in self.closed

    def _shift(self, day: date) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.zone)
        return datetime.combine(day, self.opens, zone).astimezone(UTC), datetime.combine(
            day, self.closes, zone
        ).astimezone(UTC)

    def add(self, start: datetime, duration: Duration) -> datetime:
        """The instant (UTC) that lies `duration` after `start`."""
        if not duration.business:
            return start + timedelta(seconds=duration.amount * _SECONDS[duration.unit])
        length = self.day * duration.amount if duration.unit == "bd" else timedelta(hours=duration.amount)
        return self.add_open(start, length)

    def add_open(self, start: datetime, left: timedelta) -> datetime:
        """The instant (UTC) by which the office has been open for `left` since `start`."""
        day = start.astimezone(ZoneInfo(self.zone)).date()
        last = day + LONGEST_SEARCH
        while day <= last:
            if self.is_open(day):
                opens, closes = self._shift(day)
                opens = max(opens, start)
                if closes > opens and closes - opens >= left:
                    return opens + left
                left -= max(closes - opens, timedelta(0))
            day += timedelta(days=1)
        raise ValueError("the calendar never opens")

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """For how long the office is open between two instants; never negative."""
        zone = ZoneInfo(self.zone)
        total, day = timedelta(0), start.astimezone(zone).date()
        while day <= end.astimezone(zone).date():
            if self.is_open(day):
                opens, closes = self._shift(day)
                total += max(min(closes, end) - max(opens, start), timedelta(0))
            day += timedelta(days=1)
        return total

    def moved(self, due: datetime, paused_at: datetime, resumed_at: datetime, duration: Duration) -> datetime:
        """The new due instant after a wait: what was left when it began is what is left now."""
        if duration.business:
            return self.add_open(resumed_at, self.open_between(paused_at, due))
        return resumed_at + max(due - paused_at, timedelta(0))
