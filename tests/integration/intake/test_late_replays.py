"""What was set aside and is over by the time that somebody takes it in wakes nobody."""

import json
from datetime import timedelta

import pytest

from services.intake import erasing
from services.intake.domain.retention import Spans
from tests.integration.intake.desk import Desk
from tests.integration.log import T0


def told(transition: str, **more: str) -> dict[str, str]:
    return {"id": transition, "alert_cycle_key": "cycle-1", "transition": transition, "title": "止まった", **more}


@pytest.mark.parametrize(("days", "times"), [(1, {}), (8, {"date": T0.isoformat()})], ids=["untimed", "old"])
async def test_a_beginning_that_is_taken_in_after_its_end_opens_no_case(
    desk: Desk, days: int, times: dict[str, str]
) -> None:
    """What names no time would else have begun when somebody pressed, and of what is older nobody knew the end any more."""
    secret = (await desk.set_up("m", "datadog"))["secret"]
    assert (await desk.alert("m", secret, {"id": "unreadable"})).json()["verdict"] == "quarantined"
    (kept,) = (await desk.get("/v1/quarantine")).json()["data"]
    desk.clock.at += timedelta(hours=1)
    assert (await desk.alert("m", secret, told("Recovered"))).json()["verdict"] == "ignored"
    desk.clock.at += timedelta(days=days)
    async with desk.db.transaction() as tx:
        await erasing.forget_deliveries(tx, Spans(), desk.clock.at)
        # as if a newer version understood it
        await tx.execute(
            "UPDATE quarantine SET body = $1, sealed = false", json.dumps(told("Triggered", **times)).encode()
        )
    replayed = await desk.post(f"/v1/quarantine/{kept['id']}/replay")
    assert (replayed.status_code, replayed.json()["verdict"]) == (202, "ignored")
    assert "case.submitted.v1" not in await desk.said()
