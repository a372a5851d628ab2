"""A rotation restricted to part of the time skips nobody in turn, and belongs to the day on which it begins."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.domain.duty.rotation import Restriction, Rotation
from services.router.domain.duty.turns import Layer
from services.router.domain.times.calendar import Calendar
from tests.unit.router.duty import DAY, ZONES, layer, rotation

SINCE = datetime(2025, 12, 30, tzinfo=UTC)
WEEKDAYS = Restriction.model_validate({"weekdays": ["mon", "tue", "wed", "thu", "fri"], "hours": "09:00-09:00"})
OVERNIGHT = Restriction(hours="18:00-09:00")


def whose(taking: Layer, first: date, days: int, hour: int = 12) -> str:
    """Who has the turn at one hour of each day, "-" for nobody."""
    noons = [datetime(first.year, first.month, first.day, hour, tzinfo=taking.zone) + DAY * n for n in range(days)]
    return "".join((taking.order(at.astimezone(UTC)) or "-")[0] for at in noons)


def test_weekday_turns_go_on_after_the_weekend_with_the_next_in_turn() -> None:
    taking = layer(Rotation(people=("a", "b", "c"), unit="days", start=datetime(2026, 1, 5, 9), only=(WEEKDAYS,)))
    assert whose(taking, date(2026, 1, 5), 14) == "abcab--cabca--"


def test_a_week_of_nights_is_one_turn_and_nights_belong_to_the_day_they_begin() -> None:
    friday = Restriction.model_validate({"weekdays": ["fri"], "hours": "18:00-09:00"})
    taking = layer(Rotation(people=("a", "b"), start=datetime(2026, 1, 5, 9), only=(friday,)))
    assert whose(taking, date(2026, 1, 9), 9, hour=8) == "-a------b"
    assert whose(taking, date(2026, 1, 9), 8, hour=20) == "a------b"


def test_holidays_only_takes_weekends_public_holidays_and_company_days_in_turn() -> None:
    office = Calendar.model_validate({"closed": {"2026-05-07": "創立記念日"}})
    only = Restriction(holidays="only", hours="09:00-09:00")
    daily = Rotation(people=("a", "b", "c"), unit="days", start=datetime(2026, 5, 1, 9), only=(only,))
    assert whose(layer(daily, office=office), date(2026, 5, 1), 11) == "-abcabc-ab-"
    never = daily.model_copy(update={"only": (Restriction(holidays="never", hours="09:00-09:00"),)})
    assert whose(layer(never, office=office), date(2026, 5, 1), 11) == "a------b--c"


def test_a_calendar_that_is_gone_closes_nothing() -> None:
    for holidays, expected in [("only", "---"), ("never", "aba")]:
        only = Restriction.model_validate({"holidays": holidays, "hours": "09:00-09:00", "calendar": "gone"})
        taking = layer(Rotation(people=("a", "b"), unit="days", start=datetime(2026, 5, 1, 9), only=(only,)))
        assert whose(taking, date(2026, 5, 1), 3) == expected


@given(
    st.sampled_from(ZONES),
    st.sampled_from([("hours", 8), ("days", 1), ("days", 3), ("weeks", 1)]),
    st.lists(st.sampled_from([WEEKDAYS, OVERNIGHT, Restriction(holidays="only")]), min_size=1, max_size=2),
    st.integers(0, 23),
)
@settings(deadline=None, max_examples=60)
def test_a_restriction_skips_nobody(zone: str, unit: tuple[str, int], only: list[Restriction], hour: int) -> None:
    """Turns that are worked count up by one, whatever lies between them; a turn without work is not counted.

    Seen red with: `turns += 1` for `turns += len(found) > before` in `_block`; `Layer._before` returning 0, so that
    everybody starts anew with each block.
    """
    taking = layer(rotation(unit[1], unit[0], time=f"{hour:02}:00", only=only), zone, office=Calendar())
    found = [*taking.stretches(SINCE, SINCE + timedelta(days=800))]
    assert all(one.until <= other.since for one, other in pairwise(found))
    assert all(other.turn - one.turn in (0, 1) for one, other in pairwise(found))
    assert found[0].turn == 0


@given(st.sampled_from(ZONES), st.integers(0, 23), st.integers(1, 12))
@settings(deadline=None, max_examples=40)
def test_day_and_night_make_a_whole(zone: str, begins: int, length: int) -> None:
    """A window and the one that fills the rest of the day leave no gap and no overlap, over every change of the clock.

    Seen red with: the end of a window found by its length (`instant(a) + (b - a)`) instead of by the wall clock.
    """
    one, other = f"{begins:02}:30", f"{(begins + length) % 24:02}:30"
    both = [
        layer(Rotation(people=("a",), start=datetime(2026, 1, 1), only=(Restriction(hours=f"{x}-{y}"),)), zone)
        for x, y in ((one, other), (other, one))
    ]
    since, until = SINCE + 4 * DAY, SINCE + 734 * DAY
    spans = sorted(
        (max(x.since, since), min(x.until, until)) for taking in both for x in taking.stretches(since, until)
    )
    assert (spans[0][0], spans[-1][1]) == (since, until)
    assert all(a[1] == b[0] for a, b in pairwise(spans))


def test_windows_may_be_written_full_width() -> None:
    assert Restriction(hours="１８：００〜０９：００").hours == "18:00-09:00"
    assert Restriction(hours="09:00–24:00").window(date(2026, 1, 5))[1] == datetime(2026, 1, 6)
