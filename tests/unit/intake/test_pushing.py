"""How far a subscription is after each round, whatever failed in it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.access import Facts
from services.intake.domain.changes import Change
from services.intake.domain.pushing import LONGEST, PERSISTENT, Answer, Progress, after, wants

NOW = datetime(2026, 11, 28, tzinfo=UTC)
START = Progress(10, frozenset(), 0, None, NOW)
GOOD, BAD = Answer(204, "", 3), Answer(500, "", 3)
CHANGE = Change(1, "e1", NOW, "c1", "case.noted.v1", True, Facts("sre", "crm", "", False, (), ()), {}, {})


@given(st.sets(st.integers(11, 40)), st.data())
def test_nothing_that_was_not_told_is_ever_left_behind(read: set[int], data: st.DataObject) -> None:
    told = data.draw(st.sets(st.sampled_from(sorted(read)))) if read else set()
    done = after(NOW, START, read, told, [])
    assert all(place > done.place for place in read - told)
    assert all(place <= done.place or place in done.done for place in told)


def test_failing_is_tried_later_and_later_and_in_the_end_no_more() -> None:
    progress, waits, now = START, [], NOW
    for _ in range(100):
        progress = after(now, progress, [11], [], [BAD])
        if progress.state == "disabled":
            break
        waits.append(progress.next_at - now)
        now = progress.next_at
    assert waits[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert max(waits) == LONGEST
    assert progress.reason == "failing"
    assert now - NOW >= PERSISTENT


def test_one_success_begins_anew() -> None:
    failing = after(NOW, START, [11], [], [BAD])
    later = after(NOW + PERSISTENT, failing, [11, 12], [12], [BAD, GOOD])
    assert (later.state, later.tries, later.place, later.done) == ("enabled", 1, 10, frozenset({12}))
    whole = after(NOW + PERSISTENT, later, [11, 12], [11, 12], [GOOD])
    assert (whole.place, whole.done, whole.failing_since) == (12, frozenset(), None)


def test_what_the_receiver_asks_for_is_heeded() -> None:
    asked = after(NOW, START, [11], [], [Answer(429, "", 1, wait=600)])
    assert asked.next_at == NOW + timedelta(seconds=600)
    assert after(NOW, START, [11], [], [Answer(410, "", 1)]).reason == "gone"


def test_they_have_it_only_when_they_say_so() -> None:
    answers = {200: True, 204: True, 299: True, 199: False, 300: False, None: False}
    assert {status: Answer(status, "", 1).good for status in answers} == answers


def test_a_receiver_that_has_failed_for_so_long_is_stopped_at_that_moment() -> None:
    failing = after(NOW, START, [11], [], [BAD])
    assert after(NOW + PERSISTENT - timedelta(seconds=1), failing, [11], [], [BAD]).state == "enabled"
    assert after(NOW + PERSISTENT, failing, [11], [], [BAD]).state == "disabled"


@pytest.mark.parametrize(
    ("types", "teams", "wanted"),
    [
        ((), (), True),
        (("case.noted.v1",), (), True),
        ((), ("sre",), True),
        (("case.noted.v1",), ("sre",), True),
        (("case.started.v1",), ("sre",), False),
        (("case.noted.v1",), ("support",), False),
    ],
)
def test_only_what_was_asked_for_is_pushed(types: tuple[str, ...], teams: tuple[str, ...], wanted: bool) -> None:
    assert wants(CHANGE, types, teams) is wanted
