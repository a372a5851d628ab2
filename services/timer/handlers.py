"""Every event that starts, stops or moves a clock."""

from datetime import timedelta

from services.timer import store
from services.timer.domain.deadlines import running
from shared.contracts import events as e
from shared.runtime import folds
from shared.runtime.consume import Delivery, Handlers

MOVING = (
    e.CaseSubmitted,
    e.CaseAcknowledged,
    e.CaseStarted,
    e.CaseNoted,
    e.CasePaused,
    e.CaseResumed,
    e.CaseReassigned,
    e.CaseResolved,
    e.CaseReopened,
    e.EscalationPlanned,
    e.EscalationAssigned,
    e.EscalationRescheduled,
    e.DeadlineBreached,
)


def handlers(grace: timedelta) -> Handlers:
    """The table of handlers: all fold the case and let exactly its running clocks run."""

    async def on_event(event: e.Event, delivery: Delivery) -> None:
        before = await folds.load(delivery.tx, event.case_id)
        fold = before.read(event, delivery.id, delivery.at)
        clocks = running(fold.case, grace)
        if clocks != running(before.case, grace):
            await store.sync(delivery.tx, event.case_id, clocks)
        await folds.save(delivery.tx, fold)

    return dict.fromkeys(MOVING, on_event)
