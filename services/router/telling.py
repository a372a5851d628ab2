"""Telling something beside the policy: one change at a time, decided on the newest state, and in force at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, Literal, TypeVar

from services.router import attendance
from services.router.attendance import Entry, Thing
from services.router.current import Current
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty import refusals, tidings
from services.router.domain.duty.attendance import Absence, Override, Presence, Swap
from services.router.domain.duty.ical_import import Read
from services.router.domain.duty.refusals import Refusal
from shared.contracts.envelope import event_id
from shared.contracts.plan import Person
from shared.runtime import outbox
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction

T = TypeVar("T", Absence, Override, Swap)
C = TypeVar("C", Absence, Override)
R = TypeVar("R")
Answer = Literal["accepted", "declined", "cancelled"]
FULL = Refusal(
    "too_many",
    f"登録が多すぎます（同時に {attendance.MOST} 件まで）。不要なものを取り消してください",
    f"too many entries hold at once ({attendance.MOST} at most); cancel what is not needed",
)


class Refused(Exception):
    """It cannot be taken; nothing was changed."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.code)
        self.why = why


class Unknown(Exception):
    """There is no such entry."""


class Taken(Exception):
    """The id belongs to another entry."""


@dataclass(frozen=True)
class Outcome(Generic[R]):
    """What came of it, and what decided before and decides now; both are the same when nothing was changed."""

    made: R
    before: InForce
    after: InForce

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return self.before is not self.after


@dataclass(frozen=True)
class Imported:
    """What was taken of a file, what was known before, and what was refused."""

    taken: tuple[Absence, ...]
    known: tuple[Absence, ...]
    refused: tuple[tuple[Absence, Refusal], ...]


class Telling:
    """Changes what people tell. Raises `Refused`, `Unknown` or `Taken`, and then nothing was changed."""

    def __init__(self, db: Database, clock: Clock, current: Current) -> None:
        self._db = db
        self._clock = clock
        self._current = current

    async def tell(self, thing: T, by: Person) -> Outcome[Entry[T]]:
        """Take in an absence, an override or the offer of a swap; the same under the same id again changes nothing."""

        async def make(tx: Transaction, force: InForce, now: datetime) -> tuple[Entry[T], bool]:
            known = await attendance.entry(tx, type(thing), thing.id)
            if known is not None:
                if not _same(known.thing, thing):
                    raise Taken
                return known, False
            _check(force, thing, now)
            await attendance.add(tx, thing, by, now)
            await _tell_them(tx, force, thing, by, now)
            return await _found(tx, type(thing), thing.id), True

        return await self._change(make)

    async def say(self, presence: Presence, by: Person) -> Outcome[Presence]:
        """Take in what somebody says of themselves from now on."""

        async def make(tx: Transaction, force: InForce, now: datetime) -> tuple[Presence, bool]:
            said = replace(presence, since=now)
            _check(force, said, now)
            await attendance.add(tx, said, by, now)
            return said, True

        return await self._change(make)

    async def take_in(self, read: Read, by: Person, only_try: bool) -> Outcome[Imported]:
        """Take in the absences of a file, except where the person is known to be away already."""

        async def make(tx: Transaction, force: InForce, now: datetime) -> tuple[Imported, bool]:
            taken, known, refused = list[Absence](), list[Absence](), list[tuple[Absence, Refusal]]()
            for absence in read.absences():
                since = max(
                    absence.since, now - refusals.THIS_MORNING
                )  # the file was cut by an earlier look at the clock
                absence = replace(absence, id=attendance.new_id(), since=since)
                if _covered(force, absence):
                    known.append(absence)
                elif why := _refusal(force, absence, now):
                    refused.append((absence, why))
                else:
                    taken.append(absence)
                    if not only_try:
                        await attendance.add(tx, absence, by, now)
            return Imported(tuple(taken), tuple(known), tuple(refused)), bool(taken) and not only_try

        return await self._change(make)

    async def cancel(self, type_: type[C], id_: str, by: Person) -> Outcome[Entry[C]]:
        """Take an absence or an override back from now on; again changes nothing."""

        async def make(tx: Transaction, force: InForce, now: datetime) -> tuple[Entry[C], bool]:
            known = await _found(tx, type_, id_)
            if known.changed_at is not None:
                return known, False
            await attendance.cancel(tx, type_, id_, by, now)
            await _tell_them(tx, force, known.thing, by, now, over=True)
            return await _found(tx, type_, id_), True

        return await self._change(make)

    async def answer(self, id_: str, answer: Answer, by: Person) -> Outcome[Entry[Swap]]:
        """Accept, decline or cancel the offer of a swap; the same answer again changes nothing."""

        async def make(tx: Transaction, force: InForce, now: datetime) -> tuple[Entry[Swap], bool]:
            known = await _found(tx, Swap, id_)
            answered = refusals.answer_swap(force.duties, force.attendance, known.thing, answer, by.id, now)
            if isinstance(answered, Refusal):
                raise Refused(answered)
            if answered == known.thing:
                return known, False
            await attendance.answer(tx, answered, by, now)
            await _tell_them(tx, force, answered, by, now)
            return await _found(tx, Swap, id_), True

        return await self._change(make)

    async def _change(self, make: Callable[[Transaction, InForce, datetime], Awaitable[tuple[R, bool]]]) -> Outcome[R]:
        async with self._db.transaction() as tx:
            number, now = await attendance.lock(tx), self._clock.now()
            newest = await attendance.load(tx, now - attendance.BACK, now)
            before = after = self._current.in_force.attended(newest)
            made, changed = await make(tx, before, now)
            if changed:
                number = await attendance.count(tx)
                after = before.attended(await attendance.load(tx, now - attendance.BACK, now))
        self._current.attend(number, after.attendance)
        return Outcome(made, before, after)


