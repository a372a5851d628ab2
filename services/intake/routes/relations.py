"""Which cases have to do with each other: to be read, said and taken back."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from services.intake import relating
from services.intake.domain import view
from services.intake.domain.tokens import Principal
from services.intake.door import door, language
from services.intake.entrance import admit
from services.intake.routes.actions import refused
from services.intake.seeing import reading, seen
from shared.runtime.db import Transaction

routes = APIRouter(tags=["cases"])
Other = Annotated[str, Path(max_length=60, description="The number or id of the other case")]


class RelatedRow(view.CaseRow):
    """A case that another one has to do with; who said so, and when."""

    related_by: str
    related_at: datetime


class RelatedCases(BaseModel):
    """What a case has to do with, as far as the caller may see it; the newest relation first."""

    data: list[RelatedRow]


@routes.get("/v1/cases/{case_id}/related", response_model=RelatedCases)
async def read_related(request: Request, case_id: str) -> Response:
    """List the cases that one has to do with. Neither of two leads, and nobody is asked because of it."""
    who, here = await admit(request, "read"), door(request)
    async with reading(here, who) as tx:
        await seen(tx, who, case_id, here.clock.now())
        return await _listed(request, tx, who, case_id)


@routes.put("/v1/cases/{case_id}/related/{other}", response_model=RelatedCases)
async def relate_cases(request: Request, case_id: str, other: Other) -> Response:
    """Say that two cases have to do with each other; to say so again changes nothing."""
    return await _changed(request, case_id, other, relating.relate)


@routes.delete("/v1/cases/{case_id}/related/{other}", response_model=RelatedCases)
async def unrelate_cases(request: Request, case_id: str, other: Other) -> Response:
    """Take it back."""
    return await _changed(request, case_id, other, relating.unrelate)


async def _changed(request: Request, case_id: str, other: str, change: relating.Change) -> Response:
    who, here = await admit(request, "act"), door(request)
    async with here.db.transaction() as tx:
        if (why := await change(tx, who, who.actor, case_id, other, here.clock.now())) is not None:
            raise refused(why)
    async with reading(here, who) as tx:
        return await _listed(request, tx, who, case_id)


async def _listed(request: Request, tx: Transaction, who: Principal, case_id: str) -> Response:
    rows = [
        RelatedRow(**view.row(one.case, language(request)).model_dump(), related_by=one.by, related_at=one.at)
        for one in await relating.related(tx, who, case_id, door(request).clock.now())
    ]
    return Response(RelatedCases(data=rows).model_dump_json(), media_type="application/json")
