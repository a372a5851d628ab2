"""Turns at the front door: a few at a time, an urgent report at once, and a crowd that stands back for it once."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from services.intake.turns import AFTER_SECONDS, AT_ONCE, Turns
from shared.contracts.vocabulary import Kind, Urgency
from tests.unit.contracts import story

URGENT = story.submitted().report
QUIET = URGENT.model_copy(update={"urgency": Urgency.MEDIUM, "kind": Kind.OTHER, "personal_data": False})


class Watch:
    """A clock that stands still but for the pauses, which it writes down."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


async def taken(turns: Turns, watch: Watch) -> list[float]:
    """The pauses of one report that comes while all turns are taken, until it is inside."""
    async with AsyncExitStack() as inside:
        for _ in range(AT_ONCE):
            await inside.enter_async_context(turns.turn(QUIET))
        one = turns.turn(QUIET)
        entering = asyncio.ensure_future(one.__aenter__())
        await asyncio.sleep(0)
        assert not entering.done(), "it goes past those who came before it"
        async with turns.turn(URGENT):
            assert not entering.done()
        watch.pauses.clear()
        await inside.aclose()
        await entering
        await one.__aexit__(None, None, None)
    return watch.pauses


def turns_of(watch: Watch) -> Turns:
    return Turns(watch.monotonic, watch.pause)


async def test_whoever_waited_in_a_crowd_stands_back_once_for_what_follows_of_an_urgent_report() -> None:
    watch = Watch()
    assert await taken(turns_of(watch), watch) == [pytest.approx(AFTER_SECONDS)]


async def test_nobody_stands_back_where_there_is_room() -> None:
    watch = Watch()
    turns = turns_of(watch)
    async with turns.turn(URGENT), turns.turn(QUIET):
        pass
    async with turns.turn(QUIET):
        pass
    assert watch.pauses == []


async def test_what_followed_long_ago_holds_nobody_up() -> None:
    watch = Watch()
    turns = turns_of(watch)
    async with turns.turn(URGENT):
        pass
    watch.now += AFTER_SECONDS
    async with AsyncExitStack() as inside:
        for _ in range(AT_ONCE):
            await inside.enter_async_context(turns.turn(QUIET))
        one = asyncio.ensure_future(turns.turn(QUIET).__aenter__())
        await asyncio.sleep(0)
        await inside.aclose()
        await one
    assert watch.pauses == []


async def test_a_report_that_fails_gives_its_turn_back() -> None:
    watch = Watch()
    turns = turns_of(watch)
    for _ in range(AT_ONCE * 2):
        try:
            async with turns.turn(QUIET):
                raise RuntimeError
        except RuntimeError:
            pass
    async with turns.turn(QUIET):
        pass
