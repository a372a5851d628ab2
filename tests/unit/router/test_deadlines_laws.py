"""Laws of the deadline algebra, for any calendar, span and course of waits."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from services.router.domain.times import deadlines as algebra
from services.router.domain.times.calendar import Calendar
from services.router.domain.times.deadlines import Clock
from services.router.domain.times.duration import Duration
from tests.unit.router.calendars import calendars, durations, instants, lengths, patient

NOTHING = timedelta(0)
waits = st.lists(st.timedeltas(NOTHING, timedelta(days=4)), max_size=9)


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """Any clock that runs, some having used time before."""
    return Clock(draw(durations), draw(instants), draw(st.just(NOTHING) | lengths))


def between(clock: Clock, calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """What counts for a clock between two instants, said once more."""
    return calendar.open_between(start, end) if clock.span.business else max(end - start, NOTHING)


@patient
@given(calendars(), durations, instants)
def test_at_the_due_instant_nothing_is_left_and_just_before_something_is(
    calendar: Calendar, span: Duration, since: datetime
) -> None:
    """Adding and what remains are inverse. Seen to fail with `remaining` counting wall time for bh and bd."""
    clock = Clock(span, since)
    end = algebra.due(clock, calendar)
    assert algebra.remaining(clock, calendar, end) == NOTHING
    assert algebra.remaining(clock, calendar, end - timedelta.resolution) == timedelta.resolution


@patient
@given(calendars(), clocks(), lengths)
def test_what_is_left_added_to_now_is_when_it_is_due(calendar: Calendar, clock: Clock, after: timedelta) -> None:
    """Seen to fail with `counted` leaving out what was used before."""
    at = clock.since + after
    left = algebra.remaining(clock, calendar, at)
    assume(left > NOTHING)
    ahead = calendar.add_open(at, left) if clock.span.business else at + left
    assert ahead == algebra.due(clock, calendar)


@patient
@given(calendars(), clocks(), waits)
def test_waits_conserve_time(calendar: Calendar, clock: Clock, steps: list[timedelta]) -> None:
    """However often it stops and goes on, exactly the stretches in which it ran have counted, and the rest is still due.

    Seen to fail with `resumed` keeping `since` where the wait began, and with `paused` not adding to what was used before.
    """
    at, running, expected = clock.since, clock, clock.used
    for number, step in enumerate(steps):
        before, at = at, at + step
        if number % 2 == 0:
            expected += between(clock, calendar, before, at)
            running = algebra.paused(running, calendar, at)
        else:
            assert algebra.counted(running, calendar, at) == expected
            running = algebra.resumed(running, at)
        assert algebra.counted(running, calendar, at) == expected
    running = algebra.resumed(running, at)
    assert algebra.remaining(running, calendar, at) == calendar.length(clock.span) - expected
    assume(expected < calendar.length(clock.span))
    assert between(clock, calendar, at, algebra.due(running, calendar)) == calendar.length(clock.span) - expected


@patient
@given(calendars(), clocks(), lengths)
def test_a_wait_of_no_length_changes_nothing(calendar: Calendar, clock: Clock, after: timedelta) -> None:
    """Seen to fail with `paused` rounding what was used to seconds."""
    at = clock.since + after
    assume(at <= algebra.due(clock, calendar))
    again = algebra.resumed(algebra.paused(clock, calendar, at), at)
    assert (algebra.due(again, calendar), again.span) == (algebra.due(clock, calendar), clock.span)


@patient
@given(calendars(), clocks(), st.lists(instants, min_size=2, max_size=4))
def test_nothing_is_due_earlier_for_starting_later_or_uncounted_for_time_going_on(
    calendar: Calendar, clock: Clock, ats: list[datetime]
) -> None:
    """Seen to fail with `due` lying before `since` when more was used than the span allows."""
    for early, late in pairwise(sorted(ats)):
        assert algebra.counted(clock, calendar, early) <= algebra.counted(clock, calendar, late)
        one, other = (algebra.due(Clock(clock.span, since, clock.used), calendar) for since in (early, late))
        assert early <= one <= other


@patient
@given(calendars(), clocks(), durations)
def test_an_extension_can_be_taken_back(calendar: Calendar, clock: Clock, by: Duration) -> None:
    """Seen to fail with the sum of two units written in the smaller one, rounded to whole hours."""
    assume(clock.span.business == by.business)
    longer = algebra.extended(clock, by, calendar)
    assert calendar.length(longer.span) == calendar.length(clock.span) + calendar.length(by)
    assert str(Duration.parse(str(longer.span))) == str(longer.span)
    assert algebra.due(algebra.shortened(longer, by, calendar), calendar) == algebra.due(clock, calendar)
    if clock.used < calendar.length(clock.span):
        assert algebra.due(longer, calendar) == calendar.add(algebra.due(clock, calendar), by)


@patient
@given(calendars(), clocks(), durations, lengths)
def test_another_span_keeps_what_was_used(calendar: Calendar, clock: Clock, span: Duration, after: timedelta) -> None:
    """Seen to fail with `since` left where it was: what was used counted twice, and it was due in the past."""
    at = clock.since + after
    used = algebra.counted(clock, calendar, at)
    changed = algebra.respanned(clock, span, calendar, at)
    assert changed.used == used
    assert algebra.remaining(changed, calendar, at) == calendar.length(span) - used
    assert algebra.due(changed, calendar) >= at
    back = algebra.respanned(changed, clock.span, calendar, at)
    assert algebra.due(back, calendar) == max(algebra.due(clock, calendar), at)


@patient
@given(calendars(), calendars(), clocks(), lengths)
def test_another_calendar_keeps_what_was_left(
    before: Calendar, after: Calendar, clock: Clock, passed: timedelta
) -> None:
    """Seen to fail with a span of bd measured by the new calendar's day, and with used time counted by the new calendar."""
    at = clock.since + passed
    moved = algebra.recounted(clock, before, after, at)
    left = algebra.remaining(clock, before, at)
    assert algebra.remaining(moved, after, at) == left
    assert algebra.counted(moved, after, at) == algebra.counted(clock, before, at)
    if left > NOTHING:
        assert algebra.due(moved, after) == (after.add_open(at, left) if clock.span.business else at + left)
        assert algebra.due(algebra.recounted(clock, before, before, at), before) == algebra.due(clock, before)


@patient
@given(calendars(), clocks(), st.floats(0.1, 0.9))
def test_the_warning_comes_when_its_share_has_counted(calendar: Calendar, clock: Clock, share: float) -> None:
    """Seen to fail with the share taken of the wall time between `since` and due."""
    warned, length = algebra.warn_at(clock, calendar, share), calendar.length(clock.span)
    if length < timedelta(minutes=2) or clock.used >= length:
        assert warned is None
        return
    assert warned is not None
    assert clock.since <= warned < algebra.due(clock, calendar)
    assert algebra.counted(clock, calendar, warned) == max(length * share, clock.used)
