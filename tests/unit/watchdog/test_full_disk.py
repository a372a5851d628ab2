"""The disk of the watchdog is full: it barks all the same."""

from dataclasses import replace
from pathlib import Path

import httpx

from tests.unit.watchdog.test_sight import Clocks, settings_in
from watchdog import rounds


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
