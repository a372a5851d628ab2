"""Folds every case, archives it when it is resolved, and forgets in its record whom the log forgets."""

from services.knowledge import store, usage
from services.knowledge.domain.archive import record_of
from services.knowledge.domain.sight import sight_of, unreported
from shared.contracts import events as e
from shared.contracts.envelope import event_id
from shared.runtime import folds, outbox
from shared.runtime.consume import Delivery, Handlers

ONLY_FOLDED = (
    e.CaseSubmitted,
    e.CaseAcknowledged,
    e.CaseUnacknowledged,
    e.CaseStarted,
    e.CasePaused,
    e.CaseResumed,
    e.CaseReassigned,
    e.CaseOffered,
    e.CaseDeclined,
    e.CaseReopened,
    e.CaseReassessed,
    e.EscalationPlanned,
    e.EscalationAssigned,
    e.EscalationLinked,
    e.CaseLinked,
    e.CaseSplit,
    e.CaseFollowed,
)


async def on_folded(event: e.Event, delivery: Delivery) -> None:
    """Remember what the record will need."""
    fold = await folds.load(delivery.tx, event.case_id)
    await folds.save(delivery.tx, fold.read(event, delivery.id, delivery.at))


async def on_resolved(event: e.CaseResolved, delivery: Delivery) -> None:
    """Archive the case; personal data is masked before it is kept."""
    fold = await folds.load(delivery.tx, event.case_id)
    fold = fold.read(event, delivery.id, delivery.at)
    await folds.save(delivery.tx, fold)
    version = await store.next_version(delivery.tx, event.case_id)
    record = record_of(fold.case, version) if fold.case else None
    if fold.case is None or record is None:
        return
    texts = ("title", "problem", "handling", "result", "evaluation", "cause")
    record = record.model_copy(update={name: usage.masked(getattr(record, name)) for name in texts})
    await store.put(delivery.tx, record, sight_of(fold.case), delivery.now)
    archived = e.KnowledgeArchived(case_id=event.case_id, title=record.title)
    await outbox.add(delivery.tx, archived, event_id("archived", delivery.id), delivery.now)


async def on_erased(event: e.CaseErased, delivery: Delivery) -> None:
    """Fold it, and forget beside the record who reported the case where that is asked for."""
    await on_folded(event, delivery)
    archived = await store.one(delivery.tx, event.case_id) if event.reporter else None
    if archived is not None:
        await store.see(delivery.tx, event.case_id, unreported(archived[1]), delivery.now)


HANDLERS: Handlers = {
    **dict.fromkeys(ONLY_FOLDED, on_folded),
    e.CaseResolved: on_resolved,
    e.CaseErased: on_erased,
}
