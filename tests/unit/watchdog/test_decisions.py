"""When the watchdog barks: within its time, again with longer pauses, and silent only when a page has come through."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchdog import decisions as d
from watchdog import words
from watchdog.decisions import Alarm, Canary, Rhythm, Watched

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
RHYTHM = Rhythm(timedelta(seconds=45), timedelta(seconds=45), timedelta(minutes=5), timedelta(hours=1))
NEW = Watched(NOW)
STEPS = st.lists(st.sampled_from(("taken", "page", "refused", "down", "up", "end")), min_size=1, max_size=60)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def sent(case_id: str, seconds: float, w: Watched = NEW) -> Watched:
    """A canary is sent in and taken."""
    return d.taken(d.tried(w, at(seconds), "k"), case_id)


def refused(seconds: float, w: Watched = NEW) -> Watched:
    """A canary is not taken."""
    return d.refused(d.tried(w, at(seconds), "k"))


def judged(w: Watched, now: datetime, reached: bool = True) -> tuple[Watched, d.Tell | None]:
    """One look of the watchdog."""
    w = d.given_up(w, RHYTHM, now)
    wrong = d.troubles(w, RHYTHM, now)
    w = d.noted(w, wrong)
    tell = d.to_tell(w, wrong, now)
    return (d.told(w, tell, wrong, reached, RHYTHM, now) if tell else w), tell


def lived(steps: list[str], w: Watched = NEW, reached: bool = True) -> tuple[Watched, list[tuple[datetime, d.Tell]]]:
    """A life of the watchdog, a step every ten seconds, and all that it has said."""
    said = []
    for number, step in enumerate(steps):
        now = at(10 * number)
        newest = w.canaries[-1].case_id if w.canaries else ""
        match step:
            case "taken":
                w = d.taken(d.tried(w, now, "k"), f"c{number}")
            case "page":
                w = d.arrived(w, newest, RHYTHM, now)
            case "refused":
                w = d.refused(d.tried(w, now, "k"))
            case "end":
                w = d.ended(w, newest) if w.canaries and w.canaries[-1].over else w
            case _:
                w = d.seen(w, ["notifier"] if step == "down" else [], now)
        w, tell = judged(w, now, reached)
        if tell:
            said.append((now, tell))
    return w, said


def test_a_dead_pipeline_is_told_within_two_minutes() -> None:
    w = sent("good", 0)
    w = d.arrived(w, "good", RHYTHM, at(1))
    for second in range(2, 121):  # it dies the moment after
        if d.is_due(w, RHYTHM, at(second)):
            w = sent(f"c{second}", second, w)
        w, tell = judged(w, at(second))
        if tell:
            assert tell == "alarm"
            assert w.alarm is not None
            assert w.alarm.about == ("page",)
            return
    pytest.fail("nobody heard of it")


def test_a_dead_door_is_told_when_it_has_been_dead_for_long_enough() -> None:
    w = refused(20, refused(0))
    assert judged(w, at(44))[1] is None
    assert judged(w, at(45))[1] == "alarm"
    assert judged(sent("c", 30, w), at(45))[1] is None


def test_a_service_that_only_restarts_wakes_nobody() -> None:
    w = d.seen(NEW, ["timer"], NOW)
    assert judged(d.seen(w, [], at(20)), at(60))[1] is None
    assert judged(d.seen(w, ["timer"], at(45)), at(45))[1] == "alarm"


def test_a_late_page_heals_nothing() -> None:
    w, _ = judged(sent("c1", 0), at(46))
    w = d.arrived(w, "c1", RHYTHM, at(47))
    assert judged(w, at(47))[1] is None
    assert w.alarm is not None
    w = d.arrived(sent("c2", 60, w), "c2", RHYTHM, at(61))
    w, tell = judged(w, at(61))
    assert tell == "recovered"
    assert w.alarm is None


def test_what_is_newly_wrong_does_not_wait() -> None:
    w, _ = judged(sent("c1", 0), at(46))
    w = refused(50, w)
    assert judged(w, at(94))[1] is None
    w, tell = judged(w, at(95))
    assert tell == "worse"
    assert w.alarm is not None
    assert w.alarm.about == ("page", "door")
    assert judged(w, at(96))[1] is None


def test_what_comes_back_while_something_else_goes_on_is_news() -> None:
    w, _ = judged(d.seen(sent("c1", 0), ["knowledge"], NOW), at(46))
    assert w.alarm is not None
    assert w.alarm.about == ("page", "service:knowledge")
    end = 3 * 3600
    for second in range(60, end, 45):  # pages come again; knowledge is left for the morning
        w = d.arrived(d.ended(sent("well", second, w), "c1"), "well", RHYTHM, at(second))
        w, tell = judged(d.ended(w, "well"), at(second))
        assert tell in (None, "repeat")
    w = sent("dead", end, w)
    assert judged(w, at(end + 45))[1] is None
    w, tell = judged(w, at(end + 46))
    assert tell == "worse"
    assert judged(w, at(end + 345))[1] is None
    assert judged(w, at(end + 346))[1] == "repeat", "the pauses begin anew"
    healed = d.arrived(sent("well", end + 60, w), "well", RHYTHM, at(end + 60))
    healed, _ = judged(healed, at(end + 60))
    flapping = sent("dead again", end + 70, healed)
    assert judged(flapping, at(end + 116))[1] is None, "it was told a minute ago"
    assert judged(flapping, at(end + 346))[1] == "worse"


def test_what_nobody_took_is_told_again_soon_and_stops_the_heartbeat() -> None:
    w, tell = judged(sent("c1", 0), at(46), reached=False)
    assert tell == "alarm"
    assert not d.beats(w, RHYTHM, at(46))
    w, tell = judged(w, at(62))
    assert tell == "alarm"
    assert d.beats(w, RHYTHM, at(62))


def test_the_end_is_told_until_somebody_has_it() -> None:
    w, _ = judged(sent("c1", 0), at(46))
    w = d.arrived(sent("c2", 50, w), "c2", RHYTHM, at(51))
    w, tell = judged(w, at(51), reached=False)
    assert tell == "recovered"
    assert judged(w, at(52))[1] is None
    w, tell = judged(w, at(67))
    assert tell == "recovered"
    assert w.alarm is None


def test_the_pauses_grow_up_to_the_longest() -> None:
    minutes = [d.pause(n, RHYTHM).total_seconds() / 60 for n in (1, 2, 3, 4, 5, 1000)]
    assert minutes == [5, 10, 20, 40, 60, 60]


def test_no_more_canaries_than_can_be_ended() -> None:
    w = Watched(NOW, canaries=tuple(Canary(f"c{n}", NOW, over=True) for n in range(d.MOST_UNDER_WAY)))
    assert not d.is_due(w, RHYTHM, at(1000))
    assert d.is_due(d.ended(w, "c0"), RHYTHM, at(1000))


@given(STEPS)
def test_an_alarm_is_on_exactly_from_its_telling_to_its_end(steps: list[str]) -> None:
    w, said = lived(steps)
    on = False
    for _, tell in said:
        assert (tell == "alarm") is not on
        on = tell != "recovered"
    assert (w.alarm is not None) is on


@given(STEPS)
def test_nothing_is_repeated_before_its_pause(steps: list[str]) -> None:
    _, said = lived(steps)
    for (before, _), (after, tell) in itertools.pairwise(said):
        assert tell != "repeat" or after - before >= RHYTHM.repeat


@given(STEPS)
def test_a_recovery_is_never_told_without_a_page_since(steps: list[str]) -> None:
    _, said = lived(steps)
    began: datetime | None = None
    for now, tell in said:
        if tell == "alarm":
            began = now
        if tell == "recovered":
            assert began is not None
            pages = [at(10 * n) for n, step in enumerate(steps) if step == "page"]
            assert any(began <= page <= now for page in pages)


@pytest.mark.parametrize("tell", list(words.SUBJECTS))
def test_a_letter_says_what_and_since_when_in_both_languages(tell: d.Tell) -> None:
    w = Watched(NOW, alarm=Alarm(NOW, ("page",), 1, NOW))
    subject, text = words.letter(tell, w, ("page", "door", "service:notifier"), NOW)
    assert "Tasuki" in subject
    assert "11月28日 12:00:00" in text
    assert "2026-11-28 12:00:00 JST" in text
    assert ("notifier" in text) is (tell != "recovered")
