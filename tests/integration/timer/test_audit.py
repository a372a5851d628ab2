"""The auditor: an open case that no clock watches is raised, once, and a row that is not what the fold says is mended."""

import json
from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from services.timer.audit import Auditor
from services.timer.fire import Firing
from shared.contracts import events as e
from shared.contracts.vocabulary import DeadlineName, Priority
from tests.integration.log import T0, Log
from tests.integration.timer.conftest import BY, GRACE, assigned, begun, planned, submitted
from tests.unit.contracts import story
from tests.unit.contracts.story import PLAN, WHY


@pytest.fixture
def auditor(log: Log) -> Auditor:
    return Auditor(log.db, log.clock, GRACE, lambda: True)


async def audited(log: Log, auditor: Auditor, **after: float) -> list[e.DeadlineMissing]:
    """What the auditor says so long after T0."""
    log.clock.at = T0 + timedelta(**after)
    before = len(log.said)
    await auditor.report()
    await log.drain()
    return [event for event in log.said[before:] if isinstance(event, e.DeadlineMissing)]


def gauge(what: str) -> float | None:
    return REGISTRY.get_sample_value("tasuki_unattended_cases", {"what": what})


async def test_a_case_without_a_plan_is_raised_after_half_a_minute_and_once(log: Log, auditor: Auditor) -> None:
    await log.tell(submitted("c1"))
    assert await audited(log, auditor, seconds=29) == []
    (missing,) = await audited(log, auditor, seconds=31)
    assert (missing.case_id, missing.what, missing.since) == ("c1", "no-plan", T0)
    assert gauge("no-plan") == 1
    assert await audited(log, auditor, seconds=45) == []
    await log.tell(planned("c1", Priority.P1))
    await log.tell(assigned("c1"))
    assert await audited(log, auditor, seconds=60) == []
    assert gauge("no-plan") == 0


