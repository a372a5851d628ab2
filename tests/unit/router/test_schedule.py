"""Who is on duty: one person at every instant, over layers, overrides, absences and circles of substitutes; or plainly nobody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.router.domain.duty.attendance import Absence, Attendance, Override, Presence, Swap
from services.router.domain.duty.rotation import Restriction, Rotation
from services.router.domain.duty.schedule import (
    Duties,
    Found,
    Part,
    in_turn,
    next_change,
    next_on_duty,
    on_duty,
)
from shared.contracts.plan import Person, Reason
from tests.unit.router.duty import DAY, HOUR, NIGHTS, NOW, SINCE, TOKYO, UNTIL, WEEKLY, S, duties


def away(person: str, substitute: str = "") -> Absence:
    return Absence(f"{person}-{substitute}", person, SINCE, UNTIL, substitute)


def asked(known: Duties, *absences: Absence, now: datetime = NOW) -> str:
    found = on_duty(known, Attendance(absences), S, now)
    return found.person.id if found else "-"


def said(known: Duties, attendance: Attendance, now: datetime = NOW) -> tuple[str, str, str]:
    found = on_duty(known, attendance, S, now)
    assert found is not None
    return found.person.id, found.reason.ja, found.reason.en


def test_people_take_turns_at_the_wall_clock_time() -> None:
    assert asked(duties(), now=datetime(2026, 1, 12, 8, 59, 59, tzinfo=TOKYO)) == "a"
    assert asked(duties(), now=datetime(2026, 1, 12, 9, tzinfo=TOKYO)) == "b"
    assert asked(duties(), now=datetime(2026, 1, 26, 9, tzinfo=TOKYO)) == "a"


def test_it_is_said_who_why_and_by_which_schedule() -> None:
    found = on_duty(duties(), Attendance(), S, NOW)
    assert found == Found(Person(id="a", name="A"), Reason(ja="当番", en="on duty"), "s")
    person = on_duty(duties(), Attendance(), Part(person="d"), NOW)
    assert person == Found(Person(id="d", name="D"), Reason(ja="担当者", en="in charge"), "")


def test_a_substitute_of_a_substitute_stands_in() -> None:
    assert asked(duties(), away("a", "x"), away("x", "d")) == "d"
    assert said(duties(), Attendance((away("a", "x"), away("x", "d"))))[1:] == (
        "A さん不在のため代理", "stands in for A, who is away",
    )  # fmt: skip


def test_of_two_absences_at_once_every_substitute_is_tried() -> None:
    assert asked(duties(), away("a", "d"), away("a"), away("a", "gone")) == "d"


def test_a_circle_of_substitutes_ends_at_the_next_in_turn() -> None:
    found = said(duties(), Attendance((away("a", "b"), away("b", "a"))))
    assert found == ("c", "A さん不在のため次の当番", "next on duty, as A is away")


def test_when_everybody_is_away_nobody_is_on_duty() -> None:
    assert asked(duties(), away("a"), away("b"), away("c")) == "-"


def test_a_schedule_or_person_that_is_gone_breaks_nothing() -> None:
    known = duties(people="bd")
    assert asked(known) == "b"
    assert said(known, Attendance())[1] == "a さん不在のため次の当番"
    assert asked(known, away("a", "gone"), away("b", "d")) == "d"
    for part in (Part(schedule="gone"), Part(person="gone")):
        assert on_duty(known, Attendance(), part, NOW) is None
        assert next_change(known, Attendance(), part, NOW) is None
        assert next_on_duty(known, Attendance(), part, NOW) is None


def test_the_last_layer_that_is_active_counts() -> None:
    known = duties(WEEKLY, NIGHTS)
    assert asked(known, now=NOW) == "a"
    assert asked(known, now=NOW + 6 * HOUR) in "mn"
    assert asked(known, now=NOW + 21 * HOUR - timedelta(seconds=1)) in "mn"
    assert asked(known, now=NOW + 21 * HOUR) == "a"


def test_the_layer_below_backs_up_the_one_above() -> None:
    found = said(duties(WEEKLY, NIGHTS), Attendance((away("m"), away("n"))), NOW + 6 * HOUR)
    assert found[0] == "a"
    assert found[1].endswith("さん不在のため控えの当番")
    assert found[2].startswith("backup on duty")


def test_a_layer_with_an_own_zone_follows_the_sun() -> None:
    """Three offices, each from nine to five of its own clock: somebody is there for most of the day, and nobody at night."""
    office = (Restriction(hours="09:00-17:00"),)
    zones = {"a": "Asia/Tokyo", "b": "Europe/Berlin", "c": "America/Los_Angeles"}
    start = datetime(2026, 1, 5, 9)
    known = duties(*(Rotation(people=(p,), zone=zone, start=start, only=office) for p, zone in zones.items()))
    day = datetime(2026, 7, 1, tzinfo=UTC)
    assert "".join(asked(known, now=day + n * HOUR) for n in range(24)) == "aaaaaaabbbbbbbb-cccccccc"[:24]


def test_an_override_replaces_whoever_is_on_duty_per_instant() -> None:
    """Over two shifts and the gap between them, and nothing changes before and after."""
    known = duties(NIGHTS)
    until = NOW + 30 * HOUR
    attendance = Attendance(overrides=(Override("o", "s", "d", NOW, until),))
    before = [asked(known, now=NOW + n * HOUR) for n in (-3, -4, 30, 31, 36)]
    held = [on_duty(known, attendance, S, NOW + n * HOUR) for n in range(30)]
    assert {x.person.id if x else "-" for x in held} == {"d"}
    after = [on_duty(known, attendance, S, NOW + n * HOUR) for n in (-3, -4, 30, 31, 36)]
    assert [x.person.id if x else "-" for x in after] == before
    assert said(known, attendance)[1:] == ("臨時の当番", "on duty for this time")
    told = Attendance(overrides=(Override("o", "s", "d", NOW, until, "髙﨑①㈱🔥対応"),))
    assert said(known, told)[1:] == ("臨時の当番（髙﨑①㈱🔥対応）", "on duty for this time (髙﨑①㈱🔥対応)")


def test_an_override_by_somebody_away_falls_back_on_substitutes_and_then_the_turn() -> None:
    override = (Override("o", "s", "d", SINCE, UNTIL),)
    assert said(duties(), Attendance((away("d", "c"),), override))[0] == "c"
    assert said(duties(), Attendance((away("d"),), override)) == (
        "a", "D さん不在のため次の当番", "next on duty, as D is away",
    )  # fmt: skip


def test_of_several_overrides_the_last_one_counts_and_another_schedule_does_not() -> None:
    one, other = Override("1", "s", "c", SINCE, UNTIL), Override("2", "s", "d", NOW, NOW + HOUR)
    elsewhere = Override("3", "t", "n", SINCE, UNTIL)
    attendance = Attendance(overrides=(one, other, elsewhere))
    assert [said(duties(), attendance, NOW + n * HOUR)[0] for n in (-1, 0, 1)] == ["c", "d", "c"]


def test_who_says_they_are_off_is_passed_over_until_then() -> None:
    for state, expected in [("available", "a"), ("telework", "a"), ("busy", "a"), ("off", "b")]:
        attendance = Attendance(presences=(Presence("a", state, NOW + HOUR),))  # type: ignore[arg-type]
        assert said(duties(), attendance)[0] == expected
        assert said(duties(), attendance, NOW + HOUR)[0] == "a"
    later = Attendance(presences=(Presence("a", "off", since=NOW), Presence("a", "available", since=NOW + HOUR)))
    assert [said(duties(), later, NOW + n * HOUR)[0] for n in (-1, 0, 1)] == ["a", "b", "a"]


def test_an_absence_wins_over_a_presence() -> None:
    assert said(duties(), Attendance((away("a", "d"),), presences=(Presence("a", "available"),)))[0] == "d"


def swap(asker: str, other: str, state: str = "accepted") -> Swap:
    return Swap(f"{asker}{other}", "s", asker, other, SINCE, UNTIL, state)  # type: ignore[arg-type]


def test_only_an_accepted_swap_moves_the_shift_and_only_the_askers() -> None:
    known = duties()
    for state in ("offered", "declined", "cancelled"):
        assert said(known, Attendance(swaps=(swap("a", "d", state),)))[0] == "a"
    attendance = Attendance(swaps=(swap("a", "d"),))
    assert said(known, attendance) == ("d", "A さんと当番を交代", "took the shift of A")
    assert said(known, attendance, NOW + 7 * DAY)[0] == "b"


def test_a_swap_given_on_is_followed_and_one_given_back_too() -> None:
    on, back = (swap("a", "d"), swap("d", "c")), (swap("a", "d"), swap("d", "a"))
    assert said(duties(), Attendance(swaps=on))[0] == "c"
    assert said(duties(), Attendance(swaps=back))[:2] == ("a", "当番")


def test_who_gave_the_shift_away_is_asked_last() -> None:
    swaps = (swap("a", "d"),)
    assert said(duties(), Attendance((away("d"),), swaps=swaps))[0] == "b"
    assert said(duties(), Attendance((away("d"), away("b"), away("c")), swaps=swaps))[0] == "a"


def test_in_turn_names_the_first_whether_there_or_not() -> None:
    assert in_turn(duties(), Attendance((away("a"),)), S, NOW) == "a"
    assert in_turn(duties(), Attendance((away("a"),), (Override("o", "s", "d", SINCE, UNTIL),)), S, NOW) == "d"
    assert in_turn(duties(NIGHTS), Attendance(), S, NOW) == ""


def test_the_next_time_somebody_is_there() -> None:
    known = duties(NIGHTS)
    assert next_on_duty(known, Attendance(), S, NOW) == NOW + 6 * HOUR
    assert next_on_duty(known, Attendance(), S, NOW + 7 * HOUR) == NOW + 7 * HOUR
    back = Attendance(tuple(replace(away(p), until=NOW + 40 * DAY) for p in "mn"))
    assert next_on_duty(known, back, S, NOW) is None, "shifts are waited for, and nobody's return from leave"
    ill = Attendance(tuple(replace(away(p), until=NOW + 7 * HOUR) for p in "mn"))
    assert next_on_duty(known, ill, S, NOW) == NOW + 7 * HOUR
    far = Attendance(tuple(replace(away(p), until=NOW + 93 * DAY) for p in "mn"))
    assert next_on_duty(known, far, S, NOW) is None


def test_the_next_change_is_the_next_hand_off_or_what_people_told() -> None:
    known = duties()
    hand_off = datetime(2026, 6, 8, 9, tzinfo=TOKYO)
    assert next_change(known, Attendance(), S, NOW) == hand_off
    assert next_change(known, Attendance(), S, hand_off) == hand_off + 7 * DAY
    absent = (replace(away("a", "d"), until=NOW + 2 * HOUR), replace(away("d"), until=NOW + HOUR))
    assert next_change(known, Attendance(absent), S, NOW) == NOW + HOUR
    assert next_change(known, Attendance((replace(away("n"), until=NOW + HOUR),)), S, NOW) == hand_off
    yearly = duties(Rotation(people=("a",), unit="months", every=12, start=datetime(2026, 5, 1)))
    assert next_change(yearly, Attendance(), S, NOW) == datetime(2027, 5, 1, tzinfo=TOKYO)
    once = duties(Rotation(people=("a",), start=datetime(2026, 1, 5), until=datetime(2026, 5, 1)))
    assert next_change(once, Attendance(), S, NOW) is None
