"""A timer in a world of its own: two replicas on one table, an outbox, a log, and clocks that can be set; no I/O, no waiting."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from services.timer.domain import clocks, turns
from services.timer.domain.deadlines import running
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.envelope import event_id
from shared.contracts.report import Report
from shared.contracts.vocabulary import DeadlineName, Path, Priority
from tests.unit.timer.rows import Row, Rows

T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)
GRACE = timedelta(milliseconds=300)
BY = e.Actor(kind="person", id="sato.hanako", name="佐藤 花子")
Said = tuple[UUID, e.Event]


@dataclass
class Replica:
    """What one process knows: lost when it is killed."""

    known: clocks.Reckoning | None = None
    flow: turns.Flow = field(default_factory=lambda: turns.Flow(0.0, 0.0))
    wall: timedelta = timedelta(0)  # how far its machine's clock is off


@dataclass
class World:
    """True time is seconds since T0; `log` is what every service agrees on; `folds` is how far the timer has read it."""

    seconds: float = 0.0
    database: timedelta = timedelta(0)
    replicas: list[Replica] = field(default_factory=lambda: [Replica(), Replica()])
    rows: Rows = field(default_factory=Rows)
    outbox: list[tuple[datetime, Said]] = field(default_factory=list)
    log: list[Said] = field(default_factory=list)
    position: int = 0
    inbox: set[UUID] = field(default_factory=set)
    read_at: datetime | None = None
    folds: dict[str, Case | None] = field(default_factory=dict)
    fired: list[UUID] = field(default_factory=list)
    early: list[e.DeadlineBreached] = field(default_factory=list)
    stale: list[e.DeadlineBreached] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return T0 + timedelta(seconds=self.seconds)

    def tell(self, event: e.Event) -> None:
        """Another service says something."""
        self.log.append((uuid4(), event))

    def look(self, number: int) -> int:
        """What `Firing.look` does, with the same decisions."""
        replica, mark = self.replicas[number], self.seconds
        reading = self.now + self.database
        replica.known = clocks.hear(replica.known, reading, mark) if replica.known else clocks.begin(reading, mark)
        replica.known = clocks.reckon(replica.known, self.now + replica.wall, mark)
        now, unconfirmed = replica.known.at, self.rows.unconfirmed()
        publishing_since = self.outbox[0][0] if self.outbox else None
        replica.flow = replica.flow.seen(publishing_since, self.read_at, now, mark)
        said = 0
        if (next_at := self.rows.next_at()) is not None and next_at <= now:
            rows = self.rows.take(now, turns.first_shares(unconfirmed), turns.again_at(now, 1))
            taken = {p: sum(r.clock.priority is p for r in rows) for p in Priority}
            if more := turns.more_shares(taken, unconfirmed):
                rows += self.rows.take(now, more, turns.again_at(now, 1))
            for row in rows:
                self._say(row, now)
            self.fired += [breach_id(row) for row in rows if row.fired]
            said = len(rows)
        if unconfirmed and replica.flow.may_repeat(mark):
            late = self.rows.take_unconfirmed(now)
            for row in late:
                read = breach_id(row) in self.inbox
                self.rows.said_again(
                    [(row.clock.case_id, row.clock.name, None if read else turns.again_at(now, row.said + 1))]
                )
                if not read:
                    self._say(row, now)
        return said

    def _say(self, row: Row, now: datetime) -> None:
        clock = row.clock
        if not row.fired:
            return
        event = e.DeadlineBreached(
            case_id=clock.case_id, name=clock.name, generation=clock.generation, due=clock.due, late_ms=0
        )
        if self.now < clock.due + GRACE - timedelta(milliseconds=1):
            self.early.append(event)
        case = self.folds.get(clock.case_id)
        if case is None or not case.is_live(clock.name, clock.generation):
            self.stale.append(event)
        self.outbox.append((now, (breach_id(row), event)))

    def publish(self, count: int, crash: bool = False) -> None:
        """The relay; a crash after sending leaves the rows, which are sent again."""
        self.log += [said for _, said in self.outbox[:count]]
        if not crash:
            del self.outbox[:count]

    def read(self, count: int) -> None:
        """What `handlers` do: fold everything but the timer's own breaches, which only confirm their row."""
        for id_, event in self.log[self.position : self.position + count]:
            self.position += 1
            if id_ in self.inbox:
                continue
            self.inbox.add(id_)
            self.read_at = self.now
            if isinstance(event, e.DeadlineBreached):
                self.rows.confirm(event.case_id, event.name, event.generation)
                continue
            before = self.folds.get(event.case_id)
            after = self.folds[event.case_id] = evolve(before, event, self.now)
            if running(after, GRACE) != running(before, GRACE):
                self.rows.sync(event.case_id, running(after, GRACE))

    def decided(self) -> dict[str, Case]:
        """What the whole log says, as any other service folds it."""
        cases: dict[str, Case | None] = {}
        seen: set[UUID] = set()
        for id_, event in self.log:
            if id_ not in seen:
                seen.add(id_)
                cases[event.case_id] = evolve(cases.get(event.case_id), event, self.now)
        return {id_: case for id_, case in cases.items() if case is not None}


def breach_id(row: Row) -> UUID:
    """As in `services.timer.fire`."""
    return event_id("breached", row.clock.case_id, row.clock.name, row.clock.generation)


def submitted(case_id: str) -> e.CaseSubmitted:
    return e.CaseSubmitted(case_id=case_id, by=BY, number=1, report=Report(facts="髙﨑①㈱🔥"), source="t")


def assigned(case_id: str, generation: int, due: datetime, resolution: datetime) -> e.EscalationAssigned:
    """A level is asked; the first response has a new generation, the resolution stays as it was first set."""
    first = e.DeadlineSet(name=DeadlineName.FIRST_RESPONSE, generation=generation, due=due)
    last = e.DeadlineSet(name=DeadlineName.RESOLUTION, generation=1, due=resolution)
    return e.EscalationAssigned(
        case_id=case_id,
        round=generation,
        level=generation,
        path=Path.FUNCTIONAL,
        priority=Priority.P1,
        cause="submitted" if generation == 1 else "breached",
        after=0,
        responders=(),
        channels=(),
        deadlines=(first, last),
        reasons=(),
    )
