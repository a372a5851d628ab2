"""Shifts over a range of time: who was, is or will be on duty, where nobody is, and whether the load is fair."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.router.domain.duty.attendance import Attendance
from services.router.domain.duty.rotation import DAY, instant
from services.router.domain.duty.schedule import Duties, Holder, Part, changes, on_duty
from services.router.domain.times.calendar import Calendar
from shared.contracts.plan import Person, Reason

NOBODY = Reason(ja="当番なし", en="nobody on duty")
NIGHT = (7, 22)  # the hours at which a night ends and begins, by the wall clock
_NONE = timedelta(0)


@dataclass(frozen=True)
class Shift:
    """One person, or nobody, for one reason without a break; UTC instants, `until` not included."""

    since: datetime
    until: datetime
    person: Person | None
    reason: Reason


@dataclass(frozen=True)
class Load:
    """What one person carries. Nights go from 22 to 7; `free` is time on weekends, public holidays and company days."""

    total: timedelta = _NONE
    night: timedelta = _NONE
    free: timedelta = _NONE
    shifts: int = 0


def shifts(
    duties: Duties, attendance: Attendance, holder: Holder, since: datetime, until: datetime
) -> tuple[Shift, ...]:
    """All of [since, until), in order, without gap or overlap; the answer of `on_duty` at each instant."""
    found: list[Shift] = []
    if since < until:
        for start, end in pairwise((since, *changes(duties, attendance, holder, since, until), until)):
            duty = on_duty(duties, attendance, holder, start)
            shift = Shift(start, end, duty.person if duty else None, duty.reason if duty else NOBODY)
            if found and (found[-1].person, found[-1].reason) == (shift.person, shift.reason):
                found[-1] = replace(found[-1], until=end)
            else:
                found.append(shift)
    return tuple(found)


def layers(duties: Duties, id_: str, since: datetime, until: datetime) -> list[tuple[str, tuple[Shift, ...]]]:
    """Each layer of a schedule by itself, the one that counts first: its name, and whose turn it is in [since, until).

    Absences, overrides and swaps are left out: it is what the rotations say.
    """
    found = []
    for rotation in reversed(duties.schedules[id_].layers):
        alone = replace(duties, schedules={id_: duties.schedules[id_].model_copy(update={"layers": (rotation,)})})
        found.append((rotation.name, shifts(alone, Attendance(), Part(schedule=id_), since, until)))
    return found


def gaps(
    duties: Duties, attendance: Attendance, holder: Holder, since: datetime, until: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """When nobody is there, within [since, until)."""
    found = shifts(duties, attendance, holder, since, until)
    return tuple((shift.since, shift.until) for shift in found if shift.person is None)


def fair_load(worked: Iterable[Shift], zone: str, calendar: Calendar | None = None) -> Mapping[str, Load]:
    """What each person (by id) carries, of shifts of one or several schedules.

    `zone` says what a night is, and with `calendar` which days are free; without one, Saturdays and Sundays are. Time
    in two schedules at once counts twice. Two shifts of one person without a break between them count as one.
    """
    known = ZoneInfo(zone)
    loads: dict[str, Load] = {}
    ends: dict[str, datetime] = {}
    for shift in sorted((x for x in worked if x.person), key=lambda x: x.since):
        assert shift.person is not None
        id_ = shift.person.id
        load = loads.get(id_, Load())
        begins = id_ not in ends or shift.since > ends[id_]
        ends[id_] = max(shift.until, ends.get(id_, shift.until))
        night = free = _NONE
        for since, until, day, dark in _parts(shift, known):
            night += until - since if dark else _NONE
            free += until - since if _free(day, calendar) else _NONE
        loads[id_] = Load(
            load.total + (shift.until - shift.since), load.night + night, load.free + free, load.shifts + begins
        )
    return loads


def _parts(shift: Shift, zone: ZoneInfo) -> Iterable[tuple[datetime, datetime, date, bool]]:
    """A shift cut at midnights and at the ends of nights: since, until, the day it is, whether it is night."""
    day, last = shift.since.astimezone(zone).date(), shift.until.astimezone(zone).date()
    while day <= last:
        midnight = datetime.combine(day, time())
        hours = (0, *NIGHT, 24)
        cuts = [instant(midnight + timedelta(hours=hour), zone) for hour in hours]
        for (since, until), dark in zip(pairwise(cuts), (True, False, True), strict=True):
            if max(since, shift.since) < min(until, shift.until):
                yield max(since, shift.since), min(until, shift.until), day, dark
        day += DAY


def _free(day: date, calendar: Calendar | None) -> bool:
    return day.weekday() >= 5 if calendar is None else not calendar.spans(day)
