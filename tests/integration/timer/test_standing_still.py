"""A timer that fires nothing says that it is not ready: no lateness is counted where nothing is said, and every clock still runs."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.timer import worker
from services.timer.audit import STANDS
from services.timer.fire import Firing
from services.timer.settings import Settings
from shared.contracts.vocabulary import Priority
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests.integration.log import Log
from tests.integration.timer.conftest import GRACE, begun


@pytest.fixture
async def process(log: Log, tmp_path: Path) -> AsyncIterator[Process]:
    """The timer as it is built, with none of its loops running."""
    none = Secret("")
    settings = Settings(database_url=none, kafka="127.0.0.1:1", http_port=0, service_token=none)
    async with AsyncExitStack() as closing:
        made = Process("timer", settings, log.db, log.clock, closing=closing)
        await worker.build(made)
        yield made


async def test_who_fires_nothing_for_half_a_minute_is_not_ready(log: Log, process: Process) -> None:
    ready = process.checks["deadlines"]
    now = log.clock.at = datetime.now(UTC)
    fired_at = now - GRACE
    await begun(log, "later", due=now + timedelta(hours=1), warn_at=now - timedelta(hours=1))
    await begun(log, "just now", due=fired_at - timedelta(seconds=1))
    await ready()
    await begun(log, "long ago", due=fired_at - timedelta(seconds=STANDS + 1), priority=Priority.P4)
    with pytest.raises(RuntimeError, match="to be fired"):
        await ready()
    while await Firing(log.db, log.clock, GRACE).fire(now):
        pass
    await ready()
