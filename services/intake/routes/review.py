"""Figures of how cases went, and the cases behind each of them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from services.intake import courses
from services.intake.behind import Directory
from services.intake.courses import Behind
from services.intake.domain import courses as domain
from services.intake.domain import view
from services.intake.domain.courses import By, Courses, Of, Period
from services.intake.domain.tokens import Principal
from services.intake.door import door, language
from services.intake.entrance import admit, permit
from shared.contracts.vocabulary import Kind, Priority

routes = APIRouter(tags=["review"])
DAYS = 30
Since = Annotated[
    date | None, Query(description="The first day, in the organisation's zone; else 30 days ending with the last")
]
Until = Annotated[date | None, Query(description="The last day; else today")]


class CourseRow(view.CaseRow):
    """A case, and how it went; times in seconds, null where it has none."""

    acknowledged_in: int | None
    resolved_in: int | None
    reopened: int
    climbs: int
    late: bool
    linked: bool


class CoursePage(BaseModel):
    """The cases behind a figure: the slowest first where it is a time, else the newest; and how many there are."""

    data: list[CourseRow]
    total: int


@routes.get("/v1/review", response_model=Courses)
async def read_review(request: Request, since: Since = None, until: Until = None, by: By | None = None) -> Response:
    """Figures of the cases reported in a time that the caller may see, for who leads a team. Neither canaries nor drills."""
    who, about = await _leading(request, since, until)
    known: Directory = request.app.state.directory
    here = door(request)
    told = await courses.told(here, who, about, by or about.by, await known.names(here))
    return Response(told.model_dump_json(), media_type="application/json")


@routes.get("/v1/review/cases", response_model=CoursePage)
async def list_reviewed_cases(
    request: Request,
    since: Since = None,
    until: Until = None,
    of: Of = "all",
    priority: Priority | None = None,
    team: Annotated[str | None, Query(max_length=100)] = None,
    kind: Kind | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The cases behind a figure, as far as the caller may see them."""
    who, about = await _leading(request, since, until)
    wanted = Behind(priority, None if team is None else team.replace("\x00", ""), kind, of)
    found, total = await courses.behind(door(request), who, about, wanted, limit, skip)
    rows = [
        CourseRow(
            **view.row(one.case, language(request)).model_dump(),
            acknowledged_in=one.answered_in, resolved_in=one.done_in, reopened=one.reopened, climbs=one.climbs, late=one.late,
            linked=one.linked,
        )
        for one in found
    ]  # fmt: skip
    return Response(CoursePage(data=rows, total=total).model_dump_json(), media_type="application/json")


async def _leading(request: Request, since: date | None, until: date | None) -> tuple[Principal, Period]:
    who, here = await admit(request, "read"), door(request)
    permit(who, "see-restricted")
    return who, domain.period(since, until, DAYS, here.clock.now(), here.zone)
