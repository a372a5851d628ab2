"""Business calendars: when an organisation works, by the wall clock of its zone; also the format of `policy/calendars.yaml`."""

import re
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from services.router.domain.times import holidays
from services.router.domain.times.duration import Duration
from services.router.domain.times.openings import Minutes, Opening, Openings, around, instants, utc
from shared.contracts.plan import Reason

Days = Literal["mon-fri", "sat-sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Days, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL: dict[Days, tuple[str, ...]] = {"mon-fri": ("09:00-18:00",)}
LONGEST_SEARCH = 122  # months: ten years and a little
_NOTHING = timedelta(0)
_SPAN = re.compile(r"(\d\d?):(\d\d) ?[-~〜–] ?(\d\d?):(\d\d)")
_JA = "月火水木金土日"
_EN = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
WEEKEND = Reason(ja="土日", en="weekend")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError) as problem:
        raise ValueError(
            f"タイムゾーン「{name[:60]}」はありません（例: Asia/Tokyo） / unknown time zone {name[:60]!r} (write Asia/Tokyo, for example)"
        ) from problem
    return name


def _span(text: str) -> str:
    found = _SPAN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    hours = [int(x) for x in found.groups()] if found else []
    if not found or hours[1] > 59 or hours[3] > 59 or hours[2] * 60 + hours[3] > 1440:
        raise ValueError(
            f"時間帯ではありません: {text[:40]!r}（09:00-12:00 のように、終わりは 24:00 まで） / "
            f"not a span of hours: {text[:40]!r} (write 09:00-12:00; 24:00 is the latest end)"
        )
    if hours[0] * 60 + hours[1] >= hours[2] * 60 + hours[3]:
        raise ValueError(
            f"終わりが始まりより後ではありません: {text[:40]!r}（日をまたぐときは 22:00-24:00 と翌日の 00:00-06:00 に分けます） / "
            f"ends before it begins: {text[:40]!r} (across midnight write 22:00-24:00, and 00:00-06:00 on the next day)"
        )
    return "{:02}:{:02}-{:02}:{:02}".format(*hours)


def _minutes(span: str) -> Minutes:
    return int(span[:2]) * 60 + int(span[3:5]), int(span[6:8]) * 60 + int(span[9:])


def _apart(spans: tuple[str, ...]) -> tuple[str, ...]:
    ordered = tuple(sorted(spans))
    for one, next_ in pairwise(ordered):
        if _minutes(next_)[0] < _minutes(one)[1]:
            raise ValueError(f"時間帯が重なっています: {one} と {next_} / hours overlap: {one} and {next_}")
    return ordered


_FORM = {"type": "string", "pattern": r"^\d\d?:\d\d-\d\d?:\d\d$", "examples": ["09:00-12:00", "22:00-24:00"]}
Span = Annotated[str, AfterValidator(_span), WithJsonSchema(_FORM)]
Spans = Annotated[tuple[Span, ...], Field(max_length=24), AfterValidator(_apart)]
Extra = Annotated[tuple[Span, ...], Field(min_length=1, max_length=24), AfterValidator(_apart)]
Zone = Annotated[str, AfterValidator(_zone)]
Why = Annotated[str, Field(min_length=1, max_length=100)]


