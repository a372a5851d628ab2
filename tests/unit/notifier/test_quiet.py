"""Do not disturb: the hours of a week, what is held, who counts as not to be reached, and that a P1 never waits."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.domain import quiet
from services.notifier.domain.fallback import Means, another, instead
from services.notifier.domain.notification import Wish, rank
from services.notifier.domain.preferences import Preferences, Window
from shared.contracts.vocabulary import Channel, Priority, Purpose
from tests.unit.notifier.examples import KNOWN, NOW, SATO, TANAKA, notification
from tests.unit.notifier.test_rules import TWO

TOKYO = ZoneInfo("Asia/Tokyo")
EVERY_DAY = frozenset(range(7))
NIGHT = Window(EVERY_DAY, time(22), time(7))
SLEEPS = Preferences(windows=(NIGHT,))
PHONE, SMS, CHAT, EMAIL = Channel.PHONE, Channel.SMS, Channel.CHAT, Channel.EMAIL


def _minute(at: time) -> time:
    return at.replace(second=0, microsecond=0)


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-22T21:59:59", None),
        ("2026-11-22T22:00:00", "2026-11-23T07:00:00"),
        ("2026-11-23T00:00:00", "2026-11-23T07:00:00"),
        ("2026-11-23T06:59:59", "2026-11-23T07:00:00"),
        ("2026-11-23T07:00:00", None),
    ],
)
def test_hours_that_cross_midnight(at: str, until: str | None) -> None:
    assert SLEEPS.quiet_until(jst(at)) == (jst(until) if until else None)


def test_a_window_belongs_to_the_day_on_which_it_begins() -> None:
    friday = Preferences(windows=(Window(frozenset({4}), time(22), time(7)),))
    assert friday.quiet_until(jst("2026-11-21T03:00:00")) == jst("2026-11-21T07:00:00")  # the night to Saturday
    assert friday.quiet_until(jst("2026-11-20T03:00:00")) is None  # the night to Friday


def test_hours_that_follow_each_other_end_once_and_those_without_an_end_do_not_hang() -> None:
    weekend = Window(frozenset({5, 6}), time(0), time(0))
    both = Preferences(windows=(NIGHT, weekend))
    assert both.quiet_until(jst("2026-11-20T23:00:00")) == jst("2026-11-23T07:00:00")
    always = Preferences(windows=(Window(EVERY_DAY, time(0), time(0)),))
    end = always.quiet_until(NOW)
    assert end is not None
    assert end - NOW >= timedelta(days=7)


@pytest.mark.parametrize(("zone", "quiet_there"), [("Asia/Tokyo", False), ("America/New_York", True)])
def test_the_hours_are_those_of_the_person_s_zone(zone: str, quiet_there: bool) -> None:
    there = replace(SLEEPS, zone=zone)
    assert bool(there.quiet_until(datetime(2026, 11, 22, 4, 0, tzinfo=UTC))) == quiet_there


@settings(deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.lists(
        st.builds(
            Window, st.frozensets(st.integers(0, 6), min_size=1), st.times().map(_minute),
            st.times().map(_minute),
        ),
        max_size=3,
    ),
    st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
)  # fmt: skip
def test_the_end_is_later_and_quiet_no_more(at: datetime, windows: list[Window], zone: str) -> None:
    theirs = Preferences(windows=tuple(windows), zone=zone)
    moment = at.replace(tzinfo=UTC)
    end = theirs.quiet_until(moment)
    assert end is None or end > moment
    if end is not None and end - moment < timedelta(days=7):
        assert theirs.quiet_until(end) is None


def page(channel: Channel, priority: Priority = Priority.P2, due: datetime | None = None, **more: object) -> Wish:
    n = notification(channel=channel, rank=rank(priority, Purpose.PAGE), attempts=0, **more)
    return replace(n, content=replace(n.content, due=due, priority=str(priority)))


MIDNIGHT, MORNING = jst("2026-11-23T00:00:00"), jst("2026-11-23T07:00:00")
SLEEPER = {SATO.id: replace(TWO, preferences=SLEEPS)}


def test_loud_pages_wait_for_the_morning_and_quiet_ones_do_not() -> None:
    late = MORNING + timedelta(hours=1)
    wishes = [page(c, due=late) for c in (PHONE, SMS, Channel.PUSH, CHAT, EMAIL)]
    held = quiet.hold(wishes, SLEEPER, MIDNIGHT)
    assert [w.not_before for w in held.wishes] == [MORNING] * 3 + [None] * 2
    assert held.held == [w.id for w in wishes[:3]]
    assert held.unreachable == []
    assert quiet.hold(wishes, SLEEPER, MORNING).held == []


def test_whoever_would_hear_too_late_counts_as_not_to_be_reached() -> None:
    early = MIDNIGHT + timedelta(minutes=30)
    wishes = [page(PHONE, due=early), page(CHAT, due=early), page(PHONE, due=early, recipient=TANAKA.id)]
    held = quiet.hold(wishes, {**KNOWN, **SLEEPER}, MIDNIGHT)
    assert [w.recipient for w in held.unreachable] == [SATO.id]
    assert held.wishes[0].not_before == MORNING  # it stays, should nobody else be found
    assert held.wishes[1:] == wishes[1:]  # nobody else waits


def test_somebody_who_is_rung_before_the_hours_begin_is_reached() -> None:
    evening = jst("2026-11-22T21:58:00")
    due = evening + timedelta(minutes=30)
    held = quiet.hold([page(PHONE, due=due), page(SMS, due=due, delay=timedelta(minutes=5))], SLEEPER, evening)
    assert [w.not_before for w in held.wishes] == [None, MORNING]
    assert held.unreachable == []


@settings(deadline=None)
@given(st.sampled_from(Channel), st.integers(0, 47), st.integers(1, 600), st.integers(0, 60))
def test_a_p1_is_never_held(channel: Channel, half_hours: int, due: int, delay: int) -> None:
    now = MIDNIGHT + timedelta(minutes=30 * half_hours)
    wish = page(channel, Priority.P1, now + timedelta(minutes=due), delay=timedelta(minutes=delay))
    held = quiet.hold(
        [wish], {SATO.id: replace(TWO, preferences=Preferences(windows=(Window(EVERY_DAY, time(0), time(0)),)))}, now
    )
    assert (held.held, held.unreachable, held.wishes[0].not_before) == ([], [], None)
    assert held.wishes[0].delay == (timedelta(minutes=delay) if delay < due else timedelta())


def test_a_team_and_a_ticket_have_no_hours() -> None:
    wishes = [page(PHONE, recipient="team:payments"), page(Channel.TICKET, recipient="ticket:zendesk:7")]
    assert quiet.hold(wishes, SLEEPER, MIDNIGHT).wishes == wishes


def test_what_failed_is_not_followed_by_something_loud_in_quiet_hours() -> None:
    n = notification(channel=CHAT, rank=rank(Priority.P2, Purpose.PAGE))
    everything = frozenset(Channel)
    means = Means(everything, {CHAT, EMAIL}, None, quiet.hushed(n, SLEEPER[SATO.id], MIDNIGHT))
    assert instead(n, SLEEPER[SATO.id], means) == []
    by_day = replace(means, hushed=quiet.hushed(n, SLEEPER[SATO.id], MORNING))
    assert [w.channel for w in instead(n, SLEEPER[SATO.id], by_day)] == [SMS]
    p1 = notification(channel=CHAT)
    assert quiet.hushed(p1, SLEEPER[SATO.id], MIDNIGHT) == frozenset()


def test_a_second_number_is_rung_once_the_first_has_failed_for_good() -> None:
    n = notification(rank=rank(Priority.P2, Purpose.PAGE))
    means = Means(frozenset(Channel), {PHONE}, None, (), ("",))
    (second,) = another(n, TWO, means)
    assert (second.channel, second.address, second.recipient) == (PHONE, "phone-2", SATO.id)
    assert second.id != n.id
    assert another(n, TWO, replace(means, addresses=("", "phone-2"))) == []
    assert another(n, TWO, replace(means, hushed=quiet.LOUD)) == []
    assert another(n, KNOWN[SATO.id], means) == []
