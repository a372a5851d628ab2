"""The ledger in Postgres."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from uuid import UUID

from services.notifier import bundles, contacts
from services.notifier.domain import closing, content, masking
from services.notifier.domain.asked import answers_all, is_overheard, still_wanted
from services.notifier.domain.contact import Contact
from services.notifier.domain.notification import Notification, Wish
from services.notifier.domain.retry import Step
from services.notifier.rows import fields, read
from services.notifier.sql import SQL
from shared.contracts.case import Case
from shared.contracts.events import Actor
from shared.contracts.vocabulary import Channel, Outcome
from shared.runtime import folds, outbox, telemetry
from shared.runtime.db import Row, Transaction

NO_PLACES: Mapping[Channel, datetime] = MappingProxyType({})
AT_ONCE = 20  # cases that are read before others have their turn
LEASE = timedelta(seconds=4)  # renewed while its holder lives, so that a dead one is soon replaced
_added: ContextVar[bool] = ContextVar("added", default=False)


@dataclass(frozen=True)
class Known:
    """What decides whether and where to send, read at the last moment."""

    fold: str | None
    answered: tuple[str, ...]  # who has answered it, as far as we were told and intake has not refused
    contact: Contact | None
    windows: str = "[]"  # those of maintenance that are open, in JSON

    @cached_property
    def case(self) -> Case | None:
        """The case as the log has told; read only when it is asked for."""
        return folds.case_of(self.fold)

    def needless(self, n: Notification) -> bool:
        """Whether nobody has to hear a notification any more."""
        return is_overheard(self.case, n) or (n.revocable and (self.is_answered(n) or not still_wanted(self.case, n)))

    def is_answered(self, n: Notification) -> bool:
        """Whether what people have told us leaves nothing to be answered by it."""
        return answers_all(self.case, n, self.answered)

    @cached_property
    def customer(self) -> tuple[str, ...]:
        """The names that are masked where a channel is not safe."""
        return masking.personal(self.case.submitted.report) if self.case else ()


@dataclass(frozen=True)
class Claimed:
    """A notification under lease; `unsure` when an earlier send of it may have gone out."""

    notification: Notification
    unsure: bool
    known: Known


@dataclass(frozen=True)
class Told:
    """A notification, and what is known of its present attempt."""

    notification: Notification
    outcome: Outcome | None
    code: str


@dataclass(frozen=True)
class Used:
    """Whether a channel may still reach a person, and the addresses (ids; empty: the best one) that were asked by it."""

    hope: bool
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class ToClose:
    """A message that is to be changed, to what, and how often that was tried."""

    notification: Notification
    words: closing.Closing
    tries: int


async def add(
    tx: Transaction,
    wishes: Iterable[Wish],
    now: datetime,
    due: datetime | None = None,
    places: Mapping[Channel, datetime] = NO_PLACES,
) -> None:
    """Put notifications into the ledger; one that stands there already stays as it is.

    What could go out now stands in its channel's place in the queue, if there is one for it.
    """
    trace, at, wanted = telemetry.traceparent(), due or now, list(wishes)
    plans = await bundles.planned(tx, wanted, [max(at, w.held or at) + w.delay for w in wanted])
    turns = [places.get(w.channel, now) if p.due == now else p.due for w, p in zip(wanted, plans, strict=True)]
    written = [
        (*fields(w), content.dumps(w.content), trace, now, turn, plan.at, plan.bundled, w.held_by)
        for w, plan, turn in zip(wanted, plans, turns, strict=True)
    ]
    if written:
        await tx.executemany(SQL["add_notification"], written)
        nudge()


def nudge() -> None:
    """Have what is due looked at as soon as this transaction has committed."""
    _added.set(True)


def added() -> bool:
    """Whether the transaction that has just committed in this task added notifications; asking forgets it."""
    was = _added.get()
    _added.set(False)
    return was


async def claim(connection: Transaction, hands: dict[Channel, tuple[int, int]], now: datetime) -> list[Claimed]:
    """Lease what is due; `hands` is how many each channel can take: of what is urgent, and of all else."""
    urgent, others = [h[0] for h in hands.values()], [h[1] for h in hands.values()]
    rows = await connection.fetch(SQL["claim"], list(hands), urgent, now, LEASE, others)
    return [Claimed(read(r), r["was"] == "ambiguous", read_known(r)) for r in rows]


async def known(connection: Transaction, n: Notification) -> Known:
    """Read what decides about a notification that is about to be sent."""
    row = await connection.fetchrow(SQL["recheck"], n.id)
    assert row is not None
    return read_known(row)


def read_known(row: Row, contact: Contact | None = None) -> Known:
    """What decides about a notification, from its row; `contact` where that is known."""
    found = contacts.read(json.loads(row["contact"])) if row["contact"] else contact
    return Known(row["fold"], tuple(row["answered"] or ()), found, row["windows"])


async def parts(rows: Sequence[Row], contact: Contact | None = None) -> list[tuple[Notification, Known]]:
    """Many notifications with what decides about each; others have their turn meanwhile, for a P1 must not wait."""
    found = []
    for place, row in enumerate(rows):
        if place % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        found.append((read(row), read_known(row, contact)))
    return found


async def record(tx: Transaction, n: Notification, step: Step, now: datetime, said: outbox.Row | None) -> bool:
    """Write what came of a send and what is to be published of it; False when somebody else knows better by now."""
    outcome = step.outcome and str(step.outcome)
    result = step.state, step.code, step.provider_id, step.repeat, step.due, outcome, now
    went = step.provider, ",".join(step.tried), step.scope
    written = await tx.fetchval(SQL["record"], n.id, n.epoch, *result, *(said or (0, "", "", "", b"", now)), *went)
    if written is None and step.provider_id:
        await tx.execute(SQL["name_at_provider"], n.id, step.provider_id, step.provider)
        await tx.execute(SQL["name_attempt_at_provider"], n.id, n.attempts, step.provider_id, step.provider)
    return written is not None


async def going_by(connection: Transaction, n: Notification, provider: str) -> None:
    """Remember who is about to be asked to send it, so that whoever takes over asks the same one."""
    await connection.execute(SQL["going_by"], n.id, n.epoch, provider)


async def put_back(connection: Transaction, n: Notification, due: datetime) -> None:
    """Give up a lease without having sent; the attempt has not been one."""
    await connection.execute(SQL["put_back"], n.id, n.epoch, due)


async def ways_used(tx: Transaction, n: Notification) -> dict[Channel, Used]:
    """The channels by which this person is being asked in this round, and what is known of each."""
    rows = await tx.fetch(SQL["ways_used"], n.case_id, n.round, n.recipient)
    return {Channel(r["channel"]): Used(r["hope"], tuple(r["addresses"])) for r in rows}


async def hurry(tx: Transaction, n: Notification, now: datetime) -> bool:
    """Bring the person's next way of this round forward; False when there is none."""
    return await tx.fetchval(SQL["hurry"], n.case_id, n.round, n.recipient, now) is not None


