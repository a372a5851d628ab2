"""The front door on its real database, asked over HTTP; its log is fed and read back by hand."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.integration.intake.desk import Desk, stub
from tests.integration.intake.post import Post, listening
from tests.integration.log import Opened


@pytest.fixture
async def desk(database: Opened) -> AsyncIterator[Desk]:
    db = await database("intake")
    async with db.transaction() as tx:
        await tx.execute(
            "TRUNCATE outbox, inbox, folds, cases, idempotency, deliveries, quarantine, externals, timeline, urgent, challenges, tokens,"
            " grants, sources, source_secrets, rejections, troubles, sessions, login_links, saved_views, case_keys, originals, finds,"
            " arrivals, record_looks, subscriptions, subscription_secrets, subscription_deliveries"
        )
    others = stub()
    async with httpx.AsyncClient(transport=others.transport) as http:
        made = Desk(db, http, others)
        await made.open()
        async with made.client:
            yield made


@pytest.fixture
async def post(desk: Desk) -> AsyncIterator[Post]:
    async with listening(desk) as one:
        yield one
