"""Instants and spans of time in words, as people write them: 11月25日(水) 9:00〜18:00, Wed 25 Nov 9:00–18:00."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.contracts.plan import Reason

_JA = "月火水木金土日"
_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(at: datetime, zone: ZoneInfo, now: datetime) -> Reason:
    """An instant by the wall clock of a zone; the year is said when it is not that of `now`."""
    local = at.astimezone(zone)
    day, clock = _day(local, local.year != now.astimezone(zone).year), f"{local.hour}:{local:%M}"
    return Reason(ja=f"{day.ja} {clock}", en=f"{day.en} {clock}")


def span(since: datetime, until: datetime, zone: ZoneInfo, now: datetime) -> Reason:
    """From one instant to another; the day is said once when both are on it, and its end is 24:00."""
    begins, last = moment(since, zone, now), (until - timedelta.resolution).astimezone(zone)
    local = until.astimezone(zone)
    clock = f"{local.hour}:{local:%M}" if local.date() == last.date() else "24:00"
    if last.date() == since.astimezone(zone).date():
        return Reason(ja=f"{begins.ja}〜{clock}", en=f"{begins.en}–{clock}")
    day = _day(last, last.year != now.astimezone(zone).year)
    return Reason(ja=f"{begins.ja}〜{day.ja} {clock}", en=f"{begins.en} – {day.en} {clock}")


def _day(local: datetime, year: bool) -> Reason:
    ja = f"{local.month}月{local.day}日({_JA[local.weekday()]})"
    en = f"{_EN[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    return Reason(ja=f"{local.year}年{ja}", en=f"{en} {local.year}") if year else Reason(ja=ja, en=en)
