"""Webhooks out: signed, in order, again until they are taken, for what their maker may see, and never into our own network."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook

from services.intake.pushing import Pusher
from shared.contracts import events as e
from shared.contracts.signature import genuine
from shared.runtime import guarded
from tests.integration.documents import served
from tests.integration.intake.desk import Desk
from tests.integration.intake.teams import case_of


@dataclass
class Receiver:
    """Another program: what it was sent, and what it answers."""

    url: str = ""
    status: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/hook")
        async def hook(request: Request) -> Response:
            self.got.append((dict(request.headers), await request.body()))
            return Response(status_code=self.status.pop(0) if self.status else 204)

        return app

    def told(self) -> list[tuple[str, str]]:
        """Types and cases, in the order in which they came."""
        bodies = [json.loads(body) for _, body in self.got]
        return [(body["type"], body["data"]["case"]["id"]) for body in bodies]


@pytest.fixture
async def receiver(desk: Desk) -> AsyncIterator[Receiver]:
    """A program on a port of this machine, which is allowed by name here."""
    found = Receiver()
    async with served(found.app()) as url, guarded.client("127.0.0.0/8") as outside:
        found.url = f"{url}/hook"
        desk.door.pusher = Pusher(desk.db, desk.clock, desk.door.sources.vault, outside)
        yield found


async def subscribed(desk: Desk, url: str, token: str | None = None, **more: Any) -> dict[str, Any]:
    answer = await desk.post("/v1/subscriptions", {"url": url, **more}, token)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_changes_come_signed_in_order_and_only_those_that_were_asked_for(desk: Desk, receiver: Receiver) -> None:
    made = await subscribed(desk, receiver.url, types=["case.submitted.v1", "case.resolved.v1"], language="en")
    case = await desk.submit(title="髙﨑①㈱🔥")
    await desk.act(case["id"], "acknowledge")
    await desk.act(case["id"], "resolve", handling="x", result="y")
    await desk.log.drain()
    assert await desk.door.pusher.push() == 1
    assert receiver.told() == [("case.submitted.v1", case["id"]), ("case.resolved.v1", case["id"])]
    headers, body = receiver.got[0]
    assert desk.clock.at.isoformat()[:19] in body.decode()
    stamp = headers["webhook-timestamp"]
    assert genuine(made["secret"], headers["webhook-id"], stamp, headers["webhook-signature"], body, desk.clock.at)
    theirs = Webhook(made["secret"]).sign(headers["webhook-id"], desk.clock.at, body.decode())
    assert theirs == headers["webhook-signature"], "a receiver with the packaged library believes it"
    assert await desk.door.pusher.push() == 0, "nothing is left"


async def test_what_was_not_taken_comes_again_under_the_same_id_and_in_order(desk: Desk, receiver: Receiver) -> None:
    made = await subscribed(desk, receiver.url)
    receiver.status = [500]
    first, second = await desk.submit(), await desk.submit()
    await desk.act(first["id"], "acknowledge")
    await desk.log.drain()
    await desk.door.pusher.push()
    failed = [case for case, answered in zip(receiver.told(), [500, 204, 204], strict=False) if answered == 500]
    assert await desk.door.pusher.push() == 0, "not before its time"
    desk.clock.at += timedelta(seconds=6)
    await desk.door.pusher.push()
    told = receiver.told()
    assert told.count(failed[0]) == 2
    for case_id in (first["id"], second["id"]):
        types = [type_ for type_, id_ in told if id_ == case_id]
        assert types == sorted(types, reverse=True), "submitted comes before acknowledged"
    ids = [headers["webhook-id"] for headers, _ in receiver.got]
    assert len(ids) - len(set(ids)) == 1
    listed = (await desk.get(f"/v1/subscriptions/{made['id']}/deliveries")).json()["data"]
    assert sorted(one["status"] for one in listed) == [204, 204, 204, 500]


async def test_gone_disables_and_enabling_goes_on_from_there(desk: Desk, receiver: Receiver) -> None:
    made = await subscribed(desk, receiver.url)
    receiver.status = [410]
    case = await desk.submit()
    await desk.log.drain()
    await desk.door.pusher.push()
    path = f"/v1/subscriptions/{made['id']}"
    shown = await desk.get(path)
    assert (shown.json()["state"], shown.json()["reason"]) == ("disabled", "gone")
    await desk.log.drain()
    (trouble,) = desk.log.of(e.SourceTroubled)
    assert (trouble.what, trouble.source, trouble.owner) == ("subscription", made["id"], made["made_by"])
    assert trouble.reason.ja == "受信側が 410 を返したため、止めました。"
    headers = {"authorization": f"Bearer {desk.token}"}
    assert (await desk.client.patch(path, json={"enabled": True}, headers=headers)).status_code == 428
    stale = await desk.client.patch(path, json={"enabled": True}, headers={**headers, "if-match": '"9"'})
    assert stale.status_code == 412
    tag = {"if-match": shown.headers["etag"]}
    assert (await desk.client.patch(path, json={"enabled": True}, headers={**headers, **tag})).status_code == 200
    await desk.door.pusher.push()
    assert receiver.told() == [("case.submitted.v1", case["id"])] * 2


async def test_it_hears_what_its_maker_may_see_and_nothing_once_the_token_ended(desk: Desk, receiver: Receiver) -> None:
    ours = await desk.token_for("ours", "read", None, ("responder", "support"))
    made = await subscribed(desk, receiver.url, ours)
    await case_of(desk, "payments")
    await case_of(desk, "support", kind="harassment")
    mine = await case_of(desk, "support")
    await desk.door.pusher.push()
    assert {id_ for _, id_ in receiver.told()} == {mine}
    other = await desk.token_for("theirs", "read", None, ("leader", "payments"))
    assert (await desk.get(f"/v1/subscriptions/{made['id']}", token=other)).status_code == 404
    assert (await desk.get("/v1/subscriptions", token=other)).json() == {"data": []}
    await desk.client.delete(f"/v1/tokens/{ours.split('_')[1]}", headers={"authorization": f"Bearer {desk.token}"})
    before = len(receiver.got)
    await desk.act(mine, "acknowledge")
    await desk.log.drain()
    await desk.door.pusher.push()
    assert len(receiver.got) == before
    assert (await desk.get(f"/v1/subscriptions/{made['id']}")).json()["reason"] == "token-ended"


async def test_a_new_secret_signs_beside_the_old_one_and_a_test_is_sent_at_once(desk: Desk, receiver: Receiver) -> None:
    made = await subscribed(desk, receiver.url)
    new = (await desk.post(f"/v1/subscriptions/{made['id']}/secrets")).json()["secret"]
    tried = (await desk.post(f"/v1/subscriptions/{made['id']}/test")).json()
    assert (tried["delivered"], tried["status"]) == (True, 204)
    headers, body = receiver.got[0]
    assert len(headers["webhook-signature"].split()) == 2
    assert json.loads(body)["type"] == "test"
    assert new != made["secret"]
    async with desk.db.reading() as tx:
        stored = await tx.fetch("SELECT sealed FROM subscription_secrets")
    assert all(new.encode() not in row["sealed"] for row in stored)


async def test_it_never_leads_into_our_own_network(desk: Desk, receiver: Receiver) -> None:
    async with guarded.client("") as outside:
        desk.door.pusher = Pusher(desk.db, desk.clock, desk.door.sources.vault, outside)
        made = await subscribed(desk, receiver.url)
        tried = (await desk.post(f"/v1/subscriptions/{made['id']}/test")).json()
    assert (tried["delivered"], tried["status"]) == (False, None)
    assert "not an address of the public network" in tried["problem"]
    assert receiver.got == []


async def test_what_does_not_fit_is_refused(desk: Desk) -> None:
    def refused(answer: httpx.Response) -> set[str]:
        assert answer.status_code == 422
        return {error["pointer"] for error in answer.json()["errors"]}

    wrong = {"url": "ftp://x", "types": ["case.unknown.v1"], "teams": ["\u0000"]}
    assert refused(await desk.post("/v1/subscriptions", wrong)) == {"/url", "/types/0", "/teams/0"}
