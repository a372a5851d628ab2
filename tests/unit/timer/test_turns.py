"""Who is next in a storm, and what is said again."""

from datetime import UTC, datetime, timedelta

from services.timer.domain.turns import (
    AGAIN,
    BATCH,
    LONGEST_AGAIN,
    RESERVED,
    WINDOW,
    Flow,
    again_at,
    first_shares,
    has_room,
    more_shares,
)
from shared.contracts.vocabulary import Priority

T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)


def test_p1_is_always_taken_first_and_whole() -> None:
    assert first_shares(0)[Priority.P1] == BATCH
    assert first_shares(WINDOW) == {Priority.P1: BATCH}


def test_every_priority_gets_a_little_of_each_batch_so_that_none_waits_for_ever() -> None:
    assert set(first_shares(0)) == set(Priority)
    assert more_shares({Priority.P1: BATCH, **RESERVED}, 0) == {}


def test_what_is_left_of_a_batch_goes_to_the_next_priority_that_has_more() -> None:
    taken = {Priority.P1: 3, Priority.P2: 1, Priority.P3: RESERVED[Priority.P3], Priority.P4: RESERVED[Priority.P4]}
    assert more_shares(taken, 0) == {Priority.P3: BATCH - sum(taken.values())}
    assert more_shares({Priority.P1: 3}, 0) == {}


def test_a_full_window_lets_only_p1_through() -> None:
    """Otherwise acknowledgements would stand in the log behind thousands of breaches."""
    assert more_shares({Priority.P4: RESERVED[Priority.P4]}, WINDOW - 10) == {}
    assert more_shares({Priority.P4: 10}, WINDOW - 200) == {Priority.P4: 190}


def test_less_than_half_a_batch_is_not_worth_the_while() -> None:
    most = WINDOW - BATCH // 2
    assert has_room(most)
    assert not has_room(most + 1)
    taken = {Priority.P4: RESERVED[Priority.P4]}
    assert more_shares(taken, most) == {Priority.P4: BATCH // 2 - RESERVED[Priority.P4]}
    assert more_shares(taken, most + 1) == {}


def test_a_batch_that_is_full_to_the_last_place_is_left_alone() -> None:
    taken = {Priority.P1: BATCH - RESERVED[Priority.P2] - 1, Priority.P2: RESERVED[Priority.P2]}
    assert more_shares(taken, 0) == {Priority.P2: 1}
    assert more_shares({**taken, Priority.P1: taken[Priority.P1] + 1}, 0) == {}


def test_a_breach_is_said_half_as_often_each_time_however_often_that_was() -> None:
    assert again_at(T0, 10_000) - T0 == LONGEST_AGAIN


def test_what_is_never_confirmed_is_said_less_and_less_often() -> None:
    waits = [again_at(T0, said) - T0 for said in range(1, 20)]
    assert waits[:3] == [AGAIN, 2 * AGAIN, 4 * AGAIN]
    assert waits[-1] == LONGEST_AGAIN


def test_what_is_still_on_its_way_is_not_said_again() -> None:
    second = timedelta(seconds=1)
    flow = Flow(0.0, 0.0)
    assert not flow.may_repeat(1.0), "just started: the relay and the consumer have not had their chance"
    assert flow.may_repeat(6.0)
    slow_broker = flow.seen(T0, None, T0 + 5 * second, 20.0)
    assert not slow_broker.may_repeat(25.0)
    assert slow_broker.may_repeat(26.0)
    busy = flow.seen(T0, T0, T0 + second / 2, 20.0)
    assert not busy.may_repeat(25.0), "the log is being read; ours may come yet"
    for mark in range(21, 61):
        busy = busy.seen(None, T0 + mark * second, T0, float(mark))
    assert busy.may_repeat(60.5), "the log has been read for a minute, and ours did not come"


def test_a_log_that_stands_still_is_not_being_read() -> None:
    flow = Flow(0.0, 0.0).seen(None, T0, T0, 3.0)
    for mark in range(4, 10):
        flow = flow.seen(None, T0, T0 + timedelta(seconds=mark), float(mark))
    assert flow.read == 3.0
    assert not flow.may_repeat(8.9)
    assert flow.may_repeat(9.0)


def test_a_minute_without_a_backlog_is_long_enough_however_much_is_read() -> None:
    flow = Flow(20.0, 79.0, T0)
    assert not flow.may_repeat(79.9)
    assert flow.may_repeat(80.0)
