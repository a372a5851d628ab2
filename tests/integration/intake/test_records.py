"""kintone's own records: a notification counts as the record truly is, and what was not notified is found all the same."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox import Sandbox
from sandbox.kintone import TOKEN, Kintone
from services.intake.looking import Looking
from shared.contracts import events as e
from shared.runtime import guarded
from tests.integration.intake.desk import TEXT, Desk

APP = "42"


class World:
    """A source of kintone with the domain behind it."""

    def __init__(self, desk: Desk, domain: Kintone, url: str, secret: str) -> None:
        self.desk, self.domain, self.url, self.secret = desk, domain, url, secret

    async def record(self, **fields: str) -> str:
        """Somebody adds a record."""
        given = {name: {"type": "SINGLE_LINE_TEXT", "value": value} for name, value in fields.items()}
        async with httpx.AsyncClient(headers={"x-cybozu-api-token": TOKEN}) as http:
            answer = await http.post(f"{self.url}/k/v1/record.json", json={"app": APP, "record": given})
        return str(answer.json()["id"])

    async def notify(self, number: str, **fields: str) -> httpx.Response:
        """What claims to come from kintone."""
        record: dict[str, Any] = {"$id": {"type": "__ID__", "value": number}}
        record |= {name: {"type": "SINGLE_LINE_TEXT", "value": value} for name, value in fields.items()}
        body = {"id": f"n-{number}-{len(fields)}", "type": "ADD_RECORD", "app": {"id": APP}, "record": record}
        return await self.desk.client.post(f"/v1/webhooks/desk/{self.secret}", content=json.dumps(body).encode())

    async def look(self) -> None:
        """Look through the records, two minutes later."""
        self.desk.clock.at += timedelta(minutes=2)
        await Looking(self.desk.door).once()
        await self.desk.log.drain()

    def opened(self) -> list[e.CaseSubmitted]:
        return self.desk.log.of(e.CaseSubmitted)


@pytest.fixture
async def world(desk: Desk) -> AsyncIterator[World]:
    async with Sandbox.run() as sandbox, guarded.client("127.0.0.0/8") as outside:
        domain = sandbox.vendor("kintone")
        assert isinstance(domain, Kintone)
        desk.door.outside = outside
        url = f"{sandbox.http_url}/kintone"
        made = await desk.set_up("desk", sender="kintone", owner="team:support", options={"app": APP, "url": url})
        one = World(desk, domain, url, made["secret"])
        given = await desk.post("/v1/sources/desk/secrets", {"purpose": "api", "secret": TOKEN})
        assert given.status_code == 201, given.text
        assert given.json()["secret_url"] is None
        await one.look()  # from here on
        yield one


async def test_a_notification_counts_as_the_record_truly_is(world: World) -> None:
    number = await world.record(件名=TEXT, 緊急度="低")
    answer = await world.notify(number, 件名="全社停止", 緊急度="最優先")
    assert (answer.status_code, answer.json()["verdict"]) == (202, "opened")
    await world.desk.log.drain()
    (case,) = world.opened()
    assert (case.report.title, case.report.urgency) == (TEXT, "low")


async def test_what_nobody_wrote_there_opens_nothing(world: World) -> None:
    answer = await world.notify("404", 件名="偽物", 緊急度="最優先")
    assert (answer.status_code, answer.json()["verdict"]) == (202, "quarantined")
    assert world.opened() == []


async def test_while_it_cannot_be_read_a_notification_counts_as_it_came(world: World) -> None:
    number = await world.record(件名=TEXT)
    await world.desk.post("/v1/sources/desk/secrets", {"purpose": "api", "secret": "no-longer-good"})
    answer = await world.notify(number, 件名="停止", 緊急度="最優先")
    assert answer.json()["verdict"] == "opened"


async def test_what_was_not_notified_is_found_once(world: World) -> None:
    before = await world.record(件名="ずっと前")
    world.domain.record(f"{APP}:{before}").changed_at = "2001-01-01T00:00:00.000+00:00"
    for n in range(3):
        await world.record(件名=f"{TEXT} {n}")
    await world.look()
    assert [case.report.title for case in world.opened()] == [f"{TEXT} {n}" for n in range(3)]
    await world.look()
    assert len(world.opened()) == 3
    shown = (await world.desk.get("/v1/sources/desk")).json()
    assert (shown["looked_at"] is not None, shown["problem"]) == (True, "")
    assert TOKEN not in str(shown)


async def test_what_is_edited_while_the_records_are_looked_through_hides_no_other(world: World) -> None:
    for n in range(150):
        await world.record(件名=f"{TEXT} {n}", 緊急度="低")
    edited = world.domain.record(f"{APP}:5")
    for n in range(1, 151):
        world.domain.record(f"{APP}:{n}").changed_at = "2026-12-01T00:00:00.000+00:00"

    async def edit(answer: httpx.Response) -> None:
        if "limit%20100" in str(answer.url) and edited.revision == 1:
            edited.revision, edited.changed_at = 2, "2026-12-01T00:01:00.000+00:00"

    world.desk.door.outside.event_hooks = {"response": [edit]}
    await world.look()
    assert {case.report.title for case in world.opened()} == {f"{TEXT} {n}" for n in range(150)}
    assert edited.revision == 2


async def test_what_was_notified_is_not_told_twice(world: World) -> None:
    number = await world.record(件名=TEXT)
    await world.notify(number, 件名=TEXT)
    await world.look()
    assert [case.report.title for case in world.opened()] == [TEXT]
    assert world.desk.log.of(e.CaseNoted) == []


async def test_its_owner_hears_when_the_records_cannot_be_looked_at_and_nothing_is_missed(world: World) -> None:
    await world.desk.post("/v1/sources/desk/secrets", {"purpose": "api", "secret": "no-longer-good"})
    await world.record(件名=TEXT)
    for _ in range(2):
        await world.look()
    assert world.desk.log.of(e.SourceTroubled) == []
    await world.look()
    (told,) = world.desk.log.of(e.SourceTroubled)
    assert (told.what, told.source, told.owner) == ("records", "desk", "team:support")
    assert "GAIA_IA02" in told.reason.ja
    assert "GAIA_IA02" in (await world.desk.get("/v1/sources/desk")).json()["problem"]
    await world.desk.post("/v1/sources/desk/secrets", {"purpose": "api", "secret": TOKEN})
    await world.look()
    assert [case.report.title for case in world.opened()] == [TEXT]


async def test_who_stands_in_a_record_has_its_case_and_nothing_of_the_record_is_lost(world: World) -> None:
    options = {
        "app": APP,
        "url": world.url,
        "field.taken_by": "担当",
        "people": "田中=tanaka,佐藤=sato",
        "ours": "tasuki",
    }
    headers = {"authorization": f"Bearer {world.desk.token}", "if-match": "*"}
    await world.desk.client.patch("/v1/sources/desk", json={"options": options}, headers=headers)
    number = await world.record(件名=TEXT, 担当="田中", 緊急度="低")
    await world.look()
    (case,) = world.opened()

    async def changed(**fields: str) -> str:
        record = world.domain.record(f"{APP}:{number}")
        record.fields |= {name: {"type": "SINGLE_LINE_TEXT", "value": value} for name, value in fields.items()}
        record.fields["更新者"] = {"type": "MODIFIER", "value": {"code": "suzuki", "name": "鈴木"}}
        record.revision += 1
        await world.look()
        return str((await world.desk.get(f"/v1/cases/{case.case_id}")).json()["owner"]["id"])

    assert await changed(緊急度="最優先") == "tanaka"
    assert [raised.urgency for raised in world.desk.log.of(e.CaseReassessed)] == ["critical"]
    handed = await world.desk.act(
        case.case_id, "reassign", by="tanaka", to={"id": "sato", "name": "佐藤"}, reason="交代"
    )
    assert handed.status_code < 300, handed.text
    assert await changed(件名="別の変更") == "sato"  # that 田中 stands there is no news
    assert await changed(担当="佐藤") == "sato"
    assert await changed(担当="田中") == "tanaka"
    world.domain.record(f"{APP}:{number}").status = "完了"
    await changed()
    world.domain.record(f"{APP}:{number}").status = "対応中"
    await changed()
    _, again = world.opened()
    assert (await world.desk.get(f"/v1/cases/{again.case_id}")).json()["owner"] is None  # 田中 may be asleep by now


async def test_a_sender_whose_records_are_not_read_needs_no_token(world: World) -> None:
    await world.desk.set_up("monitor")
    answer = await world.desk.post("/v1/sources/monitor/secrets", {"purpose": "api", "secret": "a longer token"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no-records")
    answer = await world.desk.post("/v1/sources/desk/secrets", {"purpose": "api"})
    assert (answer.status_code, answer.json()["code"]) == (422, "secret-needed")
