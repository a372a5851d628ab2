"""Who is on duty: exactly one person at every instant, over daylight saving, absences and circles of substitutes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.router.domain.policy import Absence, Holder, Policy, Rotation
from services.router.domain.schedule import on_duty, turn
from shared.contracts.plan import Person

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def policy(*absences: Absence, people: str = "abcd") -> Policy:
    """Four people in one rotation, d is the catch-all."""
    return Policy.model_construct(
        people=tuple(Person(id=p, name=p.upper()) for p in people),
        schedules={"s": Rotation(people=("a", "b", "c"), zone="Asia/Tokyo", start=datetime(2026, 1, 5, 9), days=7)},
        absences=absences,
        catch_all="d",
    )


def away(person: str, substitute: str = "") -> Absence:
    return Absence(person=person, since=SINCE, until=UNTIL, substitute=substitute)


def asked(policy: Policy, now: datetime = NOW) -> str:
    return on_duty(policy, Holder(schedule="s"), now)[0].id


def test_people_take_turns_at_the_wall_clock_time() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert asked(policy(), datetime(2026, 1, 12, 8, 59, 59, tzinfo=tokyo)) == "a"
    assert asked(policy(), datetime(2026, 1, 12, 9, tzinfo=tokyo)) == "b"
    assert asked(policy(), datetime(2026, 1, 26, 9, tzinfo=tokyo)) == "a"


def test_a_substitute_of_a_substitute_stands_in() -> None:
    present = asked(policy())
    chain = policy(away(present, "x"), away("x", "d"), people="abcdx")
    assert asked(chain) == "d"


def test_a_circle_of_substitutes_ends_at_the_next_in_turn() -> None:
    first = asked(policy())
    other = next(p for p in "abc" if p != first)
    found, reason = on_duty(policy(away(first, other), away(other, first)), Holder(schedule="s"), NOW)
    assert found.id not in (first, other)
    assert "不在" in reason.ja


def test_when_everybody_is_away_the_catch_all_is_asked() -> None:
    person, reason = on_duty(policy(away("a"), away("b"), away("c")), Holder(schedule="s"), NOW)
    assert person.id == "d"
    assert "最終" in reason.ja


def test_a_schedule_or_person_that_is_gone_ends_at_the_catch_all() -> None:
    assert on_duty(policy(), Holder(schedule="gone"), NOW)[0].id == "d"
    assert on_duty(policy(), Holder(person="gone"), NOW)[0].id == "d"


zones = st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"])


@given(zones, st.integers(1, 14), st.integers(0, 23), st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))
def test_turns_only_go_up_and_never_skip(zone: str, days: int, hour: int, at: datetime) -> None:
    rotation = Rotation(people=("a", "b"), zone=zone, start=datetime(2026, 1, 1, hour, 30), days=days)
    now = at.replace(tzinfo=UTC)
    before, after = turn(rotation, now), turn(rotation, now + timedelta(days=1))
    assert 0 <= after - before <= 1 + 1 // days


@given(zones, st.integers(0, 23))
def test_every_hand_over_of_a_year_happens_once(zone: str, hour: int) -> None:
    rotation = Rotation(people=("a", "b"), zone=zone, start=datetime(2026, 1, 1, hour, 30), days=1)
    instant = datetime(2026, 1, 3, tzinfo=UTC)
    seen = [turn(rotation, instant + timedelta(hours=6 * step)) for step in range(4 * 365)]
    assert seen == sorted(seen)
    assert set(seen) == set(range(seen[0], seen[-1] + 1))
