"""When the watchdog barks: within its time, again with longer pauses, and silent only when a page has come through."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchdog import decisions as d
from watchdog import memory, words
from watchdog.decisions import Alarm, Canary, Rhythm, Watched

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
RHYTHM = Rhythm(timedelta(seconds=45), timedelta(seconds=45), timedelta(minutes=5), timedelta(hours=1))
STEPS = st.lists(st.sampled_from(("taken", "page", "refused", "down", "up", "end")), min_size=1, max_size=60)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def judged(w: Watched, now: datetime, reached: bool = True) -> tuple[Watched, d.Tell | None]:
    """One look of the watchdog."""
    w = d.given_up(w, RHYTHM, now)
    wrong = d.troubles(w, RHYTHM, now)
    tell = d.to_tell(w, wrong, now)
    return (d.told(w, tell, wrong, reached, RHYTHM, now) if tell else w), tell


def lived(
    steps: list[str], w: Watched = Watched(), reached: bool = True
) -> tuple[Watched, list[tuple[datetime, d.Tell]]]:
    """A life of the watchdog, a step every ten seconds, and all that it has said."""
    said = []
    for number, step in enumerate(steps):
        now = at(10 * number)
        newest = w.canaries[-1].case_id if w.canaries else ""
        match step:
            case "taken":
                w = d.taken(d.tried(w, now), f"c{number}", now)
            case "page":
                w = d.arrived(w, newest, RHYTHM, now)
            case "refused":
                w = d.refused(w, now)
            case "end":
                w = d.ended(w, newest) if w.canaries and w.canaries[-1].over else w
            case _:
                w = d.seen(w, ["notifier"] if step == "down" else [], now)
        w, tell = judged(w, now, reached)
        if tell:
            said.append((now, tell))
    return w, said


def test_a_dead_pipeline_is_told_within_two_minutes() -> None:
    w = d.taken(d.tried(Watched(), NOW), "good", NOW)
    w = d.arrived(w, "good", RHYTHM, at(1))
    for second in range(2, 121):  # it dies the moment after
        if d.is_due(w, RHYTHM, at(second)):
            w = d.taken(d.tried(w, at(second)), f"c{second}", at(second))
        w, tell = judged(w, at(second))
        if tell:
            assert tell == "alarm"
            assert w.alarm is not None
            assert w.alarm.about == ("page",)
            return
    pytest.fail("nobody heard of it")


def test_a_dead_door_is_told_when_it_has_been_dead_for_long_enough() -> None:
    w = d.refused(d.refused(Watched(), NOW), at(20))
    assert judged(w, at(44))[1] is None
    assert judged(w, at(45))[1] == "alarm"
    assert judged(d.taken(w, "c", at(30)), at(45))[1] is None


def test_a_service_that_only_restarts_wakes_nobody() -> None:
    w = d.seen(Watched(), ["timer"], NOW)
    assert judged(d.seen(w, [], at(20)), at(60))[1] is None
    assert judged(d.seen(w, ["timer"], at(45)), at(45))[1] == "alarm"


def test_a_late_page_heals_nothing() -> None:
    w, _ = judged(d.taken(Watched(), "c1", NOW), at(46))
    w = d.arrived(w, "c1", RHYTHM, at(47))
    assert judged(w, at(47))[1] is None
    assert w.alarm is not None
    w = d.arrived(d.taken(w, "c2", at(60)), "c2", RHYTHM, at(61))
    w, tell = judged(w, at(61))
    assert tell == "recovered"
    assert w.alarm is None


def test_what_is_newly_wrong_does_not_wait() -> None:
    w, _ = judged(d.taken(Watched(), "c1", NOW), at(46))
    w = d.refused(w, at(50))
    assert judged(w, at(94))[1] is None
    w, tell = judged(w, at(95))
    assert tell == "worse"
    assert w.alarm is not None
    assert w.alarm.about == ("page", "door")
    assert judged(w, at(96))[1] is None


def test_what_nobody_took_is_told_again_soon_and_stops_the_heartbeat() -> None:
    w, tell = judged(d.taken(Watched(), "c1", NOW), at(46), reached=False)
    assert tell == "alarm"
    assert not d.beats(w)
    w, tell = judged(w, at(62))
    assert tell == "alarm"
    assert d.beats(w)


def test_the_end_is_told_until_somebody_has_it() -> None:
    w, _ = judged(d.taken(Watched(), "c1", NOW), at(46))
    w = d.arrived(d.taken(w, "c2", at(50)), "c2", RHYTHM, at(51))
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
    w = Watched(canaries=tuple(Canary(f"c{n}", NOW, over=True) for n in range(d.MOST_UNDER_WAY)))
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


@given(STEPS)
def test_a_restart_keeps_the_alarm_and_misses_nothing_new(
    steps: list[str],
) -> None:
    w, _ = lived(steps)
    again = d.woken(memory._read(memory.as_json(w)))
    assert again.alarm == w.alarm
    assert again.missed == w.missed
    assert d.given_up(again, RHYTHM, at(10_000)) == again


def test_what_is_kept_on_disk_comes_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("watchdog") / "new" / "state.json"
    w = replace(
        Watched((Canary("c1", NOW),), NOW, NOW, 0.5, 2, NOW, (("timer", NOW),)), alarm=Alarm(NOW, ("page",), 1, NOW)
    )
    assert memory.load(path) == Watched()
    memory.save(path, w)
    assert memory.load(path) == w
    path.write_text("half {")
    assert memory.load(path) == Watched()


@pytest.mark.parametrize("tell", list(words.SUBJECTS))
def test_a_letter_says_what_and_since_when_in_both_languages(tell: d.Tell) -> None:
    w = Watched(alarm=Alarm(NOW, ("page",), 1, NOW))
    subject, text = words.letter(tell, w, ("page", "door", "service:notifier"), NOW)
    assert "Tasuki" in subject
    assert "11月28日 12:00:00" in text
    assert "2026-11-28 12:00:00 JST" in text
    assert ("notifier" in text) is (tell != "recovered")
