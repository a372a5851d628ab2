"""The algebra of deadlines: what a clock has counted, what is left of it, and when it is due, by a calendar.

A clock keeps what cannot be lost (its span and the time that counted), never an end; ends are derived from it. Time counts
always for a span in s, m, h, d, and while the calendar is open for one in bh, bd. All functions are pure; instants know their zone.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.router.domain.times.calendar import Calendar
from services.router.domain.times.duration import LONGEST, Duration
from services.router.domain.times.openings import utc

WARN_AFTER = 0.8  # of the span
SHORTEST_WARNED = timedelta(minutes=2)
_NOTHING = timedelta(0)
_HOUR = timedelta(hours=1)
_UNITS = (("d", timedelta(days=1)), ("h", _HOUR), ("m", timedelta(minutes=1)), ("s", timedelta(seconds=1)))


@dataclass(frozen=True)
class Clock:
    """`span` has to count until it is due; `used` of it counted before `since`, from which it runs.

    While `running` is false it stands still since `since`, and no instant makes it count.
    """

    span: Duration
    since: datetime
    used: timedelta = _NOTHING
    running: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", utc(self.since))


def counted(clock: Clock, calendar: Calendar, at: datetime) -> timedelta:
    """What has counted by `at`; just `used` before `since` and while it stands still."""
    at = utc(at)
    if not clock.running or at <= clock.since:
        return clock.used
    if clock.span.business:
        return clock.used + calendar.open_between(clock.since, at)
    return clock.used + (at - clock.since)


def remaining(clock: Clock, calendar: Calendar, at: datetime) -> timedelta:
    """What still has to count at `at`; negative by how much more has counted than the span allows."""
    return calendar.length(clock.span) - counted(clock, calendar, at)


def due(clock: Clock, calendar: Calendar) -> datetime:
    """The first instant (UTC) by which the whole span has counted, never before `since`.

    For a clock that stands still: when it would be due if it went on at once. Raises ValueError as `Calendar.add_open`.
    """
    return _reached(clock, calendar, calendar.length(clock.span))


def warn_at(clock: Clock, calendar: Calendar, share: float = WARN_AFTER) -> datetime | None:
    """The first instant by which `share` of the span has counted: `since` when it has before, so that no warning is missed.

    Nothing when the span is shorter than two minutes, or used up already.
    """
    length = calendar.length(clock.span)
    if length < SHORTEST_WARNED or clock.used >= length:
        return None
    return _reached(clock, calendar, length * share)


def paused(clock: Clock, calendar: Calendar, at: datetime) -> Clock:
    """Let it stand still from `at`; what counted so far is kept."""
    return replace(_banked(clock, calendar, at), running=False)


def resumed(clock: Clock, at: datetime) -> Clock:
    """Let it run again from `at` with what is left; one that runs goes on as it does."""
    return clock if clock.running else replace(clock, since=max(utc(at), clock.since), running=True)


def extended(clock: Clock, by: Duration, calendar: Calendar) -> Clock:
    """Give it `by` more time, in any unit of the same kind.

    Raises ValueError for business time added to time that always passes, or the other way round: two hours more on a
    deadline of one business day may mean either, so the person is asked to say which. Also when the sum exceeds 3660 days.
    """
    return replace(clock, span=_sum(clock.span, by, 1, calendar))


def shortened(clock: Clock, by: Duration, calendar: Calendar) -> Clock:
    """Take an extension back. Raises ValueError as `extended`, and when nothing of the span would remain."""
    return replace(clock, span=_sum(clock.span, by, -1, calendar))


def respanned(clock: Clock, span: Duration, calendar: Calendar, at: datetime) -> Clock:
    """Give it another span, as when the priority changes; the time used up is kept, and it is not due before `at`.

    The used time is taken as it is, also when the new span counts otherwise (60m → 1bd): which of it was business time
    is no longer known, and forgiving it would reward raising and lowering a priority.
    """
    return replace(_banked(clock, calendar, at), span=span)


def recounted(clock: Clock, before: Calendar, after: Calendar, at: datetime) -> Clock:
    """Count by another calendar from `at` on: what is left, as the old one counted it, has to pass by the new one.

    A span in bd becomes one in bh where the length of a day changes, so that nobody loses time they still had.
    """
    if not clock.span.business:
        return clock
    span = clock.span
    if span.unit == "bd" and before.day != after.day:
        span = Duration(before.length(span) / _HOUR, "bh")
    return replace(_banked(clock, before, at), span=span)


def _banked(clock: Clock, calendar: Calendar, at: datetime) -> Clock:
    """The same clock, with what counted by `at` written down as used."""
    if not clock.running:
        return clock
    return replace(clock, used=counted(clock, calendar, at), since=max(utc(at), clock.since))


def _reached(clock: Clock, calendar: Calendar, total: timedelta) -> datetime:
    left = max(total - clock.used, _NOTHING)
    return calendar.add_open(clock.since, left) if clock.span.business else clock.since + left


def _sum(span: Duration, by: Duration, sign: int, calendar: Calendar) -> Duration:
    if span.business != by.business:
        raise ValueError(
            f"{span} の期限は {'bh か bd' if span.business else 's・m・h・d'} で延長します: {by} / "
            f"a deadline of {span} is extended in {'bh or bd' if span.business else 's, m, h or d'}: {by}"
        )
    total = calendar.length(span) + sign * calendar.length(by)
    if not _NOTHING < total <= LONGEST:
        raise ValueError(
            f"延長後の期間は 0 より長く {LONGEST.days}d 以下です / "
            f"what comes out must be more than nothing and at most {LONGEST.days}d"
        )
    if span.unit == by.unit:
        return Duration(round(span.amount + sign * by.amount, 12), span.unit)
    if span.business:
        return Duration(total / _HOUR, "bh")
    unit, length = next(((u, x) for u, x in _UNITS if total % x == _NOTHING), _UNITS[-1])
    return Duration(total / length, unit)
