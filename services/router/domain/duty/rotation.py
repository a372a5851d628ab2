"""People taking turns: hand-offs by wall clock in an IANA zone, and restrictions to part of the time, as they are written down."""

import re
import unicodedata
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, NaiveDatetime, WithJsonSchema, model_validator

from services.router.domain.times.calendar import Zone

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
YEARS = range(2000, 2100)  # all rotations begin and end within them
LAST = datetime.combine(date(YEARS.stop, 1, 1), time())
_STEP = {"hours": timedelta(hours=1), "days": DAY, "weeks": timedelta(weeks=1)}
_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _window(text: str) -> str:
    plain = re.sub(r"\s*[-~〜–]\s*", "-", unicodedata.normalize("NFKC", text).strip())
    if not _WINDOW.fullmatch(plain):
        raise ValueError(f"時間帯ではありません / not a window of hours: {text!r} (09:00-18:00, 18:00-09:00)")
    return plain


def _year(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError(f"2000 年から 2099 年までで書いてください / write a day from 2000 to 2099: {at:%Y-%m-%d}")
    return at


# A time on the wall of a place: `date-time` and `time` of JSON Schema would have an offset.
Local = Annotated[NaiveDatetime, AfterValidator(_year), WithJsonSchema({"type": "string", "format": "local-date-time"})]
LocalTime = Annotated[time, WithJsonSchema({"type": "string", "format": "local-time"})]


class Restriction(_Part):
    """Part of the time: all that is given must hold.

    `hours` may run over midnight ("18:00-09:00"; both times the same: 24 hours) and then belongs to the day on which it
    begins, for `weekdays` and `holidays` too. A holiday is a day on which the calendar (the policy's own when none is
    named) does not open at all: weekends as it has them, public holidays, company days.
    """

    weekdays: tuple[Weekday, ...] = Field(default=(), max_length=7)
    hours: Annotated[str, AfterValidator(_window)] = "00:00-24:00"
    holidays: Literal["any", "only", "never"] = "any"
    calendar: str = ""

    def on(self, day: date) -> bool:
        """Whether its weekdays hold this day."""
        return not self.weekdays or WEEKDAYS[day.weekday()] in self.weekdays

    def window(self, day: date) -> tuple[datetime, datetime]:
        """Its hours on the day they begin, by the wall clock."""
        begins, ends = (_past_midnight(text) for text in self.hours.split("-"))
        midnight = datetime.combine(day, time())
        return midnight + begins, midnight + (ends if ends > begins else ends + DAY)


@lru_cache(maxsize=4096)
def _past_midnight(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


class Rotation(_Part):
    """People taking turns from `start` on, a turn being `every` hours, days, weeks or months; `until` ends it.

    Hand-offs keep the wall-clock time of `start` in `zone` (the schedule's when left out). Months keep the day of
    `start`, or take the last day of a shorter month. Hours that divide a day (2, 3, 4, 6, 8, 12) or are whole days keep
    the wall clock too; any other number of hours is counted as it passes, 1 among them, for an hour that the clock
    leaves out would be somebody's whole turn. `only` restricts it to part of the time, any one of the entries being
    enough. The time between two hand-offs uses up a turn only if the rotation is active in some of it: who would have
    their turn while nobody is on duty has it when it goes on, so that nobody is skipped.
    """

    name: str = ""
    people: tuple[str, ...] = Field(min_length=1, max_length=50)
    every: Annotated[int, Field(ge=1, le=366)] = 1
    unit: Literal["hours", "days", "weeks", "months"] = "weeks"
    start: Local
    until: Local | None = None
    zone: Zone | Literal[""] = ""
    only: tuple[Restriction, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _in_order(self) -> "Rotation":
        if self.until is not None and self.until <= self.start:
            raise ValueError("until は start より後に / until has to be after start")
        return self

    @property
    def elapsed(self) -> bool:
        """Whether hand-offs come after so many hours rather than at wall-clock times."""
        return self.unit == "hours" and (self.every == 1 or (24 % self.every != 0 and self.every % 24 != 0))

    def local(self, number: int) -> datetime:
        """The wall-clock time of a hand-off; 0 is the start."""
        if self.unit != "months":
            return self.start + _STEP[self.unit] * self.every * number
        year, month = divmod(self.start.year * 12 + self.start.month - 1 + self.every * number, 12)
        return self.start.replace(year=year, month=month + 1, day=min(self.start.day, monthrange(year, month + 1)[1]))

    def about(self, local: datetime) -> int:
        """The number of the last hand-off at or before a wall-clock time; in months it may be one too many."""
        if self.unit != "months":
            return (local - self.start) // (_STEP[self.unit] * self.every)
        return ((local.year - self.start.year) * 12 + local.month - self.start.month) // self.every

    def hand_off(self, number: int, zone: ZoneInfo) -> datetime:
        """The instant (UTC) of a hand-off."""
        if self.elapsed:
            return instant(self.start, zone) + _STEP["hours"] * self.every * number
        return instant(self.local(number), zone)

    def slot(self, now: datetime, zone: ZoneInfo) -> int:
        """The number of the last hand-off at or before `now`; negative before the start."""
        if self.elapsed:
            return (now - instant(self.start, zone)) // (_STEP["hours"] * self.every)
        number = self.about(now.astimezone(zone).replace(tzinfo=None))
        while self.hand_off(number, zone) > now:  # the day of the month has not come yet
            number -= 1
        while self.hand_off(number + 1, zone) <= now:  # an hour that comes twice
            number += 1
        return number


@lru_cache(maxsize=65536)
def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a wall-clock time: the first of two, and the next existing one when the clock leaves it out."""
    wall = local.replace(tzinfo=zone, microsecond=0)
    before, after = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if after >= before:
        return before
    low, high = after, before  # left out: the clocks change between these two, from the later offset on
    offset = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == offset else (middle, high)
    return high
