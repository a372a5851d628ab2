"""A verified delivery of a webhook, taken in one transaction: once, whatever happens, and never lost."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.intake import acting, setups, store, submitting
from services.intake.domain import redacting
from services.intake.domain.alerts import all_clear, is_news, told
from services.intake.domain.commands import Acknowledge, Command, Note, Reply, Resolve
from services.intake.domain.replies import is_automatic
from services.intake.domain.words import Language
from services.intake.senders import SENDERS
from services.intake.senders.sender import (
    Cleared,
    Echo,
    Malformed,
    Outcome,
    Reading,
    Request,
    Source,
    Taken,
    Trigger,
    Unmapped,
)
from services.intake.sources import Sources
from services.intake.store import Ticket
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.events import SourceTroubled
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Status
from shared.runtime import folds, outbox
from shared.runtime.db import Transaction


class InFlight(Exception):
    """The same delivery is being taken at this moment."""


async def deliver(
    tx: Transaction, source: Source, readings: Sequence[Reading], given: Request, language: Language
) -> list[Outcome]:
    """Take all that a request says; what is repeated changes nothing and gets its first outcome. Raises InFlight."""
    return [await _deliver(tx, source, reading, given, language) for reading in readings]


async def _deliver(tx: Transaction, source: Source, reading: Reading, given: Request, language: Language) -> Outcome:
    external = None if isinstance(reading, Unmapped | Echo) else reading.external.id
    met = await store.meet(tx, source.id, reading.delivery_id, external, isinstance(reading, Trigger))
    if met is None:
        raise InFlight
    if met.first is not None:
        return met.first
    now = given.now
    ticket = met.ticket or Ticket("", "", {})
    known = ticket
    match reading:
        case Trigger():
            outcome, known = await _trigger(tx, source.id, reading, language, now, ticket, met.number)
        case Taken():
            outcome = await _taken(tx, source.id, reading, now, ticket)
        case Cleared():
            outcome, known = await _cleared(tx, source.id, reading, now, ticket)
        case Unmapped():
            outcome = await _set_aside(tx, source, reading, given)
        case Echo():
            outcome = Outcome("ignored")
    await keep(tx, source, reading.delivery_id, outcome, given, known if known != ticket else None)
    return outcome


async def keep(
    tx: Transaction, source: Source, delivery_id: str, outcome: Outcome, given: Request, ticket: Ticket | None = None
) -> None:
    """Write down what became of a delivery, so that a repeat gets the same; it is kept for a week."""
    raw = redacting.blackened(given.raw, source.secrets)
    await store.keep_delivery(tx, source.id, delivery_id, outcome, raw, given.now, ticket)


async def replay(
    tx: Transaction, sources: Sources, id_: int, language: Language, now: datetime
) -> list[Outcome] | Unmapped | None:
    """Try once more what is set aside, for it may be understood by now; None when there is no such thing."""
    row = await tx.fetchrow(store.SQL["quarantined_one"], id_)
    source = await sources.even_disabled(row["source"]) if row else None
    if row is None or source is None:
        return None
    given = Request(row["body"], store.headers(row), now, url=row["url"])
    readings = SENDERS[source.sender].read(given, source)
    if isinstance(readings, Malformed):
        return unreadable(given, row["delivery_id"])
    if wrong := next((r for r in readings if isinstance(r, Unmapped)), None):
        return replace(wrong, delivery_id=row["delivery_id"])
    await tx.execute(store.SQL["release"], id_, source.id, row["delivery_id"])
    if len(readings) == 1:
        readings = [replace(readings[0], delivery_id=row["delivery_id"])]
    return await deliver(tx, source, readings, given, language)


def unreadable(given: Request, delivery_id: str = "") -> Unmapped:
    """A genuine request whose body cannot be read at all, as what is set aside."""
    return Unmapped(
        delivery_id or hashlib.sha256(given.raw).hexdigest(), "本文を読み取れません。", "The body cannot be read."
    )


async def _set_aside(tx: Transaction, source: Source, reading: Unmapped, given: Request) -> Outcome:
    """Keep what nobody understood as it came, without its secrets, and have the owner of the source told."""
    body = redacting.blackened(given.raw, source.secrets)
    headers = redacting.kept(given.headers, source.secrets)
    url = redacting.without(given.url, source.secrets)
    await store.quarantine(tx, source.id, reading, body, headers, url, given.now)
    tx.kept.setdefault("troubles", {})[source.id] = (source, reading, given.now)
    tx.at_end("troubles", _tell_owners)
    return Outcome("quarantined")


async def _tell_owners(tx: Transaction) -> None:
    """Say it once an hour for each source; at the end, so that nobody who holds a case waits for this row."""
    for id_, (source, reading, now) in sorted(tx.kept.pop("troubles").items()):
        hour = now.replace(minute=0, second=0, microsecond=0)
        if await setups.is_first_trouble(tx, id_, hour):
            reason = Reason(ja=reading.ja, en=reading.en)
            trouble = SourceTroubled(source=id_, name=source.name or id_, owner=source.owner, reason=reason)
            await outbox.add(tx, trouble, event_id("source.troubled", id_, hour.isoformat()), now)


async def _trigger(
    tx: Transaction,
    source: str,
    trigger: Trigger,
    language: Language,
    now: datetime,
    ticket: Ticket,
    number: int | None,
) -> tuple[Outcome, Ticket]:
    case = (await folds.load(tx, ticket.case_id)).case if ticket.case_id else None
    if case is None or case.status is Status.DONE:
        if case and trigger.alerts and not is_news(ticket.alerts, trigger.alerts):
            # An old "firing" that comes after its own "resolved" must not wake anybody again.
            return Outcome("ignored", case.id, case.submitted.number), ticket
        submission = submitting.Submission(trigger.report, trigger.by, source, language, trigger.external)
        case = await submitting.submit(tx, submission, now, number)
        verdict = "opened"
    else:
        verdict = await _note(tx, case, source, trigger, now)
    known = Ticket(ticket.id, case.id, told(ticket.alerts, trigger.alerts))
    return Outcome(verdict, case.id, case.submitted.number), known


async def _note(tx: Transaction, case: Case, source: str, trigger: Trigger, now: datetime) -> str:
    """Add what is new in a delivery to the open case; the same words are noted once, but a customer may say them again."""
    if trigger.note in ("", case.submitted.report.facts):
        return "repeated"
    command: Command = Note(trigger.note, internal=True)
    verdict, once = "noted", hashlib.sha256(trigger.note.encode()).hexdigest()
    if trigger.by_customer:
        command = Reply(trigger.note, is_automatic({}, trigger.note))
        verdict, once = "replied", trigger.delivery_id
    done = await acting.act(tx, case.id, command, trigger.by, now, (case.id, source, once))
    return verdict if isinstance(done, acting.After) and not done.again else "repeated"


async def _taken(tx: Transaction, source: str, taken: Taken, now: datetime, ticket: Ticket) -> Outcome:
    """Acknowledge the open case of a ticket for who took it there; that is their answer, whoever was asked here."""
    case_id = ticket.case_id
    done = await acting.act(tx, case_id, Acknowledge(via=source), taken.by, now) if case_id else None
    if not isinstance(done, acting.After):
        return Outcome("ignored", case_id or None)
    return Outcome("repeated" if done.again else "taken", case_id, done.case.submitted.number)


async def _cleared(
    tx: Transaction, source: str, cleared: Cleared, now: datetime, ticket: Ticket
) -> tuple[Outcome, Ticket]:
    case_id = ticket.case_id
    if not case_id:
        return Outcome("ignored"), ticket
    known = Ticket(ticket.id, case_id, told(ticket.alerts, cleared.alerts))
    if not all_clear(known.alerts):
        return Outcome("ignored", case_id), known
    command = Resolve(cleared.handling, cleared.result, evaluation="", cause="")
    done = await acting.act(tx, case_id, command, cleared.by, now, (source, cleared.delivery_id))
    if not isinstance(done, acting.After):
        return Outcome("ignored", case_id), known
    return Outcome("resolved", case_id, done.case.submitted.number), known
