"""What another service did is never answered as if it were not, and who asked for it is in the audit whatever happens."""

import asyncpg
import httpx

from shared.runtime.db import Database
from tests.integration.intake.desk import Desk
from tests.integration.intake.test_audit import lines

PLANNED = {"team": "payments"}


async def said(desk: Desk, path: str) -> list[tuple[str, str]]:
    return [(line["action"], line["actor"]) for line in await lines(desk, path)]


async def test_what_was_done_is_answered_as_done_when_the_audit_can_no_longer_be_written(desk: Desk) -> None:
    here, gone = desk.door.db, Database(await asyncpg.create_pool("postgresql://nobody@127.0.0.1:1/none", min_size=0))

    def done(request: httpx.Request) -> httpx.Response:
        desk.door.db = gone
        return httpx.Response(201, json={"id": "w"})

    desk.others.answer = done
    answer = await desk.post("/v1/maintenance", PLANNED)
    desk.door.db = here
    assert (answer.status_code, answer.json()) == (201, {"id": "w"})
    assert len(desk.others.asked) == 1
    assert await said(desk, "/v1/maintenance") == [("relayed.asked", "crm")], "who asked for it was written before"


async def test_what_nobody_knows_the_end_of_is_in_the_audit_as_asked_for(desk: Desk) -> None:
    def torn(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow")  # as when this process ends here

    asked, agreed, path = ("relayed.asked", "crm"), ("relayed", "crm"), "/v1/overrides"
    desk.others.answer = torn
    assert (await desk.post(path, PLANNED)).status_code == 504
    assert await said(desk, path) == [asked]
    desk.others.answer = lambda request: httpx.Response(422, json={"code": "invalid"})
    assert (await desk.post(path, PLANNED)).status_code == 422
    assert await said(desk, path) == [asked] * 2
    desk.others.answer = lambda request: httpx.Response(201, json={"id": "w"})
    assert (await desk.post(path, PLANNED)).status_code == 201
    assert await said(desk, path) == [asked, asked, asked, agreed]


async def test_where_the_audit_takes_nothing_the_other_service_is_not_asked(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        await tx.execute("ALTER FUNCTION audit_append RENAME TO audit_append_away")
    try:
        assert (await desk.post("/v1/maintenance", PLANNED)).status_code == 503
        assert desk.others.asked == []
    finally:
        async with desk.db.transaction() as tx:
            await tx.execute("ALTER FUNCTION audit_append_away RENAME TO audit_append")
