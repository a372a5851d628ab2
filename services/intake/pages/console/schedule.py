"""One schedule as a picture of a week: each layer, who is put on duty for a time, and who it is in the end; and putting somebody there."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, time
from secrets import token_hex

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from services.intake import behind, on_duty
from services.intake.domain import duty as domain
from services.intake.domain import week
from services.intake.domain.roles import teams
from services.intake.domain.week import Override, Overrides, Shift, Turns, Week, week_of
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console import duty
from services.intake.pages.console.board import directory_of
from services.intake.pages.console.deeds import person as person_of
from services.intake.pages.console.doing import KEY, me
from services.intake.pages.console.duty import Id
from services.intake.pages.console.shell import chosen, elsewhere, opened, shown, text_of, zone_of
from shared.contracts.plan import Reason
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
TURNS, SHIFTS = TypeAdapter(list[Turns]), TypeAdapter(list[Shift])
OVERRIDES = TypeAdapter(Overrides)
DONE = ("override", "override-cancelled")
FIRST, STEP = 56, 62  # where the first row of the picture begins, and how far it is to the next
AGAIN = 250  # so far from each other names are said again, for who sees a part of the picture alone
YEARS = range(1970, 9999)  # those in which a week has one before it and one after it, in every zone
NONE = Reason(ja="", en="")


@routes.api_route("/duty/schedules/{id}", methods=["GET", "HEAD"])
async def show(request: Request, id: Id) -> Response:
    """Show a week of a schedule."""
    done = request.query_params.get("done", "")
    return await _page(request, await opened(request), id, notice=f"duty.done.{done}" if done in DONE else "")


@routes.post("/duty/schedules/{id}/overrides")
async def put_on_duty(request: Request, id: Id) -> Response:
    """Put somebody on duty for a time: oneself, or anybody for who leads a team that uses the schedule."""
    someone, given = await duty.attending(request)
    people = [me(someone), *await directory_of(request).all(door(request))]
    typed, key = given.get("person", ""), given.get("key", "")
    who = person_of(typed, people) if typed and duty.leads(someone) else me(someone)
    since, until = (duty.moment(request, given.get(name, "")) for name in ("since", "until"))
    if who is None:
        return await _page(request, someone, id, 422, text_of("error.person"), given)
    if since is None or until is None or until <= since:
        return await _page(request, someone, id, 422, text_of("duty.wrong-time"), given)
    body = {
        "schedule": id, "person": who.id, "reason": given.get("reason", "")[:200], "since": since.isoformat(),
        "until": until.isoformat(), "by": me(someone).model_dump(), **({"id": key} if KEY.fullmatch(key) else {}),
    }  # fmt: skip
    try:
        await on_duty.let_put_on_duty(door(request), someone.who, someone.who.actor.id, who.id, id)
        warnings = await duty.have(request, someone, "POST", "/v1/overrides", body)
    except Problem as problem:
        return await _page(request, someone, id, problem.status, (problem.ja, problem.en), given)
    if warnings:
        return await _page(request, someone, id, notice="duty.done.override", warnings=warnings, day=since)
    return elsewhere(f"/duty/schedules/{id}?week={week_of(since, zone_of(request)).monday(0)}&done=override")


@routes.post("/duty/schedules/{id}/overrides/{override}/cancel")
async def take_back(request: Request, id: Id, override: Id) -> Response:
    """Take it back: what is about oneself, or anything for who leads a team that uses the schedule."""
    someone, _ = await duty.attending(request)
    by = me(someone)
    try:
        await on_duty.let_take_back(door(request), someone.who, by.id, "overrides", override)
        path = f"/v1/overrides/{override}"
        warnings = await duty.have(request, someone, "DELETE", path, None, by=by.id, by_name=by.name)
    except Problem as problem:
        return await _page(request, someone, id, problem.status, (problem.ja, problem.en))
    if warnings:
        return await _page(request, someone, id, notice="duty.done.override-cancelled", warnings=warnings)
    return elsewhere(f"/duty/schedules/{id}?done=override-cancelled")


async def _page(
    request: Request,
    someone: Visitor,
    id_: str,
    status: int = 200,
    wrong: tuple[str, str] = ("", ""),
    typed: dict[str, str] | None = None,
    notice: str = "",
    warnings: Sequence[str] = (),
    day: datetime | None = None,
) -> Response:
    here, now = door(request), door(request).clock.now()
    seen = week_of(day, zone_of(request)) if day else _week(request, now)
    span = {"since": seen.begins.isoformat(), "until": seen.ends.isoformat()}
    told = await asyncio.gather(
        behind.ask(here, "router", "/v1/schedules"),
        behind.ask(here, "router", f"/v1/schedules/{id_}/layers", **span),
        behind.ask(here, "router", f"/v1/schedules/{id_}/shifts", **span),
        behind.ask(here, "router", "/v1/overrides", schedule=id_, **span),
        behind.ask(here, "router", "/v1/on-duty"),
    )
    listed = duty.read(duty.SCHEDULES, told[0])
    one = next((schedule for schedule in listed or () if schedule.id == id_), None)
    if listed is not None and one is None:
        raise Problem(404, "unknown-schedule", "その当番表はありません。", "There is no such schedule.")
    one, parts = one or domain.Schedule(id=id_, name=id_), duty.read(duty.PARTS, told[4]) or []
    layers, final, overrides = duty.read(TURNS, told[1]), duty.read(SHIFTS, told[2]), duty.read(OVERRIDES, told[3])
    return shown(
        request,
        "schedule.html",
        someone,
        status,
        area="duty",
        at=f"/duty/schedules/{id_}",
        one=one,
        week=seen,
        picture=_picture(seen, one, layers or [], overrides.data if overrides else [], final) if final else None,
        final=final,
        overrides=overrides.data if overrides else [],
        today=seen.place(now) if seen.begins <= now < seen.ends else None,
        people=await directory_of(request).all(here),
        working=bool(teams(someone.who.grants or (), "attend")),
        leads=domain.may_put(someone.who.grants, someone.who.actor.id, "", one, parts),
        me=someone.who.actor.id,
        width=week.WIDTH,
        height=week.HEIGHT,
        first=FIRST,
        step=STEP,
        again_at=AGAIN,
        key=token_hex(16),
        typed=typed or {},
        wrong=wrong[chosen(request) == "en"],
        notice=notice,
        warnings=warnings,
    )


def _picture(
    seen: Week, one: domain.Schedule | None, layers: list[Turns], overrides: list[Override], final: list[Shift]
) -> list[tuple[str, str, list[week.Bar]]]:
    """The rows of the picture from above: what it is, its name, its bars. What stands lower down counts more."""
    ids = [person.id for person in one.people] if one else []
    rows: list[tuple[str, str, list[week.Bar]]] = [
        ("layer", layer.name, week.bars(seen, [x for x in layer.shifts if x.person], ids)) for layer in reversed(layers)
    ]
    put = [Shift(since=x.since, until=x.until, person=x.person, reason=NONE) for x in overrides]
    if put:
        rows.append(("overrides", "", week.bars(seen, put, ids)))
    return [*rows, ("final", "", week.bars(seen, final, ids))]


def _week(request: Request, now: datetime) -> Week:
    try:
        day = datetime.fromisoformat(request.query_params.get("week", "")).date()
        if day.year not in YEARS:
            raise ValueError
        return week_of(datetime.combine(day, time(12), zone_of(request)), zone_of(request))
    except ValueError:
        return week_of(now, zone_of(request))
