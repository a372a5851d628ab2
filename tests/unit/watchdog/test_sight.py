"""The watchdog is never blind: neither a clock that steps nor restarts without end keep it from barking, or let it say that all is well."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.clock import Wall
from shared.runtime.settings import Secret
from tests.unit.watchdog.test_decisions import NEW, NOW, RHYTHM, STEPS, at, judged, lived, refused, sent
from watchdog import decisions as d
from watchdog import memory, rounds
from watchdog.decisions import Alarm, Canary, Watched
from watchdog.settings import Settings


def restarted(w: Watched, now: datetime) -> Watched:
    """As the next process finds it."""
    return d.woken(memory._read(memory.as_json(w), now), RHYTHM, now)


def test_restarts_without_end_hide_nothing() -> None:
    w = NEW
    for second in range(0, 121, 10):  # a process every ten seconds, and no page ever comes
        w = restarted(w, at(second))
        if d.is_due(w, RHYTHM, at(second)):
            w = sent(f"c{second}", second, w)
        w, tell = judged(w, at(second + 2))
        if tell:
            assert tell == "alarm"
            return
    pytest.fail("nobody heard of it")


def test_restarts_without_end_hide_no_dead_door_or_service() -> None:
    w = d.seen(refused(0), ["timer"], NOW)
    for second in range(10, 41, 10):
        w = d.seen(refused(second, restarted(w, at(second))), ["timer"], at(second))
    assert d.troubles(w, RHYTHM, at(46)) == ("door", "service:timer")


def test_after_an_absence_nothing_is_held_against_what_nobody_watched() -> None:
    w = restarted(d.seen(sent("c1", 5, refused(0)), ["timer"], NOW), at(600))
    assert judged(w, at(600))[1] is None
    assert [canary.over for canary in w.canaries] == [True]
    assert not d.beats(w, RHYTHM, at(600)), "nothing is known yet"


def test_instants_of_the_future_are_of_now_after_a_restart() -> None:
    w = replace(sent("c1", 86_400), alarm=Alarm(at(86_400), ("page",), 1, at(90_000)))
    w = restarted(w, NOW)
    assert w.alarm == Alarm(NOW, ("page",), 1, at(3600))
    assert d.is_due(w, RHYTHM, at(45))
    assert judged(w, at(46))[0].missed == 1


def test_when_no_canary_comes_for_whatever_reason_it_is_told() -> None:
    stuck = replace(NEW, canaries=tuple(Canary(f"c{n}", NOW, over=True) for n in range(d.MOST_UNDER_WAY)))
    assert not d.is_due(stuck, RHYTHM, at(181)), "the door ends none, so that no more are made"
    assert judged(stuck, at(180))[1] is None
    assert judged(stuck, at(181))[1] == "alarm"


def test_the_heartbeat_needs_pages_or_an_alarm_that_somebody_has() -> None:
    w = d.arrived(sent("c1", 0), "c1", RHYTHM, at(1))
    assert not d.beats(NEW, RHYTHM, NOW)
    assert d.beats(w, RHYTHM, at(181))
    assert not d.beats(w, RHYTHM, at(182))
    alarmed = replace(w, alarm=Alarm(NOW, ("page",), 1, at(300)))
    assert d.beats(alarmed, RHYTHM, at(180))
    assert not d.beats(alarmed, RHYTHM, at(181)), "no canary is tried any more"


@given(STEPS, st.floats(-1e8, 1e8))
def test_a_step_of_the_clock_changes_no_decision(steps: list[str], seconds: float) -> None:
    w, _ = lived(steps)
    step, now = timedelta(seconds=seconds), at(10 * len(steps))
    other = d.moved(w, lambda instant: instant + step)
    assert d.is_due(other, RHYTHM, now + step) is d.is_due(w, RHYTHM, now)
    assert d.beats(other, RHYTHM, now + step) is d.beats(w, RHYTHM, now)
    assert judged(other, now + step)[1] == judged(w, now)[1]


@given(STEPS)
def test_a_restart_keeps_the_alarm(steps: list[str]) -> None:
    w, _ = lived(steps)
    for seconds in (1, 10_000):
        again = restarted(w, at(10 * len(steps) + seconds))
        assert again.missed == w.missed
        assert (again.alarm is None) is (w.alarm is None)


def test_what_is_kept_on_disk_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.json"
    w = Watched(
        at(-9),
        (Canary("c1", NOW),),
        NOW,
        "k",
        NOW,
        0.5,
        2,
        NOW,
        (("timer", NOW),),
        alarm=Alarm(NOW, ("page",), 1, NOW, ("page",), NOW),
    )
    assert memory.load(path, NOW) == NEW
    memory.save(path, w)
    assert memory.load(path, at(5)) == w
    path.write_text("half {")
    assert memory.load(path, NOW) == NEW


class Clocks(Wall):
    """The wall clock and the other one, as a test wants them."""

    def __init__(self) -> None:
        self.at, self.seconds = NOW, 0.0

    def now(self) -> datetime:
        return self.at

    def passed(self) -> float:
        return self.seconds

    def pass_(self, seconds: float) -> None:
        self.at, self.seconds = self.at + timedelta(seconds=seconds), self.seconds + seconds


def settings_in(path: Path) -> Settings:
    return Settings(
        watchdog_token=Secret("t"), watchdog_webhook_secret=Secret("s"), watchdog_data=path, public_url="http://door"
    )


async def test_a_canary_that_was_taken_while_the_process_died_is_known_again_and_ended(tmp_path: Path) -> None:
    cases: dict[str, str] = {}

    def door(request: httpx.Request) -> httpx.Response:
        key, first = request.headers["idempotency-key"], not cases
        case_id = cases.setdefault(key, f"c{len(cases)}")
        if first:
            raise asyncio.CancelledError  # the process ends before it reads the answer
        return httpx.Response(202, json={"id": case_id})

    clocks = Clocks()
    async with httpx.AsyncClient(transport=httpx.MockTransport(door)) as http:
        with pytest.raises(asyncio.CancelledError):
            await rounds.Rounds(settings_in(tmp_path), http, clocks).send()
        again = rounds.Rounds(settings_in(tmp_path), http, clocks)
        for _ in range(2):
            clocks.pass_(45)
            await again.send()
    assert [(c.case_id, c.over) for c in again.state.canaries] == [("c0", True), ("c1", False)]


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_that_is_set_back_or_forth_stops_nothing(tmp_path: Path, days: int) -> None:
    settings = settings_in(tmp_path)
    numbers, clocks = count(), Clocks()

    def door(request: httpx.Request) -> httpx.Response:
        return httpx.Response(202, json={"id": f"c{next(numbers)}"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(door)) as http:
        dog = rounds.Rounds(settings, http, clocks)
        await dog.send()
        clocks.at += timedelta(days=days)
        clocks.pass_(44)
        await dog.judge()
        assert (dog.state.missed, dog.troubles()) == (0, ())
        clocks.pass_(1)
        await dog.send()
        assert [canary.case_id for canary in dog.state.canaries] == ["c0", "c1"]
        dog.page("c1")
        assert dog.state.took == 0
        clocks.pass_(1)
        await dog.judge()
    assert dog.state.missed == 1, "c0 is late by the time that has passed"
    assert rounds.AGE._value.get() == 1
