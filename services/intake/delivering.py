"""A verified delivery of a webhook, taken in one transaction: once, whatever happens, and never lost."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.intake import acting, auditing, sources, store, submitting
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
from services.intake.settings import Settings
from shared.contracts.case import Case
from shared.contracts.vocabulary import Status
from shared.runtime import folds
from shared.runtime.db import Transaction


class InFlight(Exception):
    """The same delivery is being taken at this moment."""


async def deliver(
    tx: Transaction, source: Source, readings: Sequence[Reading], raw: bytes, language: Language, now: datetime
) -> list[Outcome]:
    """Take all that a request says; what is repeated changes nothing and gets its first outcome. Raises InFlight."""
    if len(readings) > 1:
        auditing.later(tx)
    return [await _deliver(tx, source, reading, raw, language, now) for reading in readings]


async def _deliver(
    tx: Transaction, source: Source, reading: Reading, raw: bytes, language: Language, now: datetime
) -> Outcome:
    if not await tx.fetchval(store.SQL["lock_delivery"], source.id, reading.delivery_id):
        raise InFlight
    known = await tx.fetchrow(store.SQL["delivery"], source.id, reading.delivery_id)
    if known is not None:
        return Outcome(known["verdict"], known["case_id"], known["number"])
    match reading:
        case Trigger():
            outcome = await _trigger(tx, source.id, reading, language, now)
        case Taken():
            outcome = await _taken(tx, source.id, reading, now)
        case Cleared():
            outcome = await _cleared(tx, source.id, reading, now)
        case Unmapped():
            await store.quarantine(tx, source.id, reading.delivery_id, reading.ja, reading.en, raw, now)
            outcome = Outcome("quarantined")
        case Echo():
            outcome = Outcome("ignored")
    await tx.execute(
        store.SQL["keep_delivery"],
        source.id,
        reading.delivery_id,
        outcome.verdict,
        outcome.case_id,
        outcome.number,
        raw,
        now,
    )
    return outcome


async def replay(
    tx: Transaction, here: Settings, id_: int, language: Language, now: datetime
) -> list[Outcome] | Unmapped | None:
    """Try once more what is set aside, for it may be understood by now; None when there is no such thing."""
    row = await tx.fetchrow(store.SQL["quarantined_one"], id_)
    source = sources.find(here, row["source"]) if row else None
    if row is None or source is None:
        return None
    readings = SENDERS[source.sender].read(Request(row["body"], {}, now), source)
    if isinstance(readings, Malformed):
        return Unmapped(row["delivery_id"], "", "")
    if wrong := next((r for r in readings if isinstance(r, Unmapped)), None):
        return replace(wrong, delivery_id=row["delivery_id"])
    await tx.execute(store.SQL["release"], id_, source.id, row["delivery_id"])
    if len(readings) == 1:
        readings = [replace(readings[0], delivery_id=row["delivery_id"])]
    return await deliver(tx, source, readings, row["body"], language, now)


async def _trigger(tx: Transaction, source: str, trigger: Trigger, language: Language, now: datetime) -> Outcome:
    external = trigger.external
    case_id, known = await store.external(tx, source, external.id)
    case = (await folds.load(tx, case_id)).case if case_id else None
    if case is None or case.status is Status.DONE:
        if case and trigger.alerts and not is_news(known, trigger.alerts):
            # An old "firing" that comes after its own "resolved" must not wake anybody again.
            return Outcome("ignored", case.id, case.submitted.number)
        submission = submitting.Submission(trigger.report, trigger.by, source, language, external)
        case = await submitting.submit(tx, submission, now)
        verdict = "opened"
    else:
        verdict = await _note(tx, case, source, trigger, now)
    await store.keep_external(tx, source, external.id, case.id, told(known, trigger.alerts))
    return Outcome(verdict, case.id, case.submitted.number)


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


async def _taken(tx: Transaction, source: str, taken: Taken, now: datetime) -> Outcome:
    """Acknowledge the open case of a ticket for who took it there; that is their answer, whoever was asked here."""
    case_id, _ = await store.external(tx, source, taken.external.id)
    done = await acting.act(tx, case_id, Acknowledge(via=source), taken.by, now) if case_id else None
    if not isinstance(done, acting.After):
        return Outcome("ignored", case_id or None)
    return Outcome("repeated" if done.again else "taken", case_id, done.case.submitted.number)


async def _cleared(tx: Transaction, source: str, cleared: Cleared, now: datetime) -> Outcome:
    case_id, known = await store.external(tx, source, cleared.external.id)
    if not case_id:
        return Outcome("ignored")
    known = told(known, cleared.alerts)
    await store.keep_external(tx, source, cleared.external.id, case_id, known)
    if not all_clear(known):
        return Outcome("ignored", case_id)
    command = Resolve(cleared.handling, cleared.result, evaluation="", cause="")
    done = await acting.act(tx, case_id, command, cleared.by, now, (source, cleared.delivery_id))
    if not isinstance(done, acting.After):
        return Outcome("ignored", case_id)
    return Outcome("resolved", case_id, done.case.submitted.number)
