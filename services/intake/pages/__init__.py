"""Pages for people: the form, the reporter's own page about a case, and "I have it" from a mail."""

from fastapi import FastAPI

from services.intake.pages import acknowledge, followup, report
from services.intake.pages.render import add_assets


def add(app: FastAPI) -> None:
    """Add the pages and their assets."""
    add_assets(app)
    for part in (report, followup, acknowledge):
        app.include_router(part.routes)
