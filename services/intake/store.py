"""Where the front door keeps things: its queries, with the types of what goes in and comes out."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from pydantic import TypeAdapter

from services.intake.domain.alerts import Alert
from services.intake.domain.matching import Challenge
from services.intake.domain.timeline import Entry
from services.intake.domain.tokens import Principal
from services.intake.senders.sender import Outcome, Unmapped
from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.runtime import folds, outbox
from shared.runtime.consume import Delivery
from shared.runtime.db import Queries, Row, Transaction
from shared.runtime.folds import Fold

SQL = Queries(Path(__file__).with_name("queries.sql"))
LONGEST_TIMELINE = 2000
_ALERTS = TypeAdapter(dict[str, Alert])


@dataclass(frozen=True)
class Filter:
    """Which cases are asked for; what is None is not asked. `owner` is "" for cases that nobody has."""

    after: str | None = None
    status: str | None = None
    priority: str | None = None
    owner: str | None = None
    words: str | None = None


def folded(text: str) -> str:
    """The form in which text is compared: one width, one case."""
    return unicodedata.normalize("NFKC", text).casefold()


@dataclass(frozen=True)
class Answer:
    """What was answered for an idempotency key of a scope, and for which content."""

    scope: str
    key: str
    fingerprint: bytes
    text: str


async def begin(
    tx: Transaction, fold: Fold, event: e.CaseSubmitted, id_: UUID, now: datetime, answer: Answer | None, urgent: bool
) -> None:
    """Write a new case with everything that belongs to it. Raises UniqueViolationError when the key has an answer."""
    case = fold.case
    assert case is not None
    slot, topic, key, headers, body, at = outbox.row(tx, event, id_, now)
    kept = (answer.scope, answer.key, answer.fingerprint, answer.text) if answer else (None, None, None, None)
    _, _, pending = folds.columns(fold)
    row = (event.number, case.status.value, _words(case))
    folds.keep(tx, fold)
    await tx.execute(SQL["begin_case"], key, pending, slot, topic, headers, body, at, *kept, urgent, *row)


async def change(tx: Transaction, fold: Fold, event: e.Event, id_: UUID, now: datetime) -> datetime:
    """Write what an event of ours did to a case; returns when the case last changed."""
    assert fold.case is not None
    slot, topic, key, headers, body, at = outbox.row(tx, event, id_, now)
    _, state, pending = folds.columns(fold)
    folds.keep(tx, fold)
    updated: datetime = await tx.fetchval(
        SQL["change_case"], key, state, pending, slot, topic, headers, body, at, *_status(fold.case)
    )
    return updated


async def tell(fold: Fold, event: e.Event, delivery: Delivery) -> None:
    """Write what an event of the log made of a case, and add it to the timeline."""
    await _show(fold, delivery.tx, delivery.at)
    await add_line(event, delivery)


async def say(fold: Fold, event: e.Event, id_: UUID, delivery: Delivery) -> None:
    """Say an event of ours that follows from one of the log."""
    fold = await folds.publish(delivery.tx, fold, event, id_, delivery.now)
    await _show(fold, delivery.tx, delivery.now)


async def _show(fold: Fold, tx: Transaction, at: datetime) -> None:
    await folds.save(tx, fold)
    if case := fold.case:
        row = (case.id, case.submitted.number, *_status(case), _words(case), case.submitted_at, at)
        tx.kept.setdefault("rows", {})[case.id] = row
        tx.at_end("rows", _write_rows)


async def _write_rows(tx: Transaction) -> None:
    await tx.execute(SQL["show_cases"], *map(list, zip(*tx.kept.pop("rows").values(), strict=True)))


def _status(case: Case) -> tuple[str, str | None, str | None]:
    return (
        case.status.value,
        case.plan.priority.value if case.plan else None,
        case.owner.id if case.owner else None,
    )


def _words(case: Case) -> str:
    report = case.submitted.report
    return folded(
        "\n".join((str(case.submitted.number), report.headline, report.facts[:1000], report.customer.company))
    )


async def lead(tx: Transaction, case: Case) -> Case | None:
    """The case that a linked one is handled as; only read, never locked, so that nothing waits for two cases."""
    return (await folds.load(tx, case.linked, lock=False)).case if case.linked else None


async def updated_at(tx: Transaction, case_id: str) -> datetime | None:
    """When a case last changed; None for one that was never seen."""
    found: datetime | None = await tx.fetchval(SQL["case_updated_at"], case_id)
    return found


async def case_ids(tx: Transaction, wanted: Filter, limit: int) -> list[str]:
    """The ids of the newest cases that fit, at most `limit`."""
    words = None
    if wanted.words:
        literal = folded(wanted.words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        words = f"%{literal}%"
    rows = await tx.fetch(SQL["list_cases"], wanted.after, wanted.status, wanted.priority, wanted.owner, words, limit)
    return [r["id"] for r in rows]


async def add_line(event: e.Event, delivery: Delivery) -> None:
    """Add an event that was read from a log to the timeline of its case, when the transaction ends."""
    d = delivery
    line = (d.id, event.case_id, d.topic, d.partition, d.offset, d.at, event.type, event.model_dump_json())
    d.tx.kept.setdefault("lines", []).append(line)
    d.tx.at_end("lines", _write_lines)


async def _write_lines(tx: Transaction) -> None:
    await tx.execute(SQL["add_lines"], *map(list, zip(*tx.kept.pop("lines"), strict=True)))


async def entries(tx: Transaction, fold: Fold) -> list[Entry]:
    """Everything that is known to have happened to a case, in no order: the logs, and what waits to be read back."""
    rows = await tx.fetch(SQL["lines_of"], fold.key, LONGEST_TIMELINE)
    told = [
        Entry(r["event_id"], r["at"], r["topic"], r["offset"], envelope.decode(r["type"], r["body"].encode()))
        for r in rows
    ]
    return told + [Entry(p.id, p.at, p.event.topic, None, p.event) for p in fold.pending]


async def was_said(tx: Transaction, fold: Fold, event_id: UUID) -> bool:
    """Tell whether this very event was said before."""
    if any(p.id == event_id for p in fold.pending):
        return True
    return bool(await tx.fetchval(SQL["was_said"], event_id))


async def principal(tx: Transaction, token_id: str) -> tuple[Principal, bytes] | None:
    """Who a token belongs to, with the digest of its secret."""
    row = await tx.fetchrow(SQL["token"], token_id)
    if row is None:
        return None
    actor = e.Actor.model_validate_json(row["actor"])
    return Principal(row["name"], frozenset(row["scopes"]), actor), row["digest"]


async def add_token(tx: Transaction, token_id: str, digest: bytes, who: Principal, now: datetime) -> None:
    """Keep a new token; its secret is not kept."""
    await tx.execute(SQL["add_token"], token_id, who.name, digest, sorted(who.scopes), who.actor.model_dump_json(), now)


async def external(tx: Transaction, source: str, id_: str) -> tuple[str, dict[str, Alert]]:
    """The latest case of a ticket or group of alerts ("" for none) and its alerts; locked until the transaction ends."""
    await tx.execute(SQL["lock_external"], source, id_)
    row = await tx.fetchrow(SQL["external"], source, id_)
    return (row["case_id"], _ALERTS.validate_json(row["alerts"])) if row else ("", {})


@dataclass(frozen=True)
class Ticket:
    """The latest case of a ticket or group of alerts ("" for none), and what is known of its alerts."""

    id: str
    case_id: str
    alerts: Mapping[str, Alert]


@dataclass(frozen=True)
class Met:
    """What a delivery comes upon: its first outcome, or its ticket (None where it names none) and a number for a new case."""

    first: Outcome | None
    ticket: Ticket | None
    number: int | None


async def meet(tx: Transaction, source: str, delivery_id: str, external_id: str | None, is_new: bool) -> Met | None:
    """Lock a delivery, its ticket and that one's case until the transaction ends; None while another is at work on it."""
    locked = await tx.fetchrow(SQL["lock_delivery"], source, delivery_id, external_id)
    assert locked is not None
    if not locked["free"]:
        return None
    row = await tx.fetchrow(SQL["met"], source, delivery_id, external_id, is_new)
    assert row is not None
    if row["verdict"] is not None:
        return Met(Outcome(row["verdict"], row["case_id"], row["number"], again=True), None, None)
    if external_id is None:
        return Met(None, None, None)
    if row["key"] is not None:
        folds.loaded(tx, row)
    alerts = _ALERTS.validate_json(row["alerts"]) if row["alerts"] else {}
    return Met(None, Ticket(external_id, row["of_ticket"] or "", alerts), row["next"])


