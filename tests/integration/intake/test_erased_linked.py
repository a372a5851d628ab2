"""Who reported a case that is handled as another one is forgotten there too: by that case, and by its history."""

import pytest

from shared.contracts import events as e
from shared.contracts.erased import NOBODY
from shared.contracts.plan import Person, Reason
from shared.contracts.vocabulary import Channel, Outcome, Purpose
from tests.integration.intake.desk import Desk

WHY = (Reason(ja="同じ内容の報告が続いているため", en="several reports of the same"),)
HANAKO = e.Actor(kind="person", id="front.desk", name="窓口 花子")


def attempt(case_id: str, purpose: Purpose) -> e.NotificationAttempted:
    return e.NotificationAttempted(
        case_id=case_id, notification_id="n", purpose=purpose, channel=Channel.CHAT, recipient=HANAKO.id, attempt=1,
        outcome=Outcome.ACCEPTED,
    )  # fmt: skip


async def named(desk: Desk) -> list[str]:
    async with desk.db.reading() as tx:
        rows = [
            row[0] for table in ("folds", "timeline") for row in await tx.fetch(f"SELECT t::text FROM {table} AS t")
        ]
    return [row for row in rows if HANAKO.id in row or HANAKO.name in row]


@pytest.mark.parametrize("parted", [False, True])
async def test_the_case_that_a_report_was_handled_as_names_its_reporter_no_more(desk: Desk, parted: bool) -> None:
    lead, report = await desk.submit(), await desk.submit(by={"id": HANAKO.id, "name": HANAKO.name})
    number = report["number"]
    await desk.log.drain()
    joined = e.EscalationJoined(
        case_id=lead["id"], joined=report["id"], joined_number=number, by=HANAKO, reachable=True
    )
    await desk.log.tell(
        e.EscalationLinked(case_id=report["id"], lead=lead["id"], lead_number=lead["number"], reasons=WHY)
    )
    await desk.log.tell(joined)
    await desk.log.tell(attempt(lead["id"], Purpose.PROGRESS))
    if parted:
        by = e.Actor(kind="person", id="sato")
        await desk.log.tell(e.CaseSplit(case_id=report["id"], by=by, lead=lead["id"], lead_number=lead["number"]))
        await desk.log.tell(e.EscalationParted(case_id=lead["id"], parted=report["id"], parted_number=number))
    assert await named(desk)
    await desk.client.delete(f"/v1/cases/{report['id']}/personal?reporter=true", headers=desk._headers(None, "ja"))
    await desk.log.drain()
    if not parted:
        await desk.log.tell(attempt(lead["id"], Purpose.RESULT))
        await desk.log.tell(joined.model_copy(update={"by": NOBODY, "reachable": False}))
    assert await named(desk) == []
    story = (await desk.get(f"/v1/cases/{lead['id']}/timeline")).json()["data"]
    assert [line["actor_name"] for line in story if line["type"] == "escalation.joined.v1"] == ["匿名"]


async def test_what_they_were_told_for_another_reason_stays(desk: Desk) -> None:
    lead, report = await desk.submit(), await desk.submit(by={"id": HANAKO.id, "name": HANAKO.name})
    await desk.log.drain()
    await desk.log.tell(
        e.EscalationLinked(case_id=report["id"], lead=lead["id"], lead_number=lead["number"], reasons=WHY)
    )
    by = e.Actor(kind="person", id="sato")
    await desk.log.tell(e.CaseFollowed(case_id=lead["id"], by=by, follower=Person(id=HANAKO.id, name=HANAKO.name)))
    await desk.log.tell(attempt(lead["id"], Purpose.PROGRESS))
    before = await named(desk)
    await desk.client.delete(f"/v1/cases/{report['id']}/personal?reporter=true", headers=desk._headers(None, "ja"))
    await desk.log.drain()
    assert set(await named(desk)) < set(before)
    assert any(e.NotificationAttempted.type in row for row in await named(desk))
