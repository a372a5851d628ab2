"""Dead letters, as the API and the console deal with them: looked at, handled once more by their service, or dismissed."""

import base64
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, cast

from prometheus_client import Gauge

from services.intake import auditing, backlog, seeing, store
from services.intake.behind import Service, tell, told
from services.intake.domain import access
from services.intake.domain import dead_letters as domain
from services.intake.domain.dead_letters import Deed, Letter
from services.intake.domain.ids import is_case_id
from services.intake.domain.tokens import Principal
from services.intake.door import Door
from services.intake.handlers import HANDLERS
from shared.contracts import envelope, personal
from shared.contracts.case import Case, evolve
from shared.contracts.circle import is_restricted
from shared.contracts.events import CaseErased, CaseSubmitted
from shared.contracts.topics import CASES
from shared.runtime import folds, operated, telemetry
from shared.runtime.consume import Handling
from shared.runtime.db import Database, Transaction
from shared.runtime.settings import broker
from shared.runtime.web import Problem

OPEN = Gauge(
    "tasuki_dead_letters_open",
    "Dead letters that nobody has dealt with; `pages`: whether calls depend on them",
    ["pages"],
)
log = telemetry.logger(__name__)
SECONDS = 10.0  # a service that tries it has eight
LISTED = 200
LONGEST = 20_000  # characters of a body that are shown
GONE_ON = (
    "この案件には、この記録より後の出来事がすでにあります。いま処理すると、新しい担当者や期限が古い内容で上書きされます。"
    "同じ案件の受付の記録 (case.submitted) も残っていれば、先にそちらを処理してください。"
    "案件を開いて確かめ、必要なら優先度を見直して計画し直してから、この記録を「対応不要にする」で閉じてください。",
    "The case has gone on since this record. Handled now, it would write an old owner or deadline over the new ones. "
    "If the record with which the case began (case.submitted) is here too, have that one handled first. "
    "Look at the case, reassess it if it has to be planned anew, and then dismiss this record.",
)
ERASED = (
    "この案件は消去されています。いま処理すると、消した個人情報が戻ります。「対応不要にする」で閉じてください。",
    "The case has been erased. Handled now, this record would bring personal data back. Please dismiss it.",
)
_PLACE = re.compile(r"(\d{1,6})-(\d{1,18})")


