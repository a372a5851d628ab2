"""Who is on duty over HTTP: now or at any instant, as shifts and calendars, where nobody is, and how the load is shared."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response

from services.router import attendance
from services.router.domain.climb import lineup
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty import ical
from services.router.domain.duty.schedule import Part
from services.router.domain.duty.shifts import Shift, fair_load, gaps, layers, shifts
from services.router.domain.policies.policy import Holder
from services.router.routes import shifts_shown as show
from services.router.routes.policy import Desk
from services.router.routes.told import Instant, Shapes
from shared.contracts import canary
from shared.runtime.web import Problem, require_token

LONGEST = timedelta(days=400)
USUAL = timedelta(days=14)
AHEAD = timedelta(days=90)
T = TypeVar("T")
Span = tuple[datetime, datetime]
_HOUR = timedelta(hours=1)


class Calendar(Response):
    """An iCalendar file."""

    media_type = "text/calendar"


def routes(desk: Desk) -> APIRouter:
    """Every route that tells who is there."""

    def admitted(request: Request) -> None:
        require_token(request, desk.settings.service_token)

    found = APIRouter(tags=["duty"], dependencies=[Depends(admitted)])

    async def force_since(since: datetime) -> InForce:
        """What decides, with what was told for so long ago if that is asked for."""
        force, now = desk.current.in_force, desk.clock.now()
        if since >= now - attendance.BACK:
            return force
        async with desk.db.reading() as tx:
            return force.attended(await attendance.load(tx, since, now))

    def spanning(ahead: timedelta, back: timedelta = timedelta(0)) -> Callable[..., Span]:
        """Reads a span of time, by default from `back` before now to `ahead` of its beginning or of now."""

        def span(since: Instant | None = None, until: Instant | None = None) -> Span:
            begins = since or desk.clock.now() - back
            ends = until or max(begins, desk.clock.now()) + ahead
            if not begins < ends <= begins + LONGEST:
                ja, en = (
                    "until は since より後、400 日以内にしてください。",
                    "until has to be after since, within 400 days.",
                )
                raise Problem(422, "range", ja, en)
            return begins, ends

        return span

    def known_schedule(id: str) -> str:
        if id not in desk.current.in_force.policy.schedules:
            raise Problem(404, "unknown-schedule", "その当番表はありません。", "There is no such schedule.")
        return id

    def known_person(person: str) -> str:
        if desk.current.in_force.policy.person(person) is None:
            raise Problem(404, "unknown-person", "この人は登録されていません。", "There is no such person.")
        return person

    async def worked(ids: list[str], span: Span) -> tuple[InForce, dict[str, tuple[Shift, ...]]]:
        """The shifts of schedules, worked out beside everything else that goes on."""
        force = await force_since(span[0])

        def work() -> dict[str, tuple[Shift, ...]]:
            return {id_: shifts(force.duties, force.attendance, Part(schedule=id_), *span) for id_ in ids}

        return force, await asyncio.to_thread(work)

    async def whole(ids: list[str], span: Span) -> tuple[InForce, dict[str, tuple[Shift, ...]]]:
        """Shifts with their true beginnings: an event that began at another time each day would be another event."""
        begins = (span[0] - AHEAD).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        force, by_id = await worked(ids, (begins, span[1]))
        return force, {id_: tuple(x for x in all_ if x.until > span[0]) for id_, all_ in by_id.items()}

    @found.get("/v1/on-duty")
    async def on_duty(at: Instant | None = None, team: str = "") -> list[show.OnDuty]:
        """Who is asked for each part of each team, now or at an instant, until when, and who comes next; the watchdog is nobody."""
        at = at or desk.clock.now()
        force = await force_since(at)
        known: dict[Holder, lineup.Watch] = {}
        rows = []
        for id_, named in force.policy.teams.items():
            for role, holder in named.roles.items() if team in ("", id_) else ():
                if holder.person == canary.PERSON:
                    continue
                if holder not in known:
                    known[holder] = lineup.watch(force, holder, at)
                    await asyncio.sleep(0)  # a page must not wait for a large organisation
                rows.append(show.row(force, (id_, named.name, role), holder, known[holder], at))
        if team and team not in force.policy.teams:
            raise Problem(404, "unknown-team", "そのチームはありません。", "There is no such team.")
        return rows

    @found.get("/v1/schedules")
    async def schedules() -> list[show.Listed]:
        """Every schedule."""
        force = desk.current.in_force
        name = Shapes(force).person
        return [
            show.Listed(
                id=id_,
                name=x.name or id_,
                zone=x.zone,
                people=[name(p) for p in dict.fromkeys(p for layer in x.layers for p in layer.people)],
            )
            for id_, x in force.policy.schedules.items()
        ]

    @found.get("/v1/schedules/{id}/shifts")
    async def shifts_of_schedule(
        id: Annotated[str, Depends(known_schedule)], span: Annotated[Span, Depends(spanning(USUAL))]
    ) -> list[show.Worked]:
        """All of the time, shift by shift, after absences, overrides and swaps."""
        force, by_id = await worked([id], span)
        return [show.shift(force, id, x) for x in by_id[id]]

    @found.get("/v1/schedules/{id}/layers")
    async def layers_of_schedule(
        id: Annotated[str, Depends(known_schedule)], span: Annotated[Span, Depends(spanning(USUAL))]
    ) -> list[show.Turns]:
        """What each layer says by itself, the one that counts first, before absences, overrides and swaps."""
        force = desk.current.in_force
        found = await asyncio.to_thread(layers, force.duties, id, *span)
        return [show.Turns(name=name, shifts=[show.shift(force, id, x) for x in all_]) for name, all_ in found]

    @found.get("/v1/schedules/{id}/shifts.ics", response_class=Calendar)
    async def calendar_of_schedule(
        id: Annotated[str, Depends(known_schedule)], span: Annotated[Span, Depends(spanning(AHEAD, timedelta(days=7)))]
    ) -> Response:
        """The same as an iCalendar file; by default of the week before and the 90 days ahead."""
        force, by_id = await whole([id], span)
        title = force.policy.schedules[id].name or id
        return _calendar(ical.write(title, force.duties, by_id, desk.clock.now()))

    @found.get("/v1/people/{person}/shifts")
    async def shifts_of_person(
        person: Annotated[str, Depends(known_person)], span: Annotated[Span, Depends(spanning(USUAL))]
    ) -> list[show.Worked]:
        """One person's shifts in all schedules, in order."""
        force, by_id = await worked(list(desk.current.in_force.policy.schedules), span)
        own = [(id_, x) for id_, all_ in by_id.items() for x in all_ if x.person and x.person.id == person]
        return [show.shift(force, id_, x) for id_, x in sorted(own, key=lambda pair: pair[1].since)]

    @found.get("/v1/people/{person}/shifts.ics", response_class=Calendar)
    async def calendar_of_person(
        person: Annotated[str, Depends(known_person)],
        span: Annotated[Span, Depends(spanning(AHEAD, timedelta(days=7)))],
    ) -> Response:
        """One person's shifts as an iCalendar file."""
        force, by_id = await whole(list(desk.current.in_force.policy.schedules), span)
        title = f"{Shapes(force).person(person).name}：当番"
        return _calendar(ical.write(title, force.duties, by_id, desk.clock.now(), person))

    @found.get("/v1/schedules/gaps")
    async def all_gaps(span: Annotated[Span, Depends(spanning(AHEAD))]) -> list[show.Gap]:
        """When nobody is there, schedule by schedule, and what happens to cases then; by default of the next 90 days."""
        force, now = await force_since(span[0]), desk.clock.now()

        def work() -> list[show.Gap]:
            rows = []
            for id_, x in force.policy.schedules.items():
                part, zone = Part(schedule=id_), ZoneInfo(x.zone)
                for since, until in gaps(force.duties, force.attendance, part, *span):
                    then = lineup.nobody(force, part, since, now)
                    times = {"since": since.astimezone(zone), "until": until.astimezone(zone)}
                    rows.append(show.Gap(schedule=id_, schedule_name=x.name or id_, then=then, **times))
            return rows

        return await asyncio.to_thread(work)

    @found.get("/v1/schedules/load")
    async def load(span: Annotated[Span, Depends(spanning(AHEAD))]) -> show.Load:
        """How many hours, nights and days off each person carries; time in two schedules at once counts twice."""
        force, by_id = await worked(list(desk.current.in_force.policy.schedules), span)
        calendar, shape = force.policy.calendar_of(""), Shapes(force)
        every = [x for all_ in by_id.values() for x in all_]
        carried = await asyncio.to_thread(fair_load, every, calendar.zone, calendar)
        whole = sum((x.total for x in carried.values()), timedelta(0)) or _HOUR
        data = [
            show.Share(
                person=shape.person(id_),
                hours=round(x.total / _HOUR, 2),
                night_hours=round(x.night / _HOUR, 2),
                free_hours=round(x.free / _HOUR, 2),
                shifts=x.shifts,
                share=round(x.total / whole, 4),
            )
            for id_, x in sorted(carried.items(), key=lambda pair: pair[1].total, reverse=True)
        ]
        return show.Load(since=shape.at(span[0]), until=shape.at(span[1]), data=data)

    return found


def _calendar(text: str) -> Response:
    return Response(text, media_type="text/calendar; charset=utf-8")
