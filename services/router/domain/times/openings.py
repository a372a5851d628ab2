"""From wall-clock hours to instants: when a calendar is open in one month, summed up so that any span is found by bisection."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

Opening = tuple[datetime, datetime]  # UTC instants, the end not included
Minutes = tuple[int, int]  # minutes of the day by the wall clock, 0..1440
_NOTHING = timedelta(0)
_PROBE = timedelta(hours=6)  # no zone has ever changed its clock twice within six hours
_FARTHEST = timedelta(hours=26)  # no wall clock is farther from UTC than this


def utc(at: datetime) -> datetime:
    """The same instant in UTC, where subtracting and comparing mean what they say. Raises ValueError without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"時刻にタイムゾーンがありません / an instant without a time zone: {at.isoformat()}")
    return at.astimezone(UTC)


@dataclass(frozen=True)
class Openings:
    """Openings in order, not touching; `through[i]` is the open time up to the end of opening i."""

    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    through: tuple[timedelta, ...]

    @classmethod
    def of(cls, openings: Iterable[Opening]) -> "Openings":
        """Put openings in order, and those that touch into one."""
        joined: list[Opening] = []
        for start, end in sorted(openings):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        through = accumulate(end - start for start, end in joined)
        return cls(tuple(s for s, _ in joined), tuple(e for _, e in joined), tuple(through))

    @property
    def total(self) -> timedelta:
        """The open time of all of them."""
        return self.through[-1] if self.through else _NOTHING

    def until(self, at: datetime) -> timedelta:
        """The open time before `at`."""
        index = bisect_right(self.starts, at) - 1
        return self.through[index] - max(self.ends[index] - at, _NOTHING) if index >= 0 else _NOTHING

    def reached(self, total: timedelta) -> datetime:
        """The first instant by which the open time is `total`; 0 < total <= self.total."""
        index = bisect_left(self.through, total)
        return self.ends[index] - (self.through[index] - total)

    def next(self, at: datetime) -> datetime | None:
        """`at` itself when open, else the next start; nothing when no opening is left."""
        index = bisect_right(self.ends, at)
        return max(self.starts[index], at) if index < len(self.starts) else None


@dataclass(frozen=True)
class Regime:
    """A stretch of time in which a zone does not change its clock."""

    start: datetime
    end: datetime
    offset: timedelta


def regimes(zone: ZoneInfo, start: datetime, end: datetime) -> list[Regime]:
    """Cut [start, end) where the clock of the zone is changed; UTC instants, exact to the second."""
    found: list[Regime] = []
    at = since = start
    offset = _offset(zone, at)
    while at < end:
        after = min(at + _PROBE, end)
        next_ = _offset(zone, after)
        if next_ != offset:
            change = _change(zone, at, after)
            found.append(Regime(since, change, offset))
            since = change
        at, offset = after, next_
    if since < end:
        found.append(Regime(since, end, offset))
    return found


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or _NOTHING


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = _offset(zone, before)
    low, high = 0, round((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, before + timedelta(seconds=middle)) == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def around(zone: ZoneInfo, first: date, last: date) -> list[Regime]:
    """The regimes in which the wall clock can show the days `first` to `last`."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - _FARTHEST
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + _FARTHEST + timedelta(days=1)
    return regimes(zone, start, end)


def instants(day: date, spans: Iterable[Minutes], known: list[Regime]) -> list[Opening]:
    """Every instant at which the wall clock shows a time of `spans` on `day`.

    So a span that the clock jumps over shrinks or vanishes, and one that it shows twice is open twice.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = []
    for opens, closes in spans:
        for regime in known:
            start = max(midnight + timedelta(minutes=opens) - regime.offset, regime.start)
            end = min(midnight + timedelta(minutes=closes) - regime.offset, regime.end)
            if start < end:
                found.append((start, end))
    return found
