"""Records that come together share a transaction, and nobody can tell from what comes of it."""

from uuid import uuid4

from services.router import reading
from services.router.domain.climb.in_force import InForce
from services.router.handlers import handlers
from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.envelope import Record
from shared.contracts.report import Report
from shared.runtime import folds
from shared.runtime.consume import Delivery, Handling
from shared.runtime.db import Database
from tests.architecture.rules import ROOT
from tests.integration.log import T0, Hands, Opened

BY = e.Actor(kind="person", id="yamada.kyoko", name="山田 京子")


def records(*events: e.Event) -> list[Record]:
    """These events as they stand on the log."""
    found = []
    for offset, event in enumerate(events):
        body, headers = envelope.encode(event, envelope.event_id(uuid4()), T0)
        found.append(Record("tasuki.cases", 0, offset, headers, body))
    return found


def submitted(case_id: str) -> e.CaseSubmitted:
    report = Report.model_validate({"urgency": "critical", "impact": "all", "facts": "髙﨑①㈱🔥"})
    return e.CaseSubmitted(case_id=case_id, by=BY, number=1, report=report, source="t")


async def said(db: Database) -> list[tuple[str, str]]:
    """What stands in the outbox: case and type, in order."""
    async with db.reading() as tx:
        rows = await tx.fetch("SELECT topic, key, headers FROM outbox ORDER BY id")
    return [
        (r["key"], r["headers"].split('"ce_type", "')[1].split('"')[0]) for r in rows if '"ce_type"' in r["headers"]
    ]


async def test_events_of_one_case_in_one_read_see_each_other(database: Opened) -> None:
    db = await database("router")
    force = InForce(1, reading.read(ROOT / "policy"))
    handling = Handling(db, Hands(T0), "test", handlers(lambda: force))
    acknowledged = e.CaseAcknowledged(case_id="c1", by=BY, via="phone")
    await handling.consume(records(submitted("c1"), acknowledged, submitted("c2")))
    assert await said(db) == [
        ("c1", "escalation.planned.v1"),
        ("c1", "escalation.assigned.v1"),
        ("c1", "escalation.assigned.v1"),
        ("c2", "escalation.planned.v1"),
        ("c2", "escalation.assigned.v1"),
        ("c2", "escalation.assigned.v1"),
    ]
    async with db.reading() as tx:
        case = (await folds.load(tx, "c1", lock=False)).case
    assert case is not None
    assert not case.handling.awaiting, "the answer that came before the assignment was written wins"


async def test_one_that_fails_takes_nobody_with_it(database: Opened) -> None:
    db = await database("router")
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM outbox")
    handled: list[str] = []

    async def on_noted(event: e.CaseNoted, delivery: Delivery) -> None:
        if event.text == "bad":
            raise LookupError("never")
        handled.append(event.text)
        await delivery.tx.execute("INSERT INTO folds (key) VALUES ($1)", f"noted {event.text}")

    notes = [e.CaseNoted(case_id="c3", by=BY, text=text) for text in ("one", "bad", "two")]
    await Handling(db, Hands(T0), "test", {e.CaseNoted: on_noted}).consume(records(*notes))
    async with db.reading() as tx:
        kept = await tx.fetch("SELECT key FROM folds WHERE key LIKE 'noted %' ORDER BY key")
        parked = await tx.fetch("SELECT key FROM outbox WHERE topic = 'tasuki.dead-letters'")
    assert [r["key"] for r in kept] == ["noted one", "noted two"]
    assert [r["key"] for r in parked] == ["tasuki.cases/0/1@test"]
    assert handled.count("two") == 1, "what was rolled back with the bad one had not reached it yet"
