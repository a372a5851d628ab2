"""The page where a person switches push messages on for a device, and what an installed page needs."""

from datetime import timedelta

import pytest

from shared.contracts.links import make_device, make_link
from shared.contracts.plan import Person
from tests.integration.intake.desk import LINK_KEY, Desk

TAKASAKI = Person(id="takasaki", name="髙﨑 <b>①㈱🔥")


async def test_the_page_is_for_one_person_and_may_do_what_push_needs(desk: Desk) -> None:
    token = make_device(LINK_KEY, TAKASAKI, desk.clock.now() + timedelta(days=7))
    for lang, words in (("ja", "通知を受け取る"), ("en", "Switch messages on")):
        answer = await desk.client.get(f"/devices/{token}?lang={lang}")
        assert answer.status_code == 200
        assert words in answer.text
        assert "髙﨑 &lt;b&gt;①㈱🔥" in answer.text
        assert f'data-token="{token}"' in answer.text
        assert 'rel="manifest"' in answer.text
        policy = answer.headers["content-security-policy"]
        assert all(f"{part} 'self'" in policy for part in ("script-src", "connect-src", "worker-src", "manifest-src"))
        assert "unsafe" not in policy


@pytest.mark.parametrize("wrong", ["forged", "old", "other purpose", "junk"])
async def test_no_other_link_opens_it(desk: Desk, wrong: str) -> None:
    now = desk.clock.now()
    token = {
        "forged": make_device("other", TAKASAKI, now + timedelta(days=1)),
        "old": make_device(LINK_KEY, TAKASAKI, now - timedelta(seconds=1)),
        "other purpose": make_link(LINK_KEY, "c_1", TAKASAKI, 1, now + timedelta(days=1)),
        "junk": "x.あ",
    }[wrong]
    assert (await desk.client.get(f"/devices/{token}")).status_code == 410


async def test_the_worker_stands_at_the_root_and_the_manifest_installs(desk: Desk) -> None:
    worker = await desk.client.get("/sw.js")
    assert (worker.status_code, worker.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert worker.headers["cache-control"] == "no-cache"
    for event in ("push", "notificationclick"):
        assert f'addEventListener("{event}"' in worker.text
    manifest = await desk.client.get("/app.webmanifest?lang=en")
    assert manifest.headers["content-type"] == "application/manifest+json"
    told = manifest.json()
    assert (told["display"], told["scope"], told["lang"]) == ("standalone", "/", "en")
    assert (await desk.client.get(told["icons"][0]["src"])).status_code == 200
    assert (await desk.client.head(told["start_url"])).status_code == 200
