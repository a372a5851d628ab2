"""The front door on its real database, asked over HTTP; its log is fed and read back by hand."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from services.timer import api as timer
from services.timer.settings import Settings as TimerSettings
from shared.runtime import web
from shared.runtime.db import Database
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests.integration.intake.desk import SERVICE_TOKEN, Desk, stub
from tests.integration.intake.office import behind
from tests.integration.intake.post import Post, listening
from tests.integration.log import Opened


@pytest.fixture
async def desk(database: Opened) -> AsyncIterator[Desk]:
    db = await database("intake")
    async with db.transaction() as tx:
        await tx.execute(
            "TRUNCATE outbox, inbox, folds, cases, idempotency, deliveries, quarantine, externals, timeline, urgent, challenges, tokens,"
            " grants, sources, source_secrets, rejections, troubles, sessions, login_links, saved_views, case_keys, originals, finds,"
            " arrivals, record_looks, article_reminders, drills, relations, steps, attachments, subscriptions, subscription_secrets, subscription_deliveries, concerned"
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


@pytest.fixture
async def kept(desk: Desk, kafka: str, database: Opened) -> AsyncIterator[Database]:
    """Kafka and a real timer stand behind the desk; gives the timer's database."""
    db = await database("timer")
    async with db.transaction() as tx:
        await tx.execute("TRUNCATE outbox, inbox, folds, deadlines, open_cases")
    settings = TimerSettings(database_url=Secret(""), kafka=kafka, http_port=0, service_token=Secret(SERVICE_TOKEN))
    process = Process("timer", settings, db, desk.clock)
    process.app = web.create("timer", process.checks)
    await timer.build(process)
    desk.others.answer = behind
    desk.door.settings = replace(desk.door.settings, kafka=kafka, timer_url="http://timer.test")
    mounts = {"all://timer.test": httpx.ASGITransport(process.app)}
    async with httpx.AsyncClient(transport=desk.others.transport, mounts=mounts) as http:
        desk.door.http = http
        yield db
