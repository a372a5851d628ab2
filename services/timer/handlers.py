"""Every event that starts, stops or moves a clock."""

from datetime import datetime, timedelta

from services.timer import store
from services.timer.domain.deadlines import is_watched, running
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.runtime import folds
from shared.runtime.consume import Delivery, Handlers

MOVING = (
    e.CaseSubmitted,
    e.CaseAcknowledged,
    e.CaseUnacknowledged,
    e.CaseStarted,
    e.CaseNoted,
    e.CasePaused,
    e.CaseResumed,
    e.CaseReplied,
    e.CaseReassigned,
    e.CaseOffered,  # who takes it over by an acknowledgement gives the updates from then on
    e.CaseDeclined,
    e.CaseReassessed,
    e.CaseCorrected,
    e.CaseResolved,
    e.CaseReopened,
    e.EscalationPlanned,
    e.EscalationAssigned,
    e.EscalationRescheduled,
    e.EscalationLinked,
    e.CaseLinked,
    e.CaseSplit,
    e.CaseErased,
)


UNFOLDED = (e.DeadlineBreached,)


def handlers(grace: timedelta) -> Handlers:
    """The table of handlers: fold the case, and let exactly its running clocks run.

    What this service said itself is not folded: that a clock has breached stands in its row, and in a storm there is no
    time to read and write a whole case for it.
    """

    async def on_event(event: e.Event, delivery: Delivery) -> None:
        fold = await folds.load(delivery.tx, event.case_id)
        before, fold = fold.case, fold.read(event, delivery.id, delivery.at)
        case = fold.case
        clocks = running(case, grace)
        if clocks != running(before, grace):
            await store.sync(delivery.tx, event.case_id, clocks)
        if state(case, delivery.at) != state(before, delivery.at):
            await store.watch(delivery.tx, event.case_id, *state(case, delivery.at), delivery.at)
        await folds.save(delivery.tx, fold)

    async def on_breached(event: e.DeadlineBreached, delivery: Delivery) -> None:
        await store.confirm(delivery.tx, event.case_id, event.name, event.generation)

    return {**dict.fromkeys(MOVING, on_event), e.DeadlineBreached: on_breached}


def state(case: Case | None, at: datetime) -> tuple[bool, bool]:
    """Whether a clock ought to run for a case at an instant, and whether it has a plan."""
    return is_watched(case, at), case is not None and case.plan is not None
