"""A rotation worked out: the stretches of time in which it is active, each with the number of its turn."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.router.domain.duty.rotation import DAY, LAST, Restriction, Rotation, instant
from services.router.domain.times.calendar import Calendar

_TOGETHER = {"hours": 480, "days": 92, "weeks": 26, "months": 12}  # hand-offs worked out at once: weeks to a year
Span = tuple[datetime, datetime]


class Stretch(NamedTuple):
    """One turn, or the part of it in which the rotation is active without a break; UTC, `until` not included."""

    since: datetime
    until: datetime
    turn: int


class _Block(NamedTuple):
    stretches: tuple[Stretch, ...]
    begins: tuple[datetime, ...]
    turns: int  # used up by its end, counted from the start of a restricted rotation


@dataclass(frozen=True, eq=False)
class Layer:
    """A rotation in its zone, with the calendars its restrictions speak of; `calendar` is the one meant without a name."""

    rotation: Rotation
    zone: ZoneInfo
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    calendar: str = ""

    @cached_property
    def whole(self) -> Span:
        """From its start to its end."""
        return instant(self.rotation.start, self.zone), instant(self.rotation.until or LAST, self.zone)

    def turn(self, now: datetime) -> int | None:
        """The number of the turn at an instant, counted from 0; nothing while the rotation is not active."""
        if not self.whole[0] <= now < self.whole[1]:
            return None
        block = _block(self, self.rotation.slot(now, self.zone) // self._together)
        index = bisect_right(block.begins, now) - 1
        return block.stretches[index].turn if index >= 0 and now < block.stretches[index].until else None

    def order(self, now: datetime) -> tuple[str, ...]:
        """The people, whose turn it is at `now` first and then as they follow; nobody while it is not active."""
        turn, people = self.turn(now), self.rotation.people
        return () if turn is None else people[turn % len(people) :] + people[: turn % len(people)]

    def stretches(self, since: datetime, until: datetime) -> Iterator[Stretch]:
        """The stretches that lie at least partly in [since, until), in order and not cut."""
        since, until = max(since, self.whole[0]), min(until, self.whole[1])
        if since < until:
            first, last = (self.rotation.slot(at, self.zone) // self._together for at in (since, until))
            for number in range(first, last + 1):
                yield from (x for x in _block(self, number).stretches if x.until > since and x.since < until)

    @cached_property
    def _together(self) -> int:
        return max(_TOGETHER[self.rotation.unit] // self.rotation.every, 1)

    @cached_property
    def _used(self) -> dict[int, int]:
        """The turns used up before a block of hand-offs, as far as they were counted."""
        return {0: 0}

    def _before(self, number: int) -> int:
        if not self.rotation.only:
            return number * self._together
        for known in range(number):  # whoever counts at the same time counts the same
            if known + 1 not in self._used:
                self._used[known + 1] = _block(self, known).turns
        return self._used[number]

    def _active(self, since: datetime, until: datetime) -> list[Span]:
        """When the restrictions let it be active within [since, until), in order and not touching."""
        until = min(until, self.whole[1])
        if not self.rotation.only:
            return [(since, until)] if since < until else []
        first, last = (at.astimezone(self.zone).date() for at in (since - DAY, until))
        days = [first + DAY * n for n in range((last - first).days + 1)]
        windows = [x.window(day) for x in self.rotation.only for day in days if self._holds(x, day)]
        joined: list[Span] = []
        for begins, ends in sorted((instant(a, self.zone), instant(b, self.zone)) for a, b in windows):
            if joined and begins <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
            else:
                joined.append((begins, ends))
        return [(max(a, since), min(b, until)) for a, b in joined if a < until and b > since]

    def _holds(self, restriction: Restriction, day: date) -> bool:
        if not restriction.on(day):
            return False
        calendar = self.calendars.get(restriction.calendar or self.calendar)
        if restriction.holidays == "any" or calendar is None:  # a calendar that is gone closes nothing
            return restriction.holidays != "only"
        return bool(calendar.spans(day)) == (restriction.holidays == "never")


@lru_cache(maxsize=4096)
def _block(layer: Layer, number: int) -> _Block:
    """The stretches between some hand-offs. A restricted rotation has to count all the turns before them."""
    size, turns = layer._together, layer._before(number)
    bounds = [layer.rotation.hand_off(n, layer.zone) for n in range(number * size, number * size + size + 1)]
    active, found, at = layer._active(bounds[0], bounds[-1]), list[Stretch](), 0
    for since, until in pairwise(bounds):
        before = len(found)
        while at < len(active) and active[at][0] < until:
            begins, ends = max(active[at][0], since), min(active[at][1], until)
            if begins < ends:
                found.append(Stretch(begins, ends, turns))
            if active[at][1] > until:
                break
            at += 1
        turns += len(found) > before
    return _Block(tuple(found), tuple(x.since for x in found), turns)
