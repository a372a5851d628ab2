"""Folds every case, archives it when it is resolved, offers it no more when that did not help, and forgets whom the log forgets."""

from services.knowledge import articles, editing, store, usage
from services.knowledge.domain.archive import record_of
from services.knowledge.domain.sight import sight_of, unreported
from shared.contracts import events as e
from shared.contracts.envelope import event_id
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Status
from shared.runtime import folds, outbox
from shared.runtime.consume import Delivery, Handlers

NOBODY = Person(id="tasuki", name="Tasuki")
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
    e.CaseReassessed,
    e.CaseCorrected,
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


async def on_planned(event: e.EscalationPlanned, delivery: Delivery) -> None:
    """Remember it; where somebody resolved the case before it was planned, the plan still says who may see its record."""
    fold = await folds.load(delivery.tx, event.case_id)
    fold = fold.read(event, delivery.id, delivery.at)
    await folds.save(delivery.tx, fold)
    if fold.case is not None and fold.case.status is Status.DONE:
        await store.see(delivery.tx, event.case_id, sight_of(fold.case), delivery.now)


async def on_resolved(event: e.CaseResolved, delivery: Delivery) -> None:
    """Archive the case, personal data masked; where another handling helped, owners look whether their articles are still true."""
    fold = await folds.load(delivery.tx, event.case_id)
    fold = fold.read(event, delivery.id, delivery.at)
    await folds.save(delivery.tx, fold)
    version = await store.next_version(delivery.tx, event.case_id)
    record = record_of(fold.case, version) if fold.case else None
    if fold.case is None or record is None:
        return
    texts = ("title", "problem", "handling", "result", "evaluation", "cause")
    record = record.model_copy(update={name: usage.masked(getattr(record, name)) for name in texts})
    before = await store.one(delivery.tx, event.case_id)
    await store.put(delivery.tx, record, sight_of(fold.case), delivery.now)
    archived = e.KnowledgeArchived(case_id=event.case_id, title=record.title)
    await outbox.add(delivery.tx, archived, event_id("archived", delivery.id), delivery.now)
    if before is not None and before[0].handling != record.handling:
        why = f"案件 No.{record.number} が再開され、別の対応で完了しました / case No. {record.number} was reopened and done in another way"
        by = Person(id=event.by.id, name=event.by.name)
        if sight_of(fold.case).restricted:  # who reads the article may not know of the case, or of who works on it
            why, by = "もとの案件が、別の対応で完了しました / a case that it came from was done in another way", NOBODY
        for id_ in await articles.of_case(delivery.tx, event.case_id):
            await editing.ask_owner(delivery.tx, id_, why, by, delivery.now)


async def on_reopened(event: e.CaseReopened, delivery: Delivery) -> None:
    """Fold it, and offer its record to nobody until the case is resolved again."""
    await on_folded(event, delivery)
    archived = await store.one(delivery.tx, event.case_id)
    if archived is not None:
        await store.reopen(delivery.tx, archived[0], delivery.at, delivery.now)


async def on_erased(event: e.CaseErased, delivery: Delivery) -> None:
    """Fold it, and forget beside the record who reported the case where that is asked for."""
    await on_folded(event, delivery)
    archived = await store.one(delivery.tx, event.case_id) if event.reporter else None
    if archived is not None:
        await store.see(delivery.tx, event.case_id, unreported(archived[1]), delivery.now)


HANDLERS: Handlers = {
    **dict.fromkeys(ONLY_FOLDED, on_folded),
    e.EscalationPlanned: on_planned,
    e.CaseResolved: on_resolved,
    e.CaseReopened: on_reopened,
    e.CaseErased: on_erased,
}
