"""Acknowledgement and breach within the same instant: two replicas of the timer, the router, one log, a thousand interleavings.

Everything that decides is real: both services' handlers and tables, the firing, the outboxes. The order of what happens is
drawn, with rebalances (records read once more) and relays that crash between sending and forgetting (records twice).
Seen red with a router that does not ask `is_live` (the manager is asked for an acknowledged case), and with firing that
does not mark what it has taken and gives each breach a new id (said twice).
"""

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.router.handlers import handlers as router_handlers
from services.timer.fire import Firing
from services.timer.handlers import UNFOLDED
from services.timer.handlers import handlers as timer_handlers
from shared.contracts import envelope
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.envelope import Record
from shared.contracts.report import Report
from shared.contracts.topics import CASES
from shared.contracts.vocabulary import DeadlineName
from shared.runtime.consume import Handling
from shared.runtime.db import Database
from tests.integration.log import T0, Hands, Opened
from tests.integration.timer.conftest import GRACE
from tests.unit.router.desk import actor, in_force

ROUNDS, TOGETHER = 40, 25


@dataclass
class Service:
    """Reads the shared log from `position` on, and appends to it what stands in its outbox."""

    db: Database
    handling: Handling
    log: list[Record]
    position: int

    async def read(self, count: int) -> None:
        records = self.log[self.position : self.position + count]
        if records:
            await self.handling.consume(records)
            self.position += len(records)

    def rebalance(self, count: int) -> None:
        """What was handled and not committed is read once more."""
        self.position = max(self.position - count, 0)

    async def relay(self, count: int, crash: bool = False) -> int:
        """Publish the oldest; a crash leaves them in the outbox."""
        async with self.db.transaction() as tx:
            rows = await tx.fetch("SELECT id, headers, body FROM outbox ORDER BY id LIMIT $1", count)
            if not crash:
                await tx.execute("DELETE FROM outbox WHERE id = ANY($1)", [row["id"] for row in rows])
        for row in rows:
            append(self.log, row["body"], [(name, value.encode()) for name, value in json.loads(row["headers"])])
        return len(rows)


def append(log: list[Record], body: bytes, headers: envelope.Headers) -> None:
    log.append(Record(CASES, 0, len(log), headers, body))


def say(log: list[Record], event: e.Event, now: datetime) -> None:
    """Intake publishes."""
    append(log, *envelope.encode(event, uuid4(), now))


@dataclass
class Round:
    """Cases that are due at the same instant, and who acknowledges them: in time, at the same instant, or never."""

    router: Service
    timer: Service
    clock: Hands
    replicas: list[Firing]
    rng: random.Random
    cases: list[str]
    in_time: set[str] = field(default_factory=set)

    @property
    def log(self) -> list[Record]:
        return self.router.log

    async def settle(self) -> None:
        """Everybody does all there is to do."""
        done = -1
        while done != len(self.log):
            done = len(self.log)
            for service in (self.router, self.timer):
                await service.read(len(self.log))
                await service.relay(1000)

    async def play(self) -> None:
        for case_id in self.cases:
            report = Report.model_validate({"urgency": "critical", "impact": "one", "facts": "髙﨑①㈱🔥"})
            submitted = e.CaseSubmitted(case_id=case_id, by=actor("ito"), number=1, report=report, source="t")
            say(self.log, submitted, self.clock.at)
        await self.settle()
        due = {c.deadlines[DeadlineName.FIRST_RESPONSE].due for c in decided(self.log, self.cases).values()}
        assert len(due) == 1
        self.clock.at = due.pop()
        drawn = self.rng.sample(self.cases, len(self.cases))
        self.in_time, racing = set(drawn[:5]), drawn[5:17]
        for case_id in self.in_time:  # received at the last moment before; the relay needs less than the grace
            self.acknowledge(case_id)
        self.clock.at += GRACE
        actions = [("acknowledge", n) for n in range(len(racing))]
        actions += [("fire", n % 2) for n in range(4)]
        for what in ("timer relays", "router relays", "timer reads", "router reads"):
            actions += [(what, self.rng.randrange(1, 30)) for _ in range(6)]
        actions += [(f"{who} rebalances", self.rng.randrange(1, 60)) for who in ("timer", "router") for _ in range(2)]
        self.rng.shuffle(actions)
        for what, number in actions:
            await self.act(what, number, racing)
        for replica in self.replicas:
            await replica.fire(self.clock.at)
        await self.settle()

    async def act(self, what: str, number: int, racing: list[str]) -> None:
        service = self.timer if what.startswith("timer") else self.router
        match what.split()[-1]:
            case "acknowledge":
                self.acknowledge(racing[number])
            case "fire":
                await self.replicas[number].fire(self.clock.at)
            case "relays":
                await service.relay(number, crash=self.rng.random() < 0.2)
            case "reads":
                await service.read(number)
            case "rebalances":
                service.rebalance(number)

    def acknowledge(self, case_id: str) -> None:
        say(self.log, e.CaseAcknowledged(case_id=case_id, by=actor("sato"), via="phone"), self.clock.at)