class Calendar(BaseModel):
    """When an organisation works. Instants given must know their zone; instants returned are UTC.

    `hours`: spans of the wall clock by day; a day of its own name wins over mon-fri and sat-sun, an empty list closes it.
    `open` wins over everything, then `closed`, then `holidays`, then `hours`. `always` is 24 hours on 7 days and needs nothing else.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = ""
    zone: Zone = "Asia/Tokyo"
    always: bool = False
    hours: dict[Days, Spans] = USUAL
    holidays: Literal["japan", "none"] = "japan"
    closed: dict[date, Why] = Field(default={}, max_length=4000)
    open: dict[date, Extra] = Field(default={}, max_length=4000)

    @model_validator(mode="after")
    def _alone(self) -> Self:
        if self.always and (self.closed or self.open or self.hours != USUAL):
            raise ValueError(
                "always: true は hours・closed・open と一緒に書けません / "
                "always: true stands without hours, closed and open"
            )
        return self

    def __hash__(self) -> int:
        """Cheap, and the same for equal calendars: months are remembered by it."""
        return hash((self.name, self.zone, len(self.closed)))

    @property
    def day(self) -> timedelta:
        """The length that one business day counts: that of the most usual working day of the week, the longer one of a tie.

        So with short Fridays or half Saturdays "1bd" given on a Tuesday still ends at the same time on Wednesday, and
        beginning late on a short day gives no less than a full day's work. Holidays and clock changes do not matter.
        Raises ValueError when no day has hours.
        """
        return _day(self)

    def length(self, duration: Duration) -> timedelta:
        """How much time has to count until a duration is over: open time for bh and bd, any time for the others."""
        return self.day * duration.amount if duration.unit == "bd" else duration.at_most

    def add(self, start: datetime, duration: Duration) -> datetime:
        """The first instant by which `duration` has passed since `start`. Raises ValueError like `add_open`."""
        if duration.business:
            return self.add_open(start, self.length(duration))
        return utc(start) + self.length(duration)

    def add_open(self, start: datetime, left: timedelta) -> datetime:
        """The first instant by which the calendar has been open for `left` since `start`; `start` when nothing is left.

        Raises ValueError when that is more than ten years ahead, as with a calendar that never opens.
        """
        start = utc(start)
        if left <= _NOTHING or self.always:
            return start + max(left, _NOTHING)
        month = _index(start)
        left += _month(self, month).until(start)
        for index in range(month, month + LONGEST_SEARCH):
            opened = _month(self, index)
            if left <= opened.total:
                return opened.reached(left)
            left -= opened.total
        raise ValueError(_NEVER)

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """For how long the calendar is open between two instants; never negative."""
        start, end = utc(start), utc(end)
        if end <= start or self.always:
            return max(end - start, _NOTHING)
        first, last = _index(start), _index(end)
        whole = sum((_month(self, index).total for index in range(first, last)), _NOTHING)
        return whole + _month(self, last).until(end) - _month(self, first).until(start)

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening. Raises ValueError when there is none within ten years."""
        at = utc(at)
        if self.always:
            return at
        for index in range(_index(at), _index(at) + LONGEST_SEARCH):
            found = _month(self, index).next(at)
            if found is not None:
                return found
        raise ValueError(_NEVER)

    def is_open_at(self, at: datetime) -> bool:
        """Whether the calendar is open at an instant; at the instant of closing it is not."""
        at = utc(at)
        return self.always or _month(self, _index(at)).next(at) == at

    def opening(self, day: date) -> tuple[Opening, ...]:
        """When it is open on a day of its zone, as UTC instants in order."""
        found = Openings.of(instants(day, self.spans(day), around(ZoneInfo(self.zone), day, day)))
        return tuple(zip(found.starts, found.ends, strict=True))

    def spans(self, day: date) -> tuple[Minutes, ...]:
        """The spans of the wall clock on a day, as minutes since its midnight."""
        if self.always:
            return ((0, 1440),)
        if day in self.open:
            return tuple(map(_minutes, self.open[day]))
        weekly = self.weekly(day.weekday())
        return weekly if weekly and self._exception(day) is None else ()

    def why_closed(self, day: date) -> Reason | None:
        """Why it does not open at all on a day of its zone; nothing when it does."""
        if self.always or day in self.open:
            return None
        exception, number = self._exception(day), day.weekday()
        if exception or self.weekly(number):
            return exception
        if number >= 5 and not self.weekly(5) and not self.weekly(6):
            return WEEKEND
        return Reason(ja=f"定休日（{_JA[number]}曜日）", en=f"closed on {_EN[number]}")

    def _exception(self, day: date) -> Reason | None:
        if day in self.closed:
            why = self.closed[day]
            return Reason(ja=f"会社休日「{why}」", en=f"company holiday: {why}")
        return holidays.japanese(day) if self.holidays == "japan" else None

    def weekly(self, weekday: int) -> tuple[Minutes, ...]:
        """The usual spans of a weekday, 0 = Monday."""
        group: Days = "mon-fri" if weekday < 5 else "sat-sun"
        return tuple(map(_minutes, self.hours.get(WEEKDAYS[weekday], self.hours.get(group, ()))))


_NEVER = (
    "この営業カレンダーでは 10 年以内に時刻が決まりません（営業時間がないか、少なすぎます） / "
    "the calendar never opens for that long within ten years"
)


@lru_cache(maxsize=256)
def _day(calendar: Calendar) -> timedelta:
    if calendar.always:
        return timedelta(days=1)
    week = [_length(calendar.weekly(weekday)) for weekday in range(7)]
    extra = [_length(tuple(map(_minutes, spans))) for spans in calendar.open.values()]
    worked = Counter(filter(None, week)) or Counter(extra)
    if not worked:
        raise ValueError(_NEVER)
    return timedelta(minutes=max(worked, key=lambda length: (worked[length], length)))


def _length(spans: tuple[Minutes, ...]) -> int:
    return sum(closes - opens for opens, closes in spans)


def _index(at: datetime) -> int:
    return at.year * 12 + at.month - 1


@lru_cache(maxsize=2048)
def _month(calendar: Calendar, index: int) -> Openings:
    """The openings within one month of UTC; one that lies across its ends is cut there."""
    start = datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)
    end = datetime((index + 1) // 12, (index + 1) % 12 + 1, 1, tzinfo=UTC)
    days = [start.date() + timedelta(days=n) for n in range(-1, (end - start).days + 1)]
    known = around(ZoneInfo(calendar.zone), days[0], days[-1])
    found = (opening for day in days for opening in instants(day, calendar.spans(day), known))
    return Openings.of((max(a, start), min(b, end)) for a, b in found if a < end and b > start)