async def renew_leases(tx: Transaction, held: Mapping[UUID, int]) -> None:
    """Keep what this process is sending; `held` is notification → epoch."""
    if held:
        await tx.execute(SQL["renew_leases"], list(held), list(held.values()), LEASE)


async def expire_leases(tx: Transaction, now: datetime) -> list[Notification]:
    """Take over what a dead process has left in the middle."""
    return [read(r) for r in await tx.fetch(SQL["expire_leases"], now)]


async def notification(connection: Transaction, id_: UUID) -> Told | None:
    """One notification."""
    row = await connection.fetchrow(SQL["notification"], id_)
    return _told(row) if row else None


async def page_to(connection: Transaction, number: int, kind: str, like: str) -> Notification | None:
    """The newest page by chat about the case of this number to a person who has such an address."""
    row = await connection.fetchrow(SQL["page_to"], number, kind, like)
    return read(row) if row else None


async def by_provider_id(connection: Transaction, provider: str, provider_id: str) -> Notification | None:
    """The notification that a provider knows under this id."""
    row = await connection.fetchrow(SQL["by_provider_id"], provider, provider_id)
    return read(row) if row else None


async def pages_to(
    connection: Transaction, channel: Channel, kind: str, value: str, since: datetime
) -> list[Notification]:
    """The pages that went by a channel to the people who have this address, newest first."""
    wanted = json.dumps([{"kind": kind, "value": value}], ensure_ascii=False)
    return [read(r) for r in await connection.fetch(SQL["pages_to"], wanted, channel, since)]


async def lock(tx: Transaction, id_: UUID) -> Told | None:
    """One notification, locked until the transaction ends."""
    await tx.execute(SQL["lock_notification"], id_)
    return await notification(tx, id_)


async def progress(tx: Transaction, n: Notification, step: Step, now: datetime) -> None:
    """Write what a call-back told."""
    told = step.state, step.code, step.due, step.repeat, step.provider_id, ",".join(step.tried)
    await tx.execute(SQL["progress"], n.id, *told)
    await tx.execute(SQL["progress_attempt"], n.id, n.attempts, step.outcome, step.code, now, step.provider_id)


async def live_pages(tx: Transaction, case_id: str) -> list[Notification]:
    """The pages of a case that may still go out, or can still be answered."""
    return [read(r) for r in await tx.fetch(SQL["live_pages"], case_id)]


async def release(tx: Transaction, case_id: str, people: list[str], rank: int, now: datetime) -> None:
    """Have the pages of a case to these people that wait and are of a lesser rank go out now, with this one."""
    if await tx.fetch(SQL["release"], case_id, people, rank, now):
        _added.set(True)


async def skip(tx: Transaction, ids: list[UUID], code: str) -> list[Notification]:
    """Take back those of these pages that have not gone out; the rows taken back."""
    return [read(r) for r in await tx.fetch(SQL["skip"], ids, code)] if ids else []


async def forget_reporter(tx: Transaction, case_id: str, by: Actor) -> list[UUID]:
    """Take who reported a case out of everything that was told of it; gives what still waits to be told to them."""
    return [row["id"] for row in await tx.fetch(SQL["forget_reporter"], case_id, by.id, by.name)]


async def close(tx: Transaction, ids: list[UUID], words: closing.Closing, now: datetime) -> None:
    """Have those of these messages that were sent say that they need no answer any more."""
    if ids:
        await tx.execute(SQL["close"], ids, now, words.who, words.how)


async def claim_closing(tx: Transaction, now: datetime, again: datetime, calls: int, others: int) -> list[ToClose]:
    """What to change now, at most so many telephones and others; each comes again at `again` unless `closed` is called."""
    rows = await tx.fetch(SQL["claim_closing"], now, again, calls, others)
    return [ToClose(read(r), closing.Closing(r["closing"], r["taken_by"]), r["closing_tries"]) for r in rows]


async def closed(tx: Transaction, id_: UUID) -> None:
    """Remember that a message needs no change any more."""
    await tx.execute(SQL["closed"], id_)


async def log_of_case(connection: Transaction, case_id: str) -> list[Row]:
    """Every notification of a case with its attempts (`made`, JSON), oldest first."""
    return await connection.fetch(SQL["log_of_case"], case_id)


async def case_of(connection: Transaction, case_id: str) -> Case | None:
    """A case as far as the log has told."""
    return (await folds.load(connection, case_id, lock=False)).told


def _told(row: Row) -> Told:
    return Told(read(row), Outcome(row["told"]) if row["told"] else None, row["code"])
