"""The HTTP side: every route of the front door, on what it needs."""

from typing import cast
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from services.intake import pages
from services.intake.catching_up import CatchingUp
from services.intake.door import Door
from services.intake.drilling import Drilling
from services.intake.looking import Looking
from services.intake.mail_in import MailIn
from services.intake.openapi import describe
from services.intake.pace import Paced
from services.intake.reminding import Reminding
from services.intake.routes import (
    actions,
    article_files,
    attachments,
    audit,
    cases,
    chats,
    compat,
    deliveries,
    drills,
    imports,
    operations,
    personal,
    precedents,
    quarantine,
    relations,
    relay,
    review,
    sessions,
    sources,
    steps,
    stream,
    subscriptions,
    tokens,
    trials,
)
from services.intake.settings import Settings
from services.intake.threshold import Threshold
from shared.runtime import telemetry
from shared.runtime.service import Process


def add_routes(app: FastAPI) -> None:
    """Add every route; needs nothing that is running, so that the OpenAPI document can be made anywhere."""
    app.router.routes[:0] = deliveries.STRAIGHT
    for part in (
        stream,
        cases,
        imports,
        subscriptions,
        chats,
        actions,
        relations,
        steps,
        attachments,
        article_files,
        personal,
        precedents,
        deliveries,
        compat,
        quarantine,
        drills,
        operations,
        sources,
        trials,
        tokens,
        sessions,
        audit,
        review,
        relay,
    ):
        app.include_router(part.routes)
    app.state.untraced = pages.PATHS  # whose trace a browser hands on is known where it comes from
    parts = (attachments, article_files, relay, imports, deliveries, compat, pages)
    app.state.larger = {path: size for part in parts for path, size in part.LARGER_BODIES.items()}
    app.add_middleware(Threshold)
    pages.add(app)
    app.add_middleware(Paced)
    describe(app)


async def build(process: Process) -> None:
    """Add the routes and what they stand on to a process."""
    settings = cast(Settings, process.settings)
    http = await process.closing.enter_async_context(telemetry.http_client())
    assert process.app is not None
    here = process.app.state.door = Door(settings, process.db, process.clock, http, ZoneInfo(settings.zone))
    process.loops["changes"] = here.fan.run
    process.loops["catching up"] = CatchingUp(process.db, here.sources, here.queue).run
    process.loops["records"] = Looking(here).run
    process.loops["drills"] = Drilling(here).run
    process.loops["reminders"] = Reminding(here).run
    add_routes(process.app)
    if settings.mail_in_domain:
        process.loops["mail in"] = MailIn(process.app.state.door).run
    # Kafka may be away: reports are still taken, so the door must not be taken out of service for that.
    process.checks.pop("kafka", None)
