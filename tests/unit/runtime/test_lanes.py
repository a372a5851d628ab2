"""Urgent cases go past what waits; each case keeps its order, and nothing is acknowledged before what stands ahead of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.envelope import Record
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Kind, Urgency
from shared.runtime.clock import monotonic
from shared.runtime.lanes import AFTER_SECONDS, ROOM, URGENT, Aside, Lanes

BY = e.Actor(kind="source", id="zendesk", name="Zendesk")


def record(case: str, offset: int, urgency: Urgency | None = None, partition: int = 0) -> Record:
    """A submitted report of this urgency, or a later event of the case."""
    event: e.Event = e.CaseNoted(case_id=case, by=BY, text="x")
    if urgency:
        report = Report(kind=Kind.OUTAGE, urgency=urgency, impact=Impact.ONE, facts="髙﨑①㈱🔥")
        event = e.CaseSubmitted(case_id=case, by=BY, number=1, report=report, source="zendesk")
    body, headers = envelope.encode(event, uuid4(), datetime.now(UTC))
    return Record("tasuki.cases", partition, offset, headers, body)


class Hands:
    """A consumer whose work on each record ends when the test says so."""

    def __init__(self, linger: float = 0.0) -> None:
        self.lanes: Lanes[Record] = Lanes(linger)
        self.begun: list[Record] = []
        self.over: list[Record] = []
        self._held: dict[int, asyncio.Event] = {}
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Let the lanes run meanwhile."""
        task = asyncio.create_task(self.lanes.run(self._consume, self.over.extend))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _consume(self, records: Sequence[Record], aside: Aside) -> None:
        for r in records:
            async with self._changed:
                self.begun.append(r)
                self._changed.notify_all()
            if r.offset in self._held:
                await self._held[r.offset].wait()
            await aside()

    async def put(self, *records: Record) -> None:
        for r in records:
            await self.lanes.put(r, r)

    def hold(self, *records: Record) -> None:
        """Keep the work on these from ending until they are released."""
        self._held |= {r.offset: asyncio.Event() for r in records}

    def release(self, r: Record) -> None:
        """Let the work on one end."""
        self._held[r.offset].set()

    async def until_begun(self, r: Record) -> None:
        """Wait until the work on one has begun."""
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: r in self.begun)

    async def until_idle(self) -> None:
        """Wait until nothing waits or is under way."""
        async with asyncio.timeout(5):
            while self.lanes.count:
                await asyncio.sleep(0)


async def test_an_urgent_case_is_handled_while_the_others_are_under_way() -> None:
    hands = Hands()
    calm = [record(f"c{n}", n, Urgency.LOW) for n in range(60)]
    urgent, later = record("u", 60, Urgency.CRITICAL), record("u", 61)
    hands.hold(calm[0])
    await hands.put(*calm)
    async with hands.working():
        await hands.until_begun(calm[0])
        await hands.put(urgent, later)
        await hands.until_begun(later)
        assert [r.offset for r in hands.begun if r.offset < 60] == [0]
        assert [r.offset for r in hands.begun if r.offset >= 60] == [60, 61]
        assert hands.over == []  # nothing is given back before what stands ahead of it
        hands.release(calm[0])
        await hands.until_idle()
    assert hands.over == [*calm, urgent, later]


async def test_the_others_do_not_begin_while_an_urgent_case_is_under_way_or_just_over_but_in_the_end_they_do() -> None:
    hands = Hands()
    urgent, calm = record("u", 0, Urgency.CRITICAL), record("c", 1, Urgency.LOW)
    await hands.put(urgent, calm)
    started = monotonic()
    async with hands.working():
        await hands.until_begun(calm)
        assert hands.begun == [urgent, calm]
        assert monotonic() - started >= AFTER_SECONDS
        await hands.until_idle()


async def test_urgent_cases_do_not_wait_for_each_other() -> None:
    hands = Hands()
    many = [record(f"u{n}", n, Urgency.CRITICAL) for n in range(12)]
    hands.hold(many[0])
    async with hands.working():
        await hands.put(*many)
        await hands.until_begun(many[0])
        shared = [m for m in many if lane_of(m) == lane_of(many[0])]
        for one in many:
            if one not in shared:
                await hands.until_begun(one)
        hands.release(many[0])
        await hands.until_idle()
    assert 0 < len(shared) < len(many)


async def test_the_others_step_aside_while_an_urgent_case_is_under_way_but_not_for_long() -> None:
    hands = Hands()
    urgent, calm = record("u", 0, Urgency.CRITICAL), [record(f"c{n}", n, Urgency.LOW) for n in (1, 2)]
    hands.hold(urgent)
    async with hands.working():
        await hands.put(urgent, *calm)
        await hands.until_begun(calm[0])
        await hands.until_begun(calm[1])  # although the urgent one never ends: it may wait for a row of theirs
        hands.release(urgent)
        await hands.until_idle()


