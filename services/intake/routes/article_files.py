"""The files of an article, as far as the front door has a part in them: attached after they were cleaned, and given as nothing to run."""

from tempfile import SpooledTemporaryFile
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from services.intake import article_files
from services.intake.article_files import Keeping
from services.intake.attaching import MEDIA, served
from services.intake.domain import files
from services.intake.domain.refusals import Refusal
from services.intake.door import door, language, media_type
from services.intake.entrance import admit, permit
from services.intake.incoming import arriving
from services.intake.routes.actions import refused
from services.intake.routes.attachments import IN_MEMORY, Disposition, Name
from services.intake.routes.cases import idempotency_key
from shared.contracts.report import Id, Line
from shared.runtime.web import Problem

routes = APIRouter(tags=["articles"])
LARGER_BODIES = {"/v1/articles/*/files": files.LARGEST}
ArticleId = Annotated[str, Path(pattern=r"^a_[0-9a-z]{1,40}$", max_length=42)]


class ArticleFile(BaseModel):
    """A file of an article as it is kept: its kind as its content has it, its size in bytes; and the article's newest version."""

    id: UUID
    name: str
    kind: str
    size: int
    public: bool
    version: int


@routes.post("/v1/articles/{id}/files", status_code=201, response_model=ArticleFile)
async def attach_file_to_article(
    request: Request,
    id: ArticleId,
    content_disposition: Disposition = "",
    name: Name = "",
    public: Annotated[bool, Query(description="For customers too, where the article is public")] = False,
    publish: Annotated[bool, Query(description="Publish the new version of the article at once")] = False,
    by: Annotated[Id | None, Query(description="Who does it; a person who is logged in is known")] = None,
    by_name: Line = "",
) -> Response:
    """Attach a file to an article: the body is the file itself, as application/octet-stream, 10 MB at most.

    What may be attached is as at a case. The article gets a new version; the same Idempotency-Key does it once. If-Match may name
    the version that is meant.
    """
    who, here = await admit(request, "act"), door(request)
    permit(who, "attend")
    key = idempotency_key(request, required=False)
    if media_type(request) != MEDIA:
        raise Problem(415, "unsupported-media-type", f"{MEDIA} で送ってください。", f"Send {MEDIA}.")
    version = request.headers.get("if-match", "")
    how = Keeping(language(request), public, publish, key, version, by or "", by_name)
    called = files.called(content_disposition) or name
    with SpooledTemporaryFile(max_size=IN_MEMORY) as held:
        async with arriving(here, request, here.uploads) as parts:
            async for part in parts:
                held.write(part)
        held.seek(0)
        done = await article_files.take(here, who, id, called, held, how)
    if isinstance(done, Refusal):
        raise refused(done)
    file = done.file
    told = ArticleFile(
        id=done.id, name=file.name, kind=file.kind, size=len(file.body), public=done.public, version=done.version
    )
    headers = {"location": f"/v1/articles/{id}/files/{done.id}", "etag": f'"{done.version}"'}
    return Response(told.model_dump_json(), 201, headers, "application/json")


@routes.get("/v1/articles/{id}/files/{file}")
async def open_file_of_article(
    request: Request,
    id: ArticleId,
    file: UUID,
    audience: Annotated[
        Literal["internal", "public"] | None, Query(description="`public`: only what is for customers too")
    ] = None,
) -> Response:
    """Give the bytes of a file of an article that the caller sees, never as anything that a browser would show or run."""
    who, here = await admit(request, "read"), door(request)
    name, _, raw = await article_files.opened(here, who, id, file, language(request), audience == "public")
    return served(name, raw, MEDIA)
