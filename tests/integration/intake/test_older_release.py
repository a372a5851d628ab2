"""The front door beside a newer release: what it does not know stands in the timeline, and is taken into account later."""

from pathlib import Path

from services.intake import store
from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.envelope import Record
from shared.runtime import folds, late
from shared.runtime.consume import Handling
from shared.runtime.migrate import migrate
from tests.integration.intake.desk import Desk
from tests.integration.intake.teams import case_of
from tests.integration.intake.test_by_hand import case
from tests.integration.intake.test_circle import by_rule

BY = e.Actor(kind="person", id="sato", name="佐藤")


async def lines(desk: Desk, case_id: str) -> list[str]:
    told = (await desk.get(f"/v1/cases/{case_id}/timeline")).json()["data"]
    return [line["text"] for line in told]


async def test_an_unknown_event_is_shown_and_parks_nothing(desk: Desk) -> None:
    case_id, _ = await case(desk)
    body = b'{"case_id": "%s", "hug": "\\ud83d\\udd25"}' % case_id.encode()
    headers = [
        (name, value.replace(b"case.noted.v1", b"case.hugged.v1"))
        for name, value in envelope.encode(
            e.CaseNoted(case_id=case_id, by=BY, text="x"), envelope.event_id("hug"), desk.clock.now()
        )[1]
    ]
    record = Record("tasuki.cases", 0, 900, headers, body)
    await Handling(desk.db, desk.clock, "test", desk.log.handlers).consume([record])
    shown = await desk.get(f"/v1/cases/{case_id}/timeline")
    assert shown.json()["data"][-1]["text"].startswith("この版の Tasuki がまだ知らない出来事です（case.hugged.v1）")
    assert not shown.json()["data"][-1]["public"]
    assert (await desk.act(case_id, "start")).status_code == 200
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{case_id}")).json()["status"] == "in_progress"
    assert await desk.count("outbox") == 0  # nothing was parked


async def test_a_case_linked_by_a_newer_release_is_read_by_the_older_one_and_ends_with_its_lead(desk: Desk) -> None:
    lead, other = await case(desk), await case(desk)
    linked = await desk.act(other[0], "link", lead=lead[1])
    assert linked.status_code == 200
    with desk.log.older(e.CaseLinked):
        assert (await desk.get(f"/v1/cases/{other[0]}")).json()["linked"] is None
        assert "case.linked.v1" in (await lines(desk, other[0]))[-1]
        await desk.log.drain()
        assert "case.linked.v1" in (await lines(desk, other[0]))[-1]
        by = e.Actor(kind="source", id="crm", name="crm")
        await desk.log.tell(e.EscalationJoined(case_id=lead[0], joined=other[0], joined_number=other[1], by=by))
        assert (await desk.act(other[0], "notes", text="髙﨑①㈱🔥")).status_code == 200
        await desk.log.drain()
        async with desk.db.reading() as tx:
            assert "case.linked.v1" in {change.type for change in await store.changes(tx, 0, 100)}
    await late.catch_up(desk.db, desk.clock, desk.log.handlers)
    async with desk.db.reading() as tx:
        fold = await folds.load(tx, other[0], lock=False)
    assert fold.since is None
    assert (await desk.get(f"/v1/cases/{other[0]}")).json()["linked"]["number"] == lead[1]
    assert f"No. {lead[1]} としてまとめて対応します" in "".join(await lines(desk, other[0]))
    await desk.act(lead[0], "resolve", handling="証明書を更新", result="復旧")
    await desk.log.drain()
    assert (await desk.get(f"/v1/cases/{other[0]}")).json()["status"] == "done"


async def test_what_a_rule_restricts_is_closed_where_an_older_release_left_it_open(desk: Desk) -> None:
    """That one keeps the plan and writes the row without looking at it."""
    secret, open_ = await by_rule(desk), await case_of(desk, "payments", facts='"restricted":true 髙﨑①㈱🔥')
    pool = desk.db.pool
    await pool.execute("UPDATE cases SET restricted = false, updated_at = now() - interval '1 day'")
    await pool.execute("DELETE FROM migrations WHERE name = 'intake/0025_post_restricted'")
    await migrate(desk.db, Path("services/intake/migrations").resolve())
    found = {row["id"]: row["restricted"] for row in await pool.fetch("SELECT id, restricted FROM cases")}
    assert (found[secret], found[open_]) == (True, False)
