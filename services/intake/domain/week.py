"""A week of a schedule as a picture: who has which part of it, as bars in units of the picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from pydantic import BaseModel

from shared.contracts.plan import Person, Reason

WIDTH, HEIGHT = 980, 30  # of a week, and of one bar
COLOURS = 8
DAY = timedelta(days=1)


class Shift(BaseModel):
    """One person, or nobody, for a time."""

    since: datetime
    until: datetime
    person: Person | None
    reason: Reason


class Turns(BaseModel):
    """One layer by itself."""

    name: str
    shifts: list[Shift]


class Override(BaseModel):
    """Somebody is on duty for a time, whoever else would be."""

    id: str
    since: datetime
    until: datetime
    person: Person
    reason: str = ""


class Overrides(BaseModel):
    """A page of them."""

    data: list[Override] = []


@dataclass(frozen=True)
class Bar:
    """One shift in the picture; `colour` tells people apart, and there is none where nobody is there."""

    left: int
    width: int
    shift: Shift
    colour: int | None


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday on, by the reader's clock; `days` are their beginnings, and the end of the last."""

    days: tuple[datetime, ...]

    @property
    def begins(self) -> datetime:
        """Its first instant."""
        return self.days[0]

    @property
    def ends(self) -> datetime:
        """The first instant that is not in it."""
        return self.days[-1]

    def monday(self, weeks: int) -> str:
        """The day on which the week so many weeks later begins."""
        return (self.begins.date() + weeks * 7 * DAY).isoformat()

    def place(self, at: datetime) -> int:
        """Where an instant stands, kept within the picture. A day on which the clocks change is narrower or wider."""
        at, begins, ends = (one.astimezone(UTC) for one in (at, self.begins, self.ends))
        share = (at - begins) / (ends - begins)
        return round(WIDTH * min(max(share, 0.0), 1.0))


def week_of(at: datetime, zone: tzinfo) -> Week:
    """The week that holds an instant."""
    day = at.astimezone(zone).date()
    monday = day - DAY * day.weekday()
    return Week(tuple(datetime.combine(monday + DAY * n, time(), zone) for n in range(8)))


def bars(week: Week, shifts: Iterable[Shift], people: Sequence[str]) -> list[Bar]:
    """The shifts of a week as bars; `people` are all ids of the schedule, and each keeps its colour."""
    drawn = []
    for shift in shifts:
        left, right = week.place(shift.since), week.place(shift.until)
        if left < right:
            colour = _colour(shift.person.id, people) if shift.person else None
            drawn.append(Bar(left, right - left, shift, colour))
    return drawn


def _colour(id_: str, people: Sequence[str]) -> int:
    return (people.index(id_) if id_ in people else sum(id_.encode())) % COLOURS
