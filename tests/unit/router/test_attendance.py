"""What people tell beside the policy is refused with a code and words in both languages, or taken as it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.router.domain.duty.attendance import Absence, Attendance, Override, Presence, Swap
from services.router.domain.duty.refusals import (
    Refusal,
    answer_swap,
    refuse_absence,
    refuse_override,
    refuse_presence,
    refuse_swap,
)
from services.router.domain.duty.rotation import Rotation
from services.router.domain.duty.schedule import Duties, Part, Schedule, on_duty
from shared.contracts.plan import Person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 6, 1, 0, tzinfo=UTC)  # Monday nine in Tokyo, when the week of a begins
WEEKLY = Rotation(people=("a", "b"), start=datetime(2026, 6, 1, 9))
PEOPLE = {"a": "髙﨑①㈱🔥", "b": "佐藤 花子", "c": "鈴木 一郎"}
DUTIES = Duties(
    {"s": Schedule(zone="Asia/Tokyo", layers=(WEEKLY,)), "t": Schedule(zone="Asia/Tokyo", layers=(WEEKLY,))},
    {id_: Person(id=id_, name=name) for id_, name in PEOPLE.items()},
)
ABSENCE = Absence("1", "a", NOW + HOUR, NOW + DAY, "b")
OVERRIDE = Override("1", "s", "c", NOW + HOUR, NOW + DAY)
SWAP = Swap("1", "s", "a", "b", NOW + HOUR, NOW + DAY)
NOTHING = Attendance()


def code(refusal: Refusal | Swap | None) -> str:
    if refusal is None:
        return ""
    assert isinstance(refusal, Refusal)
    assert refusal.ja
    assert refusal.en
    return refusal.code


TIMES = [
    ({"since": NOW + DAY, "until": NOW + HOUR}, "order"),
    ({"since": NOW + HOUR, "until": NOW + HOUR}, "order"),
    ({"since": NOW - 3 * DAY, "until": NOW - 2 * DAY}, "past"),
    ({"since": NOW - HOUR, "until": NOW}, "past"),
    ({"since": NOW - 2 * DAY}, "past"),
    ({"since": NOW, "until": NOW + timedelta(days=367)}, "too_long"),
    ({"since": NOW.replace(tzinfo=None)}, "zone"),
    ({"until": (NOW + DAY).replace(tzinfo=None)}, "zone"),
]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        *TIMES,
        ({}, ""),
        ({"substitute": ""}, ""),
        ({"since": NOW - 3 * HOUR}, ""),  # ill since this morning
        ({"since": NOW, "until": NOW + timedelta(days=366)}, ""),
        ({"person": "gone"}, "unknown_person"),
        ({"substitute": "gone"}, "unknown_person"),
        ({"substitute": "a"}, "own_substitute"),
    ],
)
def test_absences(change: dict[str, object], expected: str) -> None:
    assert code(refuse_absence(DUTIES, NOTHING, replace(ABSENCE, **change), NOW)) == expected  # type: ignore[arg-type]


def test_substitutes_may_not_lead_back_while_both_are_away() -> None:
    other = Absence("2", "b", NOW + 2 * HOUR, NOW + 3 * DAY, "c")
    third = Absence("3", "c", NOW + 20 * HOUR, NOW + 3 * DAY, "a")
    assert code(refuse_absence(DUTIES, Attendance((other,)), ABSENCE, NOW)) == ""
    assert code(refuse_absence(DUTIES, Attendance((other, third)), ABSENCE, NOW)) == "circle"
    later = replace(third, since=NOW + DAY)  # a is back by then
    assert code(refuse_absence(DUTIES, Attendance((other, later)), ABSENCE, NOW)) == ""
    assert code(refuse_absence(DUTIES, Attendance((other, third, ABSENCE)), replace(ABSENCE, substitute=""), NOW)) == ""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        *TIMES,
        ({}, ""),
        ({"since": NOW - timedelta(minutes=2)}, ""),  # "from now on", by a clock that is slow
        ({"since": NOW - HOUR}, "past"),
        ({"person": "gone"}, "unknown_person"),
        ({"schedule": "gone"}, "unknown_schedule"),
    ],
)
def test_overrides(change: dict[str, object], expected: str) -> None:
    assert code(refuse_override(DUTIES, NOTHING, replace(OVERRIDE, **change), NOW)) == expected  # type: ignore[arg-type]


def test_overrides_of_one_schedule_may_touch_but_not_overlap() -> None:
    held = Attendance(overrides=(OVERRIDE,))
    new = replace(OVERRIDE, id="2", person="b")
    refusal = refuse_override(DUTIES, held, replace(new, since=NOW + 23 * HOUR, until=NOW + 2 * DAY), NOW)
    assert code(refusal) == "overlap"
    assert refusal is not None
    assert "鈴木 一郎" in refusal.ja
    assert refuse_override(DUTIES, held, replace(new, since=NOW + DAY, until=NOW + 2 * DAY), NOW) is None
    assert refuse_override(DUTIES, held, replace(new, schedule="t"), NOW) is None
    assert refuse_override(DUTIES, held, replace(OVERRIDE, until=NOW + 2 * DAY), NOW) is None  # the same one, changed


@pytest.mark.parametrize(
    ("presence", "expected"),
    [
        (Presence("a", "off"), ""),
        (Presence("a", "telework", NOW + DAY, "自宅", NOW), ""),
        (Presence("gone", "off"), "unknown_person"),
        (Presence("a", "off", NOW), "past"),
        (Presence("a", "off", NOW + HOUR, since=NOW + DAY), "order"),
        (Presence("a", "off", datetime(2026, 6, 2)), "zone"),
    ],
)
def test_presence(presence: Presence, expected: str) -> None:
    assert code(refuse_presence(DUTIES, presence, NOW)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        *TIMES,
        ({}, ""),
        ({"until": NOW + 7 * DAY}, ""),  # to the very end of the shift
        ({"until": NOW + 7 * DAY + timedelta(seconds=1)}, "not_their_shift"),
        ({"asker": "b", "other": "a"}, "not_their_shift"),
        ({"asker": "c"}, "not_their_shift"),
        ({"other": "a"}, "self"),
        ({"other": "gone"}, "unknown_person"),
        ({"schedule": "gone"}, "unknown_schedule"),
    ],
)
def test_swaps(change: dict[str, object], expected: str) -> None:
    assert code(refuse_swap(DUTIES, NOTHING, replace(SWAP, **change), NOW)) == expected  # type: ignore[arg-type]


def test_a_shift_that_an_override_or_a_swap_took_cannot_be_offered_but_by_its_new_owner() -> None:
    held = Attendance(overrides=(OVERRIDE,))
    assert code(refuse_swap(DUTIES, held, SWAP, NOW)) == "not_their_shift"
    assert code(refuse_swap(DUTIES, held, replace(SWAP, asker="c"), NOW)) == ""
    taken = Attendance(swaps=(replace(SWAP, state="accepted"),))
    assert code(refuse_swap(DUTIES, taken, replace(SWAP, id="2", other="c"), NOW)) == "not_their_shift"
    assert code(refuse_swap(DUTIES, taken, replace(SWAP, id="2", asker="b", other="a"), NOW)) == ""  # given back


def test_only_who_was_asked_accepts_and_only_the_asker_takes_the_offer_back() -> None:
    assert code(answer_swap(DUTIES, NOTHING, SWAP, "accepted", "a", NOW)) == "not_yours"
    assert code(answer_swap(DUTIES, NOTHING, SWAP, "declined", "c", NOW)) == "not_yours"
    assert code(answer_swap(DUTIES, NOTHING, SWAP, "cancelled", "b", NOW)) == "not_yours"
    assert answer_swap(DUTIES, NOTHING, SWAP, "accepted", "b", NOW) == replace(SWAP, state="accepted")
    assert answer_swap(DUTIES, NOTHING, SWAP, "declined", "b", NOW) == replace(SWAP, state="declined")
    assert answer_swap(DUTIES, NOTHING, SWAP, "cancelled", "a", NOW) == replace(SWAP, state="cancelled")


def test_an_answer_is_given_once_and_repeating_it_changes_nothing() -> None:
    accepted = replace(SWAP, state="accepted")
    held = Attendance(swaps=(accepted,))
    assert answer_swap(DUTIES, held, accepted, "accepted", "b", NOW) is accepted
    assert code(answer_swap(DUTIES, held, accepted, "declined", "b", NOW)) == "answered"
    assert code(answer_swap(DUTIES, held, accepted, "cancelled", "a", NOW)) == "answered"


def test_a_late_yes_takes_what_is_left_and_none_of_what_is_over() -> None:
    late = NOW + 2 * HOUR
    taken = answer_swap(DUTIES, NOTHING, SWAP, "accepted", "b", late)
    assert taken == replace(SWAP, since=late, state="accepted")
    assert isinstance(taken, Swap)
    found = [on_duty(DUTIES, Attendance(swaps=(taken,)), Part("s"), at) for at in (late - HOUR, late, NOW + DAY)]
    assert [x.person.id for x in found if x] == ["a", "b", "a"]
    assert code(answer_swap(DUTIES, NOTHING, SWAP, "accepted", "b", NOW + DAY)) == "past"


def test_a_yes_to_a_shift_that_has_gone_elsewhere_meanwhile_is_refused() -> None:
    assert code(answer_swap(DUTIES, Attendance(overrides=(OVERRIDE,)), SWAP, "accepted", "b", NOW)) == "not_their_shift"


def test_whoever_stands_in_at_some_time_may_be_asked_and_nobody_else() -> None:
    known = Attendance(absences=(ABSENCE, Absence("2", "b", NOW + DAY, NOW + 2 * DAY, "c")))
    moment = timedelta(microseconds=1)
    assert known.with_substitutes({"a"}, NOW, NOW + HOUR) == {"a"}
    assert known.with_substitutes({"a"}, NOW, NOW + HOUR + moment) == {"a", "b"}
    assert known.with_substitutes({"a"}, NOW, NOW + DAY + moment) == {"a", "b", "c"}
    assert known.with_substitutes({"a"}, NOW + DAY, NOW + 2 * DAY) == {"a"}