async def _tell_them(
    tx: Transaction, force: InForce, thing: Absence | Override | Swap, by: Person, now: datetime, over: bool = False
) -> None:
    """Tell who is concerned by it beside `by`, who told it."""
    if thing.until <= now:
        return
    match thing:
        case Absence():
            told = tidings.of_absence(force.duties, thing, by, over, now)
        case Override():
            told = tidings.of_override(force.duties, thing, by, over, now)
        case Swap():
            told = tidings.of_swap(force.duties, thing, now)
    if told is not None:
        state = thing.state if isinstance(thing, Swap) else "cancelled" if over else "told"
        await outbox.add(tx, told, event_id("duty", thing.id, state, told.person.id), now)


async def _found(tx: Transaction, type_: type[T], id_: str) -> Entry[T]:
    known = await attendance.entry(tx, type_, id_)
    if known is None:
        raise Unknown
    return known


def _check(force: InForce, thing: Thing, now: datetime) -> None:
    if (why := _refusal(force, thing, now)) is not None:
        raise Refused(why)


def _refusal(force: InForce, thing: Thing, now: datetime) -> Refusal | None:
    duties, known = force.duties, force.attendance
    if len(known.absences) + len(known.overrides) + len(known.swaps) + len(known.presences) >= attendance.MOST:
        return FULL
    match thing:
        case Absence():
            return refusals.refuse_absence(duties, known, thing, now)
        case Override():
            return refusals.refuse_override(duties, known, thing, now)
        case Swap():
            return refusals.refuse_swap(duties, known, thing, now)
        case Presence():
            return refusals.refuse_presence(duties, thing, now)


def _same(known: Thing, told: Thing) -> bool:
    """Whether it says the same; the answer to a swap, and what of it was over by then, aside."""
    if isinstance(known, Swap) and isinstance(told, Swap):
        return replace(known, state="offered", since=told.since) == told
    return known == told


def _covered(force: InForce, absence: Absence) -> bool:
    known = force.attendance.absences_of.get(absence.person, ())
    return any(x.since <= absence.since and absence.until <= x.until for x in known)
