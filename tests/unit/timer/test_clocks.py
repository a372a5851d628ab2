"""What time it is when clocks are wrong: never early, never stalled, as long as two of three are right."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.timer.domain.clocks import Reckoning, begin, difference, hear, reckon

T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)
STEP = timedelta(hours=2)
NONE = timedelta(0)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def running(
    seconds: float, wall: timedelta = NONE, database: timedelta = NONE, known: Reckoning | None = None
) -> datetime:
    """The reckoning after so many seconds of true time, the clocks being off from the first look after the start on."""
    known = known or begin(T0, 0.0)
    for second in range(1, int(seconds) + 1):
        known = hear(known, at(second) + database, float(second))
        known = reckon(known, at(second) + wall, float(second))
    return reckon(known, at(seconds) + wall, seconds).at


@pytest.mark.parametrize("step", [STEP, -STEP])
def test_a_step_of_this_machine_makes_nothing_early_and_nothing_wait(step: timedelta) -> None:
    """Seen red with `max` (early) and with `min` (stalled) in place of the middle one."""
    assert running(90, wall=step) == at(90)


@pytest.mark.parametrize("step", [STEP, -STEP])
def test_a_step_of_the_database_makes_nothing_early_and_nothing_wait(step: timedelta) -> None:
    assert running(90, database=step) == at(90)


@pytest.mark.parametrize("step", [STEP, -STEP])
def test_a_time_that_was_really_set_is_followed(step: timedelta) -> None:
    assert running(90, wall=step, database=step) == at(90) + step


def test_a_step_that_is_taken_back_leaves_no_trace() -> None:
    """Seen red with a reckoning that never goes back: it stayed two hours ahead."""
    known = begin(T0, 0.0)
    for second in range(1, 60):
        known = reckon(hear(known, at(second) + STEP, float(second)), at(second) + STEP, float(second))
    for second in range(60, 65):
        known = reckon(hear(known, at(second), float(second)), at(second), float(second))
    assert known.at == at(64)


@pytest.mark.parametrize("step", [STEP, -STEP])
def test_a_start_while_this_machine_is_wrong_believes_the_database(step: timedelta) -> None:
    known = begin(T0, 5.0)
    assert reckon(known, T0 + step, 5.0).at == T0
    assert difference(reckon(known, T0 + step, 5.0), T0 + step) == step


def test_between_two_looks_time_goes_on_without_the_wall_clock() -> None:
    """A wait that was computed from the wall clock stalled for as long as that was set back."""
    known = reckon(begin(T0, 0.0), T0, 0.0)
    assert reckon(known, at(0.9) - STEP, 0.9).at == at(0.9)


def test_a_reading_that_waited_in_a_stopped_process_is_not_believed() -> None:
    known = hear(begin(T0, 0.0), at(1), 3600.0)  # read after one second, arrived after an hour
    assert reckon(known, at(3600), 3600.0).at == at(3600)


@given(
    st.lists(st.tuples(st.floats(0.001, 5), st.booleans(), st.sampled_from([NONE, STEP, -STEP])), max_size=60),
    st.booleans(),
)
def test_one_wrong_clock_never_makes_anything_early_or_late(
    steps: list[tuple[float, bool, timedelta]], wall_is_wrong: bool
) -> None:
    """Whatever one clock does, at whatever moment it is read. Seen red with `max`, `min`, and without carrying on."""
    now, known = 0.0, begin(T0, 0.0)
    for seconds, heard, step in steps:
        now += seconds
        wall, database = (step, NONE) if wall_is_wrong else (NONE, step)
        if heard:
            known = hear(known, at(now) + database, now)
        known = reckon(known, at(now) + wall, now)
        assert abs(known.at - at(now)) < timedelta(milliseconds=1)
