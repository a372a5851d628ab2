"""Digests in Postgres: what waits for one, what one brings along, and after how many messages it comes to that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.notifier import contacts
from services.notifier.domain.bundling import GAPS, QUIET, WINDOW, Lately, digest_at, is_single
from services.notifier.domain.contact import Contact
from services.notifier.domain.notification import DRILLED, URGENT, Notification, State, Wish
from shared.contracts.vocabulary import Channel, Outcome
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("storms.sql"))


Asked = tuple[str, Channel, str, str, datetime]  # recipient, channel, address by two names, moment


@dataclass(frozen=True)
class Planned:
    """When a wish could go out, and when it is due: the same, or later in a digest."""

    at: datetime
    due: datetime
    bundled: bool


async def planned(tx: Transaction, wishes: Sequence[Wish], times: Sequence[datetime]) -> list[Planned]:
    """Decide for each wish, which could go out at its time, whether a digest brings it."""
    bundled = [w for w in wishes if URGENT <= w.rank < DRILLED and not is_single(w)]
    people = await contacts.known(tx, {w.recipient for w in bundled})
    places = {w.id: (w.recipient, w.channel, *_place(people.get(w.recipient), w.channel, w.address)) for w in bundled}
    asked = [(*places[w.id], at) for w, at in zip(wishes, times, strict=True) if w.id in places]
    known: dict[Asked, Lately] = {}
    if asked:
        columns = [list(column) for column in zip(*asked, strict=True)]
        rows = await tx.fetch(SQL["lately"], *columns, WINDOW, QUIET, GAPS[-1])
        known = {key: _lately(row) for key, row in zip(asked, rows, strict=True)}
    made = []
    for w, at in zip(wishes, times, strict=True):
        key = (*places[w.id], at) if w.id in places else None
        digest = digest_at(w, at, known[key]) if key else None
        if key:
            known[key] = known[key].with_one(digest)
        made.append(Planned(at, digest or at, digest is not None))
    return made


async def load(tx: Transaction, now: datetime) -> bool:
    """Make up the digests that are due; False when there was nothing to do."""
    if not await tx.fetchval(SQL["lock_loading"]):
        return False
    await tx.execute(SQL["heal"], now)
    due = await tx.fetch(SQL["due_digests"], now)  # asked for by itself: most of the time there is none
    if not due:
        return False
    people = await contacts.known(tx, {r["recipient"] for r in due})
    names: set[tuple[str, str, str, str]] = set()
    for recipient, channel, address in due:
        place, other = _place(people.get(recipient), Channel(channel), address)
        names |= {(recipient, channel, name, place) for name in (address, place, other)}
    return bool(await tx.fetch(SQL["load"], now, *(list(column) for column in zip(*names, strict=True))))


async def riders(connection: Transaction, carrier: UUID) -> list[Row]:
    """What a digest brings along besides its own case."""
    return await connection.fetch(SQL["riders"], carrier)


async def brought(connection: Transaction, carrier: UUID) -> list[Row]:
    """Everything that stands in a digest."""
    return await connection.fetch(SQL["brought"], carrier)


async def stand_alone(connection: Transaction, n: Notification) -> None:
    """Make a digest that brings nothing along a message like any other."""
    await connection.execute(SQL["stand_alone"], n.id, n.epoch)


async def set_down(tx: Transaction, carrier: UUID, now: datetime) -> None:
    """Have everything that a digest brings along wait for the next one, which goes at once."""
    await tx.execute(SQL["set_down"], carrier, now)


async def carry(
    tx: Transaction, n: Notification, state: State, outcome: Outcome, code: str, provider: str, now: datetime
) -> list[Row]:
    """Give all that a digest brings along the outcome of the digest; what changed."""
    return await tx.fetch(SQL["carry"], n.id, state, code, n.attempts, provider, outcome, now, n.repeat)


async def after(connection: Transaction) -> int:
    """How many messages within ten minutes come one by one; 0 when nothing is bundled."""
    return int(await connection.fetchval(SQL["bundle_after"]))


async def set_after(tx: Transaction, count: int) -> None:
    """Change it, for what is planned from now on."""
    await tx.execute(SQL["set_bundle_after"], count)


async def log_of_recipient(
    connection: Transaction, recipient: str, before: datetime | None, id_: UUID | None, most: int
) -> list[Row]:
    """What was sent to a recipient before a place, with its attempts (`made`, JSON), the newest first."""
    return await connection.fetch(SQL["log_of_recipient"], recipient, before, id_, most)


async def states(connection: Transaction, providers: list[str], since: datetime) -> list[Row]:
    """How each of these providers does."""
    return await connection.fetch(SQL["states"], providers, since)


async def lately(connection: Transaction, providers: list[str], since: datetime) -> list[Row]:
    """What came of the attempts of these providers, by channel."""
    return await connection.fetch(SQL["last_hour"], providers, since)


async def rest(connection: Transaction, provider: str, until: datetime) -> None:
    """Tell everybody that a provider is left alone until then."""
    await connection.execute(SQL["rest"], provider, until)


def _place(contact: Contact | None, channel: Channel, address: str) -> tuple[str, str]:
    """The address (id) that is meant, and its other name: the best one has none in most notifications.

    Whoever has two telephones gets two digests, and one where both notifications lead to the same telephone.
    """
    way, best = (contact.way(channel, id_) if contact else None for id_ in (address, ""))
    place = way.id if way else address
    return place, "" if way == best else place


def _lately(row: Row) -> Lately:
    return Lately(row["after"], row["got"], row["waiting"], tuple(row["digests"] or ()))
