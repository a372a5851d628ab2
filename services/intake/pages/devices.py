"""Switching push messages on for a device, by a link that was made for one person; and what an installed page needs."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.intake.door import door
from services.intake.pages.render import HEADERS, Pages, message, page, reader, text
from shared.contracts.links import read_device

routes = APIRouter(include_in_schema=False)
WORKER = "sw.js"
COLOUR = "#1f2937"


@routes.api_route("/devices/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """Show the page; nothing is switched on before the person presses the button."""
    here = door(request)
    person = read_device(here.settings.link_key, token, here.clock.now())
    if person is None:
        return message(request, "gone", 410)
    shown = page(request, "devices.html", reader(request), person=person, token=token)
    more = "; connect-src 'self'; worker-src 'self'; manifest-src 'self'"
    shown.headers["content-security-policy"] = HEADERS["content-security-policy"] + more
    return shown


@routes.api_route("/sw.js", methods=["GET", "HEAD"])
async def worker(request: Request) -> Response:
    """The worker that shows messages while no page is open; at the root, for it answers for the whole site."""
    pages: Pages = request.app.state.pages
    headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
    return Response(pages.assets[WORKER], headers=headers, media_type="text/javascript; charset=utf-8")


@routes.api_route("/app.webmanifest", methods=["GET", "HEAD"])
async def manifest(request: Request) -> Response:
    """What a telephone asks for before it installs the page; an iPhone shows messages of installed pages alone."""
    lang = reader(request)
    told = {
        "name": text("brand", lang),
        "short_name": "Tasuki",
        "lang": lang,
        "start_url": "/report",
        "scope": "/",
        "display": "standalone",
        "background_color": COLOUR,
        "theme_color": COLOUR,
        "icons": [{"src": "/assets/sash.svg", "sizes": "any", "type": "image/svg+xml"}],
    }
    return JSONResponse(told, headers={"cache-control": "no-cache"}, media_type="application/manifest+json")
