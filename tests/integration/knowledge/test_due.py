"""What falls due is told by what readers see, and its owner alone may say that it holds without being let publish."""

from typing import Any

from tests.integration.knowledge.conftest import YAMADA, Desk
from tests.integration.knowledge.test_last_days import SATO, day, drafted

OWNER = {"id": "sato.hanako", "name": "佐藤 花子"}


async def due(desk: Desk, days: float = 0, limit: int = 200) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    cursor: str | None = ""
    while cursor is not None:
        page = await desk.get("/v1/articles/due", by=day(desk, days=days), limit=limit, cursor=cursor)
        found |= {one["id"]: one for one in page["data"]}
        cursor = page["next_cursor"]
    return found


async def test_what_readers_see_decides_and_what_is_a_draft_or_gone_is_not_told(desk: Desk) -> None:
    made = await desk.article("髙﨑①㈱🔥 の窓口", review_by=day(desk, days=3), owner=OWNER)
    await drafted(desk, made, review_by=day(desk, days=300), question="書きかけの窓口", owner=YAMADA)
    draft = await desk.article("下書き", publish=False, review_by=day(desk))
    gone = await desk.article("取り下げた記事", review_by=day(desk))
    await desk.post(f"/v1/articles/{gone['id']}/withdraw")
    ends = await desk.article("年末の営業日", expires_on=day(desk, days=10))
    assert made["id"] not in await due(desk, 2)
    told = await due(desk, 3, limit=1)
    assert told[made["id"]] == {
        "id": made["id"], "question": "髙﨑①㈱🔥 の窓口", "owner": YAMADA, "review_by": day(desk, days=3), "expires_on": None,
    }  # fmt: skip
    assert told[ends["id"]]["expires_on"] == day(desk, days=10), "a week before it ends"
    assert ends["id"] not in await due(desk, 2)
    assert not {draft["id"], gone["id"]} & set(told)


async def test_an_owner_confirms_without_being_let_publish_and_nobody_else_does(desk: Desk) -> None:
    made = await desk.article("領収書の宛名", review_by=day(desk), owner=OWNER)
    other = {**SATO, "person": "ito.sakura"}
    refused = await desk.ask("POST", f"/v1/articles/{made['id']}/confirm", {}, other)
    assert (refused.status_code, refused.json()["code"]) == (403, "may-not-publish")
    assert made["id"] in await due(desk)
    done = await desk.ask("POST", f"/v1/articles/{made['id']}/confirm", {}, SATO)
    assert (done.status_code, done.json()["review_by"]) == (200, day(desk, days=180))
    assert made["id"] not in await due(desk, 100)
    refused = await desk.ask("POST", f"/v1/articles/{made['id']}/withdraw", {}, SATO)
    assert refused.status_code == 403
    nobodys = await desk.article("持ち主のいない記事", review_by=day(desk))
    bare = {"person": "", "publishes": False}
    assert (await desk.ask("POST", f"/v1/articles/{nobodys['id']}/confirm", {"by": YAMADA}, bare)).status_code == 403


async def test_who_does_not_write_is_not_told_what_is_due(desk: Desk) -> None:
    for reader in ({"writes": False}, {"audience": "public"}):
        assert (await desk.ask("GET", "/v1/articles/due", reader=reader, by=day(desk))).status_code == 403
