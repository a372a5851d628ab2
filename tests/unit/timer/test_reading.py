"""The timer reads fewer events than the others, and still knows exactly the clocks that run."""

from datetime import timedelta

from hypothesis import example, given

from services.timer.handlers import MOVING
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.vocabulary import DeadlineState
from tests.unit.contracts import story
from tests.unit.contracts.story import LOGS, START


def clocks(case: Case, breached: Case) -> set[tuple[str, int]]:
    """The clocks that run, without those that have breached: of these the row knows, not the fold."""
    gone = {d.name for d in breached.deadlines.values() if d.state is DeadlineState.BREACHED}
    return {(d.name, d.generation) for d in case.running() if d.name not in gone}


LINKED = e.EscalationLinked(case_id=story.CASE, lead="c_lead", lead_number=7, reasons=())
APART = e.CaseReassessed(case_id=story.CASE, by=story.by())


@given(LOGS)
@example([story.assigned(), LINKED, APART, story.assigned(2, after=2)])
@example([story.assigned(), LINKED])
@example(
    [
        story.assigned(),
        story.acknowledged(),
        e.CaseOffered(case_id=story.CASE, by=story.by(), to=story.YAMADA),
        story.acknowledged(story.YAMADA),
        e.CaseNoted(case_id=story.CASE, by=story.by(story.YAMADA), text="x"),
    ]
)
@example(
    [
        story.assigned(),
        story.paused(),
        e.CaseReplied(case_id=story.CASE, by=story.by(), text="x"),
        story.assigned(2, after=1),
    ]
)
def test_what_it_does_not_read_changes_no_clock(log: list[e.Event]) -> None:
    """Seen to fail when `CaseReassessed`, `CaseReplied`, `CaseOffered`, `EscalationLinked` or `CasePaused` is taken out of MOVING."""
    mine = full = evolve(None, story.submitted(), START)
    for minute, event in enumerate(log, 1):
        at = START + timedelta(minutes=minute)
        full = evolve(full, event, at)
        mine = evolve(mine, event, at) if isinstance(event, MOVING) else mine
        assert full is not None
        assert mine is not None
        assert clocks(mine, full) == clocks(full, full)
