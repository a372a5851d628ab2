"""A change of shift: whoever comes on duty, or stands in, is called for what nobody has answered; the first is told of the rest once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from services.router import open_cases
from services.router.current import Current
from services.router.domain.climb import digest
from services.router.domain.climb.in_force import InForce
from services.router.domain.climb.shift import on_shift
from services.router.domain.duty.schedule import Part, grounds, next_change, on_duty
from services.router.store import SQL
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.plan import Person
from shared.runtime import folds, outbox, telemetry
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
AT_ONCE = 50  # cases in one transaction
EVERY = 1_000_000
LONGEST_LOOK = timedelta(days=1)
SETTLING = timedelta(seconds=10)  # a case may have been given to the one before in the very moment of the change


@dataclass(frozen=True)
class Looked:
    """When a part was looked at, and until when the answer stands if what it rests on stays as it is."""

    at: datetime
    until: datetime
    grounds: tuple[object, ...]

    @classmethod
    def of(cls, force: InForce, part: Part, now: datetime) -> Self:
        """What is looked at now."""
        known = force.duties, force.attendance, part, now
        return cls(now, next_change(*known) or now + LONGEST_LOOK, grounds(*known))

    def is_outdated(self, force: InForce, part: Part) -> bool:
        """Whether anything that bears on the part was published or told since."""
        return self.grounds != grounds(force.duties, force.attendance, part, self.at)


class Handover:
    """Compares who is on duty with who was, and hands over when that has changed for whatever reason.

    Each step may be repeated, by another replica or after a crash: a case that has been handed over asks nobody again,
    and who is on duty is remembered last, together with the digest.
    """

    def __init__(self, db: Database, clock: Clock, current: Current) -> None:
        self._db = db
        self._clock = clock
        self._current = current
        self._known: dict[str, str] = {}
        self._looked: dict[Part, Looked] = {}
        self._settling: dict[Part, datetime] = {}
        self._seen: InForce | None = None

    async def sweep(self) -> None:
        """Look at each part whose turn changes, or on which something bears that was told or published.

        Every case of the part that waits for an answer is looked at then too. Who is asked by name is looked at as soon as
        they tell to be away; none of their cases is told to whoever stands in, but for those that wait for an answer.
        """
        force, now, seen = self._current.in_force, self._clock.now(), self._seen
        for part in _parts(force):
            looked = self._looked.get(part)
            if (
                looked is None
                or not looked.at <= now < looked.until
                or (force is not seen and looked.is_outdated(force, part))
            ):
                await self._awaiting(part, force, now)
                if part.person:
                    self._settling[part] = now + SETTLING
                else:
                    await self._on_duty(part, force, now)
                self._looked[part] = Looked.of(force, part, now)
            elif now < self._settling.get(part, now):
                await self._awaiting(part, force, now)
        self._seen = force

    async def _on_duty(self, part: Part, force: InForce, now: datetime) -> None:
        duty = on_duty(force.duties, force.attendance, part, now)
        if duty is not None and self._known.get(part.schedule) != duty.person.id:
            await self._changed(part.schedule, duty.person, force, now)
            self._known[part.schedule] = duty.person.id

    async def _changed(self, schedule: str, person: Person, force: InForce, now: datetime) -> None:
        async with self._db.transaction() as tx:
            await tx.execute(SQL["lock_duty"], schedule)
            before = await tx.fetchval(SQL["on_duty"], schedule)
            if before == person.id:
                return
            await tx.execute(SQL["keep_duty"], schedule, person.id, now)
            taken = await open_cases.of_part(tx, Part(schedule=schedule), False, digest.MOST) if before else []
            known = [f.case for f in await folds.load_all(tx, taken) if f.case is not None]
            told = digest.of_shift(force, schedule, person, known)
            if told is not None:
                await outbox.add(tx, told, event_id("shift", schedule, person.id, now), now)
        self._settling[Part(schedule=schedule)] = now + SETTLING
        log.info("shift", schedule=schedule, person=person.id, cases=len(taken))

    async def _awaiting(self, part: Part, force: InForce, now: datetime) -> None:
        async with self._db.reading() as tx:
            cases = await open_cases.of_part(tx, part, True, EVERY)
        for start in range(0, len(cases), AT_ONCE):
            await self._hand_over(cases[start : start + AT_ONCE], part, force, now)

    async def _hand_over(self, cases: list[str], part: Part, force: InForce, now: datetime) -> None:
        async with self._db.transaction() as tx:
            await folds.prepare(tx, cases)
            for case_id in cases:
                fold = await folds.load(tx, case_id)
                before = fold.case
                if before is None:
                    continue
                for number, new in enumerate(on_shift(before, force, part, now)):
                    cause = "shift", part.schedule or part.person, case_id, before.round, number
                    fold = await folds.publish(tx, fold, new, event_id(*cause), now)
                    await folds.save(tx, fold)
                if fold.case is not None:
                    open_cases.keep(tx, before, fold.case)


def _parts(force: InForce) -> Iterator[Part]:
    """Every schedule, and everybody who has told to be away: nobody else has to be stood in for."""
    yield from (Part(schedule=id_) for id_ in force.policy.schedules)
    told = force.attendance
    off = (x.person for x in told.presences if x.state == "off")
    yield from (Part(person=id_) for id_ in dict.fromkeys((*told.absences_of, *off)))


class Digests:
    """The weekly digest: each person is told once of what waits for them."""

    def __init__(self, db: Database, clock: Clock, current: Current) -> None:
        self._db = db
        self._clock = clock
        self._current = current

    async def sweep(self) -> None:
        """Send the digest whose time has come, unless that was done."""
        force, now = self._current.in_force, self._clock.now()
        at = digest.last(force, now)
        async with self._db.transaction() as tx:
            if await tx.fetchval(SQL["begin_digest"], at) is None:
                return
            ids, known = await open_cases.of_load(tx, 3), list[Case]()
            for start in range(0, len(ids), AT_ONCE):  # whoever is more urgent has their turn in between
                known += [f.case for f in await folds.load_all(tx, ids[start : start + AT_ONCE]) if f.case is not None]
            told: list[e.DutyDigest] = digest.of_week(known)
            for one in told:
                await outbox.add(tx, one, event_id("weekly", at, one.person.id), now)
            log.info("weekly digest", people=len(told), cases=len(known))
