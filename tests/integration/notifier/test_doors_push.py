"""Push and webhooks on a running notifier: a device is brought by a link, shows the page, and takes it by a press."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from sandbox.push_service import GONE, VAPID_PRIVATE, VAPID_PUBLIC, Browser, PushService
from sandbox.webhook import SECRET
from services.notifier.domain import buttons, short_links
from services.notifier.domain.notification import State
from shared.contracts.events import CaseAcknowledged
from shared.contracts.links import make_device
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Channel
from tests.integration.notifier.conftest import (
    CONTACTS,
    EMAIL,
    ITO,
    NAME,
    SATO,
    TANAKA,
    YAMADA,
    World,
    assigned,
    person,
)


@pytest.fixture(scope="module", autouse=True)
def _set_up() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASUKI_VAPID_PRIVATE_KEY", VAPID_PRIVATE)
        patch.setenv("TASUKI_WEBHOOK_SECRETS", SECRET)
        patch.setenv("TASUKI_WEBHOOK_ALLOW", "127.0.0.0/8")
        yield


def service(world: World) -> PushService:
    return cast(PushService, world.sandbox.vendor("web_push"))


async def subscribe(world: World, who: str, device: str) -> str:
    """Bring a device by the link that the person was sent; returns the token of the link."""
    url = (await world.http.post(f"/v1/contacts/{who}/device-link")).raise_for_status().json()["url"]
    assert url.startswith(f"{world.url}/devices/")
    token = url.rpartition("/")[2]
    told = json.loads(Browser(device).subscription(world.sandbox.http_url)) | {"label": "iPhone の Safari 髙﨑①㈱🔥"}
    answer = await world.http.post(f"/callbacks/push-subscription/{token}", json=told, headers={"authorization": ""})
    assert answer.status_code == 204, answer.text
    return cast(str, token)


async def paged(world: World, who: str) -> tuple[str, Any]:
    case = await world.submitted()
    await world.say(assigned(case, who, channels=(Channel.PUSH,)))
    (page,) = [n for n in await world.settled(case, push=State.ACCEPTED) if n["channel"] == "push"]
    (sent,) = [s for s in service(world).sent.values() if s.notification_id == page["id"]]
    return case, sent


async def test_a_browser_asks_for_our_key(world: World) -> None:
    answer = await world.http.get("/callbacks/push-key", headers={"authorization": ""})
    assert answer.json() == {"key": VAPID_PUBLIC}


async def test_a_device_shows_the_page_says_so_and_takes_it_by_a_press(world: World) -> None:
    await subscribe(world, SATO, "phone-of-sato")
    case, sent = await paged(world, SATO)
    shown = sent.content["shown"]
    assert "決済が全店舗で失敗する" in shown["title"]
    assert shown["button"] == "引き受ける"
    id_ = short_links.read("link-key", shown["url"].rpartition("/")[2])
    assert str(id_) == sent.notification_id
    for _ in range(2):
        assert (await service(world).press(sent.id, "shown")).status == 204
    await world.settled(case, push=State.DELIVERED)
    assert world.intake.taken == []
    for _ in range(2):
        said = await service(world).press(sent.id)
        assert (said.status, "受け付けました" in said.body) == (200, True)
    (taken,) = world.intake.taken
    assert (taken["by"]["id"], taken["via"]) == (SATO, "push")
    await world.settled(case, push=State.ACKNOWLEDGED)
    await service(world).press(sent.id, "shown")
    await world.settled(case, push=State.ACKNOWLEDGED)


async def test_what_is_shown_changes_when_somebody_else_has_it(world: World) -> None:

    await subscribe(world, TANAKA, "phone-of-tanaka")
    case, sent = await paged(world, TANAKA)
    first = sent.content["shown"]
    await world.say(CaseAcknowledged(case_id=case, by=person(YAMADA), via="api"))
    await world.sandbox.journal.wait(8, channel="push", kind="update", to="phone-of-tanaka")
    last = service(world).sent[sent.id].content["shown"]
    assert (last["taken"], first["taken"], "url" in last) == (True, False, False)
    assert "山田" in last["title"] + last["body"]


async def test_a_device_that_is_gone_sends_the_page_another_way_at_once(world: World) -> None:
    await subscribe(world, ITO, GONE)
    case = await world.submitted()
    await world.say(assigned(case, ITO, channels=(Channel.PUSH,)))
    await world.sandbox.journal.wait(8, channel="email", to=EMAIL[ITO], case_id=case)
    pages = {n["channel"]: n for n in await world.settled(case, push=State.FAILED)}
    assert pages["push"]["code"] == "gone"
    again = await world.submitted()
    await world.say(assigned(again, ITO, channels=(Channel.PUSH,)))
    pages = {n["channel"]: n for n in await world.settled(again, push=State.FAILED)}
    assert pages["push"]["code"] == "no-contact"  # it is not tried again


@pytest.mark.security
@pytest.mark.parametrize("changed", [{"value": "x"}, {"value": None}, {"value": "other"}, {"event": "nonsense"}])
async def test_forged_and_foreign_reports_change_nothing(world: World, changed: dict[str, Any]) -> None:
    await subscribe(world, SATO, "phone-of-sato")
    case, sent = await paged(world, SATO)
    other, foreign = await paged(world, SATO)
    if changed.get("value") == "other":
        changed = {"value": foreign.content["shown"]["value"]}
    said = await service(world).press(sent.id, changed.pop("event", "acknowledge"), **changed)
    assert said.status in (403, 422)
    path = f"/callbacks/push/{sent.notification_id}"
    for junk in (b"", b"[]", b"{", b"\xff" * 100, b"{" * 5000, b'{"value":1}'):
        assert (await world.http.post(path, content=junk)).status_code == 403
    unknown = "00000000-0000-0000-0000-000000000000"
    value = buttons.value("link-key", UUID(unknown))
    assert (
        await world.http.post(f"/callbacks/push/{unknown}", json={"event": "shown", "value": value})
    ).status_code == 404
    assert world.intake.taken == []
    for c in (case, other):
        await world.settled(c, push=State.ACCEPTED)


@pytest.mark.security
async def test_only_the_link_of_a_person_brings_a_device_for_them(world: World) -> None:
    token = await subscribe(world, SATO, "phone-of-sato")
    told = json.loads(Browser("stranger").subscription(world.sandbox.http_url))
    now, sato = world.process.clock.now(), Person(id=SATO, name=NAME[SATO])
    nobody = make_device("link-key", Person(id="nobody", name="x"), now + timedelta(days=1))
    old, forged = (
        make_device("link-key", sato, now - timedelta(seconds=1)),
        make_device("other", sato, now + timedelta(days=1)),
    )
    for wrong in (token[:-2], "x", "あ", old, forged, nobody, "a." + token):
        assert (await world.http.post(f"/callbacks/push-subscription/{wrong}", json=told)).status_code == 410
    bodies: tuple[Any, ...] = (
        {},
        [],
        told | {"keys": {}},
        told | {"endpoint": "javascript:1"},
        {"endpoint": "x" * 9000},
    )
    for junk in bodies:
        assert (await world.http.post(f"/callbacks/push-subscription/{token}", json=junk)).status_code == 422
    assert (await world.http.post("/v1/contacts/nobody/device-link")).status_code == 404
    assert (await world.http.post("/v1/contacts/team:payments/device-link")).status_code == 404
    answer = await world.http.post(f"/v1/contacts/{SATO}/device-link", headers={"authorization": "Bearer x"})
    assert answer.status_code == 401


async def test_a_device_is_told_no_more_when_its_person_says_so(world: World) -> None:
    token = await subscribe(world, YAMADA, "phone-of-yamada")
    told = json.loads(Browser("phone-of-yamada").subscription(world.sandbox.http_url))
    answer = await world.http.request("DELETE", f"/callbacks/push-subscription/{token}", json=told)
    assert answer.status_code == 204
    case = await world.submitted()
    await world.say(assigned(case, YAMADA, channels=(Channel.PUSH,)))
    await world.sandbox.journal.wait(8, case_id=case)
    assert [s for s in service(world).sent.values() if s.to == "phone-of-yamada"] == []


async def test_a_program_is_told_once_however_often_it_is_sent(world: World) -> None:
    url = f"{world.sandbox.http_url}/hooks/sato"
    people = [dict(p, webhook=url) if p["id"] == SATO else p for p in CONTACTS["people"]]
    (await world.http.put("/v1/contacts", json={**CONTACTS, "people": people})).raise_for_status()
    world.sandbox.fault("webhook", "timeout-after-accept", 1, seconds=0.05)
    case = await world.submitted()
    await world.say(assigned(case, SATO, channels=(Channel.WEBHOOK,)))
    (page,) = [n for n in await world.settled(case, webhook=State.ACCEPTED) if n["channel"] == "webhook"]
    assert len(page["attempts"]) == 2
    (got,) = world.sandbox.received("webhook", case_id=case)
    body = got.content["body"]
    assert (body["type"], body["data"]["notification_id"], got.vendor_id) == (
        "notification.page",
        page["id"],
        page["id"],
    )
    assert urlsplit(body["data"]["acknowledge_url"]).path.startswith("/a/")