async def test_what_is_not_readable_goes_its_way_with_the_others() -> None:
    hands = Hands()
    junk = Record("tasuki.cases", 0, 1, [("ce_type", b"case.submitted.v1"), ("ce_subject", b"x")], b"{")
    bare = Record("tasuki.cases", 0, 2, [], None)
    async with hands.working():
        await hands.put(junk, bare)
        await hands.until_idle()
    assert hands.begun == hands.over == [junk, bare]


async def test_a_record_says_by_itself_whether_its_case_is_urgent() -> None:
    hands = Hands()
    urgent, calm = record("u", 1, Urgency.CRITICAL), record("c", 2, Urgency.LOW)
    of_old = record("o", 3, Urgency.CRITICAL)
    sealed = [replace(r, body=b"\xff") for r in (urgent, calm)]
    untold = replace(of_old, headers=[h for h in of_old.headers if h[0] != "ce_urgent"])
    later = replace(record("l", 4), headers=[*record("l", 4).headers, ("ce_urgent", b"true")])
    hands.hold(sealed[1])
    await hands.put(sealed[1], sealed[0], untold, later)
    async with hands.working():
        for r in (sealed[0], untold, later):
            await hands.until_begun(r)
        assert hands.over == []
        hands.release(sealed[1])
        await hands.until_idle()


async def test_a_report_that_comes_again_does_not_go_past_its_own_case() -> None:
    hands = Hands()
    first, again = record("u", 1), record("u", 2, Urgency.CRITICAL)
    hands.hold(first)
    async with hands.working():
        await hands.put(first)
        await hands.until_begun(first)
        await hands.put(again)
        hands.release(first)
        await hands.until_idle()
    assert hands.begun == [first, again]


async def test_what_somebody_else_reads_from_now_on_is_forgotten_and_never_given_back() -> None:
    hands = Hands()
    calm = [record(f"c{n}", n, Urgency.LOW, partition=n % 2) for n in range(6)]
    hands.hold(calm[0])
    async with hands.working():
        await hands.put(calm[0])
        await hands.until_begun(calm[0])
        await hands.put(*calm[1:])
        hands.lanes.drop({("tasuki.cases", 0)})
        hands.release(calm[0])
        await hands.until_idle()
    assert hands.begun == [calm[0], calm[1], calm[3], calm[5]]
    assert hands.over == [calm[1], calm[3], calm[5]]


async def test_there_is_room_again_when_something_is_over() -> None:
    hands = Hands()
    await hands.put(*(record(f"c{n}", n, Urgency.LOW) for n in range(ROOM)))
    late = record("late", ROOM, Urgency.LOW)
    putting = asyncio.create_task(hands.put(late))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(putting), 0.05)
    async with hands.working():
        await asyncio.wait_for(putting, 5)
        await hands.until_idle()
    assert hands.over[-1] == late


async def test_what_waited_for_room_is_left_when_its_log_was_dropped_meanwhile() -> None:
    """Else it would go past what stood before it and was dropped, which is read again."""
    lanes: Lanes[Record] = Lanes()
    ours = {("tasuki.cases", 0)}
    for number in range(ROOM):
        await lanes.put(one := record(f"c{number}", number, Urgency.LOW), one)
    late = record("late", ROOM, Urgency.LOW)
    putting = asyncio.create_task(lanes.put(late, late, lambda: bool(ours)))
    await asyncio.sleep(0)
    lanes.drop({ours.pop()})
    await asyncio.wait_for(putting, 5)
    assert lanes.count == 0


async def test_a_failure_ends_the_work_and_gives_nothing_back() -> None:
    async def broken(records: Sequence[Record], aside: Aside) -> None:
        raise LookupError("no")

    hands = Hands()
    await hands.put(record("c", 1, Urgency.LOW))
    with pytest.raises(LookupError):
        await hands.lanes.run(broken, hands.over.extend)
    assert hands.over == []


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([None, *Urgency]), st.integers(0, 1)), max_size=60))
def test_each_case_keeps_its_order_and_each_record_comes_once(told: list[tuple[int, Urgency | None, int]]) -> None:
    async def play() -> None:
        hands = Hands()
        records = [record(f"c{case}p{part}", n, urgency, part) for n, (case, urgency, part) in enumerate(told)]
        async with hands.working():
            for r in records:
                await hands.put(r)
                if r.offset % 3:
                    await asyncio.sleep(0)
            await hands.until_idle()
        assert sorted(r.offset for r in hands.begun) == list(range(len(records)))
        for case in {dict(r.headers)["ce_subject"] for r in records}:
            offsets = [r.offset for r in hands.begun if dict(r.headers)["ce_subject"] == case]
            assert offsets == sorted(offsets)
        for partition in (0, 1):
            offsets = [r.offset for r in hands.over if r.partition == partition]
            assert offsets == [r.offset for r in records if r.partition == partition]

    asyncio.run(play())


def lane_of(r: Record) -> int:
    """The lane of an urgent case."""
    return crc32(dict(r.headers)["ce_subject"]) % len(URGENT)
