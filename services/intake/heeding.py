"""What a reading comes to: a case opened, added to, taken over or ended; or nothing."""

from dataclasses import replace
from datetime import datetime

from services.intake import acting, externals, raising, safe, submitting
from services.intake.domain import alerts, concealing
from services.intake.domain.commands import Acknowledge, Command, Note, Reassign, Reply, Resolve
from services.intake.domain.refusals import Refusal
from services.intake.domain.replies import is_automatic
from services.intake.domain.words import Language
from services.intake.externals import Ticket
from services.intake.senders import terms
from services.intake.senders.sender import Cleared, Machine, Outcome, Source, Taken, Thread, Trigger
from shared.contracts.case import Case
from shared.contracts.events import Actor
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Status
from shared.runtime import folds
from shared.runtime.db import Transaction

HANDED = "送信元で担当が変わりました / it was handed over where the ticket is"


async def asked(
    tx: Transaction,
    source: str,
    trigger: Trigger,
    language: Language,
    now: datetime,
    ticket: Ticket,
    number: int | None,
) -> tuple[Outcome, Ticket]:
    """Open a case for who needs help, or add to the open case of the same ticket; gives what is known of that one then."""
    external, thread = trigger.external, trigger.thread
    if thread and (case_id := await _conversation(tx, source, thread, trigger.answer_to)):
        return await _replied(tx, source, case_id, thread, trigger.by, now), ticket
    case = (await folds.load(tx, ticket.case_id)).case if ticket.case_id else None
    if case is None or case.status is Status.DONE:
        if trigger.alerts and ticket.alerts and not alerts.is_news(ticket.alerts, trigger.alerts):
            # An old "firing" that comes after its own "resolved" must not wake anybody, be it the first that is heard of it.
            id_, given = (case.id, case.submitted.number) if case else (None, None)
            return Outcome("ignored", id_, given, why="late"), ticket
        submission = submitting.Submission(
            trigger.report, trigger.by, source, language, external, answer_to=trigger.answer_to
        )
        case = await submitting.submit(tx, submission, now, number)
        verdict = "opened"
    else:
        verdict = await _note(tx, case, source, trigger, now, alerts.is_news(ticket.alerts, trigger.alerts))
        if await raising.see(tx, case, source, trigger, now):
            verdict = "noted"
    if thread and thread.own != external.id:
        await externals.keep_external(tx, source, thread.own, case.id, {})
    known = alerts.told(ticket.alerts, trigger.alerts)
    if verdict == "opened" and external.is_ticket:
        since = max((one.since for one in trigger.alerts.values()), default=alerts.UNTIMED)
        known = alerts.opened(known, since if ticket.case_id else alerts.UNTIMED)
        if ticket.case_id and trigger.holder:  # who had the case before stands there still, and has not taken this one
            known = alerts.taken(known, trigger.holder, since)
    return Outcome(verdict, case.id, case.submitted.number), Ticket(ticket.id, case.id, known)


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

    Of `news` without words, another alert of a group, the facts are noted: it may go on when the first one is over. A ticket
    without words has only been changed.
    """
    here, more = safe.at(tx), news and not trigger.external.is_ticket
    note = trigger.note or (trigger.report.facts if more else "")
    told, _ = concealing.command(
        Note(note, internal=True), here.kinds, case.submitted.language, await here.customer(tx, case)
    )
    facts = case.submitted.report.facts
    if told.text in ("", facts, terms.without_kind(facts)):
        return "repeated"
    command: Command = Note(note, internal=True)
    verdict, once = "noted", (await here.keys()).digest("note", note).hex()
    if trigger.by_customer:
        command = Reply(trigger.note, is_automatic({}, trigger.note))
        verdict, once = "replied", trigger.delivery_id
    done = await acting.act(tx, case.id, command, trigger.by, now, (case.id, source, once))
    return verdict if isinstance(done, acting.After) and not done.again else "repeated"


async def written(tx: Transaction, source: str, machine: Machine, now: datetime) -> Outcome:
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
        return Outcome("ignored", case_id, why=_why(done))
    await externals.keep_external(tx, source, thread.own, case_id, {})
    return Outcome("repeated" if done.again else "replied", case_id, done.case.submitted.number)


async def taken_over(
    tx: Transaction, source: Source, taken: Taken, now: datetime, ticket: Ticket
) -> tuple[Outcome, Ticket]:
    """Acknowledge the open case of a ticket for who took it there, whoever was asked here, or hand it over to them.

    Gives what is known of the ticket then.
    """
    case = (await folds.load(tx, ticket.case_id)).case if ticket.case_id else None
    if case is None:
        return Outcome("ignored", why=_why(None)), ticket
    if alerts.is_past(ticket.alerts, taken.at):
        return Outcome("ignored", case.id, why="late"), ticket
    known = alerts.taken(ticket.alerts, taken.by.id, taken.at) if taken.external.is_ticket else ticket.alerts
    if taken.ours:
        return Outcome("ignored", case.id, why="echo"), replace(ticket, alerts=known)
    if taken.standing and case.answers and not alerts.has_taker(ticket.alerts):
        # Nobody can tell whether they stood there already when somebody answered here.
        return Outcome("ignored", case.id, why="already-acknowledged"), replace(ticket, alerts=known)
    if taken.standing and alerts.is_taker(ticket.alerts, taken.by.id):
        return Outcome("repeated", case.id, case.submitted.number), ticket
    done = await acting.act(tx, case.id, Acknowledge(via=source.id), taken.by, now)
    case = done.case if isinstance(done, acting.After) else case
    # Of a ticket that is known since an older release nobody can tell whether this is news.
    if taken.moved and alerts.OPENED in ticket.alerts and case.owner is not None and case.owner.id != taken.by.id:
        there = Actor(kind="source", id=taken.external.system, name=source.name or source.id)
        handed = Reassign(Person(id=taken.by.id, name=taken.by.name), HANDED)
        done = await acting.act(tx, case.id, handed, there, now, (source.id, taken.delivery_id))
    ticket = replace(ticket, alerts=known)
    if not isinstance(done, acting.After):
        return Outcome("ignored", case.id, why=_why(done)), ticket
    return Outcome("repeated" if done.again else "taken", case.id, case.submitted.number), ticket


async def ended(
    tx: Transaction, source: str, cleared: Cleared, now: datetime, ticket: Ticket
) -> tuple[Outcome, Ticket]:
    """Resolve the open case of what is over where it comes from, if all of it is; gives what is known of the ticket then."""
    case_id = ticket.case_id
    known = Ticket(ticket.id, case_id, alerts.told(ticket.alerts, cleared.alerts))
    if not case_id:
        return Outcome("ignored", why=_why(None)), known if known.alerts else ticket
    if not alerts.all_clear(known.alerts):
        return Outcome("ignored", case_id, why="late" if cleared.external.is_ticket else "firing"), known
    command = Resolve(cleared.handling, cleared.result, evaluation="", cause="")
    done = await acting.act(tx, case_id, command, cleared.by, now, (source, cleared.delivery_id))
    if not isinstance(done, acting.After):
        return Outcome("ignored", case_id, why=_why(done)), known
    return Outcome("resolved", case_id, done.case.submitted.number), known


def _why(done: Refusal | None) -> str:
    """Why nothing came of something: the code of a refusal, or that there is no case."""
    return done.code if done else "no-case"
