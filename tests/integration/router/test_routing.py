"""The router on its real database: what it says to each event, once each."""

from datetime import timedelta

from prometheus_client import REGISTRY

from services.router import open_cases
from shared.contracts import canary
from shared.contracts import events as e
from shared.contracts.report import Report
from tests.integration.log import Log
from tests.unit.router.desk import actor, person

BY = actor("manager")


def submitted(case_id: str, **report: object) -> e.CaseSubmitted:
    fields = {"urgency": "critical", "impact": "one", "facts": "決済が全店舗で失敗する 髙﨑①㈱🔥", **report}
    return e.CaseSubmitted(case_id=case_id, by=BY, number=1, report=Report.model_validate(fields), source="t")


def breach_of(assigned: e.EscalationAssigned) -> e.DeadlineBreached:
    d = assigned.deadlines[0]
    return e.DeadlineBreached(case_id=assigned.case_id, name=d.name, generation=d.generation, due=d.due, late_ms=1)


async def test_a_case_is_planned_and_assigned_once_however_often_it_is_read(log: Log) -> None:
    for _ in range(3):
        await log.tell(submitted("c1"), id_="the same record")
    assert [type(x) for x in log.said] == [e.EscalationPlanned, e.EscalationAssigned]


async def test_both_tracks_are_asked_each_by_an_event_of_its_own(log: Log) -> None:
    await log.tell(submitted("c1b", impact="all"))
    assert [x.track for x in log.of(e.EscalationAssigned)] == ["handling", "authority"]


async def test_a_second_submission_of_the_same_case_changes_nothing(log: Log) -> None:
    await log.tell(submitted("c2"))
    assert await log.tell(submitted("c2", urgency="low", impact="one")) == []


async def test_a_beginning_that_comes_after_what_followed_is_planned_all_the_same(log: Log) -> None:
    assert await log.tell(e.CaseNoted(case_id="c2b", by=BY, text="まだですか", internal=True)) == []
    assert await log.tell(e.DeadlineMissing(case_id="c2b", since=log.clock.at, what="no-plan")) == []
    said = await log.tell(submitted("c2b"))
    assert [type(x) for x in said] == [e.EscalationPlanned, e.EscalationAssigned]


async def test_a_breach_climbs_once_and_an_old_breach_means_nothing(log: Log) -> None:
    await log.tell(submitted("c3"))
    (first,) = log.of(e.EscalationAssigned)
    (second,) = await log.tell(breach_of(first))
    assert isinstance(second, e.EscalationAssigned)
    assert [r.person.id for r in second.responders] == ["leader"]
    assert await log.tell(breach_of(first)) == []


async def test_a_clock_of_this_machine_that_is_behind_sets_no_next_clock_into_the_past(log: Log) -> None:
    """Seen red: all levels of a P1 were run through at once, and the catch-all was rung without end."""
    await log.tell(submitted("c3b", impact="all"))
    first = log.of(e.EscalationAssigned)[0]
    breached = first.deadlines[0].due
    log.clock.at = breached - timedelta(minutes=6)
    await log.tell(breach_of(first), at=breached)
    second = log.of(e.EscalationAssigned)[-1]
    assert (second.cause, second.deadlines[0].due) == ("breached", breached + timedelta(minutes=5))
    log.clock.at = breached + timedelta(minutes=7)
    await log.tell(breach_of(second), at=breached + timedelta(minutes=5))
    third = log.of(e.EscalationAssigned)[-1]
    assert third.round > second.round
    assert third.deadlines[0].due == log.clock.at + timedelta(minutes=5), "who reads late gives the whole time"


async def test_an_acknowledgement_ahead_of_the_breach_wins(log: Log) -> None:
    await log.tell(submitted("c4"))
    (first,) = log.of(e.EscalationAssigned)
    await log.tell(e.CaseAcknowledged(case_id="c4", by=BY, via="phone"))
    assert await log.tell(breach_of(first)) == []


async def test_a_resolved_case_is_left_alone_until_it_is_reopened(log: Log) -> None:
    await log.tell(submitted("c5"))
    (first,) = log.of(e.EscalationAssigned)
    await log.tell(e.CaseResolved(case_id="c5", by=BY, handling="直した", result="直った"))
    assert await log.tell(breach_of(first)) == []
    (again,) = await log.tell(e.CaseReopened(case_id="c5", by=BY, reason="再発"))
    assert isinstance(again, e.EscalationAssigned)
    assert again.round == 2


async def test_a_new_owner_is_asked(log: Log) -> None:
    await log.tell(submitted("c6"))
    (asked,) = await log.tell(e.CaseReassigned(case_id="c6", by=BY, to=person("leader")))
    assert isinstance(asked, e.EscalationAssigned)
    assert [r.person for r in asked.responders] == [person("leader")]


async def test_how_long_the_oldest_case_waits_for_an_answer_is_known(log: Log) -> None:
    flown = submitted("w6", impact="all", product=canary.PRODUCT).model_copy(update={"source": canary.SOURCE})
    await log.tell(flown)
    log.clock.at += timedelta(minutes=9)
    await log.tell(submitted("c6"))
    log.clock.at += timedelta(minutes=90)
    await open_cases.measure(log.db, log.clock)
    waited = [REGISTRY.get_sample_value("tasuki_unacknowledged_oldest_seconds", {"load": str(n)}) for n in (1, 2)]
    assert waited == [5400, 0]
    await log.tell(e.CaseAcknowledged(case_id="c6", by=BY, via="phone"))
    await open_cases.measure(log.db, log.clock)
    assert REGISTRY.get_sample_value("tasuki_unacknowledged_oldest_seconds", {"load": "1"}) == 0
