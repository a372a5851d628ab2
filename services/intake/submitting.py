"""Taking a report in: the case, its first event and the answer, all in one transaction."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Literal

from asyncpg import UniqueViolationError

from services.intake import safe, store
from services.intake.domain import concealing
from services.intake.domain.words import Language
from shared.contracts import events as e
from shared.contracts.canary import is_canary
from shared.contracts.case import Case
from shared.contracts.case_ids import case_id
from shared.contracts.drill import is_real
from shared.contracts.envelope import event_id
from shared.contracts.report import Report, is_urgent
from shared.runtime import folds, telemetry
from shared.runtime.db import Database, Transaction


@dataclass(frozen=True)
class Submission:
    """A report, who brought it, from where, and in which language they are answered. `drilled` is the team of a drill.

    `answer_to` is the mail address at which its reporter hears of it, if any.
    """

    report: Report
    by: e.Actor
    source: str
    language: Language
    external: e.External | None = None
    drilled: str = ""
    answer_to: str = field(default="", repr=False)

    def fingerprint(self) -> bytes:
        """The same for the same report from the same person about the same ticket; not to be kept as it is.

        Whoever has the report with its marks could try out what stood there until it fits.
        """
        ticket = self.external.model_dump_json() if self.external else ""
        told = self.by.id + "\n" + self.report.model_dump_json() + ticket + self.answer_to
        return hashlib.sha256(told.encode()).digest()


@dataclass(frozen=True)
class Key:
    """What makes a repeat recognisable: the key, whose it is, and the content that it was first used for."""

    scope: str
    text: str
    fingerprint: bytes


@dataclass(frozen=True)
class Taken:
    """A report that is in: which case it became, and what was answered the first time."""

    case_id: str
    answer: str
    again: bool


HOUR = timedelta(hours=1)
Conflict = Literal["other-body", "in-flight"]


async def submit(tx: Transaction, submission: Submission, now: datetime, number: int | None = None) -> Case:
    """Make a case of a report, under a new number unless one is given; what it says to the world is committed with it."""
    number = number or await tx.fetchval(store.SQL["next_number"])
    case, _ = await _begin(tx, submission, number, now)
    return case


async def submit_once(
    db: Database, submission: Submission, key: Key, words: Callable[[Case], str], now: datetime
) -> Taken | Conflict:
    """Make a case of a report, once for each key; `words` makes the answer that a repeat gets too."""
    keys = await safe.of(db).keys()
    kept = keys.digest("fingerprint", key.fingerprint)
    try:
        async with db.transaction() as tx:
            known = await tx.fetchrow(store.SQL["first_answer"], key.scope, key.text, is_canary(submission.source))
            assert known is not None
            if not known["free"]:
                return "in-flight"
            if known["answer"] is None:
                case, answer = await _begin(tx, submission, known["number"], now, replace(key, fingerprint=kept), words)
                return Taken(case.id, answer, again=False)
    except UniqueViolationError:
        return "in-flight"  # the other one was done between our look and our write
    same = known["fingerprint"] == kept
    return Taken(known["case_id"], known["answer"], again=True) if same else "other-body"


async def _begin(
    tx: Transaction,
    submission: Submission,
    number: int,
    now: datetime,
    key: Key | None = None,
    words: Callable[[Case], str] | None = None,
) -> tuple[Case, str]:
    here = safe.at(tx)
    report, hidden = concealing.report(submission.report, here.kinds, submission.language)
    by, theirs = concealing.speaker(submission.by, here.kinds, submission.language)
    urgent, answer_to = is_urgent(report), submission.answer_to
    reachable = bool(answer_to) and not await here.hears_much(tx, answer_to, now - HOUR)
    with telemetry.kept(urgent):
        event = e.CaseSubmitted(
            case_id=case_id(now, token_bytes(10)),
            by=by,
            number=number,
            report=report,
            source=submission.source,
            external=submission.external,
            language=submission.language,
            trace_id=telemetry.kept_trace_id(),
            drilled=submission.drilled,
            reachable=reachable,
        )
        id_ = event_id("submitted", event.case_id)
        fold = folds.Fold(event.case_id).say(event, id_, now)
        assert fold.case is not None
        said = words(fold.case) if words else ""
        answer = store.Answer(key.scope, key.text, key.fingerprint, said) if key else None
        direct = urgent and is_real(submission.source)  # a canary that came by it would hide that the log is dead
        await store.begin(tx, fold, event, id_, now, answer, direct)
        await here.keep(tx, event.case_id, id_, hidden | theirs, now)
        if reachable:
            await here.keep_address(tx, event.case_id, answer_to, now)
    return fold.case, said
