"""Overrides, swaps of shifts and presence: taken once, with consent, and in the order in which people said so."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx

from tests.integration.log import T0
from tests.integration.router.people import ITO, PAYMENTS, SATO, SUPPORT, SUZUKI, TAKAHASHI, WEDNESDAY, by
from tests.integration.router.policy_desk import Desk


async def test_overrides_at_the_same_time_are_taken_once(desk: Desk) -> None:
    """Red when changes do not wait for each other: both see a schedule without an override."""
    body: dict[str, Any] = {"schedule": PAYMENTS, "by": by(SATO), **WEDNESDAY}
    await asyncio.gather(*[desk.client.get("/v1/overrides") for _ in range(8)])  # connections are open then
    asked = [desk.client.post("/v1/overrides", json={**body, "person": person}) for person in (ITO, TAKAHASHI) * 3]
    answers = await asyncio.gather(*asked)
    assert sorted(a.status_code for a in answers) == [201, *[422] * 5]
    taken = next(a.json() for a in answers if a.status_code == 201)
    assert await desk.who("2026-11-25T12:00:00+09:00") == taken["override"]["person"]["id"]
    assert {a.json()["code"] for a in answers if a.status_code == 422} == {"overlap"}


async def test_lists_come_in_pages(desk: Desk) -> None:
    for day in range(1, 6):
        span: dict[str, Any] = {"since": f"2026-12-0{day}T09:00:00+09:00", "until": f"2026-12-0{day}T18:00:00+09:00"}
        made = (await desk.post("overrides", schedule=PAYMENTS, person=ITO, by=by(SATO), **span))["override"]
        assert (await desk.client.get(f"/v1/overrides/{made['id']}")).json() == made
    seen, cursor = [], "0"
    while cursor:
        answer: httpx.Response = await desk.client.get("/v1/overrides", params={"limit": 2, "cursor": cursor})
        page = answer.json()
        seen += [x["since"][:10] for x in page["data"]]
        cursor = page["next_cursor"]
    assert seen == [f"2026-12-0{day}" for day in range(1, 6)]
    narrow = {"schedule": PAYMENTS, "since": "2026-12-02T00:00:00+09:00", "until": "2026-12-03T00:00:00+09:00"}
    assert len((await desk.client.get("/v1/overrides", params=narrow)).json()["data"]) == 1


async def test_a_swap_needs_consent(desk: Desk) -> None:
    body: dict[str, Any] = {"schedule": PAYMENTS, "other": SUZUKI, "by": by(SATO), **WEDNESDAY}
    offered = await desk.post("swaps", **body)
    assert offered["consequences"] == ["相手が承諾するまで、当番は変わりません。"]
    id_ = offered["swap"]["id"]
    noon = "2026-11-25T12:00:00+09:00"
    for verb, person in (("accept", SATO), ("accept", ITO), ("decline", SATO), ("cancel", SUZUKI)):
        assert (await desk.post(f"swaps/{id_}/{verb}", 422, by=by(person)))["code"] == "not_yours"
    assert await desk.who(noon) == SATO
    accepted = await desk.post(f"swaps/{id_}/accept", 200, by=by(SUZUKI))
    assert accepted["consequences"] == [
        "11月25日(水) 9:00〜18:00 の「決済二次対応の当番」は 鈴木 一郎 さんになります（佐藤 花子 さんと当番を交代）。"
    ]
    assert await desk.who(noon) == SUZUKI
    assert (await desk.post(f"swaps/{id_}/accept", 200, by=by(SUZUKI)))["consequences"] == []
    assert (await desk.post(f"swaps/{id_}/cancel", 422, by=by(SATO)))["code"] == "answered"
    assert (await desk.post("swaps/none/accept", 404, by=by(SATO)))["code"] == "unknown-swap"
    declined = await desk.post("swaps", **{**body, "schedule": SUPPORT, "other": SATO, "by": by(SUZUKI)})
    await desk.post(f"swaps/{declined['swap']['id']}/decline", 200, by=by(SATO))
    listed = (await desk.client.get(f"/v1/swaps?person={SATO}")).json()["data"]
    assert [(s["id"], s["state"]) for s in listed] == [(id_, "accepted")]
    closed = (await desk.client.get("/v1/swaps?closed=true")).json()["data"]
    assert [s["state"] for s in closed] == ["accepted", "declined"]


async def test_who_is_asked_for_a_swap_hears_of_it_and_who_asked_hears_the_answer(desk: Desk) -> None:
    """Seen red: nobody was told, and who was asked had to come upon it on a page."""
    body: dict[str, Any] = {"id": "s-1", "schedule": PAYMENTS, "other": SUZUKI, "by": by(SATO), **WEDNESDAY}
    await desk.post("swaps", **body)
    await desk.post("swaps", 200, **body)
    ((who, said),) = await desk.told()
    assert (who, said.startswith("佐藤 花子 さんから、11月25日(水) 9:00〜18:00 の「決済二次対応の当番」の交代を")) == (
        SUZUKI,
        True,
    )
    for _ in range(2):
        await desk.post("swaps/s-1/accept", 200, by=by(SUZUKI))
    ((who, said),) = await desk.told()
    assert (who, "承諾しました" in said) == (SATO, True)
    body = {"schedule": SUPPORT, "other": SATO, "by": by(SUZUKI), **WEDNESDAY}
    for verb, by_whom, hears, what in (
        ("decline", SATO, SUZUKI, "引き受けられない"),
        ("cancel", SUZUKI, SATO, "取り消し"),
    ):
        made = await desk.post("swaps", **body)
        await desk.post(f"swaps/{made['swap']['id']}/{verb}", 200, by=by(by_whom))
        _, (who, said) = await desk.told()
        assert (who, what in said) == (hears, True)


async def test_who_is_put_on_duty_by_somebody_else_hears_of_it(desk: Desk) -> None:
    body: dict[str, Any] = {"schedule": PAYMENTS, "person": ITO, **WEDNESDAY}
    made = await desk.post("overrides", by=by(SATO), **body)
    await desk.client.delete(f"/v1/overrides/{made['override']['id']}", params={"by": SATO})
    assert [(who, said[:7]) for who, said in await desk.told()] == [(ITO, "佐藤 花子 さ")] * 2
    await desk.post("overrides", by=by(ITO), **body)
    assert await desk.told() == []


async def test_swaps_hold_in_the_order_in_which_they_were_accepted(desk: Desk) -> None:
    """Red when swaps are loaded in the order in which they were offered: given back comes after given on then."""
    noon = "2026-11-25T12:00:00+09:00"
    first = await desk.post("swaps", schedule=PAYMENTS, other=SUZUKI, by=by(SATO), **WEDNESDAY)
    second = await desk.post("swaps", schedule=PAYMENTS, other=ITO, by=by(SATO), **WEDNESDAY)
    await desk.post(f"swaps/{first['swap']['id']}/accept", 200, by=by(SUZUKI))
    given = await desk.post(f"swaps/{second['swap']['id']}/accept", 422, by=by(ITO))
    assert given["code"] == "not_their_shift"
    back = await desk.post("swaps", schedule=PAYMENTS, other=SATO, by=by(SUZUKI), **WEDNESDAY)
    for swap, person in ((back, SATO), (second, ITO)):
        desk.clock.at += timedelta(minutes=1)
        await desk.post(f"swaps/{swap['swap']['id']}/accept", 200, by=by(person))
        assert await desk.who(noon) == person
    await desk.start()
    assert await desk.who(noon) == ITO


async def test_presence_off_and_on(desk: Desk) -> None:
    async def say(**body: Any) -> dict[str, Any]:
        answer = await desk.client.put(f"/v1/presence/{SATO}", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    assert (await desk.client.get(f"/v1/presence/{SATO}")).json()["state"] is None
    said = await say(state="telework", note="自宅 🔥")
    assert said["consequences"] == ["当番に変わりはありません。"]
    assert (await desk.on_duty())["presence"] == {"state": "telework", "note": "自宅 🔥", "until": None}
    said = await say(state="off", until="2026-11-24T15:00:00+09:00", by={"id": SUZUKI})
    assert said["presence"]["away"] is True
    assert said["consequences"] == [
        "11月24日(火) 10:00〜15:00 の「決済二次対応の当番」は 鈴木 一郎 さんになります（佐藤 花子 さん不在のため次の当番）。"
    ]
    assert await desk.who() == SUZUKI
    said = await say(state="available")
    assert "佐藤 花子 さんになります" in said["consequences"][0]
    assert await desk.who() == SATO
    desk.clock.at = T0 + timedelta(hours=6)
    assert (await desk.on_duty())["presence"]["state"] == "available"  # what was said last, not what was said before
    async with desk.db.reading() as tx:
        kept = await tx.fetch("SELECT state, told_by, changed_at IS NULL AS holds FROM attendance ORDER BY number")
    assert [tuple(row) for row in kept] == [
        ("telework", SATO, False),
        ("off", SUZUKI, False),
        ("available", SATO, True),
    ]
