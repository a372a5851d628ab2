"""The stream of case changes: everybody hears what they may see, once, and goes on from where they were."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.intake.gate import Limits
from services.intake.streaming import WINDOW, Fan
from shared.contracts.events import Actor
from tests.integration.documents import served
from tests.integration.intake.desk import Desk
from tests.integration.intake.people import log_in
from tests.integration.intake.teams import case_of

MUCH = """INSERT INTO timeline (event_id, case_id, topic, partition, "offset", at, type, body)
          SELECT gen_random_uuid(), case_id, topic, partition, 1000 + number, at, type, body
          FROM (SELECT * FROM timeline WHERE case_id = $1 LIMIT 1) AS line, generate_series(1, $2::int) AS number"""


@dataclass
class Ear:
    """Somebody who listens, and what they heard."""

    lines: AsyncIterator[str]
    at: str = ""

    async def next(self) -> tuple[str, Any]:
        """The next event and its data; ("", None) when the stream has ended."""
        event = ""
        async with asyncio.timeout(20):
            async for line in self.lines:
                name, _, text = line.partition(": ")
                if name == "id":
                    self.at = text
                elif name == "event":
                    event = text
                elif name == "data":
                    return event, json.loads(text)
        return "", None

    async def planned(self) -> set[str]:
        """The cases that were heard of until one is planned; before that a case is in no team."""
        found = set()
        while True:
            ((type_, id_),) = await self.heard(1)
            found.add(id_)
            if type_ == "escalation.planned.v1":
                return found

    async def heard(self, number: int) -> list[tuple[str, str]]:
        """The types and case ids of the next changes."""
        found = [await self.next() for _ in range(number)]
        return [(data["type"], data["case"]["id"]) for _, data in found]


@pytest.fixture
async def url(desk: Desk) -> AsyncIterator[str]:
    """The front door on a port, with its reader of changes."""
    following = asyncio.create_task(desk.door.fan.run())
    async with served(desk.app) as address:
        yield address
        following.cancel()
        await asyncio.wait([following])


@contextlib.asynccontextmanager
async def listening(url: str, token: str, language: str = "ja", **headers: str) -> AsyncIterator[Ear]:
    named = {"authorization": f"Bearer {token}", "accept-language": language}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http,
        http.stream("GET", "/v1/cases/stream", headers=named) as answer,
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        lines = answer.aiter_lines()
        ear = Ear(lines)
        async for line in lines:
            if line.startswith("id: "):  # it is said where they stand: whatever comes now is heard
                ear.at = line.removeprefix("id: ")
                break
        yield ear


@contextlib.asynccontextmanager
async def looking(url: str, browser: httpx.AsyncClient, case: str, after: int) -> AsyncIterator[Ear]:
    """The page of a case that was made at a place."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    async with (
        httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http,
        http.stream("GET", f"/cases/{case}/stream?after={after}", headers={"cookie": cookies}) as answer,
    ):
        assert answer.status_code == 200
        yield Ear(answer.aiter_lines())


async def test_each_change_is_heard_once_as_the_list_shows_it_in_ones_language(desk: Desk, url: str) -> None:
    async with listening(url, desk.token) as ja, listening(url, desk.token, "en") as en:
        case = await desk.submit(title="髙﨑①㈱🔥 停止")
        await desk.log.drain()
        await desk.act(case["id"], "acknowledge")
        await desk.log.drain()
        for ear, label in ((ja, "受付"), (en, "Received")):
            name, said = await ear.next()
            assert (name, said["type"], said["case"]["headline"]) == ("case", "case.submitted.v1", "髙﨑①㈱🔥 停止")
            assert said["case"]["number"] == case["number"]
            assert label in said["case"]["status_label"] or said["case"]["owner"], "it may have been taken already"
            assert await ear.heard(1) == [("case.acknowledged.v1", case["id"])]
        shown = (await desk.get(f"/v1/cases/{case['id']}")).headers["etag"]
        tag = {"if_match": f'"{shown.strip(chr(34)).partition(".")[0]}"'}
        assert (await desk.post(f"/v1/cases/{case['id']}/start", {"by": {"id": "sato"}}, **tag)).status_code == 200


