"""An article ends on its last day as readers were told it, by the organisation's calendar; a draft changes nothing of that."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.knowledge import editing
from services.knowledge.local import local
from tests.integration.knowledge.conftest import YAMADA, Desk, ids

SATO = {"person": "sato.hanako", "person_name": "佐藤 花子", "publishes": False}


async def drafted(desk: Desk, made: dict[str, Any], reader: Any = None, **changes: Any) -> None:
    """A newer version that nobody has published."""
    body = {"content": {**made["content"], **changes}, "by": YAMADA}
    etag = {"if-match": f'"{made["version"]}"'}
    (await desk.ask("PUT", f"/v1/articles/{made['id']}", body, reader, headers=etag)).raise_for_status()


async def expired(desk: Desk) -> None:
    await editing.expire(desk.process.db, local(desk.process).clock)


def day(desk: Desk, **later: float) -> str:
    """A day as it is written, from now on."""
    return (desk.log.clock.at.date() + timedelta(**later)).isoformat()


async def test_a_draft_with_a_day_that_has_passed_ends_nothing_that_readers_see(desk: Desk) -> None:
    made = await desk.article("髙﨑①㈱🔥 の営業日")
    await drafted(desk, made, SATO, expires_on=day(desk, days=-1))
    await expired(desk)
    now = await desk.get(f"/v1/articles/{made['id']}")
    assert (now["state"], now["live"]) == ("draft", made["version"])
    assert ids(await desk.get("/v1/search", q="髙﨑の営業日"))[0] == made["id"]


async def test_a_draft_with_a_later_day_keeps_nothing_public_after_its_last_day(desk: Desk) -> None:
    made = await desk.article("年末の窓口の時間", expires_on=day(desk, days=3))
    await drafted(desk, made, expires_on=day(desk, days=368))
    await expired(desk)
    assert (await desk.get(f"/v1/articles/{made['id']}"))["live"] == made["version"]
    desk.later(days=3)
    await expired(desk)
    now = await desk.get(f"/v1/articles/{made['id']}")
    assert (now["state"], now.get("live")) == ("draft", None), "the draft is still there to be published"
    assert made["id"] not in ids(await desk.get("/v1/search", q="年末の窓口の時間", limit=50))


async def test_what_readers_see_is_due_though_a_draft_says_a_later_day(desk: Desk) -> None:
    made = await desk.article("書類の提出先", review_by=day(desk, days=1))
    await drafted(desk, made, review_by=day(desk, days=300))
    assert made["id"] not in [a["id"] for a in (await desk.get("/v1/articles", due="true"))["data"]]
    desk.later(days=1)
    assert made["id"] in [a["id"] for a in (await desk.get("/v1/articles", due="true"))["data"]]


async def test_a_day_begins_at_midnight_of_the_organisation_and_not_of_utc(desk: Desk) -> None:
    last = date(2027, 3, 10)
    desk.log.clock.at = datetime(2027, 3, 9, 14, 30, tzinfo=UTC)  # 23:30 in Tokyo
    made = await desk.article("引っ越しの前の住所", expires_on=last.isoformat(), review_by=last.isoformat())
    expiry = asyncio.ensure_future(desk.process.loops["expiry"]())
    try:
        await desk.process.db.check()
        assert (await desk.get(f"/v1/articles/{made['id']}"))["state"] == "published"
        assert made["id"] not in [a["id"] for a in (await desk.get("/v1/articles", due="true"))["data"]]
    finally:
        expiry.cancel()
    desk.later(hours=1)
    assert made["id"] in [a["id"] for a in (await desk.get("/v1/articles", due="true"))["data"]]
    body = {"content": {"question": "遅すぎた記事", "answer": "はい", "expires_on": last.isoformat()}, "publish": True}
    late = await desk.ask("POST", "/v1/articles", {**body, "by": YAMADA})
    assert (late.status_code, late.json()["code"]) == (409, "over")
    confirmed = await desk.article("半年ごとの確認")
    assert confirmed["review_by"] == (last + timedelta(days=180)).isoformat()
    expiry = asyncio.ensure_future(desk.process.loops["expiry"]())
    try:
        async with asyncio.timeout(10):
            while (await desk.get(f"/v1/articles/{made['id']}"))["state"] != "expired":
                await asyncio.sleep(0.01)
    finally:
        expiry.cancel()
