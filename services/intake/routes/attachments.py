"""The files of a case: to be listed, attached one by one as they are, opened, and taken away."""

from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.intake import attaching
from services.intake.attaching import MEDIA, Seer, served
from services.intake.domain import files
from services.intake.domain.refusals import Refusal
from services.intake.door import door, media_type
from services.intake.entrance import admit
from services.intake.incoming import arriving
from services.intake.routes.actions import refused
from services.intake.routes.cases import idempotency_key
from services.intake.seeing import reading, seen
from shared.contracts.events import Actor
from shared.runtime.web import Problem

routes = APIRouter(tags=["cases"])
LARGER_BODIES = {"/v1/cases/*/attachments": files.LARGEST}
Disposition = Annotated[
    str,
    Header(
        description="What the file is called: `attachment; filename*=UTF-8''` and its name as RFC 8187 writes it. "
        "What is no name of a file is taken out"
    ),
]
Name = Annotated[
    str,
    Query(
        deprecated=True,
        description="The same for older clients. Better not: every proxy on the way keeps an address in its log",
    ),
]
IN_MEMORY = 1024 * 1024  # bytes of a body; what is more lies on disk until it is whole


class AttachmentView(BaseModel):
    """A file of a case: its kind as its content has it, its size in bytes, and who attached it when. Reporters see no `internal` one."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    name: str
    kind: str
    size: int
    internal: bool
    by: Actor
    at: datetime


class Attachments(BaseModel):
    """The files of a case, the first one first."""

    data: list[AttachmentView]


@routes.get("/v1/cases/{case_id}/attachments", response_model=Attachments)
async def read_attachments(request: Request, case_id: str) -> Response:
    """List the files of a case, without their bytes."""
    who, here = await admit(request, "read"), door(request)
    async with reading(here, who) as tx:
        _, case = await seen(tx, who, case_id, here.clock.now())
        found = await attaching.listed(tx, Seer(who), case)
    return Response(
        Attachments(data=[AttachmentView.model_validate(one) for one in found]).model_dump_json(),
        media_type="application/json",
    )


@routes.post("/v1/cases/{case_id}/attachments", status_code=201, response_model=AttachmentView)
async def attach_file(
    request: Request,
    case_id: str,
    content_disposition: Disposition = "",
    name: Name = "",
    internal: Annotated[bool, Query(description="Not for the reporter to see")] = True,
) -> Response:
    """Attach a file: the body is the file itself, as application/octet-stream, 10 MB at most. The same Idempotency-Key does it once.

    Its content decides what it is: pictures (JPEG, PNG, WebP), PDF or text. Of pictures nothing but the picture is kept: no place and
    no camera. Where the caller only reports, `internal` is false.
    """
    who, here = await admit(request, "act"), door(request)
    key = idempotency_key(request, required=False)
    if media_type(request) != MEDIA:
        raise Problem(415, "unsupported-media-type", f"{MEDIA} で送ってください。", f"Send {MEDIA}.")
    async with reading(here, who) as tx:
        await seen(tx, who, case_id, here.clock.now())
    called = files.called(content_disposition) or name
    with SpooledTemporaryFile(max_size=IN_MEMORY) as held:
        async with arriving(here, request, here.uploads) as parts:
            async for part in parts:
                held.write(part)
        held.seek(0)
        done = await attaching.take(here, Seer(who), who.actor, case_id, called, held, internal, key)
    if isinstance(done, Refusal):
        raise refused(done)
    headers = {"location": f"/v1/cases/{case_id}/attachments/{done.id}"}
    return Response(AttachmentView.model_validate(done).model_dump_json(), 201, headers, "application/json")


@routes.get("/v1/cases/{case_id}/attachments/{attachment}")
async def open_attachment(request: Request, case_id: str, attachment: UUID) -> Response:
    """Give the bytes of a file, never as anything that a browser would show or run. That it was opened is recorded."""
    who, here = await admit(request, "read"), door(request)
    async with here.db.transaction() as tx:
        now = here.clock.now()
        _, case = await seen(tx, who, case_id, now)
        found, raw = await attaching.opened(tx, Seer(who), case, attachment, now)
    return served(found.name, raw, MEDIA)


@routes.delete("/v1/cases/{case_id}/attachments/{attachment}", status_code=204)
async def remove_attachment(request: Request, case_id: str, attachment: UUID) -> Response:
    """Take a file away for good: for who attached it, and who leads the team. The timeline goes on telling that it was there."""
    who, here = await admit(request, "act"), door(request)
    async with here.db.transaction() as tx:
        await attaching.detach(tx, Seer(who), who.actor, case_id, attachment, here.clock.now())
    return Response(status_code=204)