async def keep_delivery(
    tx: Transaction, source: str, delivery_id: str, outcome: Outcome, body: bytes, now: datetime, ticket: Ticket | None
) -> None:
    """Write down what became of a delivery, and what is known of its ticket where that has changed."""
    known = (ticket.id, ticket.case_id, _ALERTS.dump_json(dict(ticket.alerts)).decode()) if ticket else (None,) * 3
    row = (outcome.verdict, outcome.case_id, outcome.number, body, now)
    await tx.execute(SQL["keep_delivery"], source, delivery_id, *row, *known)


async def quarantine(
    tx: Transaction, source: str, reading: Unmapped, body: bytes, headers: Mapping[str, str], url: str, now: datetime
) -> None:
    """Set a trusted delivery aside that says nothing we understand, so that a person can look at it."""
    told = json.dumps(dict(headers))
    reason = (reading.delivery_id, reading.ja, reading.en)
    await tx.execute(SQL["quarantine"], source, *reason, body, told, url, now)


def headers(row: Row) -> dict[str, str]:
    """The headers of what is set aside."""
    read: dict[str, str] = json.loads(row["headers"])
    return read


async def quarantined(tx: Transaction, before: int | None, limit: int) -> list[Row]:
    """What is set aside, the newest first."""
    return await tx.fetch(SQL["quarantined"], before, limit)


async def challenges(tx: Transaction, link: bytes) -> list[Challenge]:
    """The pages of numbers that were shown for a link, by the digest of its token."""
    return [Challenge(**row) for row in await tx.fetch(SQL["challenges"], link)]


async def lock_challenges(tx: Transaction, link: bytes) -> list[Challenge]:
    """The same, and nobody else opens or answers one until the transaction ends."""
    await tx.execute(SQL["lock_link"], link)
    return await challenges(tx, link)


async def keep_challenge(tx: Transaction, link: bytes, challenge: Challenge) -> None:
    """Write down a page of numbers, or what was chosen on it."""
    await tx.execute(SQL["keep_challenge"], link, *astuple(challenge))
