"""More time for a deadline: only what the router can count, and only where a clock is open."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.case import decide
from services.intake.domain.commands import Extend
from services.intake.domain.extension import extension
from services.intake.domain.refusals import Refusal
from services.router.domain.climb.clocks import extended
from services.router.domain.times.calendar import Calendar
from services.router.domain.times.duration import Duration
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import DeadlineName, DeadlineState
from tests.unit.contracts import story

NAME = DeadlineName.RESOLUTION
HOURS = Calendar()


def case_with(span: str, state: DeadlineState = DeadlineState.RUNNING, since: datetime = story.START) -> Case:
    due = e.DeadlineSet(name=NAME, generation=1, due=story.at(240), span=span, since=since)
    case = story.told(story.assigned(deadlines=[due]))
    deadline = case.deadlines[NAME].model_copy(update={"state": state, "paused_at": story.at(5)})
    return case.model_copy(update={"deadlines": {NAME: deadline}})


@pytest.mark.parametrize("more", ["2h", "２ｈ", " 30m ", "90s", "1.5d"])
def test_time_is_added_to_a_clock_that_runs_or_stands_still(more: str) -> None:
    for state in (DeadlineState.RUNNING, DeadlineState.PAUSED):
        said = decide(case_with("4h", state), Extend(NAME, more, "部品待ち"), story.by())
        assert isinstance(said, e.CaseExtended)
        assert said.more.isascii()
        assert Duration.parse(said.more) == Duration.parse(more)


@pytest.mark.parametrize(
    ("span", "more", "code"),
    [
        ("4h", "", "not-a-duration"),
        ("4h", "-2h", "not-a-duration"),
        ("4h", "0h", "not-a-duration"),
        ("4h", "0.000d", "not-a-duration"),
        ("4h", "2 hours", "not-a-duration"),
        ("4h", "二時間", "not-a-duration"),
        ("4h", "1e9h", "not-a-duration"),
        ("4h", "9999999999s", "not-a-duration"),
        ("4h", "3661d", "too-long"),
        ("3659d", "2d", "too-long"),
        ("1bd", "366bd", "too-long"),
        ("8000bh", "784.1bh", "too-long"),
        ("4h", "1bd", "other-kind-of-time"),
        ("3bd", "24h", "other-kind-of-time"),
        ("", "3bh", "other-kind-of-time"),
    ],
)
def test_what_cannot_be_added_is_refused_with_the_field(span: str, more: str, code: str) -> None:
    refusal = decide(case_with(span), Extend(NAME, more, "r"), story.by())
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.field, refusal.ja.isascii(), bool(refusal.en)) == (code, "more", False, True)


@pytest.mark.parametrize("state", [DeadlineState.MET, DeadlineState.BREACHED, DeadlineState.DROPPED])
def test_a_deadline_that_is_not_open_is_not_moved(state: DeadlineState) -> None:
    refusal = decide(case_with("4h", state), Extend(NAME, "2h", "r"), story.by())
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.field) == ("deadline-not-open", "")
    unknown = decide(case_with("4h"), Extend(DeadlineName.NEXT_UPDATE, "2h", "r"), story.by())
    assert isinstance(unknown, Refusal)
    assert "次の経過報告" in unknown.ja


SPANS = ["90s", "60m", "4h", "3d", "3000d", "2bh", "1bd", "300bd"]
AMOUNTS = st.integers(0, 4000) | st.floats(0, 5, width=16)
UNITS = st.sampled_from(["s", "m", "h", "d", "bh", "bd", ""])


@given(st.sampled_from(SPANS), st.builds("{}{}".format, AMOUNTS, UNITS))
def test_what_is_accepted_here_the_router_can_count(span: str, more: str) -> None:
    """Went red when the sum was not limited, and when the kinds were not compared: the router raised ValueError."""
    case = case_with(span)
    said = extension(case, NAME, more)
    if not isinstance(said, Refusal):
        (moved,) = extended(case, HOURS, NAME, said, story.at(9))
        assert moved.generation == 2
        assert moved.due > story.START
