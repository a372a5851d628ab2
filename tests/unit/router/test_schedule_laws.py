"""Whatever people told: who is found is there, and nothing changes between two changes."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.domain.duty.attendance import Absence, Attendance, Override, Presence, Swap
from services.router.domain.duty.schedule import (
    changes,
    grounds,
    in_turn,
    next_change,
    on_duty,
)
from tests.unit.router.duty import DAY, HOUR, NIGHTS, NOW, UNTIL, WEEKLY, S, duties

ids = st.sampled_from("abcdmnx")
instants = st.integers(0, 24 * 6).map(lambda hours: NOW + hours * HOUR)
spans = st.tuples(instants, st.integers(1, 24 * 5).map(lambda hours: hours * HOUR))
absences = st.builds(lambda p, s, x: Absence("i", p, s[0], s[0] + s[1], x), ids, spans, ids | st.just(""))
overrides = st.builds(lambda p, s: Override("i", "s", p, s[0], s[0] + s[1]), ids, spans)
swaps = st.builds(lambda a, o, s: Swap("i", "s", a, o, s[0], s[0] + s[1], "accepted"), ids, ids, spans)
presences = st.builds(lambda p, s: Presence(p, "off", s[0] + s[1], since=s[0]), ids, spans)
attendances = st.builds(
    Attendance,
    st.lists(absences, max_size=12).map(tuple),
    st.lists(overrides, max_size=3).map(tuple),
    st.lists(presences, max_size=4).map(tuple),
    st.lists(swaps, max_size=4).map(tuple),
)


@given(attendances, instants)
@settings(max_examples=200, deadline=None)
def test_whoever_is_found_is_there_and_nobody_only_if_nobody_is(attendance: Attendance, now: datetime) -> None:
    """Whatever people told, circles among it: a person found is known and not away; nobody found means nobody is left.

    Seen red with: "off" not looked at in `Attendance.there`; nobody found at the first person who is gone from the
    policy; layers below left out in `_asked`.
    """
    known = duties(WEEKLY, NIGHTS)

    def gone(id_: str) -> bool:
        told: list[Absence | Presence] = [
            *(x for x in attendance.absences if x.person == id_),
            *(x for x in attendance.presences if x.person == id_),
        ]
        return id_ not in known.people or any((x.since or now) <= now < (x.until or UNTIL) for x in told)

    found = on_duty(known, attendance, S, now)
    if found is None:
        assert all(gone(id_) for id_ in "abc")
        assert gone(in_turn(known, attendance, S, now))
    else:
        assert not gone(found.person.id)
        wanted = in_turn(known, attendance, S, now)
        assert gone(wanted) or found.person.id == wanted


@given(attendances, instants)
@settings(max_examples=50, deadline=None)
def test_nothing_changes_between_two_changes(attendance: Attendance, now: datetime) -> None:
    """Looked at every half hour of eight days, the answer is the one given at the last change.

    Seen red with: absences, overrides, swaps, substitutes, or the ends of stretches left out in `changes`, each alone.
    """
    known = duties(WEEKLY, NIGHTS)
    until = now + 8 * DAY
    edges = [now, *changes(known, attendance, S, now, until), until]
    soonest = next_change(known, attendance, S, now) or until
    assert soonest in edges or soonest > until
    assert {on_duty(known, attendance, S, at) for at in edges if at < soonest} == {on_duty(known, attendance, S, now)}
    at, index = now, 0
    while at < until:
        while edges[index + 1] <= at:
            index += 1
        assert on_duty(known, attendance, S, at) == on_duty(known, attendance, S, edges[index])
        at += HOUR / 2


@given(attendances, absences | presences, instants)
@settings(max_examples=200, deadline=None)
def test_while_the_grounds_of_a_schedule_are_the_same_its_answers_are(
    attendance: Attendance, more: Absence | Presence, now: datetime
) -> None:
    """Seen red with: those who stand in left out in `_concerned`."""
    known = duties(WEEKLY, NIGHTS)
    if isinstance(more, Absence):
        after = replace(attendance, absences=(*attendance.absences, more))
    else:
        after = replace(attendance, presences=(*attendance.presences, more))
    if grounds(known, attendance, S, now) == grounds(known, after, S, now):
        for hours in range(0, 24 * 12, 3):
            at = now + hours * HOUR
            assert on_duty(known, attendance, S, at) == on_duty(known, after, S, at)
