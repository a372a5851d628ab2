"""Where the front door keeps things: its queries, with the types of what goes in and comes out."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from services.intake import auditing, safe
from services.intake.domain import access, beside, redacting
from services.intake.domain.changes import Change, in_words
from services.intake.domain.matching import Challenge
from services.intake.domain.timeline import Entry, is_public
from services.intake.domain.together import told_as_reporter
from services.intake.senders.sender import Unmapped
from shared.contracts import canary, erased
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.runtime import folds, outbox
from shared.runtime.consume import Delivery
from shared.runtime.db import Queries, Row, Transaction
from shared.runtime.folds import Fold

SQL = Queries(Path(__file__).with_name("queries.sql"))
UNSAID = 1000  # numbers: so much more was taken and not said yet when the database was lost, and as much again
LONGEST_TIMELINE = 2000  # lines, the newest; the first stands there always
SYSTEM = e.Actor(kind="source", id="tasuki", name="Tasuki")


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
    _, _, pending, _ = folds.columns(fold)
    known = access.facts(case)
    row = (event.number, case.status.value, _words(case), known.source, known.reporter, known.restricted)
    folds.keep(tx, fold)
    audited = _audited(tx, event, case, now)
    await tx.execute(SQL["begin_case"], key, pending, slot, topic, headers, body, at, *kept, urgent, *row, *audited)


async def change(tx: Transaction, fold: Fold, event: e.Event, id_: UUID, now: datetime) -> datetime:
    """Write what an event of ours did to a case; returns when the case last changed."""
    assert fold.case is not None
    slot, topic, key, headers, body, at = outbox.row(tx, event, id_, now)
    _, state, pending, _ = folds.columns(fold)
    folds.keep(tx, fold)
    row = *_status(fold.case), access.facts(fold.case).restricted
    audited = _audited(tx, event, fold.case, now)
    updated: datetime = await tx.fetchval(
        SQL["change_case"], key, state, pending, slot, topic, headers, body, at, *row, *audited
    )
    return updated


async def tell(fold: Fold, event: e.Event, delivery: Delivery) -> None:
    """Write what an event of the log made of a case, and add it to the timeline."""
    await show(fold, delivery.tx, delivery.at)
    await add_line(event, delivery)


async def say(fold: Fold, event: e.Event, id_: UUID, delivery: Delivery) -> None:
    """Say an event of ours that follows from one of the log."""
    auditing.add(delivery.tx, _line(delivery.tx, event, delivery.now))
    fold = await folds.publish(delivery.tx, fold, event, id_, delivery.now)
    await show(fold, delivery.tx, delivery.now)


def _audited(tx: Transaction, event: e.Event, case: Case, now: datetime) -> tuple[int, list[str]]:
    """What is recorded of an event; nothing of what the watchdog does to its canaries, since what is recorded stands for ever."""
    if canary.is_canary(case.submitted.source) and canary.is_canary(_through(tx, event)):
        return 0, []
    return auditing.beside(tx, _line(tx, event, now), case.id)


def _through(tx: Transaction, event: e.Event) -> str:
    return getattr(event, "source", "") or str(tx.kept.get("through", ""))


def _line(tx: Transaction, event: e.Event, now: datetime) -> str:
    by, through = getattr(event, "by", None), _through(tx, event)
    return auditing.entry(event.type, by if isinstance(by, e.Actor) else SYSTEM, event.case_id, now, through)


def record_attempt(event: e.NotificationAttempted, delivery: Delivery) -> None:
    """Record what was sent to whom, and what came of it; the watchdog is nobody."""
    if event.recipient == canary.PERSON:
        return
    detail = {"recipient": event.recipient, "channel": event.channel, "outcome": event.outcome}
    auditing.add(delivery.tx, auditing.entry(event.type, SYSTEM, event.case_id, delivery.at, **detail))


async def show(fold: Fold, tx: Transaction, at: datetime) -> None:
    """Write what is known of a case, and show it, when the transaction ends."""
    await folds.save(tx, fold)
    if case := fold.case:
        tx.kept.setdefault("rows", {})[case.id] = case, at  # made into a row once, when all of a batch has been read
        tx.at_end("rows", _write_rows)


async def _write_rows(tx: Transaction) -> None:
    rows = [_row(case, at) for case, at in tx.kept.pop("rows").values()]
    await tx.execute(SQL["show_cases"], *map(list, zip(*rows, strict=True)))


def _row(case: Case, at: datetime) -> tuple[object, ...]:
    known = access.facts(case)
    about = (known.team, known.source, known.reporter, known.restricted)
    return (case.id, case.submitted.number, *_status(case), _words(case), case.submitted_at, at, *about)


def _status(case: Case) -> tuple[str, str | None, str | None, str, str]:
    known = access.facts(case)
    return (
        case.status.value,
        case.plan.priority.value if case.plan else None,
        case.owner.id if case.owner else None,
        json.dumps(known.people),
        json.dumps(known.followers),
    )


def _words(case: Case) -> str:
    report = case.submitted.report
    said = (str(case.submitted.number), report.headline, report.facts[:1000], report.customer.company)
    return folded("\n".join(said))


async def lead(tx: Transaction, case: Case) -> Case | None:
    """The case that a linked one is handled as; only read, never locked, so that nothing waits for two cases."""
    return (await folds.load(tx, case.linked, lock=False)).case if case.linked else None


async def updated_at(tx: Transaction, case_id: str) -> datetime | None:
    """When a case last changed; None for one that was never seen."""
    found: datetime | None = await tx.fetchval(SQL["case_updated_at"], case_id)
    return found


async def add_line(event: e.Event, delivery: Delivery) -> None:
    """Add an event that was read from a log to the timeline of its case, when the transaction ends."""
    d = delivery
    _add_line(d.tx, d.id, (d.topic, d.partition, d.offset), d.at, event)


def tell_beside(tx: Transaction, event: beside.Beside, now: datetime) -> None:
    """Add to the timeline of a case what stands beside the log, when the transaction ends; listeners hear of it too."""
    _add_line(tx, uuid4(), (event.topic, 0, 0), now, event)


def _add_line(tx: Transaction, id_: UUID, stands: tuple[str, int, int], at: datetime, event: e.Event) -> None:
    line = (id_, event.case_id, *stands, at, event.type, event.model_dump_json())
    tx.kept.setdefault("lines", []).append(line)
    tx.at_end("lines", _write_lines, last=True)


async def _write_lines(tx: Transaction) -> None:
    await tx.execute(SQL["add_lines"], *map(list, zip(*tx.kept.pop("lines"), strict=True)))


async def entries(tx: Transaction, fold: Fold) -> list[Entry]:
    """Everything that is known to have happened to a case, in no order: the logs, and what waits to be read back."""
    rows = await tx.fetch(SQL["lines_of"], fold.key, LONGEST_TIMELINE)
    told = [Entry(r["event_id"], r["at"], r["topic"], r["offset"], beside.recall(r["type"], r["body"])) for r in rows]
    return told + [Entry(p.id, p.at, p.event.topic, None, p.event) for p in fold.pending]


async def forget(tx: Transaction, case_id: str, reporter: e.Actor | None) -> None:
    """Take what is erased out of the timeline of a case, of those it was ever handled as, and of what stands beside it."""
    if reporter is not None and reporter.kind == "person":
        await tx.execute(SQL["forget_reporter"], case_id, reporter.id, reporter.name)
    told = await _reword(tx, case_id, partial(erased.told, reporter=reporter))
    for lead in sorted({x.lead for x in told if isinstance(x, e.CaseLinked | e.EscalationLinked)}) if reporter else ():
        await forget_joined(tx, lead, case_id, reporter)


async def forget_joined(tx: Transaction, lead: str, report: str, reporter: e.Actor | None) -> None:
    """Take who reported a case out of the timeline of one that it is or was handled as."""
    told = told_as_reporter((await folds.load(tx, lead, lock=False)).case, report, reporter)
    await _reword(tx, lead, partial(erased.joined, report=report, told=told))


async def _reword(tx: Transaction, case_id: str, told: Callable[[e.Event], e.Event]) -> list[e.Event]:
    """Tell the lines of a case anew, also those of this transaction; gives what they were."""
    waiting, events = tx.kept.get("lines", []), list[e.Event]()
    for place, (*rest, type_, body) in enumerate(waiting):
        if rest[1] == case_id:
            events.append(event := beside.recall(type_, body))
            waiting[place] = (*rest, type_, told(event).model_dump_json())
    for row in await tx.fetch(SQL["lines_of"], case_id, None):
        events.append(event := beside.recall(row["type"], row["body"]))
        if (kept := told(event)) != event:
            await tx.execute(SQL["reword_line"], row["event_id"], kept.model_dump_json())
    return events


async def changes(tx: Transaction, place: int, most: int) -> list[Change]:
    """The next changes of cases after a place, in the order in which they were read from the log; with the cases as they are."""
    rows = await tx.fetch(SQL["changes"], place, most)
    found = await folds.load_all(tx, sorted({row["case_id"] for row in rows}))
    cases = {fold.key: fold.case for fold in found}
    known = ((row, case) for row in rows if (case := cases.get(row["case_id"])) is not None)
    return [_change(row, case) for row, case in known]


def _change(row: Row, case: Case) -> Change:
    event = beside.recall(row["type"], row["body"])
    return in_words(row["place"], str(row["event_id"]), row["at"], row["type"], is_public(event), case)


async def last_place(tx: Transaction) -> int:
    """The place of the newest change; 0 before there is one."""
    return int(await tx.fetchval(SQL["last_place"]))


async def places_after(tx: Transaction, place: int, most: int) -> int:
    """How many changes there are after a place, at most `most`."""
    return int(await tx.fetchval(SQL["places_after"], place, most))


async def was_said(tx: Transaction, fold: Fold, event_id: UUID) -> bool:
    """Tell whether this very event was said before."""
    if any(p.id == event_id for p in fold.pending):
        return True
    return bool(await tx.fetchval(SQL["was_said"], event_id))


async def quarantine(
    tx: Transaction, source: str, reading: Unmapped, packed: bytes, rest: bytes | None, now: datetime
) -> None:
    """Set a trusted delivery aside that says nothing we understand, sealed, so that a person can look at it.

    What follows behind that is `rest`: None where nothing does, empty where there is no room for it.
    """
    keys, about = await safe.at(tx).keys(), f"quarantine {source} {reading.delivery_id}"
    sealed = keys.seal(packed, about), None if rest is None else keys.seal(rest, f"rest {about}")
    await tx.execute(SQL["quarantine"], source, reading.delivery_id, reading.ja, reading.en, now, *sealed)


async def rest_of(tx: Transaction, row: Row) -> bytes:
    """What follows the body of what is set aside, if it was kept. Raises CannotOpen as `unpacked` does."""
    about = f"rest quarantine {row['source']} {row['delivery_id']}"
    return (await safe.at(tx).keys()).open(row["rest"], about) if row["rest"] else b""


async def unpacked(tx: Transaction, row: Row) -> tuple[bytes, dict[str, str], str]:
    """Body, headers and address of what is set aside. Raises CannotOpen without the key that sealed it."""
    if not row["sealed"]:
        return bytes(row["body"]), json.loads(row["headers"]), row["url"]
    about = f"quarantine {row['source']} {row['delivery_id']}"
    return redacting.unpacked((await safe.at(tx).keys()).open(row["body"], about))


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


async def skip_numbers(tx: Transaction, records: int) -> None:
    """Give out no number that stands in records of the log which the database has lost, nor in what it had not yet said."""
    await tx.execute(SQL["skip_numbers"], records + UNSAID)
