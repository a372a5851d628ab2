"""The timer's loops: reading the log, and firing."""

from datetime import timedelta

from services.timer.fire import Firing
from services.timer.handlers import handlers
from services.timer.settings import Settings
from shared.contracts import topics
from shared.runtime.service import Process

LINGER = 0.1  # seconds; a deadline is never that near


async def build(process: Process) -> None:
    """Add both loops."""
    settings = process.settings
    assert isinstance(settings, Settings)
    grace = timedelta(seconds=settings.grace)
    process.consume(handlers(grace), topics.CASES, linger=LINGER)
    process.loops["fire"] = Firing(process.db, process.clock, grace).run
