"""The projection: what every event of the logs does to the view and the timeline of its case, and to linked reports."""

from services.intake import externals, store
from services.intake.domain.together import is_overheard, same_result
from shared.contracts import erased
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.joined import is_known
from shared.runtime import folds
from shared.runtime.consume import Delivery, Handlers


async def on_case_event(event: e.Event, delivery: Delivery) -> None:
    """Fold one event of a case's log into its view."""
    fold = await folds.load(delivery.tx, event.case_id)
    await store.tell(fold.read(event, delivery.id, delivery.at), event, delivery)


async def on_submitted(event: e.CaseSubmitted, delivery: Delivery) -> None:
    """What is said of its ticket from now on is said of the case."""
    await on_case_event(event, delivery)
    if event.external:
        await externals.recall(delivery.tx, event.source, event.external.id, event.case_id)


async def on_result(event: e.CaseResolved, delivery: Delivery) -> None:
    """The reports that are linked to a case are done with it."""
    await on_case_event(event, delivery)
    lead = (await folds.load(delivery.tx, event.case_id)).case
    for joined in sorted(j.case_id for j in lead.joined) if lead else ():
        await _follow(lead, joined, delivery)


async def on_circle(event: e.CaseReassessed | e.EscalationPlanned, delivery: Delivery) -> None:
    """Where other people may read a case from now on, what was handled together with it stands alone."""
    await on_case_event(event, delivery)
    case = (await folds.load(delivery.tx, event.case_id)).case
    if case is not None and case.linked:
        await _follow((await folds.load(delivery.tx, case.linked, lock=False)).case, case.id, delivery)
    for joined in sorted(j.case_id for j in case.joined) if case else ():
        await _follow(case, joined, delivery)


async def on_joined(event: e.EscalationJoined, delivery: Delivery) -> None:
    """A report that is linked while the case ends, or where other people may read it, must not be left behind.

    One that is linked already is told of again when its reporter is erased: the history forgets them, and has no line more.
    """
    fold = await folds.load(delivery.tx, event.case_id)
    if fold.told is not None and is_known(fold.told.joined, event):
        reporter = next(j.by for j in fold.told.joined if j.case_id == event.joined)
        await store.show(fold.read(event, delivery.id, delivery.at), delivery.tx, delivery.at)
        if event.by == erased.NOBODY:
            await store.forget_joined(delivery.tx, event.case_id, event.joined, reporter)
        return
    await on_case_event(event, delivery)
    await _follow((await folds.load(delivery.tx, event.case_id)).case, event.joined, delivery)


async def on_linked(event: e.EscalationLinked | e.CaseLinked, delivery: Delivery) -> None:
    """The same, when the link is read after that, which is another key of the log."""
    await on_case_event(event, delivery)
    await _follow((await folds.load(delivery.tx, event.lead, lock=False)).case, event.case_id, delivery)


async def on_gathered(event: e.EscalationLinked, delivery: Delivery) -> None:
    """A rule and a person may each have linked one of two cases to the other: then the person's link is undone."""
    await on_linked(event, delivery)
    lead = await folds.load(delivery.tx, event.lead)
    if lead.case is None or lead.case.linked != event.case_id:
        return
    report = (await folds.load(delivery.tx, event.case_id)).case
    if report is None or report.linked != event.lead:
        return
    await store.say(lead, _split(event.lead, report), event_id(delivery.id, "split"), delivery)


async def _follow(lead: Case | None, report: str, delivery: Delivery) -> None:
    """Say once what the leading case means for a linked report; whoever comes second finds it said.

    It is one of its own again where other people may read it than the lead, and else done if that is.
    """
    if lead is None:
        return
    fold = await folds.load(delivery.tx, report)
    said = _split(report, lead) if is_overheard(lead, fold.case) else same_result(lead, fold.case)
    if said is not None:
        await store.say(fold, said, event_id(delivery.id, report), delivery)


def _split(report: str, lead: Case) -> e.CaseSplit:
    return e.CaseSplit(case_id=report, by=store.SYSTEM, lead=lead.id, lead_number=lead.submitted.number)


async def on_erased(event: e.CaseErased, delivery: Delivery) -> None:
    """Forget what was personal in the case, in its history too."""
    before = (await folds.load(delivery.tx, event.case_id)).told
    await store.forget(delivery.tx, event.case_id, before.submitted.by if before and event.reporter else None)
    await on_case_event(event, delivery)


async def on_outcome(event: e.NotificationAttempted, delivery: Delivery) -> None:
    """Note what came of an attempt to reach somebody."""
    store.record_attempt(event, delivery)
    await store.add_line(event, delivery)


HANDLERS: Handlers = {
    e.CaseSubmitted: on_submitted,
    e.CaseAcknowledged: on_case_event,
    e.CaseUnacknowledged: on_case_event,
    e.CaseStarted: on_case_event,
    e.CaseNoted: on_case_event,
    e.CasePaused: on_case_event,
    e.CaseResumed: on_case_event,
    e.CaseReassigned: on_case_event,
    e.CaseOffered: on_case_event,
    e.CaseDeclined: on_case_event,
    e.CaseReassessed: on_circle,
    e.CaseCorrected: on_circle,
    e.CaseExtended: on_case_event,
    e.CaseReplied: on_case_event,
    e.CaseFollowed: on_case_event,
    e.CaseLinked: on_linked,
    e.CaseSplit: on_case_event,
    e.CaseResolved: on_result,
    e.CaseFeedback: on_case_event,
    e.CaseReopened: on_case_event,
    e.CaseAttached: on_case_event,
    e.CaseDetached: on_case_event,
    e.CaseErased: on_erased,
    e.EscalationPlanned: on_circle,
    e.EscalationAssigned: on_case_event,
    e.EscalationRescheduled: on_case_event,
    e.EscalationExhausted: on_case_event,
    e.EscalationLinked: on_gathered,
    e.EscalationJoined: on_joined,
    e.EscalationParted: on_case_event,
    e.DeadlineWarned: on_case_event,
    e.DeadlineBreached: on_case_event,
    e.DeadlineMissing: on_case_event,
    e.KnowledgeArchived: on_case_event,
    e.NotificationAttempted: on_outcome,
    e.NotificationUnreachable: on_case_event,
    e.Strange: on_case_event,
}
