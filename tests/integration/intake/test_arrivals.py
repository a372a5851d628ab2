"""What waits for its turn: on disk before it is answered, once, in order, and never in nobody's sight."""

import json
from typing import Any

import pytest

from services.intake import arrivals, catching_up
from services.intake.gate import Limits
from shared.contracts import events as e
from tests.integration.intake import desk as desks
from tests.integration.intake.desk import Desk
from tests.integration.intake.test_receiving import caught_up, limited


def ticket(**more: Any) -> bytes:
    """A ticket that is not urgent."""
    return desks.ticket(**{"priority": "normal", "impact": "one", **more})


@pytest.fixture(autouse=True)
def crowded(desk: Desk) -> None:
    """Whatever is not urgent waits."""
    limited(desk, easy=0)


async def test_a_repeat_of_what_waits_waits_no_second_time_and_gets_its_outcome_later(desk: Desk) -> None:
    first, again = [await desk.zendesk(ticket(), "inv-1") for _ in range(2)]
    assert (first.json(), again.json()) == ({"verdict": "waiting", "case_id": None, "number": None},) * 2
    assert await desk.count("arrivals") == 1
    assert await caught_up(desk) == 1
    later = await desk.zendesk(ticket(), "inv-1")
    assert later.json()["verdict"] == "opened"
    assert later.headers["location"] == f"/v1/cases/{later.json()['case_id']}"
    assert await desk.said() == ["case.submitted.v1"]


async def test_an_urgent_report_waits_for_nobody(desk: Desk) -> None:
    await desk.zendesk(ticket(ticket_id="1"), "inv-1")
    urgent = await desk.zendesk(ticket(ticket_id="2", priority="Urgent", impact="all"), "inv-2")
    assert urgent.json()["verdict"] == "opened"
    assert (await desk.count("arrivals"), await desk.count("cases")) == (1, 1)


async def test_what_comes_later_from_a_source_never_overtakes_what_waits(desk: Desk) -> None:
    await desk.zendesk(ticket(ticket_id="1"), "inv-1")
    desk.door.limits = Limits()
    desk.door.__post_init__()  # a replica that has not looked, and has all hands free
    solved = await desk.zendesk(ticket(ticket_id="1", status="solved"), "inv-2")
    assert solved.json()["verdict"] == "waiting"
    assert await caught_up(desk) == 2
    assert await desk.said() == ["case.submitted.v1", "case.resolved.v1"]
    assert (await desk.zendesk(ticket(ticket_id="3"), "inv-3")).json()["verdict"] == "opened"


@pytest.mark.security
async def test_the_secret_is_not_kept_and_what_is_kept_is_sealed(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    body = {"version": "4", "groupKey": "g", "status": "firing", "alerts": [{"labels": {"alertname": secret}}]}
    assert (await desk.alert("m", secret, body)).json()["verdict"] == "waiting"
    async with desk.db.transaction() as tx:
        found = await arrivals.next_ones(tx, 10)
        assert found
        assert b"firing" not in found[0].sealed
        given = await arrivals.opened(tx, found[0])
    assert secret not in given.raw.decode() + json.dumps(dict(given.headers))


async def test_a_source_that_is_gone_leaves_its_delivery_to_be_looked_at(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    await desk.alert("m", secret)
    async with desk.db.transaction() as tx:
        await tx.execute("DELETE FROM source_secrets")
        await tx.execute("DELETE FROM sources")
    desk.door.sources.forget()
    assert await caught_up(desk) == 1
    (kept,) = (await desk.get("/v1/quarantine")).json()["data"]
    assert (kept["source"], "送信元" in kept["reason"]) == ("m", True)


async def test_one_that_cannot_be_taken_holds_nobody_up(desk: Desk) -> None:
    for n in range(3):
        await desk.zendesk(ticket(ticket_id=str(n)), f"inv-{n}")
    async with desk.db.transaction() as tx:
        # The database itself refuses the one, as a defect of ours would.
        await tx.execute(
            "ALTER TABLE deliveries ADD CONSTRAINT defect CHECK (delivery_id <> 'inv-0' OR verdict = 'quarantined')"
        )
    catching = catching_up.CatchingUp(desk.db, desk.door.sources, desk.door.queue)
    try:
        for _ in range(10):
            await catching.once()
    finally:
        async with desk.db.transaction() as tx:
            await tx.execute("ALTER TABLE deliveries DROP CONSTRAINT defect")
    assert (await desk.count("cases"), await desk.count("arrivals")) == (2, 0)
    (kept,) = (await desk.get("/v1/quarantine")).json()["data"]
    assert (kept["delivery_id"], json.loads(kept["body"])["ticket_id"]) == ("inv-0", "0")
    assert (await desk.zendesk(ticket(ticket_id="0"), "inv-0")).json()["verdict"] == "quarantined"


async def test_what_is_killed_while_it_is_taken_is_taken_once(desk: Desk) -> None:
    await desk.zendesk(ticket(), "inv-1")
    catching = catching_up.CatchingUp(desk.db, desk.door.sources, desk.door.queue)

    async def killed() -> None:
        async with desk.db.transaction() as tx:
            assert await catching.take_in(tx, 1)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await killed()
    assert (await desk.count("arrivals"), await desk.count("cases")) == (1, 0)
    assert await caught_up(desk) == 1
    await desk.log.drain()
    assert len(desk.log.of(e.CaseSubmitted)) == 1


async def test_one_process_at_a_time_takes_what_waits(desk: Desk) -> None:
    await desk.zendesk(ticket(), "inv-1")
    async with desk.db.transaction() as ours:
        assert await arrivals.next_ones(ours, 1)
        async with desk.db.transaction() as theirs:
            none: Any = await arrivals.next_ones(theirs, 1)
    assert none is None
