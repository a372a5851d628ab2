"""The projection: what every event of the logs does to the view and the timeline of its case."""

from services.intake import store
from shared.contracts import events as e
from shared.runtime import folds
from shared.runtime.consume import Delivery, Handlers


async def on_case_event(event: e.Event, delivery: Delivery) -> None:
    """Fold one event of a case's log into its view."""
    fold = await folds.load(delivery.tx, event.case_id)
    await store.tell(fold.read(event, delivery.id, delivery.at), event, delivery)


async def on_outcome(event: e.Event, delivery: Delivery) -> None:
    """Note what came of an attempt to reach somebody."""
    await store.add_line(event, delivery)


HANDLERS: Handlers = {
    e.CaseSubmitted: on_case_event,
    e.CaseAcknowledged: on_case_event,
    e.CaseStarted: on_case_event,
    e.CaseNoted: on_case_event,
    e.CasePaused: on_case_event,
    e.CaseResumed: on_case_event,
    e.CaseReassigned: on_case_event,
    e.CaseFollowed: on_case_event,
    e.CaseResolved: on_case_event,
    e.CaseReopened: on_case_event,
    e.EscalationPlanned: on_case_event,
    e.EscalationAssigned: on_case_event,
    e.EscalationRescheduled: on_case_event,
    e.EscalationExhausted: on_case_event,
    e.DeadlineWarned: on_case_event,
    e.DeadlineBreached: on_case_event,
    e.KnowledgeArchived: on_case_event,
    e.NotificationAttempted: on_outcome,
}
