"""The discipline of every receiver: proven before it is read, on disk before it is answered, refused in time when it is too much."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NoReturn

from prometheus_client import Counter

from services.intake import delivering, records, setups, signing
from services.intake.domain import redacting
from services.intake.door import Door
from services.intake.gate import Full
from services.intake.senders import SENDERS
from services.intake.senders.sender import (
    Malformed,
    Outcome,
    Reading,
    Rejected,
    Request,
    Signing,
    Source,
    Trigger,
    Unmapped,
)
from shared.contracts.envelope import event_id
from shared.contracts.events import SourceTroubled
from shared.contracts.plan import Reason
from shared.contracts.report import is_urgent
from shared.runtime import outbox, telemetry
from shared.runtime.db import Transaction
from shared.runtime.web import Problem

log = telemetry.logger(__name__)
DELIVERIES = Counter(
    "tasuki_intake_deliveries_total", "Webhook deliveries, by what became of them", ["source", "verdict"]
)
BETWEEN_REJECTIONS = timedelta(seconds=1)  # more of them are counted only: anybody can cause one


async def receive(here: Door, source: Source, given: Request) -> Sequence[Outcome]:
    """Take a request of a source; when this returns, everything is on disk.

    Raises the problem to answer: 401 not believed, 400 unreadable (of senders that try again), 503 or what the sender
    knows instead when it should come again later.
    """
    sender = SENDERS[source.sender]
    if sender.signing:
        given = await _certified(here, source, sender.signing, given)
    verdict = sender.verify(given, source) if source.secrets else Rejected("no secret is set")
    if isinstance(verdict, Rejected):
        await _reject(here, source, given, verdict.reason)
    if sender.signing and (address := sender.signing.confirmation(given, source)):
        await _confirm(here, source, address)
    try:
        return await believe(here, source, await records.renewed(here.outside, source, given))
    except records.Gone:
        gone = "このレコードは送信元にありません。", "The sender has no such record."
        return await _take_in(here, source, [Unmapped(_id_of(source, given), *gone)], given)


async def _certified(here: Door, source: Source, by: Signing, given: Request) -> Request:
    """A request with the certificate that it names. Raises 503, so that it comes again, where that cannot be fetched."""
    try:
        return await here.certificates.certified(here.outside, by, source, given)
    except signing.Away as problem:
        log.warning("a certificate cannot be fetched", source=source.id, problem=str(problem))
        await note_rejected(here, source, given, "certificate away")
        ja = "署名の証明書を取得できません。少し待って再送してください。"
        en = "The certificate of the signature cannot be fetched; please send it again shortly."
        raise later("certificate-away", ja, en, 503) from None


async def _confirm(here: Door, source: Source, address: str) -> None:
    """Confirm that a sender may send. Raises 503, so that it asks again, where nobody hears that."""
    try:
        await signing.confirm(here.outside, address)
    except signing.Away as problem:
        log.warning("a subscription cannot be confirmed", source=source.id, problem=str(problem))
        ja = "購読を確認できません。少し待って再送してください。"
        raise later("unconfirmed", ja, "The subscription cannot be confirmed; please ask again shortly.", 503) from None
    log.info("a subscription is confirmed", source=source.id)


async def believe(here: Door, source: Source, given: Request) -> Sequence[Outcome]:
    """The same for what needs no proof any more. Raises 400 and 503 as `receive` does."""
    sender = SENDERS[source.sender]
    readings = sender.read(given, source)
    if isinstance(readings, Malformed):
        if not sender.drops:
            DELIVERIES.labels(source.id, "malformed").inc()
            raise Problem(400, "malformed", "本文を読み取れません。", "The body cannot be read.")
        readings = (delivering.unreadable(given),)
    return await _take_in(here, source, readings, given)


async def _take_in(here: Door, source: Source, readings: Sequence[Reading], given: Request) -> Sequence[Outcome]:
    await here.safe.keys()
    urgent = any(isinstance(reading, Trigger) and is_urgent(reading.report) for reading in readings)
    if urgent or not (here.gate.is_busy or here.queue.has(source.id)):
        try:
            return await _now(here, source, readings, given, in_turn=urgent)
        except (delivering.Behind, Full):
            pass
    return [await _queued(here, source, readings, given, urgent)]


async def take(
    here: Door,
    source: Source,
    readings: Sequence[Reading],
    given: Request,
    again: Callable[[Transaction], Awaitable[Sequence[Reading]]] | None = None,
) -> Sequence[Outcome]:
    """Take what a believed request says; `again` reads it once more, inside the transaction. Raises as `receive` does."""
    try:
        return await _now(here, source, readings, given, again)
    except Full:
        raise _shed(source) from None


async def _now(
    here: Door,
    source: Source,
    readings: Sequence[Reading],
    given: Request,
    again: Callable[[Transaction], Awaitable[Sequence[Reading]]] | None = None,
    in_turn: bool = True,
) -> Sequence[Outcome]:
    """Make of a request what it asks for before it is answered. Raises Full, Behind, and the problem to answer."""
    reports = [reading.report for reading in readings if isinstance(reading, Trigger)]
    within = here.limits.filing if given.files or given.rest else here.limits.taking
    try:
        with here.gate.entered():
            async with asyncio.timeout(within), here.turn(*reports), here.db.transaction() as tx:
                told = await again(tx) if again else readings
                outcomes = await delivering.deliver(tx, source, told, given, "ja", in_turn, here.settings.room)
    except delivering.InFlight:
        raise later("in-flight", "同じ通知を処理中です。", "The same delivery is being taken.", 503) from None
    except Full:
        raise
    except TimeoutError:
        raise _shed(source) from None
    for outcome in outcomes:
        _count(source, outcome)
    return outcomes


async def _queued(here: Door, source: Source, readings: Sequence[Reading], given: Request, urgent: bool) -> Outcome:
    """Put a request on disk, whose turn comes within seconds. Raises the problem to answer when too many wait."""
    if len(here.queue) >= here.limits.waiting:
        raise _shed(source)
    alone = len(readings) == 1
    id_ = readings[0].delivery_id if alone else hashlib.sha256(given.raw).hexdigest()
    try:
        async with asyncio.timeout(here.limits.taking):
            outcome = await here.queue.put(source, id_, given, urgent)
    except TimeoutError:
        raise _shed(source) from None
    _count(source, outcome)
    return outcome


def _id_of(source: Source, given: Request) -> str:
    readings = SENDERS[source.sender].read(given, source)
    return "" if isinstance(readings, Malformed) or not readings else readings[0].delivery_id


def _count(source: Source, outcome: Outcome) -> None:
    DELIVERIES.labels(source.id, "again" if outcome.again else outcome.verdict).inc()


def _shed(source: Source) -> Problem:
    DELIVERIES.labels(source.id, "shed").inc()
    return overloaded(SENDERS[source.sender].busy)


def later(code: str, ja: str, en: str, status: int) -> Problem:
    """Nothing was taken, and a second from now it may be."""
    problem = Problem(status, code, ja, en)
    problem.headers = {"retry-after": "1"}
    return problem


def overloaded(status: int) -> Problem:
    """More comes than can be taken."""
    ja, en = "ただいま混み合っています。少し待って再送してください。", "Too much at once; please send it again shortly."
    return later("overloaded", ja, en, status)


def too_slow() -> Problem:
    """The sender kept us waiting for what it has to say."""
    return Problem(408, "too-slow", "本文の受信に時間がかかりすぎました。", "The body took too long.")


async def _reject(here: Door, source: Source, given: Request, reason: str) -> NoReturn:
    """Remember how it looked, and raise 401."""
    await note_rejected(here, source, given, reason)
    raise Problem(401, "bad-signature", "署名またはトークンを確認できません。", "The signature or token is not valid.")


async def note_rejected(here: Door, source: Source, given: Request, reason: str) -> None:
    """Remember how a request looked that was not believed."""
    DELIVERIES.labels(source.id, "rejected").inc()
    log.warning("delivery rejected", source=source.id, reason=reason)
    if here.sources.may_note(source.id, BETWEEN_REJECTIONS):
        try:
            with here.gate.entered():
                async with asyncio.timeout(here.limits.taking), here.db.transaction() as tx:
                    looks = redacting.looks(given.headers)
                    await setups.reject(tx, source.id, reason[:200], looks, len(given.raw), given.now)
                    if await setups.is_sent_away(tx, source.id, given.now):
                        await _tell_owner(tx, source, reason, given.now)
        except TimeoutError:
            log.warning("a rejected delivery was not noted", source=source.id)


async def _tell_owner(tx: Transaction, source: Source, reason: str, now: datetime) -> None:
    """Say, once a day, that all that comes from a source is refused: hardly any sender tries again."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if await setups.is_first_trouble(tx, f"rejected {source.id}", day):
        why = Reason(ja=f"署名またはトークンを確認できません（{reason[:200]}）", en=reason[:200])
        name = source.name or source.id
        told = SourceTroubled(refused=True, source=source.id, name=name, owner=source.owner, reason=why)
        await outbox.add(tx, told, event_id("source.sent-away", source.id, day.isoformat()), now)
