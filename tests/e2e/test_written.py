"""What all the stories have left in the log, kills and outages included, breaks no rule of the judge."""

import asyncio
from pathlib import Path

import httpx
import pytest

from chaos import judge
from chaos.recording import read_log
from tests.e2e.conftest import Installation

pytestmark = pytest.mark.alone


async def test_every_case_in_the_log_keeps_the_rules(installation: Installation) -> None:
    log = await read_log(f"127.0.0.1:{installation.layout.port('kafka')}")
    assert log
    for case_id, entries in log.items():
        told = judge.once((entry.id, entry.event) for entry in entries)
        assert judge.wrong(told) == "", (case_id, [x.type for x in told])


@pytest.mark.security
async def test_no_secret_stands_in_what_was_written_down(installation: Installation) -> None:
    with installation.door() as opened:
        case = opened.post("/v1/cases", {"facts": "レジが止まった 髙﨑①㈱🔥", "urgency": "critical", "impact": "all"})
        opened.get(f"/v1/cases/{case['id']}")
    token = Path(installation.env["TASUKI_TOKEN_FILE"])
    files = (token, *installation.layout.secrets.rglob("*"))
    secrets = {word for file in files if file.is_file() for word in file.read_text().split() if len(word) >= 16}
    assert len(secrets) >= 10
    written = {path.name: path.read_text(errors="replace") for path in installation.layout.logs.iterdir()}
    url = f"{installation.zipkin}/zipkin/api/v2/traces?limit=100000&lookback=3600000"
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(30):
        while "post /v1/cases" not in (spans := (await http.get(url)).text).lower():
            await asyncio.sleep(0.2)  # they are exported every five seconds
    written["traces"] = spans
    assert all(written[name] for name in ("intake.log", "notifier.log", "traces"))
    assert {(name, word[:6]) for name, text in written.items() for word in secrets if word in text} == set()
