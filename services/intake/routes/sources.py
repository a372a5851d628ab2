"""Setting up what may send to us: sources, their secrets, and what came of it lately."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake import setting_up
from services.intake import source_views as show
from services.intake.domain.ids import LARGEST_ID
from services.intake.door import door, language, read_json
from services.intake.entrance import admit
from services.intake.senders import SENDERS
from services.intake.setups import Setup
from shared.runtime.web import Problem

routes = APIRouter(tags=["sources"])


@routes.get("/v1/senders")
async def list_senders(request: Request) -> show.Senders:
    """List the vendors that can be set up as a source, each with what is pasted where on its side."""
    await admit(request, "admin")
    data = [
        show.SenderView(
            name=s.name,
            own_secret=s.own_secret,
            in_path=s.in_path,
            by_mail=s.by_mail,
            can_be_tested=s.sample is not None,
            guide=show.guide(s.name, language(request)),
        )
        for s in SENDERS.values()
    ]
    return show.Senders(data=data)


@routes.get("/v1/sources")
async def list_sources(request: Request) -> show.Listed:
    """List what is set up."""
    await admit(request, "admin")
    return show.Listed(data=[_view(request, setup) for setup in await door(request).sources.all()])


@routes.post("/v1/sources", status_code=201)
async def create_source(request: Request, response: Response) -> show.MadeSource:
    """Set a source up. Its secret is shown in this answer and never again."""
    who, here = await admit(request, "admin"), door(request)
    setup, secret = await setting_up.create(here, who, await read_json(request, show.NewSource))
    response.headers["location"] = f"/v1/sources/{setup.id}"
    response.headers["etag"] = show.tag(setup)
    path = show.secret_address(setup, here.settings, secret)
    shown = _view(request, setup).model_dump()
    shown["guide"] = shown["guide"].replace("<SECRET>", secret or "<SECRET>")
    return show.MadeSource(**shown, secret=secret, secret_url=path)


@routes.get("/v1/sources/{id}")
async def read_source(request: Request, response: Response, id: show.Slug) -> show.SourceView:
    """Show how a source is set up; its ETag is what changing it needs."""
    await admit(request, "admin")
    setup = await setting_up.known(door(request), id)
    response.headers["etag"] = show.tag(setup)
    return _view(request, setup)


@routes.patch("/v1/sources/{id}")
async def change_source(request: Request, response: Response, id: show.Slug) -> show.SourceView:
    """Change a source, disable it or enable it again. Needs If-Match."""
    who = await admit(request, "admin")
    wanted = await read_json(request, show.SourceChange)
    setup = await setting_up.change(door(request), who, id, wanted, _version(request))
    response.headers["etag"] = show.tag(setup)
    return _view(request, setup)


@routes.delete("/v1/sources/{id}", status_code=204)
async def disable_source(request: Request, id: show.Slug) -> Response:
    """Disable a source: within three seconds nothing of it is taken any more. What it has sent stays. Needs If-Match."""
    who = await admit(request, "admin")
    await setting_up.change(door(request), who, id, show.SourceChange(enabled=False), _version(request))
    return Response(status_code=204)


@routes.post("/v1/sources/{id}/secrets", status_code=201)
async def rotate_secret(request: Request, id: show.Slug) -> show.MadeSecret:
    """Put a new secret in force at once, shown in this answer only; those before it stay good until `old_until`."""
    who = await admit(request, "admin")
    wanted = await read_json(request, show.NewSecret, may_be_empty=True)
    return await setting_up.rotate(door(request), who, id, wanted)


@routes.delete("/v1/sources/{id}/secrets/{secret}", status_code=204)
async def end_secret(request: Request, id: show.Slug, secret: Annotated[int, Path(ge=0, le=LARGEST_ID)]) -> Response:
    """End a secret now, because somebody has it who should not."""
    who = await admit(request, "admin")
    await setting_up.end_secret(door(request), who, id, secret)
    return Response(status_code=204)


@routes.get("/v1/sources/{id}/deliveries")
async def list_deliveries(request: Request, id: show.Slug) -> show.Deliveries:
    """Tell what came from a source lately and what became of it; also how requests looked that were not believed."""
    await admit(request, "admin")
    return show.Deliveries(data=await setting_up.deliveries(door(request), id, language(request)))


def _version(request: Request) -> str:
    """The version that a change was made from. Raises 428."""
    given = request.headers.get("if-match", "").strip()
    if not given:
        ja = "If-Match に、もとにした版（GET /v1/sources の ETag）を書いてください。"
        raise Problem(428, "version-needed", ja, "Name the version this was made from in If-Match (ETag of GET).")
    return given


def _view(request: Request, setup: Setup) -> show.SourceView:
    here = door(request)
    return show.view(setup, here.settings, language(request), here.clock.now())