async def test_who_comes_back_hears_what_they_missed_and_goes_on_without_gap_or_repeat(desk: Desk, url: str) -> None:
    async with listening(url, desk.token) as ear:
        first = await desk.submit()
        await desk.log.drain()
        assert await ear.heard(1) == [("case.submitted.v1", first["id"])]
        at = ear.at
    missed = [(await desk.submit())["id"] for _ in range(3)]
    await desk.log.drain()
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        named = {"authorization": f"Bearer {desk.token}", "last-event-id": at}
        async with http.stream("GET", "/v1/cases/stream", headers=named) as answer:
            ear = Ear(answer.aiter_lines())
            assert await ear.heard(3) == [("case.submitted.v1", id_) for id_ in missed]
            late = await desk.submit()
            await desk.log.drain()
            assert await ear.heard(1) == [("case.submitted.v1", late["id"])]


@pytest.mark.parametrize("position", ["999999999", "x", ""])
async def test_who_was_away_too_long_reads_the_list_anew(desk: Desk, url: str, position: str) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        named = {"authorization": f"Bearer {desk.token}", "last-event-id": position}
        async with http.stream("GET", "/v1/cases/stream", headers=named) as answer:
            ear = Ear(answer.aiter_lines())
            assert await ear.next() == ("reset", {})
            case = await desk.submit()
            await desk.log.drain()
            assert await ear.heard(1) == [("case.submitted.v1", case["id"])]


async def test_nobody_hears_of_a_case_that_they_may_not_see(desk: Desk, url: str) -> None:
    ours = await desk.token_for("ours", "read", None, ("leader", "support"))
    plain = await desk.token_for("plain", "read", None, ("responder", "support"))
    async with listening(url, ours) as leader, listening(url, plain) as responder:
        await case_of(desk, "payments")
        secret = await case_of(desk, "support", kind="harassment")
        open_ = await case_of(desk, "support")
        assert await leader.planned() <= {secret, open_}
        assert await responder.planned() == {open_}
    async with desk.db.reading() as tx:
        seen = await tx.fetchval("SELECT count(*) FROM audit WHERE object = $1 AND entry LIKE '%case.seen%'", secret)
    assert seen >= 1, "whoever hears of a restricted case is recorded"


async def test_a_token_that_is_revoked_ends_its_stream(desk: Desk, url: str) -> None:
    token = await desk.token_for("short", "read")
    async with listening(url, token) as ear:
        await desk.client.delete(f"/v1/tokens/{token.split('_')[1]}", headers={"authorization": f"Bearer {desk.token}"})
        await desk.submit()
        await desk.log.drain()
        assert await ear.next() == ("end", {"code": "token-revoked"})
        assert await ear.next() == ("", None)


async def test_roles_that_change_are_heeded_while_one_listens(desk: Desk, url: str) -> None:
    token = await desk.token_for("mais", "read", Actor(kind="person", id="mai", name="mai"))
    body = {"grants": [{"role": "leader", "team": "support"}]}
    headers = {"authorization": f"Bearer {desk.token}"}
    await desk.client.put("/v1/grants/mai", json=body, headers=headers)
    async with listening(url, token) as ear:
        seen = await case_of(desk, "support")
        assert await ear.planned() == {seen}
        await desk.client.put(
            "/v1/grants/mai", json={"grants": [{"role": "leader", "team": "billing"}]}, headers=headers
        )
        await desk.act(seen, "acknowledge")
        await desk.log.drain()
        assert await ear.next() == ("gone", {"id": seen})


