"""What is foreseen: the order of things, where it ends, and how it is told and drawn."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from services.router.domain.climb.in_force import InForce
from services.router.domain.trial import foresight, picture, story, week
from services.router.domain.trial.foresight import Act, Foresight
from shared.contracts import events as e
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Status, Track, Urgency
from tests.unit.router.desk import T0, in_force, person, priorities

TOKYO = ZoneInfo("Asia/Tokyo")
TEXT = "髙﨑①㈱🔥 <b>&\"'"
NO_INCIDENT = {
    "id": "not-an-incident",
    "when": [{"words": ["パスワード"]}],
    "then": {"suppress": True, "faq": "/faq"},
    "reason": {"ja": "利用者が自分でできます", "en": "self-service"},
}
DAILY = {
    "line": {
        "zone": "Asia/Tokyo",
        "layers": [{"people": ["sato", "suzuki"], "every": 1, "unit": "days", "start": "2026-11-23T09:00:00"}],
    }
}


def foreseen(
    force: InForce,
    *acts: Act,
    urgency: str = "critical",
    impact: str = "all",
    facts: str = TEXT,
    at: datetime = T0,
    hours: float = 24,
) -> Foresight:
    report = Report(urgency=Urgency(urgency), impact=Impact(impact), facts=facts)
    return foresight.foresee(force, foresight.submission(report, "test"), at, acts=acts, horizon=timedelta(hours=hours))


def asked(seen: Foresight, track: Track = Track.HANDLING) -> list[tuple[float, list[str]]]:
    """Minutes after the report, and who is asked then."""
    return [
        ((m.at - T0) / timedelta(minutes=1), [r.person.id for r in x.responders])
        for m in seen.moments
        for x in m.assigned
        if x.track is track
    ]


def test_nobody_acts_so_both_tracks_climb_to_the_catch_all_which_is_shown_twice() -> None:
    """Seen red: with CATCH_ALL_ASKED = 3."""
    seen = foreseen(in_force())
    assert asked(seen) == [(0, ["sato"]), (5, ["manager"]), (10, ["last"]), (15, ["last"])]
    assert asked(seen, Track.AUTHORITY) == [(0, ["boss"]), (5, ["manager"]), (10, ["last"]), (15, ["last"])]
    assert seen.end == "catch_all"


def test_an_answer_at_the_very_instant_of_the_deadline_is_ahead_of_it() -> None:
    """Seen red: with `<` for `<=` where `_following` prefers an act."""
    acts = [Act(T0 + timedelta(minutes=5), "acknowledge", person(p)) for p in ("sato", "boss")]
    acts += [Act(T0 + timedelta(minutes=6), "start"), Act(T0 + timedelta(minutes=30), "resolve")]
    seen = foreseen(in_force(), *acts)
    assert asked(seen) == [(0, ["sato"])]
    assert asked(seen, Track.AUTHORITY) == [(0, ["boss"])]
    assert (seen.end, seen.moments[-1].case.status) == ("resolved", Status.DONE)


def test_whoever_takes_it_does_not_answer_for_the_responsible_person() -> None:
    seen = foreseen(in_force(), Act(T0 + timedelta(minutes=1), "acknowledge", person("sato")), hours=0.2)
    assert asked(seen) == [(0, ["sato"])]
    assert asked(seen, Track.AUTHORITY)[:2] == [(0, ["boss"]), (5, ["manager"])]
    assert seen.end == "horizon"


def test_a_change_of_shift_is_foreseen() -> None:
    """Seen red: without `_shift`."""
    at = datetime(2026, 11, 23, 23, 58, tzinfo=UTC)  # two minutes before nine
    seen = foreseen(in_force(schedules=DAILY), at=at, hours=0.05)
    assert [m.event is None for m in seen.moments] == [False, True]
    assert [next(r.person.id for x in m.assigned for r in x.responders) for m in seen.moments] == ["sato", "suzuki"]


def test_what_is_no_incident_ends_at_once() -> None:
    seen = foreseen(in_force(rules=[NO_INCIDENT]), urgency="low", impact="one", facts="パスワードを忘れた")
    assert (seen.end, len(seen.moments), asked(seen)) == ("nobody_asked", 1, [])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_step_is_told_in_words(language: str) -> None:
    seen = foreseen(in_force(), Act(T0 + timedelta(minutes=7), "acknowledge"))
    steps = story.steps(in_force(), seen)
    assert len(steps) == len(seen.moments)
    assert all(getattr(step.what, language) for step in steps)
    first = steps[0]
    assert {t.person.id for t in first.told} == {"sato", "boss"}
    assert [d.name for d in first.deadlines][:2] == ["first_response", "first_handling"]
    assert "5m" in first.deadlines[0].reason.en
    assert seen.end in story.ENDS


def test_a_deadline_that_passes_says_whom_that_calls_or_that_it_calls_nobody() -> None:
    """Seen red: with `found and` for `not found and` in `_followed`."""
    seen = foreseen(in_force(), Act(T0 + timedelta(minutes=7), "acknowledge"), hours=48)
    somebody = {
        bool(moment.assigned or any(isinstance(x, e.EscalationExhausted) for x in moment.said)): step.what
        for moment, step in zip(seen.moments, story.steps(in_force(), seen), strict=True)
        if isinstance(moment.event, e.DeadlineBreached)
    }
    nobody = [any(text.ja in what.ja for text in (story.NOBODY, story.ASKED_ALREADY)) for what in somebody.values()]
    assert dict(zip(somebody, nobody, strict=True)) == {True: False, False: True}


def test_who_is_being_called_for_the_other_track_is_said_to_be() -> None:
    steps = story.steps(in_force(), foreseen(in_force(), hours=0.1))
    again = {(t.person.id, t.track): t.again for step in steps[1:] for t in step.told}
    assert again == {("manager", Track.HANDLING): False, ("manager", Track.AUTHORITY): True}


def test_what_waits_for_the_weekly_digest_says_so() -> None:
    force = in_force(priorities=priorities(P4={"load": 3}))
    (told, *_) = story.steps(force, foreseen(force, urgency="low", impact="one", hours=1))[0].told
    assert (told.digest, told.held, told.reason) == (True, True, story.BY_DIGEST)


def test_who_is_called_because_the_digest_was_not_answered_is_not_said_to_be_told_by_it() -> None:
    """Seen red: the leader, whom a page reaches, was said to hear of it in the weekly digest."""
    force = in_force(priorities=priorities(P4={"load": 3}))
    seen = foreseen(force, urgency="low", impact="one", hours=24 * 7)
    told = [t for step in story.steps(force, seen) for t in step.told if t.person.id in ("ito", "leader")]
    assert [(t.person.id, t.digest, t.reason == story.BY_DIGEST) for t in told[:2]] == [
        ("ito", True, True),
        ("leader", False, False),
    ]


def cells(force: InForce, urgency: str = "medium", impact: str = "one") -> list[week.Cell]:
    report = Report(urgency=Urgency(urgency), impact=Impact(impact), facts=TEXT)
    return [week.cell(force, report, "test", at) for at in week.hours(force, T0)]


def test_a_week_has_168_hours_from_midnight_and_holds_what_is_in_no_hurry() -> None:
    found = cells(in_force())
    assert len(found) == 168
    assert found[0].at.astimezone(TOKYO) == datetime(2026, 11, 24, tzinfo=TOKYO)
    open_ = [c for c in found if not c.held]
    assert {c.at.astimezone(TOKYO).hour for c in open_} == set(range(9, 18))
    assert not any(c.held for c in cells(in_force(), "critical", "all"))


def test_the_picture_is_svg_with_every_text_escaped() -> None:
    """Seen red: without `escape`, which breaks the XML."""
    force = in_force(people=[{"id": p.id, "name": f"{p.name}{TEXT}"} for p in in_force().policy.people])
    for drawn in (
        picture.heat_map(cells(force), TOKYO, TEXT),
        picture.bars([(TEXT, [picture.Bar(TEXT, 3, 0), picture.Bar("髙橋", 0, 9)])], TEXT, "en"),
    ):
        root = ElementTree.fromstring(drawn)
        said = "".join(root.itertext())
        assert TEXT in said
        assert root.get("aria-label") == TEXT
    assert len(root.findall("{http://www.w3.org/2000/svg}rect")) > 4


def test_the_same_report_is_foreseen_the_same_twice_and_nothing_is_said_by_others() -> None:
    one, two = (foreseen(in_force()) for _ in range(2))
    assert one.moments == two.moments
    said = {type(x) for m in one.moments for x in m.said}
    assert said == {e.EscalationPlanned, e.EscalationAssigned, e.EscalationExhausted}
