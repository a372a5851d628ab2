"""A small organisation for the tests of the climb, and one case driven through it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.router.domain.climb.escalation import react
from services.router.domain.climb.in_force import InForce
from services.router.domain.duty.attendance import Attendance
from services.router.domain.policies.policy import Policy
from shared.contracts import events as e
from shared.contracts.case import Case, evolve
from shared.contracts.plan import Person
from shared.contracts.report import Report
from shared.contracts.vocabulary import DeadlineName, DeadlineState

T0 = datetime(2026, 11, 24, 1, tzinfo=UTC)  # a Tuesday, ten in the morning in Tokyo
NAMES = {
    "sato": "佐藤 花子",
    "suzuki": "鈴木 一郎",
    "leader": "髙橋 健",
    "manager": "山田 京子",
    "boss": "田中 実",
    "ito": "伊藤 さくら",
    "last": "小林 純",
}
FUNCTIONAL, HIERARCHICAL = "functional", "hierarchical"


def step(*roles: str, **more: object) -> dict[str, object]:
    """One level that asks these parts."""
    paths = {"second_line": FUNCTIONAL, "department": FUNCTIONAL, "first_line": FUNCTIONAL}
    return {"targets": [{"role": r, "path": paths.get(r, HIERARCHICAL)} for r in roles], **more}


P1 = {
    "first_response": "5m",
    "first_handling": "15m",
    "next_update": "30m",
    "resolution": "4h",
    "path": FUNCTIONAL,
    "load": 1,
    "channels": ["phone", "chat", "ticket"],
    "levels": [step("second_line"), step("manager")],
    "authority": [step("responsible"), step("manager")],
}
P2 = {
    **P1,
    "first_response": "15m",
    "first_handling": "60m",
    "next_update": "2h",
    "resolution": "8h",
    "channels": ["chat", "ticket"],
    "authority": [],
    "levels": [step("second_line"), step("leader"), step("manager"), step("responsible")],
}
P3 = {
    **P2,
    "first_response": "1bh",
    "first_handling": "4bh",
    "next_update": "1bd",
    "resolution": "2bd",
    "load": 2,
    "channels": ["ticket"],
    "nobody_on_duty": "hold",
    "levels": [step("second_line"), step("leader")],
}
P4 = {**P3, "levels": [step("department"), step("leader")]}
BASE: dict[str, Any] = {
    "matrix": {
        "critical": {"all": "P1", "some": "P1", "one": "P2"},
        "high": {"all": "P1", "some": "P2", "one": "P3"},
        "medium": {"all": "P2", "some": "P3", "one": "P3"},
        "low": {"all": "P3", "some": "P4", "one": "P4"},
    },
    "priorities": {"P1": P1, "P2": P2, "P3": P3, "P4": P4},
    "people": [{"id": id_, "name": name} for id_, name in NAMES.items()],
    "teams": {
        "support": {
            "name": "サポート",
            "roles": {
                "second_line": {"schedule": "line"},
                "leader": {"person": "leader"},
                "manager": {"person": "manager"},
                "responsible": {"person": "boss"},
                "department": {"person": "ito"},
            },
        }
    },
    "default_team": "support",
    "schedules": {
        "line": {
            "name": "二次対応の当番",
            "zone": "Asia/Tokyo",
            "layers": [{"people": ["sato", "suzuki"], "every": 7, "unit": "days", "start": "2026-11-23T09:00:00"}],
        }
    },
    "calendars": {"office": {"zone": "Asia/Tokyo"}},
    "calendar": "office",
    "catch_all": "last",
}


def in_force(attendance: Attendance | None = None, **changes: object) -> InForce:
    """The small organisation, with parts of its policy replaced."""
    return InForce(1, Policy.model_validate({**BASE, **changes}), attendance or Attendance())


def priorities(**rows: dict[str, object]) -> dict[str, object]:
    """The priorities with some fields of some rows replaced: priorities(P1={"repeat": 1})."""
    return {p: {**row, **rows.get(p, {})} for p, row in BASE["priorities"].items()}


def person(id_: str) -> Person:
    return Person(id=id_, name=NAMES[id_])


def actor(id_: str) -> e.Actor:
    return e.Actor(kind="person", id=id_, name=NAMES.get(id_, id_))


@dataclass
class Desk:
    """One case; whatever happens to it, the router's reaction is folded in after it."""

    force: InForce
    now: datetime = T0
    case: Case | None = None
    said: list[e.Event] = field(default_factory=list)

    def submit(self, urgency: str = "critical", impact: str = "all", **report: object) -> list[e.Event]:
        """A report comes in now."""
        fields = {"kind": "outage", "urgency": urgency, "impact": impact, "facts": "決済が全店舗で失敗する", **report}
        by = e.Actor(kind="anonymous", id="x")
        return self.tell(
            e.CaseSubmitted(case_id="c", by=by, number=1, report=Report.model_validate(fields), source="test")
        )

    def tell(self, event: e.Event) -> list[e.Event]:
        """One event of the log, and what the router says to it."""
        before = self.case
        self.case = evolve(before, event, self.now)
        assert self.case is not None
        new = react(before, self.case, event, self.force, self.now)
        for said in new:
            self.case = evolve(self.case, said, self.now)
        self.said += new
        assert self.case is not None
        return new

    @property
    def known(self) -> Case:
        assert self.case is not None
        return self.case

    def after(self, **time: float) -> "Desk":
        """Time passes; nothing fires by itself."""
        self.now += timedelta(**time)
        return self

    def breach(self, name: DeadlineName = DeadlineName.FIRST_RESPONSE) -> list[e.Event]:
        """The clock of a deadline runs out."""
        deadline = self.known.deadlines[name]
        assert deadline.state is DeadlineState.RUNNING, deadline
        self.now = max(self.now, deadline.due)
        return self.tell(
            e.DeadlineBreached(case_id="c", name=name, generation=deadline.generation, due=deadline.due, late_ms=0)
        )

    def acknowledge(self, who: str) -> list[e.Event]:
        return self.tell(e.CaseAcknowledged(case_id="c", by=actor(who), via="phone"))

    def awaited(self) -> set[str]:
        """Whose answer is waited for, on either track."""
        pending = (*self.known.handling.pending(), *self.known.authority.pending())
        return {r.person.id for r in pending}

    def paged(self, said: list[e.Event]) -> list[str]:
        """Who is called because of these events, one entry a call."""
        assigned = [x for x in said if isinstance(x, e.EscalationAssigned)]
        return [r.person.id for x in assigned for r in x.responders if not r.paged_in]

    def due(self, name: DeadlineName) -> timedelta:
        """How long after T0 a deadline is due."""
        return self.known.deadlines[name].due - T0
