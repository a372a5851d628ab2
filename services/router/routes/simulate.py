"""What would happen if: one report at one instant, or at every hour of a week."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.router.domain.climb.in_force import InForce
from services.router.domain.policies.policy import Time
from services.router.domain.times.duration import Duration
from services.router.domain.trial import foresight, picture, story, week
from services.router.domain.trial.foresight import Act, Deed
from services.router.routes.drafts import tried
from services.router.routes.policy import Desk
from services.router.routes.told import Instant
from shared.contracts.events import EscalationAssigned
from shared.contracts.plan import Person, Plan, Reason
from shared.contracts.report import Id, Report
from shared.contracts.vocabulary import Impact, Kind, Urgency
from shared.runtime.web import language, require_token

LONGEST = timedelta(days=31)
Language = Literal["ja", "en"]

PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}}


class Deeds(BaseModel):
    """What somebody does so long `after` the report; without a person, the first who is asked."""

    model_config = ConfigDict(extra="forbid")
    after: Time
    deed: Deed
    person: Person | None = None


class Question(BaseModel):
    """A report, and when it would come in (now when left out).

    `similar`: how long before it similar open reports came. `files`: a draft of the policy to try instead of the one in
    force. `reporter`: the id of the person who would report it, who is not asked to decide about it.
    """

    report: Report
    source: str = "simulation"
    reporter: Id | Literal[""] = ""
    language: Language = "ja"
    at: Instant | None = None
    similar: Annotated[tuple[Time, ...], Field(max_length=200)] = ()
    files: Annotated[dict[str, str] | None, Field(max_length=100)] = None

    def ages(self) -> tuple[timedelta, ...]:
        """The ages of similar reports."""
        return tuple(Duration.parse(text).at_most for text in self.similar)


class Simulation(Question):
    """With a `horizon` (24h, for example) the answer tells what follows, step by step, if people do what `acts` says."""

    case_id: Id = "c_simulated"
    acts: Annotated[tuple[Deeds, ...], Field(max_length=50)] = ()
    horizon: Time | None = None


class Simulated(BaseModel):
    """The plan and whom it asks at once; `steps` and why they `end` there are told when a horizon was given."""

    version: int
    zone: str
    plan: Plan
    assigned: tuple[EscalationAssigned, ...]
    steps: list[story.Step] | None = None
    end: Reason | None = None


class Week(BaseModel):
    """168 hours, and whom the same report would ask first in each of them."""

    zone: str
    cells: list[week.Cell]


class Short(BaseModel):
    """A report in the address of a picture."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind = Kind.OTHER
    urgency: Urgency = Urgency.MEDIUM
    impact: Impact = Impact.ONE
    product: Annotated[str, Field(max_length=200)] = ""
    facts: Annotated[str, Field(min_length=1, max_length=1000)] = "―"
    source: str = "simulation"
    at: Instant | None = None
    format: Literal["json", "svg"] | None = None


def routes(desk: Desk) -> APIRouter:
    """Every route that tries a report."""

    def admitted(request: Request) -> None:
        require_token(request, desk.settings.service_token)

    found = APIRouter(tags=["simulation"], dependencies=[Depends(admitted)])

    @found.post("/v1/simulate")
    async def what_if(request: Request, wanted: Simulation) -> Simulated:
        """What would happen to a report; nobody is told."""
        return simulate(await tried(desk, request, wanted.files), wanted, wanted.at or desk.clock.now())

    @found.post("/v1/simulate/week", response_model=Week, responses=PICTURE)
    async def week_of(
        request: Request, wanted: Question, format: Literal["json", "svg"] | None = None
    ) -> Response | Week:
        """The same report at every hour of a week, as data or (`format=svg`, or Accept) as a picture."""
        force = await tried(desk, request, wanted.files)
        return await _week(request, force, wanted, wanted.at or desk.clock.now(), format)

    @found.get("/v1/simulate/week", response_model=Week, responses=PICTURE)
    async def week_by_link(request: Request, wanted: Annotated[Short, Query()]) -> Response | Week:
        """The same as a link that a page can show."""
        report = Report(**wanted.model_dump(exclude={"at", "format", "source"}))
        question = Question(report=report, source=wanted.source)
        return await _week(request, desk.current.in_force, question, wanted.at or desk.clock.now(), wanted.format)

    return found


def simulate(force: InForce, wanted: Simulation, at: datetime) -> Simulated:
    """Apply a policy without telling anybody; the steps are worked out only when they are asked for."""
    submitted = foresight.submission(wanted.report, wanted.source, wanted.case_id, wanted.language, wanted.reporter)
    zone = force.policy.calendar_of("").zone
    if wanted.horizon is None:
        moment = foresight.begin(force, submitted, at, wanted.ages())
        assert moment.case.plan is not None
        return Simulated(version=force.version, zone=zone, plan=moment.case.plan, assigned=moment.assigned)
    horizon = min(Duration.parse(wanted.horizon).at_most, LONGEST)
    acts = [Act(at + Duration.parse(a.after).at_most, a.deed, a.person) for a in wanted.acts]
    seen = foresight.foresee(force, submitted, at, wanted.ages(), acts, horizon)
    return Simulated(
        version=force.version,
        zone=zone,
        plan=seen.plan,
        assigned=seen.moments[0].assigned,
        steps=story.steps(force, seen),
        end=story.ENDS[seen.end],
    )


async def _week(
    request: Request, force: InForce, wanted: Question, since: datetime, format_: str | None
) -> Response | Week:
    zone = force.policy.calendar_of("").zone
    cells = []
    for at in week.hours(force, since):
        cells.append(week.cell(force, wanted.report, wanted.source, at, wanted.ages()))
        await asyncio.sleep(0)  # a page must not wait for the whole picture
    if not svg(request, format_):
        return Week(zone=zone, cells=cells)
    reader: Language = "en" if language(request) == "en" else "ja"
    title = f"{cells[0].priority} {wanted.report.headline}"
    return Response(picture.heat_map(cells, ZoneInfo(zone), title, reader), media_type="image/svg+xml")


def svg(request: Request, format_: str | None) -> bool:
    """Whether a picture is wanted: by `format`, else by Accept."""
    return format_ == "svg" if format_ else "image/svg+xml" in request.headers.get("accept", "")
