"""The HTTP side: every route of the front door, on what it needs."""

from typing import cast
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from services.intake import pages
from services.intake.door import Door
from services.intake.openapi import describe
from services.intake.pace import Paced
from services.intake.routes import (
    actions,
    audit,
    cases,
    compat,
    deliveries,
    imports,
    quarantine,
    relay,
    sources,
    stream,
    subscriptions,
    tokens,
    trials,
)
from services.intake.settings import Settings
from shared.runtime import telemetry
from shared.runtime.service import Process


def add_routes(app: FastAPI) -> None:
    """Add every route; needs nothing that is running, so that the OpenAPI document can be made anywhere."""
    for part in (
        stream,
        cases,
        imports,
        subscriptions,
        actions,
        deliveries,
        compat,
        quarantine,
        sources,
        trials,
        tokens,
        audit,
        relay,
    ):
        app.include_router(part.routes)
    app.state.larger = relay.LARGER_BODIES | imports.LARGER_BODIES | deliveries.LARGER_BODIES | compat.LARGER_BODIES
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
    add_routes(process.app)
    # Kafka may be away: reports are still taken, so the door must not be taken out of service for that.
    process.checks.pop("kafka", None)
