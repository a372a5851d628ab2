"""Pages of one assignment into the ledger, whether Kafka or the direct road brings it."""

from datetime import datetime

from services.notifier import contacts, store, trouble
from services.notifier.domain import asking, plan, quiet
from services.notifier.domain.notification import Wish, rank
from services.notifier.sql import SQL
from shared.contracts.case import Case
from shared.contracts.drill import is_drill
from shared.contracts.events import EscalationAssigned
from shared.contracts.vocabulary import Channel, Priority, Purpose
from shared.runtime.db import Transaction


async def page(
    tx: Transaction,
    case: Case,
    event: EscalationAssigned,
    now: datetime,
    due: datetime | None = None,
    before: Case | None = None,
) -> list[Wish]:
    """Write the pages of an assignment that `case` knows already, and `before` did not.

    A P1 waits for nothing, nor does what has waited since the case was less urgent. What people do not want to hear now
    is held, and said so; whoever would then hear of it too late is told to the router, so that somebody else is asked.
    """
    if event.priority is Priority.P1:
        asked = [r.person.id for r in event.responders]
        await store.release(
            tx, case.id, asked, rank(event.priority, Purpose.PAGE, is_drill(case.submitted.source)), now
        )
    known = await contacts.known(tx, plan.concerned(case, event))
    pages = quiet.hold(asking.thanked(before, case, event, plan.assignment(case, event, known)), known, now)
    places = await _places(tx, event, now) if event.round > 1 else {}
    await store.add(tx, pages.wishes, now, due, places)
    if pages.held:
        await tx.execute(SQL["explain"], pages.held, quiet.CODE)
    for wish in pages.unreachable:
        await trouble.unreachable(tx, wish, quiet.CODE, now)
    return list(pages.wishes)


async def _places(tx: Transaction, event: EscalationAssigned, now: datetime) -> dict[Channel, datetime]:
    """Since when pages of earlier rounds have waited for their turn, by channel; what replaces them takes their place.

    Were it to stand behind all that waits, nobody would be told where sending takes longer than a round.
    """
    rows = await tx.fetch(SQL["places"], event.case_id, event.track, event.round, now)
    return {Channel(row["channel"]): row["since"] for row in rows}
