"""A verified delivery of a webhook, taken in one transaction: once, whatever happens, and never lost."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.intake import auditing, enclosing, externals, filing, heeding, safe, setups, store
from services.intake.domain import redacting
from services.intake.domain.enclosed import lost
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
    Trigger,
    Unmapped,
)
from services.intake.sources import Sources
from shared.contracts.envelope import event_id
from shared.contracts.events import SourceTroubled
from shared.contracts.plan import Reason
from shared.runtime import outbox
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
            outcome, known = await heeding.asked(tx, source.id, reading, language, now, ticket, met.number)
        case Machine():
            outcome = await heeding.written(tx, source.id, reading, now)
        case Taken():
            outcome, known = await heeding.taken_over(tx, source, reading, now, ticket)
        case Cleared():
            outcome, known = await heeding.ended(tx, source.id, reading, now, ticket)
        case Unmapped():
            outcome = await _set_aside(tx, source, reading, given, most)
        case Echo():
            outcome = Outcome("ignored", why="echo")
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
    """Try once more what is set aside, for it may be understood by now; None when there is no such thing.

    It is read by when it came: what names no time of its own is no newer than an end that has come since.
    """
    row = await tx.fetchrow(store.SQL["quarantined_one"], id_)
    source = await sources.even_disabled(row["source"]) if row else None
    if row is None or source is None:
        return None
    body, headers, url = await store.unpacked(tx, row)
    rest = await store.rest_of(tx, row)
    given, sender = Request(body + rest, headers, now, url=url), SENDERS[source.sender]
    readings = await asyncio.to_thread(sender.read, replace(given, now=row["at"]), source)
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
