"""What the timer's OpenAPI document says holds for whatever is sent to it."""

import pytest

from services.timer import api
from services.timer.settings import Settings
from shared.runtime import web
from shared.runtime.service import Process
from shared.runtime.settings import Secret
from tests.integration.documents import holds, refuses_strangers
from tests.integration.log import Log
from tests.integration.timer.conftest import begun


@pytest.mark.security
async def test_no_operation_fails_or_answers_a_stranger_or_what_its_document_does_not_tell(log: Log) -> None:
    await begun(log, "c1")
    settings = Settings(database_url=Secret(""), kafka="", http_port=0, service_token=Secret("between"))
    process = Process("timer", settings, log.db, log.clock)
    process.app = web.create("timer", process.checks)
    await api.build(process)
    await holds(process.app, "timer", {"authorization": "Bearer between"}, {})
    await refuses_strangers(process.app, "timer")
