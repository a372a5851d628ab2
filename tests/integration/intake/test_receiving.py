"""The discipline of the receiver: bounded, proven, on disk, answered; too much is told so and nothing is lost."""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.intake.catching_up import CatchingUp
from services.intake.gate import Limits
from services.intake.routes.deliveries import LARGEST
from shared.contracts import events as e
from tests.integration.intake.desk import ZENDESK_SECRET, Desk, ticket
from tests.integration.log import T0

NONSENSE = {"version": "3", "what": "髙﨑①㈱🔥 １２３"}


def limited(desk: Desk, **limits: Any) -> None:
    """Give the front door other limits."""
    desk.door.limits = Limits(**limits)
    desk.door.__post_init__()


@asynccontextmanager
async def held(desk: Desk) -> AsyncIterator[None]:
    """Nobody can write a case meanwhile, as when the database is slow."""
    async with desk.db.pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE externals IN ACCESS EXCLUSIVE MODE")
        yield


async def caught_up(desk: Desk) -> int:
    """Take all that waits; gives how many it were."""
    await desk.door.queue.look()
    catching, number = CatchingUp(desk.db, desk.door.sources, desk.door.queue), 0
    while taken := await catching.once():
        number += taken
    await desk.door.queue.look()
    return number


async def inside(desk: Desk, number: int) -> None:
    """Wait until so many deliveries are under way."""
    async with asyncio.timeout(10):
        while desk.door.gate._inside < number:
            await asyncio.sleep(0)


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_a_packed_body_is_signed_for_what_is_in_it(desk: Desk, name: str, pack: Any) -> None:
    secret = (await desk.set_up("m"))["secret"]
    body = {"version": "4", "groupKey": "g", "status": "firing", "alerts": [{"labels": {"alertname": "決済"}}]}
    raw = pack(json.dumps(body).encode())
    answer = await desk.alert("m", secret, raw, **{"content-encoding": name})
    assert (answer.status_code, answer.json()["verdict"]) == (202, "opened")
    assert (await desk.alert("m", "wrong", raw, **{"content-encoding": name})).status_code == 401
    assert "決済" in json.loads(await desk.delivered())["alerts"][0]["labels"].values()


@pytest.mark.security
@pytest.mark.parametrize(
    ("encoding", "raw", "status", "code"),
    [
        ("gzip", gzip.compress(b"0" * (LARGEST + 1)), 413, "too-large"),
        ("gzip", gzip.compress(b"0" * 100_000_000), 413, "too-large"),
        ("gzip", b"no gzip", 400, "malformed"),
        ("br", b"x", 415, "unsupported-encoding"),
        ("", b"0" * (LARGEST + 1), 413, "too-large"),
    ],
)
async def test_what_is_too_large_or_packed_otherwise_is_refused_before_anything_else(
    desk: Desk, encoding: str, raw: bytes, status: int, code: str
) -> None:
    secret = (await desk.set_up("m"))["secret"]
    for proof in (secret, "wrong"):
        answer = await desk.alert("m", proof, raw, **{"content-encoding": encoding})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await desk.count("rejections") == await desk.count("deliveries") == 0