async def test_while_it_lasts_it_is_raised_every_five_minutes_under_a_new_id(log: Log, auditor: Auditor) -> None:
    await log.tell(submitted("c1"))
    said: list[tuple[str, datetime]] = []
    for minutes in range(1, 17):
        log.clock.at = T0 + timedelta(minutes=minutes)
        await auditor.report()
        async with log.db.transaction() as tx:
            rows = await tx.fetch("DELETE FROM outbox RETURNING headers")
        said += [(dict(json.loads(row["headers"]))["ce_id"], log.clock.at) for row in rows]
    assert [(at - T0) // timedelta(minutes=1) for _, at in said] == [1, 6, 11, 16]
    assert len({id_ for id_, _ in said}) == 4


async def test_a_case_whose_last_clock_has_breached_is_raised_unless_the_next_one_is_set(
    log: Log, auditor: Auditor
) -> None:
    await begun(log, "left alone")
    await begun(log, "climbs")
    log.clock.at = T0 + timedelta(minutes=6)
    await Firing(log.db, log.clock, GRACE).fire(log.clock.at)
    await log.drain()
    assert await audited(log, auditor, minutes=6) == [], "the router needs a moment"
    await log.tell(assigned("climbs", generation=2, due=T0 + timedelta(minutes=12)))
    (missing,) = await audited(log, auditor, minutes=7)
    assert (missing.case_id, missing.what) == ("left alone", "no-clock")
    await log.tell(assigned("left alone", generation=2, due=T0 + timedelta(hours=2)))
    assert await audited(log, auditor, minutes=8) == []
    assert gauge("no-clock") == 0


async def test_who_needs_no_clock_is_not_raised(log: Log, auditor: Auditor) -> None:
    """Done, waiting, no incident, handled in another case."""
    await begun(log, "done")
    await log.tell(e.CaseResolved(case_id="done", by=BY, handling="x", result="x"))
    await begun(log, "waiting")
    await log.tell(e.CasePaused(case_id="waiting", by=BY, reason="x"))
    await log.tell(submitted("no incident"))
    suppressed = PLAN.model_copy(update={"levels": (), "suppressed": WHY[0]})
    await log.tell(e.EscalationPlanned(case_id="no incident", plan=suppressed))
    await begun(log, "linked")
    await log.tell(e.EscalationLinked(case_id="linked", lead="done", lead_number=1, reasons=WHY))
    await begun(log, "linked by hand")
    await log.tell(e.CaseLinked(case_id="linked by hand", by=BY, lead="done", lead_number=1))
    for minutes in (1, 2, 90):
        assert await audited(log, auditor, minutes=minutes) == []
    async with log.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM deadlines WHERE case_id LIKE 'linked%'") == 0


async def test_a_case_that_is_split_off_and_not_asked_for_again_is_raised(log: Log, auditor: Auditor) -> None:
    await begun(log, "c1")
    await log.tell(e.CaseLinked(case_id="c1", by=BY, lead="c2", lead_number=1))
    await log.tell(e.CaseSplit(case_id="c1", by=BY, lead="c2", lead_number=1))
    assert await audited(log, auditor, seconds=1) == []
    (missing,) = await audited(log, auditor, seconds=40)
    assert missing.what == "no-clock"


async def test_a_case_that_goes_on_without_its_clocks_being_set_again_is_raised(log: Log, auditor: Auditor) -> None:
    await begun(log, "c1")
    resolution = e.DeadlineSet(name=DeadlineName.RESOLUTION, generation=1, due=T0 + timedelta(hours=4))
    await log.tell(e.EscalationRescheduled(case_id="c1", deadlines=(resolution,), reasons=()))
    await log.tell(e.CasePaused(case_id="c1", by=BY, reason="x"))
    await log.tell(e.CaseResumed(case_id="c1", by=BY))
    assert await audited(log, auditor, seconds=1) == []
    (missing,) = await audited(log, auditor, seconds=40)
    assert missing.what == "no-clock"


async def test_a_case_that_somebody_has_is_not_raised_once_its_last_clock_is_over_unless_updates_are_wanted(
    log: Log, auditor: Auditor
) -> None:
    """Seen red: raised, and so asked for again, within a minute of each acknowledgement."""
    await begun(log, "c1")
    await log.tell(e.CaseAcknowledged(case_id="c1", by=BY, via="chat"))
    asked = {"after": 1, "responders": story.assigned().responders}
    await log.tell(assigned("c1", generation=2).model_copy(update=asked))
    log.clock.at = T0 + timedelta(minutes=6)
    await Firing(log.db, log.clock, GRACE).fire(log.clock.at)
    await log.drain()
    await log.tell(e.CaseAcknowledged(case_id="c1", by=BY, via="chat"))
    for minutes in (7, 8, 90):
        assert await audited(log, auditor, minutes=minutes) == []
    updates = PLAN.model_copy(update={"next_update": "2h"})
    await log.tell(e.EscalationPlanned(case_id="c1", plan=updates))
    assert await audited(log, auditor, minutes=91) == []
    (missing,) = await audited(log, auditor, minutes=92)
    assert missing.what == "no-clock"


async def test_a_case_that_needs_a_clock_no_more_is_struck_off_when_it_is_compared(log: Log, auditor: Auditor) -> None:
    """As one that a release before has left on the list, or one whose time was over without an event."""
    await begun(log, "c1")
    await log.tell(e.CaseAcknowledged(case_id="c1", by=BY, via="chat"))
    async with log.db.transaction() as tx:
        await tx.execute("INSERT INTO open_cases (case_id, planned, since) VALUES ('c1', true, $1)", T0)
    log.clock.at = T0 + timedelta(hours=9)
    assert await auditor.compare() == 0
    assert await audited(log, auditor, hours=10) == []
    assert await audited(log, auditor, hours=11) == []


async def test_a_row_that_is_gone_is_written_again_and_one_too_many_is_removed(log: Log, auditor: Auditor) -> None:
    await begun(log, "c1")
    await begun(log, "c2")
    async with log.db.transaction() as tx:
        await tx.execute("DELETE FROM deadlines WHERE case_id = 'c1'")
        await tx.execute("UPDATE deadlines SET generation = 7, name = 'resolution' WHERE case_id = 'c2'")
    assert await auditor.compare() == 2
    assert await auditor.compare() == 0
    await Firing(log.db, log.clock, GRACE).fire(T0 + timedelta(hours=9))
    await log.drain()
    assert sorted((b.case_id, b.name, b.generation) for b in log.of(e.DeadlineBreached)) == [
        ("c1", "first_response", 1),
        ("c2", "first_response", 1),
    ]


async def test_a_breached_clock_is_not_mended_into_running_again(log: Log, auditor: Auditor) -> None:
    await begun(log, "c1")
    await Firing(log.db, log.clock, GRACE).fire(T0 + timedelta(hours=9))
    await log.drain()
    assert await auditor.compare() == 0
    await Firing(log.db, log.clock, GRACE).fire(T0 + timedelta(hours=10))
    await log.drain()
    assert len(log.of(e.DeadlineBreached)) == 1


async def test_two_auditors_say_it_once(log: Log, auditor: Auditor) -> None:
    await log.tell(submitted("c1"))
    log.clock.at = T0 + timedelta(minutes=1)
    other = Auditor(log.db, log.clock, GRACE, lambda: True)
    await auditor.report()
    await other.report()
    await log.drain()
    assert len(log.of(e.DeadlineMissing)) == 1


async def test_fifty_thousand_open_cases_cost_little(log: Log, auditor: Auditor) -> None:
    """One round asks for a fifth of them; a whole pass is well below a second of the database's time."""
    async with log.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO open_cases (case_id, planned, since) SELECT 'c' || n, true, $1 FROM generate_series(1, 50000) n",
            T0,
        )
        await tx.execute(
            "INSERT INTO deadlines (case_id, name, generation, priority, due, fire_at, traceparent)"
            " SELECT 'c' || n, 'resolution', 1, 'P3', $1, $1, '' FROM generate_series(1, 49999) n",
            T0 + timedelta(days=1),
        )
    found = [await audited(log, auditor, seconds=10 * n) for n in range(1, 12)]
    assert [missing.case_id for some in found for missing in some] == ["c50000"]
