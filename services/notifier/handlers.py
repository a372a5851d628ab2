"""What the notifier does about each event of a case."""

from datetime import datetime, timedelta

from services.notifier import outcomes, store
from services.notifier.domain import plan
from services.notifier.domain.notification import still_wanted
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.vocabulary import Outcome
from shared.runtime import folds
from shared.runtime.consume import Delivery, Handlers

BEHIND = timedelta(seconds=5)  # an older event means that the log is being caught up with
CATCH_UP_SPEED = 60  # a backlog of a minute is read in less than a second, so a page waits for what follows it
LEAST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=30)
STALE_NEWS = timedelta(hours=24)


async def on_fact(event: e.Event, delivery: Delivery) -> None:
    """Tell what happened to those who wait for it."""
    case = await _read(event, delivery)
    if case is None or delivery.now - delivery.at > STALE_NEWS:
        return
    telling = plan.news(case, event)
    if telling:
        known = await store.contacts(delivery.tx, set(telling.recipients))
        await store.add(delivery.tx, plan.wishes(case, telling, delivery.id, known), delivery.now)


async def on_fold(event: e.Event, delivery: Delivery) -> None:
    """Remember what the log says; nobody is told."""
    await _read(event, delivery)


async def on_assigned(event: e.EscalationAssigned, delivery: Delivery) -> None:
    """Page the people who are asked, unless somebody answered before this was written into the log."""
    case = await _read(event, delivery)
    if case is None or not still_wanted(case, event.round, event.after):
        return
    known = await store.contacts(delivery.tx, plan.concerned(case, event))
    await store.add(delivery.tx, plan.assignment(case, event, known), delivery.now, _due(delivery))


async def on_taken(
    event: e.CaseAcknowledged | e.CaseStarted | e.CasePaused | e.CaseResolved, delivery: Delivery
) -> None:
    """Stop the pages, let the messages say who has the case, and tell those who wait."""
    await on_fact(event, delivery)
    for n in await store.skip_pages(delivery.tx, event.case_id, event.type.split(".")[1]):
        await outcomes.say(delivery.tx, n, Outcome.SKIPPED, "no longer needed", delivery.now)
    await store.close_pages(delivery.tx, event.case_id, event.by.name or event.by.id, delivery.now)


async def _read(event: e.Event, delivery: Delivery) -> Case | None:
    fold = (await folds.load(delivery.tx, event.case_id)).read(event, delivery.id, delivery.at)
    await folds.save(delivery.tx, fold)
    return fold.told


def _due(delivery: Delivery) -> datetime:
    """Now; or, after an outage, when the rest of the log has been read, which may have made the page needless."""
    late = delivery.now - delivery.at
    wait = min(max(late / CATCH_UP_SPEED, LEAST_WAIT), LONGEST_WAIT) if late > BEHIND else timedelta()
    return delivery.now + wait


HANDLERS: Handlers = {
    e.CaseSubmitted: on_fold,
    e.CaseAcknowledged: on_taken,
    e.CaseStarted: on_taken,
    e.CasePaused: on_taken,
    e.CaseResumed: on_fact,
    e.CaseReassigned: on_fact,
    e.CaseNoted: on_fact,
    e.CaseFollowed: on_fold,
    e.CaseResolved: on_taken,
    e.CaseReopened: on_fact,
    e.EscalationPlanned: on_fact,
    e.EscalationAssigned: on_assigned,
    e.EscalationRescheduled: on_fold,
    e.EscalationExhausted: on_fact,
    e.DeadlineWarned: on_fact,
    e.DeadlineBreached: on_fold,
}
