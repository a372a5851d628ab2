"""One machine whose clock is ahead keeps back nothing of the others."""

from datetime import UTC, datetime, timedelta

import pytest

from services.knowledge.handlers import HANDLERS
from services.knowledge.library import Library
from tests.integration.knowledge.test_archiving import resolved, submitted
from tests.integration.log import T0, Hands, Log, Opened


@pytest.fixture
async def log(database: Opened) -> Log:
    return Log(await database("knowledge"), Hands(T0), HANDLERS)


async def test_a_machine_whose_clock_is_ahead_hides_nothing_that_others_archive(log: Log) -> None:
    library = Library(log.db)
    await library.open()
    log.clock.at = datetime.now(UTC) + timedelta(hours=1)
    await log.tell(submitted("f1", "発券機が髙﨑で止まる", "一階の機械"))
    await log.tell(resolved("f1", "直した"))
    await library.refresh()
    log.clock.at = datetime.now(UTC)
    await log.tell(submitted("f2", "発券機が鳴る", "一階の機械"))
    await log.tell(resolved("f2", "直した"))
    await library.refresh()
    assert {"f1", "f2"} <= {hit.id for hit in library.search("発券機", 50)}
