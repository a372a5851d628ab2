"""The disk of the watchdog is full, or one of its paths is spoilt: it barks all the same, and once."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from shared.runtime.settings import BadSettings
from tests.unit.watchdog.test_sight import Clocks, settings_in
from watchdog import rounds
from watchdog.paths import TRIES, Paths, Said
from watchdog.settings import checked


async def test_a_full_disk_does_not_keep_the_dog_from_barking(tmp_path: Path) -> None:
    (tmp_path / ".state.json").symlink_to("/dev/full")
    barked: list[bytes] = []

    def outside(request: httpx.Request) -> httpx.Response:
        if request.url.host == "door":
            return httpx.Response(503)
        barked.append(request.content)
        return httpx.Response(200)

    settings, clocks = replace(settings_in(tmp_path), watchdog_alarm_url="http://owner/alarm"), Clocks()
    async with httpx.AsyncClient(transport=httpx.MockTransport(outside)) as http:
        dog = rounds.Rounds(replace(settings, watchdog_late=0.1), http, clocks)
        await dog.send()
        clocks.pass_(46)
        await dog.judge()
        await dog.judge()
    assert len(barked) == 1
    assert not (tmp_path / "state.json").exists()


async def test_a_path_that_is_spoilt_does_not_make_the_others_bark_without_end(tmp_path: Path) -> None:
    barked: list[str] = []

    def outside(request: httpx.Request) -> httpx.Response:
        if request.url.host == "twilio":
            barked.append(request.url.path)
        return httpx.Response(200 if request.url.host == "twilio" else 503)

    settings, clocks = settings_in(tmp_path), Clocks()
    settings = replace(
        settings, watchdog_alarm_url="http://owner/alarm\n", watchdog_late=0.1, watchdog_services="router=http://router\n:x",
        watchdog_call_to="+819000000001", watchdog_twilio_account="AC1", watchdog_twilio_url="http://twilio",
    )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.MockTransport(outside)) as http:
        dog = rounds.Rounds(settings, http, clocks)
        await dog.probe()
        await dog.send()
        clocks.pass_(46)
        await dog.judge()
        await dog.judge()
    assert len(barked) == 1


async def test_a_call_that_fails_once_is_placed_again_though_the_webhook_was_taken(tmp_path: Path) -> None:
    asked: list[str] = []

    def outside(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(500 if asked.count("twilio") < 3 and request.url.host == "twilio" else 200)

    settings = replace(
        settings_in(tmp_path), watchdog_alarm_url="http://owner/alarm", watchdog_call_to="+819000000001",
        watchdog_twilio_account="AC1", watchdog_twilio_url="http://twilio",
    )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.MockTransport(outside)) as http:
        paths = Paths(settings, http)
        assert await paths.tell(Said("alarm", "題", "文"))
        for _ in range(4):
            await paths.insist()
    assert asked == ["owner", "twilio", "twilio", "twilio"]


async def test_a_path_that_stays_broken_is_not_tried_for_ever(tmp_path: Path) -> None:
    asked: list[str] = []

    def outside(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(200 if request.url.host == "owner" else 401)

    settings = replace(
        settings_in(tmp_path), watchdog_alarm_url="http://owner/alarm", watchdog_call_to="+819000000001",
        watchdog_twilio_account="AC1", watchdog_twilio_url="http://twilio",
    )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.MockTransport(outside)) as http:
        paths = Paths(settings, http)
        assert await paths.tell(Said("alarm", "題", "文"))
        for _ in range(2 * TRIES):
            await paths.insist()
    assert (asked.count("owner"), asked.count("twilio")) == (1, 1 + TRIES)


@pytest.mark.parametrize(
    "url", ["https://hooks.example.jp:port/x", "hooks.example.jp/x", "ftp://hooks.example.jp", "https://"]
)
def test_an_address_that_is_none_is_refused_at_the_start(tmp_path: Path, url: str) -> None:
    good = replace(settings_in(tmp_path), watchdog_alarm_url="https://hooks.example.jp/x")
    assert checked(good) == good
    for spoilt, name in (
        (replace(good, watchdog_alarm_url=url), "ALARM_URL"),
        (replace(good, watchdog_heartbeat_url=url), "HEARTBEAT_URL"),
        (replace(good, watchdog_twilio_url=url), "TWILIO_URL"),
    ):
        with pytest.raises(BadSettings, match=name):
            checked(spoilt)
    with pytest.raises(BadSettings, match="router"):
        checked(replace(good, watchdog_services=f"router={url}"))
