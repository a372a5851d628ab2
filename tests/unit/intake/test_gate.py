"""A gate: how many are inside at once, and how many fewer when those inside are slow."""

from contextlib import ExitStack

import pytest

from services.intake.gate import FEWEST, Full, Gate

WITHIN = 0.4


class Watch:
    """Monotonic seconds, moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def crowd(at: Gate, watch: Watch, seconds: float) -> int:
    """Let in as many as may come, keep them for so long, and say how many they were."""
    with ExitStack() as inside:
        count = 0
        while not at.is_full:
            inside.enter_context(at.entered())
            count += 1
        with pytest.raises(Full), at.entered():
            pass
        watch.now += seconds
    return count


def test_no_more_than_may_are_inside_and_whoever_leaves_makes_room(watch: Watch) -> None:
    at = Gate("test", 3, monotonic=watch)
    assert [crowd(at, watch, 60.0) for _ in range(3)] == [3, 3, 3]


def test_fewer_come_in_when_those_inside_are_slow_and_once_for_each_crowd(watch: Watch) -> None:
    at = Gate("test", 100, WITHIN, watch)
    assert [crowd(at, watch, WITHIN + 0.01) for _ in range(4)] == [100, 70, 49, 35]


def test_some_may_always_come_in_and_all_of_them_again_once_it_is_quick(watch: Watch) -> None:
    at = Gate("test", 100, WITHIN, watch)
    slow = [crowd(at, watch, 2.0) for _ in range(20)]
    assert slow[-1] == FEWEST
    quick = [crowd(at, watch, 0.01) for _ in range(200)]
    assert quick == sorted(quick)
    assert quick[-1] == 100


def test_what_leaves_by_an_error_leaves_too(watch: Watch) -> None:
    at = Gate("test", 1, WITHIN, watch)
    with pytest.raises(KeyError), at.entered():
        raise KeyError
    assert not at.is_full
