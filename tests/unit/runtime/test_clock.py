"""The clock of a process when somebody puts the wall clock forwards or back."""

from datetime import UTC, datetime, timedelta

from shared.runtime.clock import INSISTS_SECONDS, Clock

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


class Machine:
    """Time that passes when told to, and a wall clock that is wrong by as much as it is told to be."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.wrong = timedelta()
        self.clock = Clock(self.shown, lambda: self.passed)

    def shown(self) -> datetime:
        return NOON + timedelta(seconds=self.passed) + self.wrong

    def after(self, seconds: float, wrong: float = 0.0) -> datetime:
        """What the clock says so much later."""
        self.passed += seconds
        self.wrong = timedelta(seconds=wrong)
        return self.clock.now()


def test_it_shows_what_the_wall_clock_shows() -> None:
    machine = Machine()
    assert machine.after(0) == NOON
    assert machine.after(5) == NOON + timedelta(seconds=5)
    assert machine.after(1, wrong=60) == NOON + timedelta(seconds=66)


def test_a_wall_clock_that_is_put_back_for_a_moment_moves_nothing() -> None:
    machine = Machine()
    before = machine.after(100)
    assert machine.after(1, wrong=-180) == before
    assert machine.after(INSISTS_SECONDS - 1, wrong=-180) == before
    assert machine.after(1) == NOON + timedelta(seconds=100 + INSISTS_SECONDS + 1)


def test_after_having_been_ahead_it_is_right_again_within_seconds() -> None:
    machine = Machine()
    ahead = machine.after(1, wrong=3600)
    assert machine.after(1) == ahead
    assert machine.after(INSISTS_SECONDS) == NOON + timedelta(seconds=2 + INSISTS_SECONDS)
    assert machine.after(1) == NOON + timedelta(seconds=3 + INSISTS_SECONDS)


def test_each_step_back_is_waited_for_anew() -> None:
    machine = Machine()
    machine.after(1, wrong=3600)
    machine.after(5)
    ahead = machine.after(1, wrong=3600)
    machine.after(1)
    assert machine.after(INSISTS_SECONDS - 1) == ahead, "the first five seconds belong to another step"
    assert machine.after(1) == NOON + timedelta(seconds=8 + INSISTS_SECONDS)
