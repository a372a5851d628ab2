"""What the knowledge service's OpenAPI document says holds for whatever is sent to it."""

import asyncio

import pytest

from services.knowledge import api
from services.knowledge.handlers import HANDLERS
from services.knowledge.settings import Settings
from shared.contracts import events as e
from shared.contracts.report import Report
from shared.runtime import web
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests.integration.documents import holds, refuses_strangers
from tests.integration.log import T0, Hands, Log, Opened

BY = e.Actor(kind="person", id="yamada.kyoko", name="山田 京子")


@pytest.mark.security
async def test_no_operation_fails_or_answers_a_stranger_or_what_its_document_does_not_tell(database: Opened) -> None:
    log = Log(await database("knowledge"), Hands(T0), HANDLERS)
    report = Report(facts="髙﨑①㈱🔥 決済が全店舗で失敗する １２３")
    await log.tell(e.CaseSubmitted(case_id="c1", by=BY, number=1, report=report, source="t"))
    await log.tell(e.CaseResolved(case_id="c1", by=BY, handling="証明書を更新した", result="直った", evaluation=""))
    settings = Settings(database_url=Secret(""), kafka="", http_port=0, service_token=Secret("between"))
    process = Process("knowledge", settings, log.db, log.clock)
    process.app = web.create("knowledge", {})
    await api.build(process)
    known = {"case_id": ["c1"]}
    loading = asyncio.ensure_future(process.loops["library"]())
    async with asyncio.timeout(30):
        while not await _is_loaded(process):
            await asyncio.sleep(0.01)
    await holds(process.app, "knowledge", {"authorization": "Bearer between"}, known)
    await refuses_strangers(process.app, "knowledge")
    loading.cancel()
    await asyncio.wait([loading])


async def _is_loaded(process: Process) -> bool:
    try:
        await process.checks["index"]()
    except (OSError, RuntimeError):
        return False
    return True
