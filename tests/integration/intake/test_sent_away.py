"""A sender whose proof no longer fits: its owner hears of it, and not of what anybody may send beside one that works."""

from datetime import timedelta

from services.intake import erasing
from services.intake.domain.retention import Spans
from shared.contracts.events import SourceTroubled
from tests.integration.intake.desk import Desk
from tests.integration.log import T0


async def troubles(desk: Desk) -> list[SourceTroubled]:
    await desk.log.drain()
    return desk.log.of(SourceTroubled)


async def test_the_owner_hears_once_a_day_that_a_sender_is_sent_away(desk: Desk) -> None:
    old = (await desk.set_up("m", owner="team:payments"))["secret"]
    await desk.post("/v1/sources/m/secrets", {})
    desk.clock.at += timedelta(hours=24) - timedelta(minutes=1)
    assert (await desk.alert("m", old)).status_code == 202
    for minutes in (5, 4):
        desk.clock.at += timedelta(minutes=minutes)
        assert (await desk.alert("m", old)).status_code == 401
    assert await troubles(desk) == []
    for _ in range(5):
        desk.clock.at += timedelta(minutes=3)
        assert (await desk.alert("m", old)).status_code == 401
    (told,) = await troubles(desk)
    assert (told.source, told.owner, told.refused) == ("m", "team:payments", True)
    desk.clock.at += timedelta(hours=24)
    await desk.alert("m", old)
    assert len(await troubles(desk)) == 2


async def test_the_owner_of_a_sender_that_reports_seldom_hears_too(desk: Desk) -> None:
    old = (await desk.set_up("m", owner="team:payments"))["secret"]
    assert [(await desk.alert("m", old)).status_code, (await desk.alert("m", old, {})).status_code] == [202, 202]
    await desk.post("/v1/sources/m/secrets", {})
    before = len(await troubles(desk))
    for days, heard in ((40, 1), (9, 2)):
        desk.clock.at += timedelta(days=days)
        async with desk.db.transaction() as tx:
            await erasing.forget_deliveries(tx, Spans(), desk.clock.at)
            kept = await tx.fetch("SELECT delivery_id, body, sealed, why FROM deliveries")
        assert [tuple(row) for row in kept] == [("", b"", False, None)]
        for _ in range(2):
            desk.clock.at += timedelta(minutes=11)
            assert (await desk.alert("m", old)).status_code == 401
        told = (await troubles(desk))[before:]
        assert [one.refused for one in told] == [True] * heard


async def test_what_is_forged_beside_a_sender_that_works_tells_nobody(desk: Desk) -> None:
    secret = (await desk.set_up("m"))["secret"]
    for n in range(8):
        desk.clock.at += timedelta(minutes=6)
        alert = {"status": "firing", "labels": {"alertname": "m"}, "startsAt": T0.isoformat(), "fingerprint": f"f{n}"}
        body = {"version": "4", "groupKey": f"g{n}", "status": "firing", "alerts": [alert]}
        assert [(await desk.alert("m", s, body)).status_code for s in ("forged", secret)] == [401, 202]
    await desk.set_up("never-believed")
    for _ in range(3):
        desk.clock.at += timedelta(minutes=20)
        await desk.alert("never-believed", "forged")
    assert await troubles(desk) == []
