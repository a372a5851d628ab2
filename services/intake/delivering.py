"""A verified delivery of a webhook, taken in one transaction: once, whatever happens, and never lost."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from services.intake import acting, store, submitting
from services.intake.domain.alerts import all_clear, is_news, told
from services.intake.domain.commands import Command, Note, Reply, Resolve
from services.intake.domain.replies import is_automatic
from services.intake.domain.words import Language
from services.intake.webhooks import WEBHOOKS
from services.intake.webhooks.delivery import Cleared, Echo, Malformed, Trigger, Unmapped
from shared.contracts.case import Case
from shared.contracts.vocabulary import Status
from shared.runtime import folds
from shared.runtime.db import Transaction


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery: opened, noted, replied, repeated, resolved, ignored, or set aside."""

    verdict: str
    case_id: str | None = None
    number: int | None = None


class InFlight(Exception):
    """The same delivery is being taken at this moment."""


async def deliver(
    tx: Transaction,
    source: str,
    reading: Trigger | Cleared | Unmapped | Echo,
    raw: bytes,
    language: Language,
    now: datetime,
) -> Outcome:
    """Take a delivery; a repeat changes nothing and gets the first outcome. Raises InFlight."""
    if not await tx.fetchval(store.SQL["lock_delivery"], source, reading.delivery_id):
        raise InFlight
    known = await tx.fetchrow(store.SQL["delivery"], source, reading.delivery_id)
    if known is not None:
        return Outcome(known["verdict"], known["case_id"], known["number"])
    match reading:
        case Trigger():
            outcome = await _trigger(tx, source, reading, language, now)
        case Cleared():
            outcome = await _cleared(tx, reading, now)
        case Unmapped():
            await store.quarantine(tx, source, reading.delivery_id, reading.ja, reading.en, raw, now)
            outcome = Outcome("quarantined")
        case Echo():
            outcome = Outcome("ignored")
    await tx.execute(
        store.SQL["keep_delivery"],
        source,
        reading.delivery_id,
        outcome.verdict,
        outcome.case_id,
        outcome.number,
        raw,
        now,
    )
    return outcome


async def replay(tx: Transaction, id_: int, language: Language, now: datetime) -> Outcome | Unmapped | None:
    """Try once more what is set aside, for it may be understood by now; None when there is no such thing."""
    row = await tx.fetchrow(store.SQL["quarantined_one"], id_)
    webhook = WEBHOOKS.get(row["source"]) if row else None
    if row is None or webhook is None:
        return None
    reading = webhook.read(row["body"], {})
    if isinstance(reading, Malformed | Unmapped):
        return Unmapped(row["delivery_id"], getattr(reading, "ja", ""), getattr(reading, "en", ""))
    await tx.execute(store.SQL["release"], id_, row["source"], row["delivery_id"])
    again = replace(reading, delivery_id=row["delivery_id"])
    return await deliver(tx, row["source"], again, row["body"], language, now)


async def _trigger(tx: Transaction, source: str, trigger: Trigger, language: Language, now: datetime) -> Outcome:
    external = trigger.external
    case_id, known = await store.external(tx, external)
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
    await store.keep_external(tx, external, case.id, told(known, trigger.alerts))
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


async def _cleared(tx: Transaction, cleared: Cleared, now: datetime) -> Outcome:
    external = cleared.external
    case_id, known = await store.external(tx, external)
    if not case_id:
        return Outcome("ignored")
    known = told(known, cleared.alerts)
    await store.keep_external(tx, external, case_id, known)
    if not all_clear(known):
        return Outcome("ignored", case_id)
    command = Resolve(cleared.handling, cleared.result, evaluation="", cause="")
    done = await acting.act(tx, case_id, command, cleared.by, now, (external.system, cleared.delivery_id))
    if not isinstance(done, acting.After):
        return Outcome("ignored", case_id)
    return Outcome("resolved", case_id, done.case.submitted.number)
