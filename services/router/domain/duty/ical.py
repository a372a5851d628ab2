"""iCalendar (RFC 5545): shifts as a feed that people subscribe to."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import icalendar

from services.router.domain.duty.schedule import Duties
from services.router.domain.duty.shifts import Shift


def write(title: str, duties: Duties, worked: Mapping[str, Iterable[Shift]], now: datetime, person: str = "") -> str:
    """A calendar of shifts by schedule id, of all people and gaps, or of one `person` only.

    Events keep their UID as long as schedule, person and beginning stay the same, so that subscribers update them.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Tasuki//On-call schedules//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for id_, found in worked.items():
        schedule = duties.schedules.get(id_)
        for shift in found:
            if not person or (shift.person and shift.person.id == person):
                calendar.add_component(_event(id_, (schedule and schedule.name) or id_, shift, now))
    text: bytes = calendar.to_ical()
    return text.decode()


def _event(id_: str, schedule: str, shift: Shift, now: datetime) -> icalendar.Event:
    who = shift.person.id if shift.person else ""
    event = icalendar.Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'tasuki:shift:{id_}|{who}|{shift.since.isoformat()}')}@tasuki")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", shift.since.astimezone(UTC))
    event.add("dtend", shift.until.astimezone(UTC))
    event.add("summary", f"{shift.person.name}：{schedule}" if shift.person else f"【当番なし】{schedule}")
    event.add("description", f"{shift.reason.ja}\n{shift.reason.en}")
    event.add("transp", "TRANSPARENT")
    return event
