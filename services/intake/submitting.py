"""Taking a report in: the case, its first event and the answer, all in one transaction."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Literal
from zlib import crc32

from services.intake import store
from services.intake.domain.ids import case_id
from services.intake.domain.words import Language
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.report import Report
from shared.contracts.vocabulary import Kind, Urgency
from shared.runtime import folds, outbox, telemetry
from shared.runtime.db import Transaction


@dataclass(frozen=True)
class Submission:
    """A report, who brought it, from where, and in which language they are answered."""

    report: Report
    by: e.Actor
    source: str
    language: Language
    external: e.External | None = None

    def fingerprint(self) -> bytes:
        """The same for the same report from the same person."""
        return hashlib.sha256((self.by.id + "\n" + self.report.model_dump_json()).encode()).digest()


@dataclass(frozen=True)
class Taken:
    """A report that is in: which case it became, and what was answered the first time."""

    case_id: str
    answer: str
    again: bool


Conflict = Literal["other-body", "in-flight"]


async def submit(tx: Transaction, submission: Submission, now: datetime, number: int | None = None) -> Case:
    """Make a case of a report; what it says to the world is committed with it."""
    number = await tx.fetchval(store.SQL["next_number"]) if number is None else number
    event = e.CaseSubmitted(
        case_id=case_id(now, token_bytes(10)),
        by=submission.by,
        number=number,
        report=submission.report,
        source=submission.source,
        external=submission.external,
        language=submission.language,
        trace_id=telemetry.trace_id(),
    )
    fold = await folds.load(tx, event.case_id)
    fold = await folds.publish(tx, fold, event, event_id("submitted", event.case_id), now)
    await folds.save(tx, fold)
    case = fold.case
    assert case is not None
    await store.show(tx, case, now)
    if is_urgent(submission.report):
        slot = crc32(event.case_id.encode()) % outbox.SLOTS
        await tx.execute(store.SQL["add_urgent"], event.case_id, slot, event.model_dump_json(), now)
    return case


async def first_answer(tx: Transaction, scope: str, key: str, fingerprint: bytes) -> Taken | Conflict | int:
    """Look a key up: the answer given before, why it cannot be given, or the number for a new case."""
    row = await tx.fetchrow(store.SQL["first_answer"], scope, key)
    assert row is not None
    if not row["free"]:
        return "in-flight"
    if row["answer"] is None:
        return int(row["number"])
    if row["fingerprint"] != fingerprint:
        return "other-body"
    return Taken(row["case_id"], row["answer"], again=True)


async def keep_answer(tx: Transaction, scope: str, key: str, fingerprint: bytes, taken: Taken, now: datetime) -> None:
    """Remember what was answered for a key."""
    await tx.execute(store.SQL["keep_answer"], scope, key, fingerprint, taken.case_id, taken.answer, now)


def is_urgent(report: Report) -> bool:
    """Whether a report may not wait for Kafka: the ones that the mission sends to somebody at once."""
    return report.urgency is Urgency.CRITICAL or report.personal_data or report.kind is Kind.HARASSMENT
