"""What a person has decided about how they are reached: ways for each priority, and hours in which nothing is loud."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from shared.contracts.vocabulary import Channel, Priority

ZONE = "Asia/Tokyo"
FARTHEST = timedelta(days=8)  # hours that follow each other all through the week have no end


@dataclass(frozen=True)
class RuleStep:
    """One way of a rule: a channel or one address of it (by id; empty: the best one), and after how long."""

    channel: Channel
    address: str = ""
    delay: timedelta = timedelta()


@dataclass(frozen=True)
class Window:
    """Hours of a week. `days` (Monday is 0) are those on which they begin; `until` not after `begin` is the next day."""

    days: frozenset[int]
    begin: time
    until: time

    def around(self, at: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """Beginning and end, as instants, of those that can hold a moment."""
        today = at.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            if day.weekday() in self.days:
                last = day + timedelta(days=self.until <= self.begin)
                begin, end = datetime.combine(day, self.begin, zone), datetime.combine(last, self.until, zone)
                yield begin.astimezone(UTC), end.astimezone(UTC)


@dataclass(frozen=True)
class Preferences:
    """Of one person. A priority without a rule goes by what the policy asks for; no `language`: the directory's."""

    rules: Mapping[Priority, tuple[RuleStep, ...]] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    zone: str = ZONE
    language: Literal["ja", "en", ""] = ""

    def without(self, address: str) -> "Preferences":
        """The same after an address is gone: no rule names it, its first way waits for nothing, and one of it alone is none."""
        left = {p: [s for s in steps if s.address != address] for p, steps in self.rules.items()}
        sooner = {p: min(s.delay for s in steps) for p, steps in left.items() if steps}
        return replace(
            self, rules={p: tuple(replace(s, delay=s.delay - by) for s in left[p]) for p, by in sooner.items()}
        )

    def quiet_until(self, at: datetime) -> datetime | None:
        """When the hours that hold a moment end, those that follow without a gap included; None when none holds it."""
        end, zone = at, ZoneInfo(self.zone)
        while end - at < FARTHEST:
            ends = [e for w in self.windows for b, e in w.around(end, zone) if b <= end < e]
            if not ends:
                break
            end = max(ends)
        return end if end > at else None
