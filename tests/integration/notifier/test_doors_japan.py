"""LINE, LINE WORKS and Chatwork: a page goes out, and only its recipient's genuine answer takes the case."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import httpx
import pytest
import pytest_asyncio

from sandbox import Sandbox, chatwork, line_messages
from sandbox import Settings as SandboxSettings
from sandbox.line_messages import Line
from sandbox.line_works import LineWorks
from shared.contracts import events as e
from shared.contracts.vocabulary import Channel
from shared.runtime.db import Database
from tests import ports
from tests.contracts.channels.specs import SPECS
from tests.integration.notifier.conftest import (
    CONTACTS,
    EMAIL,
    SATO,
    TANAKA,
    YAMADA,
    World,
    assigned,
    person,
    running,
    serving,
    settings_for,
)
from tests.integration.notifier.intake import TOKEN, Intake

OURS = ("line_works", "line", "chatwork")
WORKS_ID, LINE_ID, ROOM, ACCOUNT = "c72af563-0000-4736-11e4-045237110001", "U" + "a" * 32, "567890123", 123456
WAYS = {SATO: {"line_works": WORKS_ID}, TANAKA: {"line": LINE_ID}, YAMADA: {"chatwork": f"{ROOM}:{ACCOUNT}"}}


def _people() -> dict[str, Any]:
    kept = [{k: v for k, v in p.items() if k != "slack" or p["id"] not in WAYS} for p in CONTACTS["people"]]
    return {**CONTACTS, "people": [{**p, **WAYS.get(p["id"], {})} for p in kept]}


@pytest_asyncio.fixture(scope="module")
async def world(database: Callable[[str], Awaitable[Database]]) -> AsyncIterator[World]:
    """A notifier that has these three providers."""
    db, port, intake = await database("notifier"), ports.port(), Intake()
    url = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as env:
        async with (
            Sandbox.run(settings=SandboxSettings(public_url=url)) as sandbox,
            serving(intake.app(), ports.port()) as intake_url,
        ):
            for name, value in {k: v for p in OURS for k, v in SPECS[p].env(sandbox).items()}.items():
                env.setenv(name, value)
            env.setenv("TASUKI_MAIL_BOUNCE_DOMAIN", "bounces.example.com")
            async with (
                running(db, settings_for(sandbox, url, port, intake_url, "", "")) as (process, handling),
                httpx.AsyncClient(base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False) as http,
            ):
                (await http.put("/v1/contacts", json=_people())).raise_for_status()
                yield World(sandbox, intake, process, handling, url, http)


async def paged(world: World, who: str) -> tuple[str, str]:
    """A page to one person by chat: the case, and the id that the provider's fake gave the message."""
    since = world.sandbox.journal.cursor
    case_id = await world.submitted()
    await world.say(assigned(case_id, who, channels=(Channel.CHAT,)))
    to = next(iter(WAYS[who].values())).partition(":")[0]
    item = await world.sandbox.journal.wait(8, since, channel="chat", to=to)
    await world.settled(case_id, chat="accepted")
    return case_id, item.vendor_id


async def told(world: World, vendor: str, words: str) -> None:
    """Wait until somebody was answered with these words."""

    async def arrived() -> bool:
        return any(words in s.text for s in world.sandbox.vendor(vendor).sent.values())

    await world.until(arrived)


async def test_a_button_of_line_works_takes_the_case(world: World) -> None:
    case_id, id_ = await paged(world, SATO)
    ours = cast(LineWorks, world.sandbox.vendor("line_works"))
    (label,) = ours.sent[id_].buttons
    assert (await ours.press(id_, label)).status == 200
    assert (await ours.press(id_, label)).status == 200
    assert [(t["case_id"], t["by"]["id"]) for t in world.intake.taken] == [(case_id, SATO)]
    await told(world, "line_works", "受け付けました")


@pytest.mark.security
async def test_a_stranger_in_a_room_takes_nothing_and_a_colleague_takes_it_as_himself(world: World) -> None:
    case_id, id_ = await paged(world, TANAKA)
    line = cast(Line, world.sandbox.vendor("line"))
    (label,) = line.sent[id_].buttons
    assert (await line.press(id_, label, "U" + "f" * 32, group="C" + "1" * 32)).status == 200
    assert world.intake.taken == []
    await told(world, "line", "まだ記録していません")
    assert (await line.press(id_, label)).status == 200
    assert [t["by"]["id"] for t in world.intake.taken] == [TANAKA]
    assert world.intake.taken[0]["case_id"] == case_id


