"""Which clocks run for a case, and for which cases one ought to."""

from datetime import UTC, datetime, timedelta

import pytest

from services.timer.domain.deadlines import is_watched, running
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import DeadlineName, Priority
from tests.unit.contracts.story import (
    CASE,
    PLAN,
    SATO,
    WHY,
    acknowledged,
    assigned,
    at,
    breached,
    by,
    deadline,
    for_authority,
    paused,
    resolved,
    told,
)

GRACE = timedelta(milliseconds=300)
PLANNED = e.EscalationPlanned(case_id=CASE, plan=PLAN)


def test_only_running_clocks_are_fired_and_never_before_they_are_due() -> None:
    two = (deadline(DeadlineName.FIRST_RESPONSE, due=5), deadline(DeadlineName.RESOLUTION, due=60))
    case = told(PLANNED, assigned(deadlines=two))
    assert {c.name: c.fire_at - c.due for c in running(case, GRACE).values()} == {
        DeadlineName.FIRST_RESPONSE: GRACE,
        DeadlineName.RESOLUTION: GRACE,
    }
    case = told(PLANNED, assigned(deadlines=two), acknowledged())
    assert set(running(case, GRACE)) == {DeadlineName.RESOLUTION}
    assert running(told(PLANNED, assigned(deadlines=two), acknowledged(), paused()), GRACE) == {}


def test_a_clock_has_the_priority_of_the_plan_and_the_highest_before_there_is_one() -> None:
    """In a storm the clocks of P1 go first: `turns.first_shares`."""
    planned = e.EscalationPlanned(case_id=CASE, plan=PLAN.model_copy(update={"priority": Priority.P3}))
    assert {c.priority for c in running(told(planned, assigned()), GRACE).values()} == {Priority.P3}
    assert {c.priority for c in running(told(assigned()), GRACE).values()} == {Priority.P1}


def test_an_unknown_case_has_no_clocks() -> None:
    assert running(None, GRACE) == {}
    assert not is_watched(None, at(9))


@pytest.mark.parametrize(
    ("case", "watched"),
    [
        (told(), True),
        (told(PLANNED), True),
        (told(PLANNED, assigned(), acknowledged()), True),
        (told(PLANNED, assigned(), paused()), False),
        (told(PLANNED, assigned(), resolved()), False),
        (
            told(e.EscalationPlanned(case_id=CASE, plan=PLAN.model_copy(update={"levels": (), "suppressed": WHY[0]}))),
            False,
        ),
        (told(PLANNED, e.EscalationLinked(case_id=CASE, lead="c_other", lead_number=3, reasons=WHY)), False),
        (told(PLANNED, assigned(), resolved(), e.CaseReopened(case_id=CASE, by=by(SATO), reason="再発")), True),
    ],
    ids=["submitted", "planned", "taken", "waiting", "done", "no incident", "linked", "reopened"],
)
def test_a_clock_ought_to_run_for_every_open_case(case: Case, watched: bool) -> None:
    assert is_watched(case, at(9)) is watched


def test_the_moment_is_kept_to_the_microsecond() -> None:
    """A moment cut to milliseconds was early by up to one."""
    due = datetime(2026, 11, 24, 1, 0, 0, 999_999, UTC)
    clock = e.DeadlineSet(name=DeadlineName.RESOLUTION, generation=1, due=due)
    (found,) = running(told(PLANNED, assigned(deadlines=(clock,))), GRACE).values()
    assert found.fire_at == due + GRACE


UPDATES = e.EscalationPlanned(case_id=CASE, plan=PLAN.model_copy(update={"next_update": "2h"}))
DECIDED = e.EscalationPlanned(case_id=CASE, plan=PLAN.model_copy(update={"authority": PLAN.levels}))
RESUMED = e.CaseResumed(case_id=CASE, by=by(SATO))


@pytest.mark.parametrize(
    ("case", "watched"),
    [
        (told(PLANNED, assigned(), acknowledged()), False),
        (told(UPDATES, assigned(), acknowledged()), True),
        (told(PLANNED, assigned()), True),
        (told(PLANNED, assigned(), acknowledged(), breached(DeadlineName.RESOLUTION), assigned(2, after=1)), True),
        (told(DECIDED, assigned(), for_authority(), acknowledged()), True),
        (told(DECIDED, assigned(), for_authority(), acknowledged(), PLANNED), False),
        (told(PLANNED, assigned(), paused(), RESUMED), True),
    ],
    ids=["taken", "updates", "nobody's", "asked again", "authority", "authority no more", "gone on without its clocks"],
)
def test_once_all_time_is_over_a_case_that_somebody_has_needs_no_clock_unless_updates_are_wanted(
    case: Case, watched: bool
) -> None:
    """Four hours later all that ran is over. Seen red: each acknowledgement was followed by another page within a minute."""
    assert is_watched(case, at(300)) is watched


def test_a_clock_that_had_run_out_before_a_wait_is_not_looked_for_after_it() -> None:
    """The timer does not fold its own breaches: it knows by the instants what had no time left."""
    two = (deadline(DeadlineName.FIRST_RESPONSE, due=1.5), deadline(DeadlineName.RESOLUTION, due=2.5))
    case = told(PLANNED, assigned(deadlines=two), acknowledged(), paused(), RESUMED)
    assert not is_watched(case, at(9))
