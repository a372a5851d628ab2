"""Who is on duty: layers of rotations, overrides and swaps, absences, and substitutes of substitutes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.router.domain.duty.attendance import Absence, Attendance, Override, Presence, Swap
from services.router.domain.duty.rotation import Rotation
from services.router.domain.duty.turns import Layer
from services.router.domain.times.calendar import Calendar, Zone
from shared.contracts.plan import Person, Reason

LONGEST_WAIT = timedelta(days=92)
LONGEST_AWAY = timedelta(days=1)
FOR_EVER = datetime.max.replace(tzinfo=UTC)
_AHEAD = tuple(timedelta(days=days) for days in (1, 8, 92, 400))
IN_CHARGE = Reason(ja="担当者", en="in charge")
ON_DUTY = Reason(ja="当番", en="on duty")
BACKUP = Reason(ja="控えの当番", en="backup on duty")


class Schedule(BaseModel):
    """Rotations on top of each other: where several are active, the last one given counts, and the others back it up.

    One rotation may be written without `layers`, and `days: 7` for `every: 7, unit: days`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = ""
    zone: Zone
    layers: tuple[Rotation, ...] = Field(min_length=1, max_length=20)

    @model_validator(mode="before")
    @classmethod
    def _simple(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "layers" in data or "people" not in data:
            return data
        one = {key: value for key, value in data.items() if key not in ("name", "zone")}
        if "days" in one:
            one |= {"every": one.pop("days"), "unit": "days"}
        return {key: data[key] for key in ("name", "zone") if key in data} | {"layers": [one]}


class Holder(Protocol):
    """Who plays a part: a schedule's id, or a person's, the other being empty."""

    @property
    def schedule(self) -> str:
        """Whoever is on duty in it."""

    @property
    def person(self) -> str:
        """Always this one."""


class Part(NamedTuple):
    """A holder outside of any team."""

    schedule: str = ""
    person: str = ""


@dataclass(frozen=True)
class Duties:
    """What a policy says of duty. Make it once for a version: it remembers what it has worked out."""

    schedules: Mapping[str, Schedule]
    people: Mapping[str, Person]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    calendar: str = ""

    @cached_property
    def layers(self) -> dict[str, tuple[Layer, ...]]:
        """The layers of each schedule, the one that counts first."""
        return {
            id_: tuple(
                Layer(rotation, ZoneInfo(rotation.zone or schedule.zone), self.calendars, self.calendar)
                for rotation in reversed(schedule.layers)
            )
            for id_, schedule in self.schedules.items()
        }

    def name(self, person: str) -> str:
        """The name to show; the id of somebody who is gone."""
        known = self.people.get(person)
        return known.name if known else person


@dataclass(frozen=True)
class Found:
    """Who is asked, why in words, and the schedule that named them ("" for one person)."""

    person: Person
    reason: Reason
    schedule: str


def on_duty(duties: Duties, attendance: Attendance, holder: Holder, now: datetime) -> Found | None:
    """The person who plays a part at an instant; nothing when nobody is there.

    In this order: who is named by an override or has the turn in the top layer (after swaps), then those who stand in
    for them, then the others of the layer as they follow, then the layers below.
    """
    first = ""
    for wanted, why in _asked(duties, attendance, holder, now):
        first = first or wanted
        for id_ in attendance.there(wanted, now):
            person = duties.people.get(id_)
            if person is not None:
                return Found(person, _said(duties, first, wanted, id_, why), holder.schedule)
    return None


def in_turn(duties: Duties, attendance: Attendance, holder: Holder, now: datetime) -> str:
    """The id of who should be asked first at an instant, there or not, after overrides and swaps; "" for nobody."""
    return next((person for person, _ in _asked(duties, attendance, holder, now)), "")


def next_on_duty(duties: Duties, attendance: Attendance, holder: Holder, now: datetime) -> datetime | None:
    """The first instant from `now` on at which somebody is there; nothing when that is more than 92 days ahead.

    Shifts are waited for, and whoever has the turn and is away for a day at most; nothing when they stay away for longer.
    """
    if on_duty(duties, attendance, holder, now):
        return now
    later = changes(duties, attendance, holder, now, now + LONGEST_WAIT)
    back = next((at for at in later if on_duty(duties, attendance, holder, at)), None)
    turn = next((at for at in (now, *later) if in_turn(duties, attendance, holder, at)), None)
    return back if back and turn and back - turn <= LONGEST_AWAY else None


def next_change(duties: Duties, attendance: Attendance, holder: Holder, now: datetime) -> datetime | None:
    """The first instant after `now` at which the answer of `on_duty` may be another; looks 400 days ahead."""
    ahead = (changes(duties, attendance, holder, now, now + span) for span in _AHEAD)
    return next((found[0] for found in ahead if found), None)


def changes(duties: Duties, attendance: Attendance, holder: Holder, since: datetime, until: datetime) -> list[datetime]:
    """The instants within (since, until) at which the answer of `on_duty` may be another, in order."""
    layers = duties.layers.get(holder.schedule, ())
    spans: list[tuple[datetime | None, datetime | None]] = [
        *((x.since, x.until) for layer in layers for x in layer.stretches(since, until)),
        *((x.since, x.until) for x in _told(duties, attendance, holder, since, until)),
    ]
    return sorted({at for span in spans for at in span if at is not None and since < at < until})


def grounds(duties: Duties, attendance: Attendance, holder: Holder, since: datetime) -> tuple[object, ...]:
    """All that the answers of `on_duty` rest on from `since` on: while it is equal, so are they, whatever else is published or told."""
    people = {person: duties.people.get(person) for person in _concerned(duties, attendance, holder, since, FOR_EVER)}
    said = _told(duties, attendance, holder, since, FOR_EVER)
    return duties.schedules.get(holder.schedule), duties.calendars, duties.calendar, people, said


def _concerned(duties: Duties, attendance: Attendance, holder: Holder, since: datetime, until: datetime) -> list[str]:
    """Everybody who may be named within [since, until), or stand in."""
    schedule = holder.schedule
    named = {holder.person} if holder.person else set[str]()
    named.update(person for layer in duties.layers.get(schedule, ()) for person in layer.rotation.people)
    named.update(override.person for override in attendance.overrides_of.get(schedule, ()))
    named.update(swap.other for swap in attendance.swaps_of.get(schedule, ()))
    return sorted(attendance.with_substitutes(named, since, until))


def _told(
    duties: Duties, attendance: Attendance, holder: Holder, since: datetime, until: datetime
) -> list[Override | Swap | Absence | Presence]:
    """What people told of a part and of everybody who is concerned."""
    people = _concerned(duties, attendance, holder, since, until)
    return [
        *attendance.overrides_of.get(holder.schedule, ()),
        *attendance.swaps_of.get(holder.schedule, ()),
        *(absence for person in people for absence in attendance.absences_of.get(person, ())),
        *(presence for person in people for presence in attendance.presence_of.get(person, ())),
    ]


def _asked(duties: Duties, attendance: Attendance, holder: Holder, now: datetime) -> Iterator[tuple[str, Reason]]:
    """Whom to ask, one after the other, and why if they are there themselves."""
    if holder.person:
        yield holder.person, IN_CHARGE
        return
    orders = ([*order] for layer in duties.layers.get(holder.schedule, ()) if (order := layer.order(now)))
    top = next(orders, [])
    turn = top[0] if top else ""
    override = attendance.override(holder.schedule, now)
    named = override.person if override else turn
    taken = attendance.taken_by(holder.schedule, named, now)
    if taken != named:
        name = duties.name(named)
        yield taken, Reason(ja=f"{name} さんと当番を交代", en=f"took the shift of {name}")
    elif override:
        why = f"（{override.reason}）" if override.reason else ""
        yield named, Reason(ja=f"臨時の当番{why}", en=f"on duty for this time{why and f' ({override.reason})'}")
    if taken != turn == named:
        top.append(top.pop(0))  # who gave the shift away is asked last
    yield from ((person, ON_DUTY) for person in top)
    yield from ((person, BACKUP) for order in orders for person in order)


def _said(duties: Duties, first: str, wanted: str, found: str, why: Reason) -> Reason:
    """Why this person, when `first` should have been asked and `wanted` is whose place `found` takes."""
    if found == first:
        return why
    away = duties.name(first)
    if wanted == first:
        return Reason(ja=f"{away} さん不在のため代理", en=f"stands in for {away}, who is away")
    if why is BACKUP:
        return Reason(ja=f"{away} さん不在のため控えの当番", en=f"backup on duty, as {away} is away")
    return Reason(ja=f"{away} さん不在のため次の当番", en=f"next on duty, as {away} is away")
