"""What the notifier does about each event of a case."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta

from services.notifier import contacts, outcomes, paging, store
from services.notifier.channels import CHANGED_IN_PLACE
from services.notifier.domain import news, telling, troubled
from services.notifier.domain.asked import settled, still_wanted
from services.notifier.domain.closing import closing
from services.notifier.domain.digest import MOST, WORTH_TELLING, digest
from services.notifier.domain.due import due
from services.notifier.domain.notification import Notification
from services.notifier.domain.offers import offer
from services.notifier.domain.relieved import relieved
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.circle import is_restricted
from shared.contracts.joined import waits_again
from shared.contracts.vocabulary import Outcome, Status
from shared.runtime import folds, telemetry
from shared.runtime.consume import Delivery, Handlers

log = telemetry.logger(__name__)
BEHIND = timedelta(seconds=5)  # an older event means that the log is being caught up with
CATCH_UP_SPEED = 60  # a backlog of a minute is read in less than a second, so a page waits for what follows it
LEAST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=30)
STALE_NEWS = timedelta(hours=24)


async def on_fact(event: e.Event, delivery: Delivery) -> None:
    """Tell what happened to those who wait for it."""
    before, case = await _read(event, delivery)
    if case is not None:
        await _tell(before, case, event, delivery)


async def on_fold(event: e.Event, delivery: Delivery) -> None:
    """Remember what the log says; nobody is told."""
    await _read(event, delivery)


async def on_erased(event: e.CaseErased, delivery: Delivery) -> None:
    """Forget who reported the case, in what was or is to be told of it too."""
    before, _ = await _read(event, delivery)
    if before is not None and event.reporter:
        waiting = await store.forget_reporter(delivery.tx, event.case_id, before.submitted.by)
        for n in await store.skip(delivery.tx, waiting, "forgotten"):
            await outcomes.say(delivery.tx, n, Outcome.SKIPPED, "forgotten", delivery.now)


async def on_assigned(event: e.EscalationAssigned, delivery: Delivery) -> None:
    """Page the people who are asked, unless somebody answered before this was written into the log."""
    before, case = await _read(event, delivery)
    if case is None:
        return
    pages = await paging.page(delivery.tx, case, event, delivery.now, _due(delivery), before)
    await _tell(before, case, event, delivery, heard={w.recipient for w in pages})


async def on_taken(
    event: e.CaseAcknowledged | e.CaseStarted | e.CasePaused | e.CaseResolved | e.EscalationLinked | e.CaseLinked,
    delivery: Delivery,
) -> None:
    """Tell those who wait; take back the pages that need no answer now, and let their messages say who has the case."""
    before, case = await _read(event, delivery)
    if case is None:
        return
    pages = await store.live_pages(delivery.tx, case.id)
    heard = await _tell(before, case, event, delivery)
    await _add(case, relieved(before, case, event, pages, CHANGED_IN_PLACE), delivery, heard)
    await _take_back(case, event, pages, delivery)


async def on_offered(event: e.CaseOffered, delivery: Delivery) -> None:
    """Ask the one person who is to take the case over; whoever was asked that before is not any more."""
    before, case = await _read(event, delivery)
    if before is None or case is None or case.offers == before.offers:
        return
    await _take_back(case, event, await _offers(case, delivery), delivery)
    contact = (await contacts.known(delivery.tx, {event.to.id})).get(event.to.id)
    await store.add(delivery.tx, offer(case, event, delivery.id, contact), delivery.now, _due(delivery))


async def on_answered_offer(event: e.CaseDeclined | e.CaseReassigned, delivery: Delivery) -> None:
    """Tell what happened; whoever was asked to take the case over need not answer any more."""
    before, case = await _read(event, delivery)
    if case is None:
        return
    await _tell(before, case, event, delivery)
    await _take_back(case, event, await _offers(case, delivery), delivery)


async def on_digest(event: e.DutyDigest, delivery: Delivery) -> None:
    """Tell one person what they should know, in one message that wakes nobody."""
    if delivery.now - delivery.at > WORTH_TELLING[event.cause]:
        return
    contact = (await contacts.known(delivery.tx, {event.person.id})).get(event.person.id)
    cases = await folds.load_all(delivery.tx, [c.case_id for c in event.cases[:MOST]])
    rounds = {fold.key: fold.told.round for fold in cases if fold.told}
    wish = digest(event, delivery.id, contact, rounds) if contact else None
    if wish is None:
        log.warning("nowhere to send a digest", person=event.person.id, cause=event.cause)
        return
    await store.add(delivery.tx, [wish], delivery.now)


async def on_troubled(event: e.SourceTroubled, delivery: Delivery) -> None:
    """Tell the owner of a source or subscription of its trouble; where they cannot be told, who looks after it all."""
    owner = (await contacts.known(delivery.tx, {event.owner})).get(event.owner) if event.owner else None
    chosen = (owner, await contacts.platform_owner(delivery.tx), await contacts.catch_all(delivery.tx))
    wish = troubled.wish(event, delivery.at, chosen)
    if wish is None:
        log.error("nobody can be told of a source in trouble", source=event.source)
        return
    await store.add(delivery.tx, [wish], delivery.now)


async def on_due(event: e.KnowledgeDue, delivery: Delivery) -> None:
    """Tell one person of the articles that are due; where they cannot be told, who looks after it all."""
    known = await contacts.known(delivery.tx, {event.person.id})
    rest = await contacts.platform_owner(delivery.tx), await contacts.catch_all(delivery.tx)
    wish = due(event, delivery.id, delivery.now, (known.get(event.person.id), *rest))
    if wish is None:
        log.error("nobody can be told of articles that are due", articles=len(event.articles))
        return
    await store.add(delivery.tx, [wish], delivery.now)


async def _offers(case: Case, delivery: Delivery) -> list[Notification]:
    return [n for n in await store.live_pages(delivery.tx, case.id) if n.need == "own"]


async def _take_back(case: Case, event: e.Event, pages: Sequence[Notification], delivery: Delivery) -> None:
    """Of these pages, send none that needs no answer now, and change those that were sent."""
    needless = [n.id for n in pages if not still_wanted(case, n)]
    for n in await store.skip(delivery.tx, needless, event.type.split(".")[1]):
        await outcomes.say(delivery.tx, n, Outcome.SKIPPED, "no longer needed", delivery.now)
    over = [n.id for n in pages if n.answerable and settled(case, n)]
    await store.close(delivery.tx, over, closing(case, event), delivery.now)


async def _tell(
    before: Case | None, case: Case, event: e.Event, delivery: Delivery, heard: Set[str] = frozenset()
) -> Set[str]:
    """Tell what an event is news of, but not to those who have `heard` of it; all who have heard of it then."""
    lead = await _told(delivery, case.linked) if case.linked else None
    return await _add(case, news.news(before, case, event, lead), delivery, heard)


async def _add(case: Case, said: telling.Telling | None, delivery: Delivery, heard: Set[str]) -> Set[str]:
    if said is None or delivery.now - delivery.at > STALE_NEWS:
        return heard
    joined = [j for j in case.joined if await _waits(delivery, case, j.case_id)] if said.shared else []
    known = await contacts.known(delivery.tx, {*said.recipients, *(j.by.id for j in joined)})
    new = telling.wishes(case, said, delivery.id, known, joined, heard)
    await store.add(delivery.tx, new, delivery.now)
    return heard | {w.recipient for w in new}


async def _waits(delivery: Delivery, lead: Case, case_id: str) -> bool:
    """Whether the reporter of a linked report waits for the result; again, where the last one of the lead did not hold.

    Not where other people may read the one than the other: intake parts them, and until then nothing is said.
    """
    report = await _told(delivery, case_id)
    if is_restricted(lead) != (report is not None and is_restricted(report)):
        return False
    return report is None or report.status is not Status.DONE or waits_again(report, lead)


async def _told(delivery: Delivery, case_id: str) -> Case | None:
    return (await folds.load(delivery.tx, case_id, lock=False)).told


async def _read(event: e.Event, delivery: Delivery) -> tuple[Case | None, Case | None]:
    """The case as the log told it before this event, and as it is now."""
    before = await folds.load(delivery.tx, event.case_id)
    after = before.read(event, delivery.id, delivery.at)
    await folds.save(delivery.tx, after)
    return before.told, after.told


def _due(delivery: Delivery) -> datetime:
    """Now; or, after an outage, when the rest of the log has been read, which may have made the page needless."""
    late = delivery.now - delivery.at
    wait = min(max(late / CATCH_UP_SPEED, LEAST_WAIT), LONGEST_WAIT) if late > BEHIND else timedelta()
    return delivery.now + wait


HANDLERS: Handlers = {
    e.CaseSubmitted: on_fold,
    e.CaseAcknowledged: on_taken,
    e.CaseUnacknowledged: on_fact,
    e.CaseStarted: on_taken,
    e.CasePaused: on_taken,
    e.CaseResumed: on_fact,
    e.CaseReassigned: on_answered_offer,
    e.CaseOffered: on_offered,
    e.CaseDeclined: on_answered_offer,
    e.CaseReassessed: on_fold,  # the plan that follows says what came of it
    e.CaseCorrected: on_fold,
    e.CaseExtended: on_fact,
    e.CaseReplied: on_fact,
    e.CaseNoted: on_fact,
    e.CaseFollowed: on_fold,
    e.CaseLinked: on_taken,
    e.CaseSplit: on_fact,
    e.CaseResolved: on_taken,
    e.CaseFeedback: on_fact,
    e.CaseReopened: on_fact,
    e.CaseErased: on_erased,
    e.EscalationPlanned: on_fact,
    e.EscalationAssigned: on_assigned,
    e.EscalationRescheduled: on_fold,
    e.EscalationExhausted: on_fact,
    e.EscalationLinked: on_taken,
    e.EscalationJoined: on_fold,
    e.EscalationParted: on_fold,
    e.DeadlineWarned: on_fact,
    e.DeadlineBreached: on_fold,
    e.DeadlineMissing: on_fold,
    e.NotificationUnreachable: on_fold,
    e.DutyDigest: on_digest,
    e.SourceTroubled: on_troubled,
    e.KnowledgeDue: on_due,
}