def told(log: list[Record], cases: list[str]) -> list[tuple[int, e.Event]]:
    """Place and event of every record about these cases, each event once."""
    found: dict[UUID, tuple[int, e.Event]] = {}
    for record in log:
        meta = envelope.meta(record.headers)
        if meta.id not in found:
            found[meta.id] = (record.offset, envelope.decode(meta.type, record.body))
    return [(place, event) for place, event in found.values() if event.case_id in cases]


def decided(log: list[Record], cases: list[str]) -> dict[str, Case]:
    """What the log says of these cases."""
    folds: dict[str, Case | None] = {}
    for _, event in told(log, cases):
        folds[event.case_id] = evolve(folds.get(event.case_id), event, T0)
    return {case_id: case for case_id, case in folds.items() if case is not None}


def check(log: list[Record], cases: list[str], in_time: set[str]) -> int:
    """The promises, case by case; returns how many acknowledgements came ahead of a breach that was said all the same."""
    raced = 0
    events = told(log, cases)
    for case_id, case in decided(log, cases).items():
        mine = [(place, event) for place, event in events if event.case_id == case_id]
        climbs = [event for _, event in mine if isinstance(event, e.EscalationAssigned) and event.level == 2]
        answers = [place for place, event in mine if isinstance(event, e.CaseAcknowledged)]
        breaches = [
            place
            for place, event in mine
            if isinstance(event, e.DeadlineBreached) and event.name is DeadlineName.FIRST_RESPONSE
        ]
        assert len(breaches) <= 1
        assert len(climbs) <= 1, "two pages to the manager"
        assert case.owner is not None or case.handling.awaiting, "nobody"
        if answers and (not breaches or answers[0] < breaches[0]):
            assert climbs == [], "the acknowledgement came first"
            raced += bool(breaches)
        else:
            assert len(climbs) == 1, "nobody was asked after the breach"
        if case_id in in_time:
            assert climbs == [], "received before it was due"
    return raced


@pytest.mark.timeout(240)
async def test_a_thousand_interleavings_of_acknowledgement_and_breach(database: Opened) -> None:
    router_db, timer_db = await database("router"), await database("timer")
    clock, log, force = Hands(T0), list[Record](), in_force()
    router = Handling(router_db, clock, "router", router_handlers(lambda: force))
    timer = Handling(timer_db, clock, "timer", timer_handlers(GRACE), UNFOLDED)
    replicas = [Firing(timer_db, clock, GRACE) for _ in range(2)]
    raced = 0
    for seed in range(ROUNDS):
        clock.at = T0 + timedelta(hours=seed)
        for db in (router_db, timer_db):
            async with db.transaction() as tx:
                await tx.execute("DELETE FROM outbox")
        async with timer_db.transaction() as tx:
            await tx.execute("DELETE FROM deadlines")
        log.clear()
        cases = [f"c{seed}-{n}" for n in range(TOGETHER)]
        one = Round(
            Service(router_db, router, log, 0),
            Service(timer_db, timer, log, 0),
            clock,
            replicas,
            random.Random(seed),
            cases,
        )
        await one.play()
        raced += check(log, cases, one.in_time)
    assert raced > 20, "the race that this is about has to happen"
