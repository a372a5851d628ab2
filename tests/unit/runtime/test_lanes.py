"""Urgent cases go past what waits; each case keeps its order, and nothing is acknowledged before what stands ahead of it."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.router.lanes import OTHERS_AT_ONCE, ROOM, Lanes

from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.envelope import Record
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Kind, Urgency

BY = e.Actor(kind="source", id="zendesk", name="Zendesk")


def record(case: str, offset: int, urgency: Urgency | None = None, partition: int = 0) -> Record:
    """A submitted report of this urgency, or a later event of the case."""
    event: e.Event = e.CaseNoted(case_id=case, by=BY, text="x")
    if urgency:
        report = Report(kind=Kind.OUTAGE, urgency=urgency, impact=Impact.ONE, facts="髙﨑①㈱🔥")
        event = e.CaseSubmitted(case_id=case, by=BY, number=1, report=report, source="zendesk")
    body, headers = envelope.encode(event, uuid4(), datetime.now(UTC))
    return Record("tasuki.cases", partition, offset, headers, body)


async def filled(*records: Record) -> Lanes[Record]:
    """Lanes in which these wait."""
    lanes: Lanes[Record] = Lanes()
    for r in records:
        await lanes.put(r, r)
    return lanes


async def test_an_urgent_case_goes_past_all_that_waits() -> None:
    calm = [record(f"c{n}", n, Urgency.LOW) for n in range(60)]
    urgent = record("u", 60, Urgency.CRITICAL)
    lanes = await filled(*calm, urgent)
    assert await lanes.take() == [urgent]
    assert await lanes.take() == calm[:OTHERS_AT_ONCE]
    later = record("u", 61)
    await lanes.put(later, later)
    assert await lanes.take() == [later]


async def test_what_is_not_readable_goes_its_way_with_the_others() -> None:
    junk = Record("tasuki.cases", 0, 1, [("ce_type", b"case.submitted.v1"), ("ce_subject", b"x")], b"{")
    bare = Record("tasuki.cases", 0, 2, [], None)
    assert await (await filled(junk, bare)).take() == [junk, bare]


async def test_a_report_that_comes_again_does_not_go_past_its_own_case() -> None:
    first, again = record("u", 1), record("u", 2, Urgency.CRITICAL)
    assert await (await filled(first, again)).take() == [first, again]


async def test_nothing_is_acknowledged_before_what_stands_ahead_of_it() -> None:
    calm, urgent, other = record("c", 1, Urgency.LOW), record("u", 2, Urgency.CRITICAL), record("o", 9, partition=1)
    lanes = await filled(calm, urgent, other)
    assert lanes.handled(await lanes.take()) == []
    assert lanes.handled(await lanes.take()) == [calm, urgent, other]


async def test_there_is_room_again_when_something_is_taken() -> None:
    lanes = await filled(*(record(f"c{n}", n, Urgency.LOW) for n in range(ROOM)))
    late = record("late", ROOM, Urgency.LOW)
    putting = asyncio.create_task(lanes.put(late, late))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(putting), 0.05)
    await lanes.take()
    await asyncio.wait_for(putting, 5)


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([None, *Urgency]), st.integers(0, 1)), max_size=60))
def test_each_case_keeps_its_order_and_each_record_comes_once(told: list[tuple[int, Urgency | None, int]]) -> None:
    async def play() -> None:
        records = [record(f"c{case}p{part}", n, urgency, part) for n, (case, urgency, part) in enumerate(told)]
        lanes = await filled(*records)
        seen: list[Record] = []
        acknowledged: list[Record] = []
        while len(seen) < len(records):
            taken = await lanes.take()
            seen += taken
            acknowledged += lanes.handled(taken)
        assert sorted(r.offset for r in seen) == list(range(len(records)))
        for case in {dict(r.headers)["ce_subject"] for r in records}:
            offsets = [r.offset for r in seen if dict(r.headers)["ce_subject"] == case]
            assert offsets == sorted(offsets)
        for partition in (0, 1):
            offsets = [r.offset for r in acknowledged if r.partition == partition]
            assert offsets == [r.offset for r in records if r.partition == partition]

    asyncio.run(play())
