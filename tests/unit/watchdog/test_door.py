"""The watchdog's own door: only a page that notifier has signed just now counts, and nothing that it shows is a secret."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from shared.contracts.signature import sign
from shared.runtime.clock import Wall
from shared.runtime.settings import Secret
from tests.hard import BODIES
from watchdog import api
from watchdog.canary import paged
from watchdog.paths import Paths, Said
from watchdog.rounds import Rounds
from watchdog.settings import Settings

pytestmark = pytest.mark.security
KEY = "whsec_" + base64.b64encode(b"a secret of twenty-four bytes").decode()
PAGE = json.dumps({"type": "notification.page", "data": {"case_id": "c_1"}}).encode()
HOOK = "https://hooks.example.test/services/T000/B000/SecretOfTheHook"


def settings(folder: Path) -> Settings:
    return Settings(
        watchdog_token=Secret("tsk_secret"), watchdog_webhook_secret=Secret(KEY), watchdog_data=folder,
        public_url="http://127.0.0.1:1", watchdog_alarm_url=HOOK, watchdog_heartbeat_url=HOOK,
    )  # fmt: skip


async def test_only_a_page_that_was_signed_just_now_counts(tmp_path: Path) -> None:
    async with httpx.AsyncClient() as unused:
        rounds = Rounds(settings(tmp_path), unused, Wall())
    now = datetime.now(UTC)
    transport = httpx.ASGITransport(api.build(rounds, settings(tmp_path)))
    async with httpx.AsyncClient(transport=transport, base_url="http://watchdog") as http:
        for body in (*BODIES, PAGE, b"[1]", b'{"type":"notification.page","data":5}', b'{"type":"notification.page"}'):
            for headers in (
                {}, sign("another", "1", body, now), sign("", "1", body, now), sign(KEY, "1", body + b" ", now),
                sign(KEY, "1", body, now - timedelta(minutes=6)), sign(KEY, "1", body, now + timedelta(minutes=6)),
            ):  # fmt: skip
                answer = await http.post("/canary", content=body, headers=headers)
                assert answer.status_code in (413, 503), body[:40]
            if body != PAGE:
                assert (await http.post("/canary", content=body, headers=sign(KEY, "1", body, now))).status_code in (
                    204,
                    413,
                    503,
                )
        assert (await http.post("/canary", content=PAGE, headers=sign(KEY, "1", PAGE, now))).status_code == 204
        for path in ("/", "/state", "/health", "/metrics"):
            told = (await http.get(path)).text
            assert not [secret for secret in ("tsk_secret", KEY, HOOK) if secret in told]


async def test_of_what_is_too_large_no_more_is_taken_in_than_says_so(tmp_path: Path) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 1000:
            taken += 1
            yield bytes(api.LARGEST // 4)

    async with httpx.AsyncClient() as unused:
        rounds = Rounds(settings(tmp_path), unused, Wall())
    transport = httpx.ASGITransport(api.build(rounds, settings(tmp_path)))
    async with httpx.AsyncClient(transport=transport, base_url="http://watchdog") as http:
        assert (await http.post("/canary", content=endless())).status_code == 413
    assert taken < 10


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_" + base64.b64encode(b"short").decode()])
def test_a_key_that_anybody_could_guess_opens_nothing(secret: str) -> None:
    now = datetime.now(UTC)
    for key in (secret, "\0", ""):
        assert paged(secret, sign(key, "1", PAGE, now), PAGE, now.timestamp()) == ""


async def test_an_alarm_that_is_not_taken_writes_no_address_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(404, request=request))
    async with httpx.AsyncClient(transport=transport) as http:
        paths = Paths(settings(tmp_path), http)
        assert not await paths.tell(Said("alarm", "題", "文"))
        await paths.beat()
    told = capsys.readouterr()
    assert "404" in told.out
    assert "SecretOfTheHook" not in told.out + told.err
