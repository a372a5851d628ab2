"""Many customers at once: one case is handled, the other reports are linked to it, and nobody is called for each."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.router import open_cases
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.schedule import Part
from shared.contracts import drill
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import Urgency
from shared.runtime import folds
from shared.runtime.consume import Delivery
from tests.integration.log import Log
from tests.integration.router.conftest import Office
from tests.integration.router.test_routing import submitted
from tests.unit.router.desk import actor, in_force

WHY = {"ja": "同じ障害の報告が続いています", "en": "many at once"}
RULES: list[dict[str, Any]] = [
    {
        "id": "many",
        "when": [{"kind": ["outage"], "similar": {"count": 3, "within": "10m"}}],
        "then": {"at_least": "P1", "gather": True},
        "reason": WHY,
    },
    {
        "id": "threat",
        "when": [{"words": ["殺す"]}],
        "then": {"add": [{"role": "leader", "path": "hierarchical"}]},
        "reason": WHY,
    },
]
WAITING = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
SAME: dict[str, Any] = {"kind": "outage", "urgency": "medium", "impact": "one", "facts": "レジでカード決済ができません"}


@pytest.fixture
def office() -> Office:
    found: InForce = in_force(rules=RULES)
    return Office(found)


async def case(log: Log, id_: str) -> Case:
    async with log.db.reading() as tx:
        found = (await folds.load(tx, id_, lock=False)).case
    assert found is not None
    return found


async def test_the_third_report_leads_and_the_others_join_it(log: Log) -> None:
    for id_ in ("g1", "g2", "g3", "g4"):
        await log.tell(submitted(id_, **SAME))
    assert [(await case(log, id_)).linked for id_ in ("g1", "g2", "g3", "g4")] == ["g3", "g3", "", "g3"]
    lead = await case(log, "g3")
    assert [j.case_id for j in lead.joined] == ["g1", "g2", "g4"]
    assert lead.plan is not None
    assert lead.plan.priority == "P1"
    asked = [x.case_id for x in log.of(e.EscalationAssigned)]
    assert asked == ["g1", "g2", "g3", "g3"]  # the first two before anybody could know, the third on both tracks
    assert [(await case(log, id_)).running() for id_ in ("g1", "g2", "g4")] == [[], [], []]


async def test_a_report_of_something_else_and_one_with_a_threat_are_handled_for_themselves(log: Log) -> None:
    for id_ in ("h1", "h2", "h3"):
        await log.tell(submitted(id_, **SAME))
    await log.tell(submitted("h4", **{**SAME, "facts": "領収書の宛名を変更したいとのこと"}))
    await log.tell(submitted("h5", **{**SAME, "facts": "レジでカード決済ができません。殺すと言われました"}))
    assert [(await case(log, id_)).linked for id_ in ("h4", "h5")] == ["", ""]
    assert (await case(log, "h5")).authority.told[-1:] == ("leader",)


async def test_a_threat_that_came_before_the_others_is_not_taken_back_when_they_are_gathered(log: Log) -> None:
    await log.tell(submitted("m1", **{**SAME, "facts": "レジでカード決済ができません。殺すと言われました"}))
    for id_ in ("m2", "m3"):
        await log.tell(submitted(id_, **SAME))
    assert [(await case(log, id_)).linked for id_ in ("m1", "m2", "m3")] == ["", "m3", ""]
    assert [j.case_id for j in (await case(log, "m3")).joined] == ["m2"]
    assert (await case(log, "m1")).authority.awaiting


async def test_what_only_some_may_read_is_gathered_with_nothing_else_and_does_not_part_the_others(log: Log) -> None:
    for id_, leaked in (("n1", True), ("n2", False), ("n3", False), ("n4", True), ("n5", False)):
        log.clock.at += timedelta(seconds=1)
        await log.tell(submitted(id_, **SAME, personal_data=leaked))
    linked = [(await case(log, id_)).linked for id_ in ("n1", "n2", "n3", "n4", "n5")]
    assert linked == ["n4", "n3", "", "", "n3"]


async def test_two_replicas_that_see_enough_reports_at_the_same_time_make_one_case_of_them(log: Log) -> None:
    for id_ in ("o1", "o2"):
        await log.tell(submitted(id_, **SAME))
    async with asyncio.timeout(30):
        async with log.db.transaction() as tx:
            delivery = Delivery(tx, uuid4(), log.clock.at, log.clock.at, "tasuki.cases", 0, 0)
            await log.handlers[e.CaseSubmitted](submitted("o3", **SAME), delivery)
            second = asyncio.create_task(log.read(submitted("o4", **SAME)))
            while not await tx.fetchval(WAITING):
                assert not second.done()
        await second
    await log.drain()
    assert [(await case(log, id_)).linked for id_ in ("o1", "o2", "o3", "o4")] == ["o3", "o3", "", "o3"]


async def test_a_report_that_was_gathered_waits_for_nobody_and_is_handed_over_to_nobody(log: Log) -> None:
    for id_ in ("g1", "g2", "g3"):
        await log.tell(submitted(id_, **SAME))
    async with log.db.reading() as tx:
        rows = await tx.fetch("SELECT awaiting, lead FROM open_cases ORDER BY case_id")
        assert [tuple(row) for row in rows] == [(False, "g3"), (False, "g3"), (True, "")]
        assert await open_cases.of_part(tx, Part(schedule="line"), False, 9) == []
        assert await open_cases.of_part(tx, Part(schedule="line"), True, 9) == ["g3"]


async def test_a_report_that_somebody_has_taken_stays_theirs(log: Log) -> None:
    await log.tell(submitted("i1", **SAME))
    await log.tell(e.CaseAcknowledged(case_id="i1", by=actor("sato"), via="chat"))
    for id_ in ("i2", "i3"):
        await log.tell(submitted(id_, **SAME))
    assert [(await case(log, id_)).linked for id_ in ("i1", "i2", "i3")] == ["", "i3", ""]


async def test_after_the_outage_is_over_the_next_report_begins_anew(log: Log) -> None:
    for id_ in ("j1", "j2", "j3"):
        await log.tell(submitted(id_, **SAME))
        by = actor("sato")
    for id_ in ("j1", "j2", "j3"):
        await log.tell(e.CaseResolved(case_id=id_, by=by, handling="直した", result="直った"))
    await log.tell(submitted("j4", **SAME))
    assert (await case(log, "j4")).linked == ""
    assert (await case(log, "j4")).awaiting


async def test_a_drill_is_like_nothing_else_and_is_asked_in_its_own_team(log: Log) -> None:
    for id_ in ("k1", "k2"):
        await log.tell(submitted(id_, **SAME))
    exercise = submitted("k3", **SAME).model_copy(update={"source": drill.SOURCE, "drilled": "support"})
    await log.tell(exercise)
    told = await case(log, "k3")
    assert (told.linked, told.joined, told.awaiting) == ("", (), True)
    assert told.plan is not None
    assert (told.plan.team, told.plan.gather) == ("support", False)
    await log.tell(submitted("k4", **SAME))
    lead = await case(log, "k4")
    assert sorted(j.case_id for j in lead.joined) == ["k1", "k2"]
    async with log.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM open_cases WHERE case_id = 'k3'") == 0
    await log.tell(e.CaseResolved(case_id="k3", by=actor("sato"), handling="x", result="y"))
    async with log.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM archived_cases WHERE case_id = 'k3'") == 0


@pytest.mark.parametrize("urgency", [Urgency.HIGH, Urgency.LOW])
async def test_seeing_the_leading_case_as_more_urgent_or_less_leaves_it_leading(log: Log, urgency: Urgency) -> None:
    """Seen red: planned without the similar reports it became a P3, and the next report a second leading case."""
    for id_ in ("p1", "p2", "p3"):
        await log.tell(submitted(id_, **SAME))
    said = await log.tell(e.CaseReassessed(case_id="p3", by=actor("sato"), urgency=urgency))
    assert [x for x in said if isinstance(x, e.EscalationAssigned)] == []
    lead = await case(log, "p3")
    assert lead.plan is not None
    assert (lead.plan.priority, lead.plan.gather, lead.authority.awaiting) == ("P1", True, True)
    await log.tell(submitted("p4", **SAME))
    assert (await case(log, "p4")).linked == "p3"


async def test_a_linked_report_that_is_seen_as_more_urgent_stands_for_itself_and_gathers_nothing(log: Log) -> None:
    for id_ in ("q1", "q2", "q3", "q4"):
        await log.tell(submitted(id_, **SAME))
    await log.tell(e.CaseReassessed(case_id="q4", by=actor("sato"), urgency=Urgency.HIGH))
    alone = await case(log, "q4")
    assert alone.plan is not None
    assert (alone.linked, alone.plan.priority, alone.plan.gather) == ("", "P3", False)
    await log.tell(submitted("q5", **SAME))
    assert (await case(log, "q5")).linked == "q3"
