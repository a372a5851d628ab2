"""What people tell beside the policy, in Postgres: rows and domain objects, and the number of changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeAlias, TypeVar, cast
from uuid import uuid4

from services.router.domain.duty.attendance import Absence, Attendance, Override, Presence, Swap
from services.router.store import SQL
from shared.contracts.plan import Person
from shared.runtime.db import Row, Transaction

Thing: TypeAlias = Absence | Override | Swap | Presence
T = TypeVar("T", Absence, Override, Swap)
BACK = timedelta(days=1)  # what has ended longer ago no longer matters to any decision
UNDER_WAY = timedelta(days=31)  # few cases take longer
MOST = 20_000  # entries that may hold at once
MOST_READ = 50_000
KINDS: dict[type[Thing], str] = {Absence: "absence", Override: "override", Swap: "swap", Presence: "presence"}


@dataclass(frozen=True)
class Entry(Generic[T]):
    """Something that was told, by whom and when; and who took it back, or answered it."""

    number: int
    thing: T
    by: Person
    at: datetime
    changed_by: Person | None
    changed_at: datetime | None


def new_id() -> str:
    """An id for an entry that was given none."""
    return uuid4().hex


async def number(tx: Transaction) -> int:
    """How often the attendance was changed."""
    found: int = await tx.fetchval(SQL["attendance_number"])
    return found


async def lock(tx: Transaction) -> int:
    """Let nobody else change it until the end of this transaction; gives the number of changes so far."""
    found: int = await tx.fetchval(SQL["lock_attendance"])
    return found


async def count(tx: Transaction) -> int:
    """Count a change; gives its number."""
    found: int = await tx.fetchval(SQL["count_attendance_change"])
    return found


async def load(tx: Transaction, since: datetime, now: datetime) -> Attendance:
    """All that held at some time from `since` on, or will hold, in the order in which it was told or accepted."""
    rows = await tx.fetch(SQL["attendance_since"], since, now, MOST_READ)
    things = [_thing(row) for row in reversed(rows)]
    return Attendance(
        tuple(x for x in things if isinstance(x, Absence)),
        tuple(x for x in things if isinstance(x, Override)),
        tuple(x for x in things if isinstance(x, Presence)),
        tuple(x for x in things if isinstance(x, Swap)),
    )


async def past(tx: Transaction, since: datetime, now: datetime) -> Attendance:
    """What held while the cases that were finished since an instant were under way."""
    return await load(tx, since - UNDER_WAY, now)


async def add(tx: Transaction, thing: Thing, by: Person, now: datetime) -> None:
    """Write down something new. A presence takes the place of what the person said before."""
    match thing:
        case Absence():
            values = thing.id, thing.person, thing.substitute, "", "", thing.reason
        case Override():
            values = thing.id, thing.person, "", thing.schedule, "", thing.reason
        case Swap():
            values = thing.id, thing.asker, thing.other, thing.schedule, thing.state, ""
        case Presence():
            values = new_id(), thing.person, "", "", thing.state, thing.note
            await tx.execute(SQL["replace_presence"], thing.person, now, by.id, by.name)
    span = thing.since or now, thing.until
    await tx.execute(SQL["tell_attendance"], KINDS[type(thing)], *values, *span, now, by.id, by.name)


async def cancel(tx: Transaction, type_: type[Absence | Override], id_: str, by: Person, now: datetime) -> None:
    """Take an absence or an override back from now on."""
    await tx.execute(SQL["cancel_attendance"], KINDS[type_], id_, now, by.id, by.name)


async def answer(tx: Transaction, swap: Swap, by: Person, now: datetime) -> None:
    """Keep a swap as it was answered."""
    await tx.execute(SQL["answer_swap"], swap.id, swap.state, swap.since, now, by.id, by.name)


async def entry(tx: Transaction, type_: type[T], id_: str) -> Entry[T] | None:
    """One entry, taken back or not."""
    row = await tx.fetchrow(SQL["attendance_entry"], KINDS[type_], id_)
    return None if row is None else _entry(row)


async def entries(
    tx: Transaction,
    type_: type[T],
    person: str,
    schedule: str,
    since: datetime,
    until: datetime,
    everything: bool,
    after: int,
    limit: int,
) -> list[Entry[T]]:
    """Entries in the order they were told, from the one after `after` on; see the query."""
    values = KINDS[type_], person, schedule, since, until, everything, after, limit
    return [_entry(row) for row in await tx.fetch(SQL["attendance_entries"], *values)]


def _entry(row: Row) -> Entry[T]:
    changed = Person(id=row["changed_by"], name=row["changed_by_name"]) if row["changed_at"] else None
    by = Person(id=row["told_by"], name=row["told_by_name"])
    return Entry(row["number"], cast(T, _thing(row)), by, row["told_at"], changed, row["changed_at"])


def _thing(row: Row) -> Thing:
    span = row["since"], row["until"]
    match row["kind"]:
        case "absence":
            return Absence(row["id"], row["person"], *span, row["other"], row["note"])
        case "override":
            return Override(row["id"], row["schedule"], row["person"], *span, row["note"])
        case "swap":
            return Swap(row["id"], row["schedule"], row["person"], row["other"], *span, row["state"])
    return Presence(row["person"], row["state"], row["until"], row["note"], row["since"])