async def test_a_slow_listener_is_cut_off_and_others_hear_on(desk: Desk) -> None:
    fan = Fan(desk.db, Limits(behind=2))
    slow, _ = await fan.join()
    for _ in range(3):
        await desk.submit()
    await desk.log.drain()
    await fan._read()
    assert slow.ended
    assert await slow.next(0) == []
    quick, place = await fan.join()
    await desk.submit()
    await desk.log.drain()
    await fan._read()
    assert [c.place > place for c in await quick.next(0)] == [True]


async def test_there_is_room_for_so_many(desk: Desk, url: str) -> None:
    desk.door.fan.limits = Limits(listeners=1)
    async with listening(url, desk.token):
        refused = await desk.get("/v1/cases/stream")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")


async def test_it_is_said_where_one_stands_while_nothing_happens(desk: Desk, url: str) -> None:
    desk.door.fan.limits = Limits(heartbeat=0.05)


async def test_what_is_done_beside_the_log_is_heard_in_its_place(desk: Desk, url: str) -> None:
    case = await case_of(desk, "sre")
    async with listening(url, desk.token) as ear:
        await desk.post(f"/v1/cases/{case}/steps", {"texts": ["確かめる"]})
        assert await ear.heard(1) == [("case.step.added.v1", case)]
        await desk.act(case, "acknowledge")
        await desk.log.drain()
        assert await ear.heard(1) == [("case.acknowledged.v1", case)]
    step = (await desk.get(f"/v1/cases/{case}/steps")).json()["data"][0]["id"]
    await desk.post(f"/v1/cases/{case}/steps/{step}/done")
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        named = {"authorization": f"Bearer {desk.token}", "last-event-id": ear.at}
        async with http.stream("GET", "/v1/cases/stream?follow=false", headers=named) as answer:
            assert await Ear(answer.aiter_lines()).heard(1) == [("case.step.ticked.v1", case)]


async def test_a_page_of_a_case_hears_of_that_case_alone_however_much_has_happened_to_others(
    desk: Desk, url: str
) -> None:
    case, place = await case_of(desk, "sre"), await desk.door.fan.last()
    other = await case_of(desk, "sre")
    async with desk.db.transaction() as tx:
        await tx.execute(MUCH, other, WINDOW + 1)
    browser = await log_in(desk, "sato", ("leader", "*"))
    async with looking(url, browser, case, place) as ear:
        for one in (other, case):
            await desk.act(one, "acknowledge")
            await desk.log.drain()
        name, _ = await ear.next()
        assert (name, int(ear.at)) == ("changed", await desk.door.fan.last()), "of others it is not told"
    for after in (place, 999999999):
        async with looking(url, browser, case, after) as ear:
            assert (await ear.next(), int(ear.at)) == (("changed", {}), await desk.door.fan.last())


async def test_whoever_reported_a_case_is_not_told_of_what_is_internal(desk: Desk, url: str) -> None:
    mais = await desk.token_for("mais", "all", Actor(kind="person", id="mai", name="mai"))
    case = await case_of(desk, "sre", mais)
    browser, place = await log_in(desk, "mai", ("reporter", "support")), await desk.door.fan.last()
    await desk.act(case, "notes", text="社内", internal=True)
    await desk.log.drain()
    async with looking(url, browser, case, place) as ear:
        await desk.act(case, "notes", text="報告した人へ", internal=False)
        await desk.log.drain()
        name, _ = await ear.next()
        assert (name, int(ear.at)) == ("changed", await desk.door.fan.last())


async def test_a_page_that_listens_is_not_recorded_once_more_and_asks_for_nothing_where_there_is_no_room(
    desk: Desk, url: str
) -> None:
    secret = await case_of(desk, "support", kind="harassment")
    browser = await log_in(desk, "sato", ("leader", "support"))
    seen = "SELECT count(*) FROM audit WHERE entry LIKE '%case.seen%'"
    before = await desk.db.pool.fetchval(seen)
    async with looking(url, browser, secret, await desk.door.fan.last()):
        assert await desk.db.pool.fetchval(seen) == before
    desk.door.fan.limits = Limits(listeners=0)
    assert (await browser.get("/cases/x/stream")).status_code == 503
