"""A deadline explained day by day: what counted, what did not and why, until the instant it is due."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from services.router.domain.times import deadlines
from services.router.domain.times.calendar import WEEKDAYS, Calendar
from services.router.domain.times.deadlines import Clock
from services.router.domain.times.openings import Opening, around, instants, utc
from shared.contracts.plan import Reason

MOST_ROWS = 370
CLOSED = Reason(ja="営業時間外", en="outside business hours")
LUNCH = Reason(ja="昼休み", en="lunch break")
WAITING = Reason(ja="待機中", en="waiting")
BREAK = Reason(ja="休憩", en="break")
_JA = "月火水木金土日"
_NOTHING = timedelta(0)
_LUNCHTIME = (time(11), time(14))


@dataclass(frozen=True)
class Pause:
    """A wait: the clock stood still from `start` to `end`, or still does; `reason` as a person wrote it, if known."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True)
class Piece:
    """A stretch of one day, in the calendar's zone; it counted, or did not for the reason `why`."""

    start: datetime
    end: datetime
    why: Reason | None = None


@dataclass(frozen=True)
class Row:
    """One day: its pieces in order and what has counted by its end; `due` stands on the last one when the span ends there.

    A row with `left_out` stands for that many days up to `day`, as the explanation would be too long.
    """

    day: date
    pieces: tuple[Piece, ...]
    total: timedelta
    due: datetime | None = None
    left_out: int = 0

    @property
    def counted(self) -> timedelta:
        """What counted on this day."""
        return sum((length(p) for p in self.pieces if p.why is None), _NOTHING)


def length(piece: Piece) -> timedelta:
    """How long a piece really was; on a day when clocks change this differs from what the wall clock says."""
    return utc(piece.end) - utc(piece.start)


def explain(
    clock: Clock, calendar: Calendar, until: datetime | None = None, pauses: tuple[Pause, ...] = ()
) -> tuple[Row, ...]:
    """Say day by day how a clock counts, up to `until` or the instant it is due, whichever is first.

    `clock` is as it was set, running from `since`, with the `pauses` after that. Without `until`, a pause that is not
    over ends the explanation. At most 370 days, then one row for all others.
    """
    clock, stopped = replace(clock, running=True), _joined(pauses, clock.since)
    ended, due = _ended(clock, calendar, until, stopped)
    if ended < clock.since:
        return ()
    zone = ZoneInfo(calendar.zone)
    first = clock.since.astimezone(zone).date()
    last = max(first, (ended - timedelta.resolution).astimezone(zone).date())
    days = [first + timedelta(days=n) for n in range(min((last - first).days + 1, MOST_ROWS))]
    rows: list[Row] = []
    total = clock.used
    for day in days:
        pieces = _pieces(clock, calendar, day, (clock.since, ended), stopped)
        row = Row(
            day, tuple(replace(p, start=p.start.astimezone(zone), end=p.end.astimezone(zone)) for p in pieces), total
        )
        total += row.counted
        rows.append(replace(row, total=total))
    if days[-1] < last:
        final = deadlines.counted(_after(clock, calendar, ended, stopped), calendar, ended)
        rows.append(Row(last, (), final, left_out=(last - days[-1]).days))
    if due is not None:
        rows[-1] = replace(rows[-1], due=due.astimezone(zone))
    return tuple(rows)


def said(row: Row) -> Reason:
    """A row in one line."""
    if row.left_out:
        ja, en = f"…{row.day} まで {row.left_out} 日分を省略", f"… {row.left_out} days left out, up to {row.day}"
    else:
        number = row.day.weekday()
        ja = f"{row.day}（{_JA[number]}） " + "、".join(_piece(p, "数えました") for p in row.pieces)
        en = f"{WEEKDAYS[number].title()} {row.day} " + ", ".join(
            _piece(p, "counted", english=True) for p in row.pieces
        )
    due = _clock_time(row.due) if row.due else ""
    return Reason(
        ja=f"{ja}。計 {spoken(row.total)}" + (f"、期限 {due}" if due else ""),
        en=f"{en}. Total {spoken(row.total)}" + (f", due {due}" if due else ""),
    )