async def test_a_body_that_never_ends_is_not_waited_for(desk: Desk) -> None:
    limited(desk, body=0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await desk.client.post("/v1/webhooks/zendesk", content=slow())
    assert (answer.status_code, answer.json()["code"]) == (408, "too-slow")


async def test_more_than_can_wait_is_told_to_come_again_and_what_waits_is_taken(desk: Desk) -> None:
    limited(desk, easy=0, waiting=3)
    told = [await desk.zendesk(ticket(ticket_id=str(n), priority="normal"), f"inv-{n}") for n in range(5)]
    assert [a.status_code for a in told] == [202, 202, 202, 503, 503]
    assert {(a.headers["retry-after"], a.json()["code"]) for a in told[3:]} == {("1", "overloaded")}
    assert (await desk.count("arrivals"), await desk.count("cases")) == (3, 0)
    assert await caught_up(desk) == 3
    again = [await desk.zendesk(ticket(ticket_id=str(n), priority="normal"), f"inv-{n}") for n in range(5)]
    assert [a.json()["verdict"] for a in again] == ["opened"] * 3 + ["waiting"] * 2
    assert await caught_up(desk) == 2
    assert await desk.count("cases") == await desk.count("deliveries") == 5


async def test_in_a_storm_nothing_is_done_for_whoever_cannot_be_taken(desk: Desk) -> None:
    limited(desk, arrivals=2)
    async with held(desk):
        under_way = [asyncio.create_task(desk.zendesk(ticket(ticket_id=str(n)), f"inv-{n}")) for n in range(2)]
        await inside(desk, 2)
        refused = await desk.zendesk(b"no JSON", "inv-9", secret="wrong")
        pagerduty = await desk.client.post("/v2/enqueue", json={})
        english = await desk.client.post("/v2/enqueue", json={}, headers={"accept-language": "en"})
        slow = await desk.client.post("/v1/webhooks/zendesk", content=pieces(b"{", b"}"))
        by_hand = await desk.post("/v1/cases", {"facts": "髙﨑①㈱🔥"}, idempotency_key="k")
    assert (refused.status_code, refused.headers["retry-after"], refused.json()["code"]) == (503, "1", "overloaded")
    assert (pagerduty.status_code, pagerduty.headers["retry-after"]) == (429, "1")
    assert ("混み合って" in pagerduty.json()["title"], "Too much" in english.json()["title"]) == (True, True)
    assert slow.status_code == 401  # what comes in pieces is counted when it is whole
    assert by_hand.status_code == 202
    assert {a.status_code for a in await asyncio.gather(*under_way)} == {202}
    assert (await desk.zendesk(ticket(ticket_id="9"), "inv-9")).status_code == 202


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    """A body that comes in pieces."""
    for part in parts:
        yield part


async def test_a_slow_database_is_told_in_time_and_the_repeat_is_one_case(desk: Desk) -> None:
    limited(desk, taking=0.1)
    async with held(desk):
        answer = await desk.zendesk(ticket(), "inv-1")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert await desk.count("deliveries") == 0
    limited(desk)
    assert (await desk.zendesk(ticket(), "inv-1")).json()["verdict"] == "opened"
    assert await desk.said() == ["case.submitted.v1"]


async def test_no_database_is_503_for_everybody_and_nobody_waits_in_a_line_without_end(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    whole = desk.door.db
    await desk.lose_the_database()
    answers = await asyncio.gather(*(desk.alert("m", secret) for _ in range(200)))
    assert {(a.status_code, bool(a.headers["retry-after"])) for a in answers} == {(503, True)}
    desk.door.db = whole
    limited(desk)
    assert (await desk.alert("m", secret)).status_code == 202


@pytest.mark.security
async def test_what_is_set_aside_can_be_replayed_as_it_came_and_holds_no_secret(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    body = {**NONSENSE, "echo": f"{secret}", "q": "髙"}
    more = {"x-request-id": "r-1", "x-echo": f"key {secret}", "idempotency-key": "k"}
    first = await desk.alert("m", secret, body, **more)
    assert (first.status_code, first.json()["verdict"]) == (202, "quarantined")
    (kept,) = (await desk.get("/v1/quarantine")).json()["data"]
    assert secret not in json.dumps(kept)
    assert json.loads(kept["body"]) == {**body, "echo": "*" * len(secret)}
    assert kept["headers"]["authorization"] == "***"
    assert {"x-request-id": "r-1", "x-echo": "key ***", "idempotency-key": "k"}.items() <= kept["headers"].items()
    assert secret.encode() not in await desk.delivered()
    (told,) = (await desk.get("/v1/sources/m/deliveries")).json()["data"]
    assert (told["quarantine"], "version 4" in told["reason"]) == (kept["id"], True)
    async with desk.db.transaction() as tx:  # as if a newer version understood it
        good = b'{"version":"4","groupKey":"g","status":"firing","alerts":[{"labels":{"alertname":"a"}}]}'
        await tx.execute("UPDATE quarantine SET body = $1, sealed = false", good)
        await tx.execute("UPDATE sources SET enabled = false")  # what was taken is replayed all the same
    desk.door.sources.forget()
    replayed = await desk.post(f"/v1/quarantine/{kept['id']}/replay")
    assert (replayed.status_code, replayed.json()["verdict"]) == (202, "opened")


async def test_what_is_discarded_stays_so_when_it_comes_again(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    await desk.alert("m", secret, NONSENSE)
    (kept,) = (await desk.get("/v1/quarantine")).json()["data"]
    headers = {"authorization": f"Bearer {desk.token}"}
    assert (await desk.client.delete(f"/v1/quarantine/{kept['id']}", headers=headers)).status_code == 204
    assert (await desk.client.delete(f"/v1/quarantine/{kept['id']}", headers=headers)).status_code == 404
    again = await desk.alert("m", secret, NONSENSE)
    assert (again.status_code, again.json()["verdict"]) == (202, "discarded")
    assert await desk.count("quarantine") == 0


async def test_the_owner_of_a_source_is_told_once_an_hour_and_by_source(desk: Desk) -> None:
    ours = (await desk.set_up("ours", owner="team:payments", name="監視①"))["secret"]
    theirs = (await desk.set_up("theirs", owner="ito.sakura"))["secret"]
    for n in range(5):
        await desk.alert("ours", ours, {**NONSENSE, "n": n})
    await desk.alert("theirs", theirs, NONSENSE)
    await desk.zendesk(ticket(ticket_id=""), "inv-1")
    desk.clock.at = T0 + timedelta(hours=1, minutes=2)
    await desk.alert("ours", ours, {**NONSENSE, "n": 9})
    await desk.log.drain()
    told = [(t.source, t.name, t.owner) for t in desk.log.of(e.SourceTroubled)]
    assert sorted(told) == sorted(
        [("ours", "監視①", "team:payments")] * 2 + [("theirs", "theirs", "ito.sakura"), ("zendesk", "Zendesk", "")]
    )
    assert await desk.count("quarantine") == 8
    assert ZENDESK_SECRET not in str(desk.log.said)


async def test_the_same_nonsense_at_the_same_time_is_set_aside_and_told_once(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    answers = await asyncio.gather(*(desk.alert("m", secret, NONSENSE) for _ in range(12)))
    assert {a.status_code for a in answers} <= {202, 503}
    others = await asyncio.gather(*(desk.alert("m", secret, {**NONSENSE, "n": n}) for n in range(12)))
    assert {a.status_code for a in others} == {202}
    await caught_up(desk)
    assert await desk.count("quarantine") == 13
    assert await desk.said() == ["source.troubled.v1"]


async def test_an_answer_is_counted_by_what_became_of_it(desk: Desk) -> None:
    secret = (await desk.set_up("counted"))["secret"]
    await desk.alert("counted", secret)
    await desk.alert("counted", secret)
    await desk.alert("counted", secret, NONSENSE)
    await desk.alert("counted", "wrong")
    metrics: httpx.Response = await desk.client.get("/metrics")
    for verdict in ("opened", "again", "quarantined", "rejected"):
        assert f'tasuki_intake_deliveries_total{{source="counted",verdict="{verdict}"}} 1.0' in metrics.text
