"""A verified delivery of a webhook, taken in one transaction: once, whatever happens, and never lost."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.intake import acting, auditing, enclosing, externals, filing, raising, safe, setups, store, submitting
from services.intake.domain import redacting
from services.intake.domain.alerts import all_clear, is_news, told
from services.intake.domain.commands import Acknowledge, Command, Note, Reply, Resolve
from services.intake.domain.enclosed import lost
from services.intake.domain.replies import is_automatic
from services.intake.domain.words import Language
from services.intake.externals import Ticket
from services.intake.senders import SENDERS
from services.intake.senders.email import KEPT
from services.intake.senders.sender import (
    Cleared,
    Echo,
    Machine,
    Malformed,
    Outcome,
    Reading,
    Request,
    Source,
    Taken,
    Thread,
    Trigger,
    Unmapped,
)
from services.intake.sources import Sources
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.events import Actor, SourceTroubled
from shared.contracts.personal import masked
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Status
from shared.runtime import folds, outbox
from shared.runtime.db import Transaction


class InFlight(Exception):
    """The same delivery is being taken at this moment."""


class Behind(Exception):
    """Something that came earlier from the same source waits for its turn."""


async def deliver(
    tx: Transaction,
    source: Source,
    readings: Sequence[Reading],
    given: Request,
    language: Language,
    in_turn: bool = True,
    most: int = 0,
) -> list[Outcome]:
    """Take all that a request says; what is repeated changes nothing and gets its first outcome.

    `most` is the room for all files in bytes. Raises InFlight, and Behind where its turn has not come.
    """
    if len(readings) > 1 or given.files:
        auditing.later(tx)
    return [await _deliver(tx, source, reading, given, language, in_turn, most) for reading in readings]


async def _deliver(
    tx: Transaction, source: Source, reading: Reading, given: Request, language: Language, in_turn: bool, most: int
) -> Outcome:
    met = await externals.meet(tx, source.id, reading.delivery_id, _ticket_of(reading), _is_new(reading))
    if met is None:
        raise InFlight
    if met.behind and not in_turn:
        raise Behind
    if met.first is not None:
        return met.first
    now = given.now
    ticket = met.ticket or Ticket("", "", {})
    known = ticket
    match reading:
        case Trigger():
            outcome, known = await _trigger(tx, source.id, reading, language, now, ticket, met.number)
        case Machine():
            outcome = await _machine(tx, source.id, reading, now)
        case Taken():
            outcome = await _taken(tx, source.id, reading, now, ticket)
        case Cleared():
            outcome, known = await _cleared(tx, source.id, reading, now, ticket)
        case Unmapped():
            outcome = await _set_aside(tx, source, reading, given, most)
        case Echo():
            outcome = Outcome("ignored")
    if given.files:
        await enclosing.attach(tx, source, reading, outcome, given, most)
    await keep(tx, source, reading.delivery_id, outcome, given, known if known != ticket else None)
    return outcome


def _ticket_of(reading: Reading) -> str | None:
    """The external id of the ticket or group of alerts that a reading names."""
    return None if isinstance(reading, Unmapped | Echo | Machine) else reading.external.id


def _is_new(reading: Reading) -> bool:
    """Whether it opens a case unless its ticket has one."""
    return isinstance(reading, Trigger) and not (reading.thread and reading.thread.earlier)


async def keep(
    tx: Transaction, source: Source, delivery_id: str, outcome: Outcome, given: Request, ticket: Ticket | None = None
) -> None:
    """Write down what became of a delivery, so that a repeat gets the same; what it held is sealed, and kept for a week."""
    raw = redacting.blackened(given.raw, source.secrets)
    sealed = (await safe.at(tx).keys()).seal(raw, about(source.id, delivery_id))
    await externals.keep_delivery(tx, source.id, delivery_id, outcome, sealed, len(raw), given.now, ticket)


def about(source: str, delivery_id: str) -> str:
    """What the body of a delivery is bound to."""
    return f"delivery {source} {delivery_id}"


async def replay(
    tx: Transaction, sources: Sources, id_: int, language: Language, now: datetime, most: int
) -> list[Outcome] | Unmapped | None:
    """Try once more what is set aside, for it may be understood by now; None when there is no such thing."""
    row = await tx.fetchrow(store.SQL["quarantined_one"], id_)
    source = await sources.even_disabled(row["source"]) if row else None
    if row is None or source is None:
        return None
    body, headers, url = await store.unpacked(tx, row)
    rest = await store.rest_of(tx, row)
    given, sender = Request(body + rest, headers, now, url=url), SENDERS[source.sender]
    readings = await asyncio.to_thread(sender.read, given, source)
    if isinstance(readings, Malformed):
        return unreadable(given, row["delivery_id"])
    if wrong := next((r for r in readings if isinstance(r, Unmapped)), None):
        return replace(wrong, delivery_id=row["delivery_id"])
    await tx.execute(store.SQL["release"], id_, source.id, row["delivery_id"])
    if len(readings) == 1:
        readings = [replace(readings[0], delivery_id=row["delivery_id"])]
    if sender.parted:
        given = await asyncio.to_thread(sender.parted, given)
        if not rest and (row["rest"] is not None or len(body) >= KEPT):
            given = replace(given, files=lost(given.files))
    return await deliver(tx, source, readings, given, language, most=most)


def unreadable(given: Request, delivery_id: str = "") -> Unmapped:
    """A genuine request whose body cannot be read at all, as what is set aside."""
    return Unmapped(
        delivery_id or hashlib.sha256(given.raw).hexdigest(), "本文を読み取れません。", "The body cannot be read."
    )


async def set_aside(tx: Transaction, source: Source, reading: Unmapped, given: Request) -> Outcome:
    """Keep a whole request for a person to look at; a repeat of it is answered the same."""
    outcome = await _set_aside(tx, source, reading, given, most=0)
    await keep(tx, source, reading.delivery_id, outcome, given)
    return outcome


async def _set_aside(tx: Transaction, source: Source, reading: Unmapped, given: Request, most: int) -> Outcome:
    """Keep what nobody understood as it came, without its secrets, and have the owner of the source told."""
    packed = redacting.packed(given.raw, given.headers, given.url, source.secrets)
    rest = (given.rest if await filing.has_room(tx, len(given.rest), most) else b"") if given.rest else None
    await store.quarantine(tx, source.id, reading, packed, rest, given.now)
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
    external, thread = trigger.external, trigger.thread
    if thread and (case_id := await _conversation(tx, source, thread, trigger.answer_to)):
        return await _replied(tx, source, case_id, thread, trigger.by, now), ticket
    case = (await folds.load(tx, ticket.case_id)).case if ticket.case_id else None
    if case is None or case.status is Status.DONE:
        if trigger.alerts and ticket.alerts and not is_news(ticket.alerts, trigger.alerts):
            # An old "firing" that comes after its own "resolved" must not wake anybody, be it the first that is heard of it.
            return Outcome("ignored", *((case.id, case.submitted.number) if case else ())), ticket
        submission = submitting.Submission(
            trigger.report, trigger.by, source, language, external, answer_to=trigger.answer_to
        )
        case = await submitting.submit(tx, submission, now, number)
        verdict = "opened"
    else:
        verdict = await _note(tx, case, source, trigger, now, is_news(ticket.alerts, trigger.alerts))
        if await raising.see(tx, case, source, trigger, now):
            verdict = "noted"
    if thread and thread.own != external.id:
        await externals.keep_external(tx, source, thread.own, case.id, {})
    known = Ticket(ticket.id, case.id, told(ticket.alerts, trigger.alerts))
    return Outcome(verdict, case.id, case.submitted.number), known


async def _conversation(tx: Transaction, source: str, thread: Thread, author: str) -> str:
    """The case that a conversation has, or of which its author, who is the reporter, answers what we wrote; "" for none."""
    if known := await externals.case_of(tx, source, thread.earlier):
        return known
    for case_id in thread.cases if author else ():
        if await safe.at(tx).address(tx, case_id) == author:
            return case_id
    return ""


async def _note(tx: Transaction, case: Case, source: str, trigger: Trigger, now: datetime, news: bool) -> str:
    """Add what is new in a delivery to the open case; the same words are noted once, but a customer may say them again.

    Of `news` without words, another alert of a group, the facts are noted: it may go on when the first one is over.
    """
    here = safe.at(tx)
    note = trigger.note or (trigger.report.facts if news else "")
    if masked(note, here.kinds, case.submitted.language).text in ("", case.submitted.report.facts):
        return "repeated"
    command: Command = Note(note, internal=True)
    verdict, once = "noted", (await here.keys()).digest("note", note).hex()
    if trigger.by_customer:
        command = Reply(trigger.note, is_automatic({}, trigger.note))
        verdict, once = "replied", trigger.delivery_id
    done = await acting.act(tx, case.id, command, trigger.by, now, (case.id, source, once))
    return verdict if isinstance(done, acting.After) and not done.again else "repeated"


async def _machine(tx: Transaction, source: str, machine: Machine, now: datetime) -> Outcome:
    """What a machine wrote opens nothing; the case that it answers hears of it, unless we wrote it ourselves."""
    case_id = await externals.case_of(tx, source, machine.thread.earlier) if machine.what != "ours" else ""
    if not case_id:
        return Outcome(machine.what)
    told = await _replied(tx, source, case_id, machine.thread, machine.by, now)
    return told if machine.what == "list" else replace(told, verdict=machine.what)


async def _replied(tx: Transaction, source: str, case_id: str, thread: Thread, by: Actor, now: datetime) -> Outcome:
    """Write down what was said in a conversation on the case that it has; what answers this one is found by it too."""
    command = Reply(thread.reply, thread.automatic or is_automatic({}, thread.reply))
    done = await acting.act(tx, case_id, command, by, now, (case_id, source, thread.own))
    if not isinstance(done, acting.After):
        return Outcome("ignored", case_id)
    await externals.keep_external(tx, source, thread.own, case_id, {})
    return Outcome("repeated" if done.again else "replied", case_id, done.case.submitted.number)


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
    known = Ticket(ticket.id, case_id, told(ticket.alerts, cleared.alerts))
    if not case_id:
        return Outcome("ignored"), known if known.alerts else ticket
    if not all_clear(known.alerts):
        return Outcome("ignored", case_id), known
    command = Resolve(cleared.handling, cleared.result, evaluation="", cause="")
    done = await acting.act(tx, case_id, command, cleared.by, now, (source, cleared.delivery_id))
    if not isinstance(done, acting.After):
        return Outcome("ignored", case_id), known
    return Outcome("resolved", case_id, done.case.submitted.number), known
