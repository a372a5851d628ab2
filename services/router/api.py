"""HTTP of the router, for the other services: the policy, who is on duty, and what would happen if."""

from datetime import datetime

from fastapi import Request
from pydantic import BaseModel

from services.router.current import Current
from services.router.domain import schedule
from services.router.domain.policy import Policy
from services.router.handlers import started
from shared.contracts.case import Case, evolve
from shared.contracts.events import Actor, CaseSubmitted, EscalationAssigned, EscalationPlanned
from shared.contracts.plan import Person, Plan, Reason
from shared.contracts.report import Report
from shared.runtime import web
from shared.runtime.service import Process


class Simulation(BaseModel):
    """A report, and when it would come in (now when left out)."""

    report: Report
    source: str = "simulation"
    case_id: str = "c_simulated"
    at: datetime | None = None


class Simulated(BaseModel):
    """The plan and the first assignment that the report would get; no assignment when it is not an incident."""

    plan: Plan
    assigned: EscalationAssigned | None


class OnDuty(BaseModel):
    """Who plays a part in a team at this moment, and why."""

    team: str
    role: str
    person: Person
    reason: Reason


class InForce(BaseModel):
    """The policy in force."""

    version: int
    published_at: datetime
    published_by: str
    why: str
    policy: Policy


def simulate(wanted: Simulation, current: Current, now: datetime) -> Simulated:
    """Apply the policy in force without telling anybody."""
    at = wanted.at or now
    by = Actor(kind="anonymous", id="simulation")
    submitted = CaseSubmitted(case_id=wanted.case_id, by=by, number=0, report=wanted.report, source=wanted.source)
    case = evolve(None, submitted, at)
    assert isinstance(case, Case)
    said = started(case, current.version, at)
    plan = next(x.plan for x in said if isinstance(x, EscalationPlanned))
    return Simulated(plan=plan, assigned=next((x for x in said if isinstance(x, EscalationAssigned)), None))


async def build(current: Current, process: Process) -> None:
    """Add the routes."""
    assert process.app is not None
    await current.open(process)
    token = process.settings.service_token

    @process.app.get("/v1/policy")
    async def policy_in_force(request: Request) -> InForce:
        """The policy in force."""
        web.require_token(request, token)
        v = current.version
        return InForce(
            version=v.number, published_at=v.published_at, published_by=v.published_by, why=v.why, policy=v.policy
        )

    @process.app.get("/v1/on-duty")
    async def on_duty(request: Request) -> list[OnDuty]:
        """Who would be asked for each part of each team right now."""
        web.require_token(request, token)
        policy, now = current.version.policy, process.clock.now()
        rows = []
        for team_id, team in policy.teams.items():
            for role, holder in team.roles.items():
                person, reason = schedule.on_duty(policy, holder, now)
                rows.append(OnDuty(team=team_id, role=role, person=person, reason=reason))
        return rows

    @process.app.post("/v1/simulate")
    async def what_if(request: Request, wanted: Simulation) -> Simulated:
        """What would happen to a report; nobody is told."""
        web.require_token(request, token)
        if wanted.at is not None and wanted.at.tzinfo is None:
            raise web.Problem(422, "invalid", "at にはタイムゾーンが必要です。", "`at` needs a time zone.")
        return simulate(wanted, current, process.clock.now())
