"""Which clocks run for a case."""

from datetime import UTC, datetime, timedelta

from services.timer.domain.deadlines import running
from shared.contracts import events as e
from shared.contracts.case import evolve
from shared.contracts.report import Report
from shared.contracts.vocabulary import DeadlineName, Path, Priority

T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)
GRACE = timedelta(milliseconds=300)
BY = e.Actor(kind="person", id="a", name="A")


def test_only_running_clocks_are_fired_and_never_before_they_are_due() -> None:
    submitted = e.CaseSubmitted(case_id="c", by=BY, number=1, report=Report(facts="x"), source="t")
    deadlines = tuple(
        e.DeadlineSet(name=name, generation=1, due=T0 + timedelta(minutes=m))
        for name, m in ((DeadlineName.FIRST_RESPONSE, 5), (DeadlineName.RESOLUTION, 60))
    )
    assigned = e.EscalationAssigned(
        case_id="c",
        round=1,
        level=1,
        path=Path.FUNCTIONAL,
        priority=Priority.P1,
        cause="submitted",
        after=0,
        responders=(),
        channels=(),
        deadlines=deadlines,
        reasons=(),
    )
    case = evolve(evolve(None, submitted, T0), assigned, T0)
    assert {c.name: c.fire_at - c.due for c in running(case, GRACE).values()} == dict.fromkeys(
        (DeadlineName.FIRST_RESPONSE, DeadlineName.RESOLUTION), GRACE
    )
    case = evolve(case, e.CaseAcknowledged(case_id="c", by=BY, via="phone"), T0)
    assert set(running(case, GRACE)) == {DeadlineName.RESOLUTION}
    case = evolve(case, e.CasePaused(case_id="c", by=BY, reason="x"), T0)
    assert running(case, GRACE) == {}


def test_an_unknown_case_has_no_clocks() -> None:
    assert running(None, GRACE) == {}
