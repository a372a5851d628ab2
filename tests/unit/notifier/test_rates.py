"""What a provider is given: its rate, turns for those that wait, its wish to be left alone, and what was agreed with it."""

import heapq
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.capacity import LONGEST_WAIT, Capacity
from services.notifier.channels import PROVIDERS, paced
from services.notifier.domain.result import Accepted, Retryable


class Clock:
    """A clock that is moved by hand, in seconds."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


P1, P2, P4 = 10, 20, 40  # ranks: the smaller, the more important
BURST = PROVIDERS["slack"].rate.burst


def drained(clock: Clock) -> Capacity:
    """A capacity whose burst is used up."""
    capacity = Capacity(paced("slack=20"), clock)
    for _ in range(BURST):
        assert capacity.wait("slack", P4, uuid4()) == 0
    return capacity


def test_those_that_wait_come_one_after_the_other_and_are_taken_then() -> None:
    clock = Clock()
    capacity = drained(clock)
    ids = [uuid4() for _ in range(10)]
    waits = [capacity.wait("slack", P4, id_) for id_ in ids]
    assert waits == pytest.approx([(place + 1) / 20 for place in range(10)])
    for id_, wait in zip(ids[:5], waits, strict=False):
        clock.now = 100.0 + wait + 0.001
        assert capacity.wait("slack", P4, uuid4()) > 0  # who comes later goes behind
        assert capacity.wait("slack", P4, id_) == 0


def test_what_is_more_important_waits_for_its_like_alone() -> None:
    clock = Clock()
    capacity = drained(clock)
    for _ in range(500):
        capacity.wait("slack", P4, uuid4())
    page = uuid4()
    assert capacity.wait("slack", P2, page) == pytest.approx(1 / 20)
    clock.now += 1 / 20 + 0.001
    assert capacity.wait("slack", P2, page) == 0


def test_nobody_is_told_to_come_again_in_a_distant_future() -> None:
    clock = Clock()
    capacity = drained(clock)
    assert max(capacity.wait("slack", P4, uuid4()) for _ in range(1000)) == LONGEST_WAIT


def test_those_that_never_come_again_cost_the_others_nothing_but_a_short_wait() -> None:
    clock = Clock()
    capacity = drained(clock)
    for _ in range(1000):
        capacity.wait("slack", P4, uuid4())  # and their case is taken meanwhile
    clock.now += 2 * LONGEST_WAIT + 0.1
    assert sum(capacity.wait("slack", P4, uuid4()) == 0 for _ in range(100)) == BURST


def test_a_storm_goes_out_at_the_rate_and_asks_seldom() -> None:
    clock = Clock()
    capacity = drained(clock)
    waiting = [(clock.now, number) for number in range(600)]
    asked = 0
    while waiting:
        clock.now, number = heapq.heappop(waiting)
        asked += 1
        if wait := capacity.wait("slack", P4, UUID(int=number)):
            heapq.heappush(waiting, (clock.now + wait, number))
    assert clock.now - 100 < 600 / 20 + LONGEST_WAIT
    assert asked < 4 * 600


def test_what_is_urgent_never_waits() -> None:
    clock = Clock()
    capacity = drained(clock)
    capacity.told("slack", Retryable("ratelimited", after=30))
    assert capacity.wait("slack", P1, uuid4()) == 0


def test_a_provider_that_wants_to_be_left_alone_is_and_afterwards_they_come_one_by_one() -> None:
    clock = Clock()
    capacity = drained(clock)
    capacity.told("slack", Retryable("ratelimited", after=5))
    waits = [capacity.wait("slack", P4, uuid4()) for _ in range(50)]
    assert min(waits) > 5
    assert len(set(waits)) == 50


@given(st.lists(st.tuples(st.integers(0, 400), st.floats(0, 2), st.sampled_from([P1, P2, P4])), max_size=120))
def test_what_is_not_urgent_never_exceeds_the_rate(steps: list[tuple[int, float, int]]) -> None:
    clock = Clock()
    capacity = Capacity(paced("slack=20"), clock)
    rate = paced("slack=20")["slack"].rate
    went = 0
    for message, pause, rank in steps:
        clock.now += pause
        went += capacity.wait("slack", rank, UUID(int=message)) == 0 and rank != P1
        assert went <= rate.burst + (clock.now - 100.0) * rate.per_second + 1
        capacity.told("slack", Accepted("1"))


@pytest.mark.parametrize(
    "wrong", ["slack", "slack=", "slack=0", "slack=-1", "fax=5", "slack=nan", "slack=1e9", "slack=x"]
)
def test_a_rate_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"could not convert|no provider and rate"):
        paced(wrong)


def test_what_was_agreed_counts() -> None:
    assert paced("") == PROVIDERS
    cards = paced(" slack=200 , twilio=5 ")
    assert (cards["slack"].rate.per_second, cards["slack"].rate.burst) == (200, 200)
    assert (cards["twilio"].rate.per_second, cards["twilio"].rate.burst) == (5, 30)
