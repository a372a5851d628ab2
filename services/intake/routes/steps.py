"""The steps of a case: to be read, written, ticked and removed."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.intake import steps
from services.intake.domain import access
from services.intake.domain.tokens import Principal
from services.intake.door import door, read_json
from services.intake.entrance import admit
from services.intake.routes.actions import refused
from services.intake.routes.cases import idempotency_key
from services.intake.seeing import reading, seen
from shared.contracts.report import Line

routes = APIRouter(tags=["cases"])


class Wanted(BaseModel):
    """What is to be done, a step each."""

    model_config = ConfigDict(extra="forbid")
    texts: Annotated[list[Line], Field(min_length=1, max_length=steps.MOST)]


class StepView(BaseModel):
    """One step: who wrote it when, and who ticked it when; `done_at` is null while it is to be done."""

    id: UUID
    text: str
    by: str
    at: datetime
    done_by: str
    done_at: datetime | None


class Steps(BaseModel):
    """The steps of a case, in the order in which they were written."""

    data: list[StepView]


@routes.get("/v1/cases/{case_id}/steps", response_model=Steps)
async def read_steps(request: Request, case_id: str) -> Response:
    """List what is to be done about a case, and what was done by whom."""
    return await _listed(request, await admit(request, "read"), case_id)


@routes.post("/v1/cases/{case_id}/steps", response_model=Steps)
async def add_steps(request: Request, case_id: str) -> Response:
    """Write steps down, all of them or none; the same Idempotency-Key does it once."""
    who, here = await admit(request, "act"), door(request)
    key, wanted = idempotency_key(request, required=False), await read_json(request, Wanted)
    async with here.db.transaction() as tx:
        if (why := await steps.add(tx, who, who.actor, case_id, wanted.texts, here.clock.now(), key)) is not None:
            raise refused(why)
    return await _listed(request, who, case_id)


@routes.post("/v1/cases/{case_id}/steps/{step}/done", response_model=Steps)
async def tick_step(request: Request, case_id: str, step: UUID) -> Response:
    """Say that a step is done; who said so first stays."""
    return await _changed(request, case_id, step, "tick")


@routes.delete("/v1/cases/{case_id}/steps/{step}/done", response_model=Steps)
async def untick_step(request: Request, case_id: str, step: UUID) -> Response:
    """Say that it is to be done after all."""
    return await _changed(request, case_id, step, "untick")


@routes.delete("/v1/cases/{case_id}/steps/{step}", response_model=Steps)
async def remove_step(request: Request, case_id: str, step: UUID) -> Response:
    """Remove a step that is not done; one that is gone already stays gone."""
    return await _changed(request, case_id, step, "remove")


async def _changed(request: Request, case_id: str, step: UUID, how: steps.Change) -> Response:
    who, here = await admit(request, "act"), door(request)
    async with here.db.transaction() as tx:
        if (why := await steps.change(tx, who, who.actor, case_id, step, how, here.clock.now())) is not None:
            raise refused(why)
    return await _listed(request, who, case_id)


async def _listed(request: Request, who: Principal, case_id: str) -> Response:
    here = door(request)
    async with reading(here, who) as tx:
        _, case = await seen(tx, who, case_id, here.clock.now())
        found = [] if access.only_reports(who, case) else await steps.steps_of(tx, who, case_id)
    told = Steps(data=[StepView(**vars(one)) for one in found])
    return Response(told.model_dump_json(), media_type="application/json")