@pytest.mark.security
async def test_a_redelivered_event_of_line_counts_once_and_a_late_one_is_told_who_has_it(world: World) -> None:
    _, id_ = await paged(world, TANAKA)
    line = cast(Line, world.sandbox.vendor("line"))
    (label,) = line.sent[id_].buttons
    world.intake.status, world.intake.owner = 409, "髙橋 健"
    assert (await line.press(id_, label, event_id="01KAJ8Q0000000000000000000")).status == 200
    assert (await line.press(id_, label, event_id="01KAJ8Q0000000000000000000")).status == 200
    await told(world, "line", "すでに髙橋 健さん")


async def test_the_button_of_an_old_message_takes_what_is_asked_anew_after_an_answer_was_taken_back(
    world: World,
) -> None:
    case_id, id_ = await paged(world, TANAKA)
    line = cast(Line, world.sandbox.vendor("line"))
    (label,) = line.sent[id_].buttons
    assert (await line.press(id_, label)).status == 200
    await world.say(e.CaseAcknowledged(case_id=case_id, by=person(TANAKA), via="chat"))
    await world.say(e.CaseUnacknowledged(case_id=case_id, by=person(TANAKA)))
    since = world.sandbox.journal.cursor
    await world.say(assigned(case_id, TANAKA, channels=(Channel.CHAT,), round=2, cause="undone"))
    await world.sandbox.journal.wait(8, since, channel="chat", to=LINE_ID)
    for _ in range(2):
        assert (await line.press(id_, label)).status == 200
    assert [(t["case_id"], t["by"]["id"], t["round"]) for t in world.intake.taken] == [
        (case_id, TANAKA, 1),
        (case_id, TANAKA, 2),
    ]
    assert len({t["key"] for t in world.intake.taken}) == 2


@pytest.mark.security
async def test_a_word_in_chatwork_takes_the_newest_page_of_that_number_to_its_writer(world: World) -> None:
    case_id, id_ = await paged(world, YAMADA)
    ours = cast(chatwork.Chatwork, world.sandbox.vendor("chatwork"))
    number = world.said[0][0].number  # type: ignore[attr-defined]
    assert f"[To:{ACCOUNT}]" in ours.sent[id_].text
    assert (await ours.write(ROOM, ACCOUNT, f"了解できません #{number}")).status == 200
    assert (await ours.write(ROOM, 999, f"了解 #{number}")).status == 200
    assert world.intake.taken == []
    assert (await ours.write(ROOM, ACCOUNT, f"了解 #{number}", age=400)).status == 403
    assert world.intake.taken == []
    assert (await ours.write(ROOM, ACCOUNT, f"了解です ＃{number}")).status == 200
    assert [(t["case_id"], t["by"]["id"]) for t in world.intake.taken] == [(case_id, YAMADA)]


@pytest.mark.security
async def test_what_is_forged_is_refused_by_each_door(world: World) -> None:
    works = cast(LineWorks, world.sandbox.vendor("line_works"))
    line = cast(Line, world.sandbox.vendor("line"))
    ours = cast(chatwork.Chatwork, world.sandbox.vendor("chatwork"))
    body = json.dumps({"events": []}).encode()
    answers = [
        await works.post(body, "other"),
        await works.post(body, bot="2000002"),
        await line.post(body, "other"),
        await ours.post(body, "b3RoZXI="),
    ]
    assert [a.status for a in answers] == [403] * 4
    assert (await line.post(body, line_messages.CHANNEL_SECRET)).status == 200
    for name in OURS:
        assert (await world.http.post(f"/callbacks/{name}", content=b"\xff")).status_code == 403
    assert world.intake.taken == []


async def test_a_mail_that_comes_back_marks_the_address_and_the_next_way_is_tried_at_once(world: World) -> None:
    world.sandbox.fault("email", "bounce", 1, to=EMAIL[TANAKA])
    case_id = await world.submitted()
    since = world.sandbox.journal.cursor
    await world.say(assigned(case_id, TANAKA, channels=(Channel.EMAIL,)))
    await world.settled(case_id, email="failed")
    (mail,) = [n for n in await world.log(case_id) if n["channel"] == "email" and n["recipient"] == TANAKA]
    assert (mail["state"], mail["code"]) == ("failed", "bounced-5.1.1")
    await world.sandbox.journal.wait(8, since, channel="chat", to=LINE_ID)
    row = await world.process.db.pool.fetchval("SELECT addresses FROM contacts WHERE id = $1", TANAKA)
    assert [a["broken"] for a in json.loads(row) if a["kind"] == "email"] == ["bounced-5.1.1"]
    sent = next(m for m in world.sandbox.mail.messages if EMAIL[TANAKA] in m.to)
    assert sent.sender.startswith("bounce+")
    assert (await world.sandbox.mail.bounce(sent)).status == 204
    sent.sender = sent.sender.replace(".", ".0", 1)
    assert (await world.sandbox.mail.bounce(sent)).status == 403