def _piece(piece: Piece, counted: str, english: bool = False) -> str:
    why = (piece.why.en if english else piece.why.ja) if piece.why else f"{spoken(length(piece))} {counted}"
    start, end = _clock_time(piece.start), _clock_time(piece.end)
    if piece.end.date() > piece.start.date():
        end = "24:00"
    return why if piece.why and (start, end) == ("00:00", "24:00") else f"{start}–{end} {why}"


def _clock_time(at: datetime) -> str:
    return f"{at:%H:%M:%S}".removesuffix(":00")


def spoken(time_: timedelta) -> str:
    """Hours and minutes, with seconds only where they matter: 1:30, 0:00:45."""
    seconds = round(time_.total_seconds())
    text = f"{seconds // 3600}:{seconds // 60 % 60:02}"
    return text + (f":{seconds % 60:02}" if seconds % 60 else "")


def _joined(pauses: tuple[Pause, ...], since: datetime) -> list[Pause]:
    """In order, without overlaps, as UTC instants from `since` on."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: utc(p.start)):
        before = found[-1].end if found else since
        if before is None:
            break
        start, end = max(utc(pause.start), before), utc(pause.end) if pause.end else None
        if end is None or start < end:
            found.append(Pause(start, end, pause.reason))
    return found


def _after(clock: Clock, calendar: Calendar, at: datetime, pauses: list[Pause]) -> Clock:
    """The clock as the pauses that began before `at` have left it."""
    for pause in pauses:
        if pause.start >= at:
            break
        clock = deadlines.paused(clock, calendar, pause.start)
        if pause.end is None or pause.end > at:
            break
        clock = deadlines.resumed(clock, pause.end)
    return clock


def _ended(
    clock: Clock, calendar: Calendar, until: datetime | None, pauses: list[Pause]
) -> tuple[datetime, datetime | None]:
    """Where the explanation ends, and the due instant when it is that."""
    for pause in pauses:
        if deadlines.due(clock, calendar) <= pause.start:
            break
        clock = deadlines.paused(clock, calendar, pause.start)
        if pause.end is None:
            return (utc(until) if until else pause.start), None
        clock = deadlines.resumed(clock, pause.end)
    due = deadlines.due(clock, calendar)
    return (utc(until), None) if until and utc(until) < due else (due, due)


def _pieces(clock: Clock, calendar: Calendar, day: date, within: Opening, pauses: list[Pause]) -> list[Piece]:
    openings = calendar.opening(day)
    found: list[Piece] = []
    for shown in instants(day, [(0, 1440)], around(ZoneInfo(calendar.zone), day, day)):
        start, end = max(shown[0], within[0]), min(shown[1], within[1])
        edges = [edge for opening in openings for edge in opening]
        edges += [edge for p in pauses for edge in (p.start, p.end) if edge]
        cuts = sorted({start, end, *(edge for edge in edges if start < edge < end)}) if start < end else []
        cut = (Piece(a, b, _why(clock, calendar, day, a, openings, pauses)) for a, b in pairwise(cuts))
        for why, same in groupby(cut, key=lambda piece: piece.why):
            alike = list(same)
            found.append(Piece(alike[0].start, alike[-1].end, why))
    return found


def _why(
    clock: Clock, calendar: Calendar, day: date, at: datetime, openings: tuple[Opening, ...], pauses: list[Pause]
) -> Reason | None:
    """Why the moments from `at` on do not count; nothing when they do."""
    pause = next((p for p in pauses if p.start <= at and (p.end is None or at < p.end)), None)
    if pause is not None:
        return Reason(ja=f"待機中「{pause.reason}」", en=f"waiting: {pause.reason}") if pause.reason else WAITING
    if not clock.span.business or any(start <= at < end for start, end in openings):
        return None
    if not openings:
        return calendar.why_closed(day) or CLOSED
    if openings[0][0] <= at < openings[-1][1]:
        local = at.astimezone(ZoneInfo(calendar.zone)).time()
        return LUNCH if _LUNCHTIME[0] <= local < _LUNCHTIME[1] else BREAK
    return CLOSED
