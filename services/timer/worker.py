"""The timer's loops: reading the log, firing, and the auditor."""

from datetime import timedelta

from services.timer.audit import Auditor, fires
from services.timer.fire import Firing
from services.timer.handlers import UNFOLDED, handlers
from services.timer.settings import Settings
from shared.contracts import topics
from shared.runtime.service import Process

LINGER = 0.1  # seconds; a deadline is never that near


async def build(process: Process) -> None:
    """Add the three loops."""
    settings = process.settings
    assert isinstance(settings, Settings)
    grace = timedelta(seconds=settings.grace)
    consumer = process.consume(handlers(grace), topics.CASES, linger=LINGER, unfolded=UNFOLDED)
    process.forget_canaries()
    process.checks["deadlines"] = lambda: fires(process.db)
    process.loops["fire"] = Firing(process.db, process.clock, grace, consumer.caught_up).run
    process.loops["audit"] = Auditor(process.db, process.clock, grace, consumer.caught_up.is_set).run
