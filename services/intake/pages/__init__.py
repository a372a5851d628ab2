"""Pages for people: the form, the reporter's own page about a case, "I have it" from a mail, and devices to be told."""

from inspect import isawaitable

from fastapi import FastAPI, Request, Response

from services.intake.pages import acknowledge, devices, followup, report
from services.intake.pages.render import add_assets, message
from shared.runtime.db import UNAVAILABLE

PATHS = ("/report", "/r/", "/a/", "/devices/")


def add(app: FastAPI) -> None:
    """Add the pages and their assets; while the database is away, people read a page and programs a problem."""
    add_assets(app)
    for part in (report, followup, acknowledge, devices):
        app.include_router(part.routes)
    for_programs = app.exception_handlers[UNAVAILABLE[0]]

    async def away(request: Request, problem: Exception) -> Response:
        if request.url.path.startswith(PATHS):
            return message(request, "busy", 503)
        answer = for_programs(request, problem)
        return await answer if isawaitable(answer) else answer

    for unavailable in UNAVAILABLE:
        app.add_exception_handler(unavailable, away)
