"""What a provider is given: its rate, turns for those that wait, its wish to be left alone, and what was agreed with it."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.capacity import FORESIGHT, Capacity
from services.notifier.channels import PROVIDERS, paced
from services.notifier.domain.result import Accepted, Retryable


class Clock:
    """A clock that is moved by hand, in seconds."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def drained(clock: Clock, rates: str = "slack=20") -> Capacity:
    """A capacity whose burst is used up."""
    capacity = Capacity(paced(rates), clock)
    while capacity.wait("slack", urgent=False, id_=uuid4()) == 0:
        pass
    return capacity


def test_each_that_waits_has_a_turn_of_its_own() -> None:
    clock = Clock()
    capacity = drained(clock)
    ids = [uuid4() for _ in range(10)]
    waits = [capacity.wait("slack", urgent=False, id_=id_) for id_ in ids]
    assert waits == pytest.approx([0.1 + place / 20 for place in range(10)])  # who drained it has the first turn
    for id_, wait in zip(ids, waits, strict=True):
        clock.now = 100.0 + wait + 0.001
        assert capacity.wait("slack", urgent=False, id_=id_) == 0


def test_who_comes_before_the_turn_keeps_it_and_who_is_far_behind_comes_again() -> None:
    clock = Clock()
    capacity = drained(clock)
    first = uuid4()
    assert capacity.wait("slack", urgent=False, id_=first) == pytest.approx(0.1)
    clock.now += 0.04
    assert capacity.wait("slack", urgent=False, id_=first) == pytest.approx(0.06)
    waits = [capacity.wait("slack", urgent=False, id_=uuid4()) for _ in range(500)]
    assert max(waits) == FORESIGHT
    assert sum(wait < FORESIGHT for wait in waits) <= 20 * FORESIGHT


def test_what_is_urgent_never_waits() -> None:
    clock = Clock()
    capacity = drained(clock)
    capacity.told("slack", Retryable("ratelimited", after=30))
    assert capacity.wait("slack", urgent=True, id_=uuid4()) == 0


def test_a_provider_that_wants_to_be_left_alone_is_and_afterwards_they_come_one_by_one() -> None:
    clock = Clock()
    capacity = drained(clock)
    waiting = [uuid4() for _ in range(50)]
    for id_ in waiting:
        capacity.wait("slack", urgent=False, id_=id_)
    capacity.told("slack", Retryable("ratelimited", after=30))
    clock.now += 1
    assert {capacity.wait("slack", urgent=False, id_=id_) for id_ in waiting} == {29.0}
    clock.now += 29
    at_once = [capacity.wait("slack", urgent=False, id_=id_) for id_ in waiting]
    assert len(set(at_once)) == len(waiting) - sum(wait == 0 for wait in at_once) + any(wait == 0 for wait in at_once)


@given(st.lists(st.tuples(st.integers(0, 400), st.floats(0, 2), st.booleans()), max_size=120))
def test_what_is_not_urgent_never_exceeds_the_rate(steps: list[tuple[int, float, bool]]) -> None:
    clock = Clock()
    capacity = Capacity(paced("slack=20"), clock)
    rate = paced("slack=20")["slack"].rate
    went = 0
    for message, pause, urgent in steps:
        clock.now += pause
        went += capacity.wait("slack", urgent, UUID(int=message)) == 0 and not urgent
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
