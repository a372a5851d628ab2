"""The review: how cases went, who was disturbed, which rules held, and what knowledge saved; as charts, tables and CSV, with the cases behind."""

import asyncio
from functools import partial
from typing import Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from services.intake import behind, courses
from services.intake.courses import Behind
from services.intake.domain import courses as domain
from services.intake.domain import readers, review
from services.intake.domain.courses import By, Courses, Of, Period
from services.intake.domain.roles import EVERY_TEAM, teams
from services.intake.domain.words import lasting
from services.intake.door import Door, door
from services.intake.entrance import Visitor
from services.intake.pages.console.board import directory_of
from services.intake.pages.console.shell import chosen, opened, shown
from services.intake.pages.render import HEADERS
from shared.contracts.vocabulary import Kind, Priority

routes = APIRouter(include_in_schema=False)
SECONDS = 30.0  # the router goes through the archive
PAGE = 50
Others = tuple[review.Reviewed | None, review.Known | None]


@routes.api_route("/review", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show the figures, to who leads: those of the cases that they may see; what is of all teams to who leads all."""
    someone = await opened(request, "see-restricted")
    about, by = _period(request)
    told, (reviewed, known) = await _figures(request, someone, about, by)
    kinds = sorted({one.kind for one in told.volumes}, key=tuple(map(str, Kind)).index)
    table: dict[Any, dict[str, int]] = {}
    for one in told.volumes:
        table.setdefault(one.starts, {})[one.kind] = one.cases
    return shown(
        request, "review.html", someone, area="review", at="/review", spans=review.SPANS, told=told, reviewed=reviewed, known=known,
        days=(about.until - about.since).days + 1, asked=_query(about, by), volumes=table, kinds=kinds, every=_leads_all(someone),
        lasts=partial(lasting, language=chosen(request)), query=urlencode, named=directory_of(request).teams,
    )  # fmt: skip


@routes.api_route("/review.csv", methods=["GET", "HEAD"])
async def export(request: Request) -> Response:
    """The same figures for a spreadsheet."""
    someone = await opened(request, "see-restricted")
    about, by = _period(request)
    told, others = await _figures(request, someone, about, by)
    text = review.table(domain.lines(told), *others)
    headers = {
        **HEADERS,
        "content-disposition": f'attachment; filename="tasuki-review-{about.since}-{about.until}.csv"',
    }
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


@routes.api_route("/review/cases", methods=["GET", "HEAD"])
async def cases(request: Request) -> Response:
    """Show the cases behind a figure, the slowest first where it is a time."""
    someone = await opened(request, "see-restricted")
    (about, by), given = _period(request), request.query_params
    wanted = Behind(
        priority=given["priority"] if given.get("priority") in ("", *Priority) else None,
        team=given["team"][:100].replace("\x00", "") if "team" in given else None,
        kind=given["kind"] if given.get("kind") in tuple(Kind) else None,
        of=given["of"] if given.get("of") in get_args(Of) else "all",  # type: ignore[arg-type]
    )
    page = int(given["page"]) if given.get("page", "").isascii() and given.get("page", "x")[:4].isdigit() else 1
    page = min(max(page, 1), 999)
    found, total = await courses.behind(door(request), someone.who, about, wanted, PAGE, (page - 1) * PAGE)
    asked = {name: value for name, value in vars(wanted).items() if value is not None}
    return shown(
        request, "review_cases.html", someone, area="review", at="/review/cases", told=about, wanted=wanted, found=found, total=total,
        page=page, pages=max(1, -(-total // PAGE)), back=_query(about, by), asked=f"{_query(about, by)}&{urlencode(asked)}",
        lasts=partial(lasting, language=chosen(request)), named=directory_of(request).teams,
    )  # fmt: skip


async def _figures(request: Request, someone: Visitor, about: Period, by: By) -> tuple[Courses, Others]:
    here = door(request)
    names = await directory_of(request).names(here)
    return await asyncio.gather(
        courses.told(here, someone.who, about, by, names), _of_all_teams(request, here, someone, about)
    )


async def _of_all_teams(request: Request, here: Door, someone: Visitor, about: Period) -> Others:
    """What the router and the knowledge service tell, neither of which knows the walls between teams."""
    if not _leads_all(someone):
        return None, None
    language = chosen(request)
    days = (here.clock.now().astimezone(here.zone).date() - about.since).days + 1
    span = {"since": about.since.isoformat(), "until": about.until.isoformat()}
    reader = readers.reader(someone.who)
    one, other = await asyncio.gather(
        behind.ask(here, "router", "/v1/policy/review", None, SECONDS, language=language, days=str(days)),
        behind.ask(here, "knowledge", "/v1/figures", None, SECONDS, language=language, reader=reader, **span),
    )
    return behind.told(review.Reviewed, one), behind.told(review.Known, other)


def _leads_all(someone: Visitor) -> bool:
    return EVERY_TEAM in teams(someone.who.grants or (), "see-restricted")


def _period(request: Request) -> tuple[Period, By]:
    """The time that the address names, in the organisation's zone, so that a figure is the same for every reader."""
    here, given = door(request), request.query_params
    days = review.span(given.get("days", ""))
    about = domain.period(
        domain.day(given.get("since", "")), domain.day(given.get("until", "")), days, here.clock.now(), here.zone
    )
    by = given.get("by", "")
    return about, "week" if by == "week" else "month" if by == "month" else about.by


def _query(about: Period, by: By) -> str:
    return urlencode({"since": about.since, "until": about.until, "by": by})