@dataclass(frozen=True)
class Known:
    """A dead letter, and what was done about it."""

    letter: Letter
    deeds: tuple[Deed, ...]
    hidden: bool = False  # it is of a restricted case that is not for the eyes of who looks

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do."""
        return domain.is_settled(self.deeds)


async def listed(here: Door) -> tuple[int, list[Known]]:
    """How many are kept, and the newest 200 with what was done about them. Raises one of `backlog.AWAY`."""
    kept, letters = await backlog.dead_letters(broker(here.settings))
    return kept, await _known(here.db, letters[:LISTED])


def holding(letters: Iterable[Known]) -> list[bool]:
    """Of each that nobody has dealt with, whether calls depend on it."""
    return [known.letter.holds_pages for known in letters if not known.settled]


async def measure(db: Database, kafka: str) -> None:
    """Count those that nobody has dealt with, for alarms; while Kafka is away the last count stands."""
    try:
        _, letters = await backlog.dead_letters(kafka)
    except backlog.AWAY as problem:
        log.warning("dead letters cannot be read", problem=repr(problem)[:300])
        return
    left = holding(await _known(db, letters[:LISTED]))
    OPEN.labels("yes").set(left.count(True))
    OPEN.labels("no").set(left.count(False))


async def one(here: Door, place: str) -> Known:
    """One of them by its place. Raises 404, or 503 while Kafka is away."""
    found = _PLACE.fullmatch(place)
    try:
        letter = await backlog.dead_letter(broker(here.settings), int(found[1]), int(found[2])) if found else None
    except backlog.AWAY:
        raise away() from None
    if letter is None:
        raise Problem(404, "not-found", "見つかりません。", "There is nothing here.")
    return (await _known(here.db, [letter]))[0]


async def looked(here: Door, who: Principal, place: str) -> Known:
    """One of them with what it holds; that somebody looked is recorded, on a restricted case too. Raises as `one` does."""
    known = await one(here, place)
    now = here.clock.now()
    async with here.db.reading() as tx:
        case = await _case(tx, known.letter)
        hidden = case is not None and is_restricted(case) and not access.sees(who, case)
        await auditing.now(tx, auditing.of(domain.SEEN, who, known.letter.object, now))
        if case is not None and not hidden:
            await seeing.looked_at(tx, who, [case], now)
    return replace(known, hidden=hidden)


async def again(here: Door, who: Principal, known: Known, language: str) -> operated.ReplayOutcome:
    """Have its service handle it once more; what was handled already is left alone. Raises 409 without a service, 502.

    It is refused, in the reader's language, once its case has gone on: the old would be written over the new. Whatever
    came of it is recorded, before anybody is told.
    """
    letter = known.letter
    if domain.was_handled(known.deeds):
        return operated.ReplayOutcome(verdict="known")
    verdict = "unanswered"
    try:
        reason = await _too_late(here, letter)
        outcome = (
            operated.ReplayOutcome(verdict="refused", reason=reason[language == "en"])
            if reason
            else await _asked(here, letter)
        )
        verdict = outcome.verdict
    finally:
        async with here.db.reading() as tx:
            line = auditing.of(domain.REPLAYED, who, letter.object, here.clock.now(), verdict=verdict, type=letter.type)
            await auditing.now(tx, line)
    return outcome


async def all_again(
    here: Door, who: Principal, service: str, type_: str, language: str
) -> list[tuple[Known, operated.ReplayOutcome]]:
    """The same for all of one service and one type that are not settled, in the order of the log. Raises 503, 502."""
    try:
        _, letters = await listed(here)
    except backlog.AWAY:
        raise away() from None
    mine = [k for k in letters if (k.letter.service, k.letter.type) == (service, type_) and not k.settled]
    return [
        (known, await again(here, who, known, language)) for known in sorted(mine, key=lambda known: known.letter.stood)
    ]


async def dismiss(here: Door, who: Principal, known: Known) -> None:
    """Say that nothing is to be done about it; it stays where it is, and can still be handled."""
    async with here.db.reading() as tx:
        await auditing.now(tx, auditing.of(domain.DISMISSED, who, known.letter.object, here.clock.now()))


def masked(text: str) -> str:
    """A text without personal data and tokens, as people may read it who have to do with machines only."""
    return telemetry.masked(personal.masked(text).text)


def headers(letter: Letter) -> dict[str, str]:
    """Its headers as they may be read; those of the envelope hold ids and times, which are left as they are."""
    plain = ("ce_", "traceparent", "content-type")
    return {name: value if name.startswith(plain) else masked(value) for name, value in letter.headers.items()}


def body(known: Known) -> str | None:
    """What it holds as it may be read, no longer than 20,000 characters; None where it is not to be seen."""
    raw = known.letter.record.body or b""
    return None if known.hidden else masked(raw.decode("utf-8", "backslashreplace")[:LONGEST])


def away() -> Problem:
    """Kafka cannot be asked."""
    ja, en = (
        "いま、Kafka に聞けません。少し待って、もう一度お試しください。",
        "Kafka cannot be asked right now. Please try again shortly.",
    )
    return Problem(503, "kafka-away", ja, en)


async def _known(db: Database, letters: list[Letter]) -> list[Known]:
    async with db.reading() as tx:
        rows = await tx.fetch(auditing.SQL["of_objects"], [letter.object for letter in letters])
    entries: dict[str, list[str]] = {}
    for row in rows:
        entries.setdefault(row["object"], []).append(row["entry"])
    return [Known(letter, tuple(domain.deeds(entries.get(letter.object, ())))) for letter in letters]


async def _case(tx: Transaction, letter: Letter) -> Case | None:
    """The case that it is about, as far as it is known here or as its own report has it."""
    known = (await folds.load(tx, letter.key, lock=False)).case if is_case_id(letter.key) else None
    if known is None and letter.type == CaseSubmitted.type:
        with suppress(envelope.Unreadable):
            return evolve(None, envelope.decode(letter.type, letter.record.body), letter.at)
    return known


async def _too_late(here: Door, letter: Letter) -> tuple[str, str] | None:
    """Why a record of a case must not be handled any more, in both languages; None while it still may be.

    The beginning of a case that is still open always may be: it overwrites nothing, and a service without it has no case
    to do anything about.
    """
    if letter.record.topic != CASES:
        return None
    try:
        meta = envelope.meta(letter.record.headers)
    except envelope.Unreadable:
        return None  # its service says so
    async with here.db.reading() as tx:
        row = await tx.fetchrow(
            store.SQL["gone_since"], letter.key, letter.record.partition, letter.record.offset, meta.time
        )
        case = (await folds.load(tx, letter.key, lock=False)).case
    assert row is not None
    if row["erased"] and letter.type != CaseErased.type:
        return ERASED
    begins = letter.type == CaseSubmitted.type and case is not None and not case.is_over
    return GONE_ON if row["on_since"] and not begins else None


async def _asked(here: Door, letter: Letter) -> operated.ReplayOutcome:
    record = letter.record
    if letter.service == "intake":
        return await operated.again(Handling(here.db, here.clock, "tasuki-intake", HANDLERS), record)
    if letter.service not in backlog.READS:
        ja, en = "どのサービスの記録か分かりません。", "Nobody knows which service this record belongs to."
        raise Problem(409, "unknown-service", ja, en)
    parked: dict[str, Any] = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "headers": [[name, _base64(value)] for name, value in record.headers],
        "body": _base64(record.body or b""),
    }
    answer = await tell(here, cast(Service, letter.service), "POST", operated.REPLAY, parked, SECONDS)
    outcome = told(operated.ReplayOutcome, answer)
    if outcome is None:
        raise Problem(502, "upstream-away", "サービスの返事が読めません。", "The service answered something else.")
    return outcome


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def kinds(letters: Iterable[Known]) -> dict[tuple[str, str], int]:
    """How many are not settled, by service and type."""
    counted: dict[tuple[str, str], int] = {}
    for known in letters:
        if not known.settled and known.letter.service:
            kind = (known.letter.service, known.letter.type)
            counted[kind] = counted.get(kind, 0) + 1
    return counted
