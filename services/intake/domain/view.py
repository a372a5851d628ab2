"""How a case is shown: its state in words, for programs and people alike."""

from datetime import datetime

from pydantic import BaseModel

from services.intake.domain.wording import actor_name, reason
from services.intake.domain.words import Language, span, word
from shared.contracts import events as e
from shared.contracts.case import Case, Deadline
from shared.contracts.plan import Level, Person, Plan, Target
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName, DeadlineState, Path, Priority, Status


class DeadlineView(BaseModel):
    """A deadline and how it stands; `due` is UTC."""

    name: DeadlineName
    label: str
    due: datetime
    state: DeadlineState
    state_label: str


class ResponderView(BaseModel):
    """Somebody who was asked, and why."""

    id: str
    name: str
    path: Path
    reason: str


class LevelView(BaseModel):
    """One step of the plan in words."""

    level: int
    text: str
    channels: tuple[Channel, ...]
    first_response: str


class PlanView(BaseModel):
    """What the policy made of the case when it began."""

    policy_version: int
    team: str
    levels: list[LevelView]
    first_handling: str
    resolution: str
    suppressed: str
    faq: str


class ResolutionView(BaseModel):
    """How it ended."""

    handling: str
    result: str
    evaluation: str
    cause: str
    by: e.Actor
    at: datetime | None


class CaseRow(BaseModel):
    """A case in a list."""

    id: str
    number: int
    headline: str
    status: Status
    status_label: str
    waiting: str
    owner: Person | None
    priority: Priority | None
    level: int
    next_deadline: DeadlineView | None
    source: str
    created_at: datetime


class CaseView(CaseRow):
    """Everything about one case."""

    report: Report
    reporter: str
    why: list[str]
    path: Path | None
    path_label: str
    load: int | None
    load_label: str
    plan: PlanView | None
    awaiting: bool
    exhausted: bool
    responders: list[ResponderView]
    channels: tuple[Channel, ...]
    deadlines: list[DeadlineView]
    followers: tuple[Person, ...]
    external: e.External | None
    resolution: ResolutionView | None
    updated_at: datetime
    trace_id: str


def row(case: Case, language: Language) -> CaseRow:
    """Show a case in a list."""
    return CaseRow.model_validate(_row(case, language))


def view(case: Case, updated_at: datetime, language: Language) -> CaseView:
    """Show a case in full."""
    plan = case.plan
    done = case.resolution
    return CaseView.model_validate(
        {
            **_row(case, language),
            "report": case.submitted.report,
            "trace_id": case.submitted.trace_id,
            "reporter": actor_name(case.submitted.by, language),
            "why": [reason(r, language) for r in (*plan.reasons, *([plan.suppressed] if plan.suppressed else []))]
            if plan
            else [],
            "path": plan and plan.path,
            "path_label": word("path", plan.path, language) if plan else "",
            "load": plan and plan.load,
            "load_label": word("load", plan.load, language) if plan else "",
            "plan": plan and _plan(plan, language),
            "awaiting": case.awaiting,
            "exhausted": case.exhausted,
            "responders": [
                ResponderView(id=r.person.id, name=r.person.name, path=r.path, reason=reason(r.reason, language))
                for r in case.responders
            ],
            "channels": case.channels,
            "deadlines": [_deadline(d, language) for d in sorted(case.deadlines.values(), key=lambda d: d.due)],
            "followers": case.followers,
            "external": case.submitted.external,
            "resolution": done and {**done.model_dump(exclude={"case_id"}), "at": case.resolved_at},
            "updated_at": updated_at,
        }
    )


def next_deadline(case: Case) -> Deadline | None:
    """The nearest deadline whose clock runs."""
    return next(iter(case.running()), None)


def _row(case: Case, language: Language) -> dict[str, object]:
    due = next_deadline(case)
    return {
        "id": case.id,
        "number": case.submitted.number,
        "headline": case.submitted.report.headline,
        "status": case.status,
        "status_label": word("status", case.status, language),
        "waiting": case.waiting,
        "owner": case.owner,
        "priority": case.plan and case.plan.priority,
        "level": case.level,
        "next_deadline": due and _deadline(due, language),
        "source": case.submitted.source,
        "created_at": case.submitted_at,
    }


def _deadline(deadline: Deadline, language: Language) -> DeadlineView:
    return DeadlineView(
        name=deadline.name,
        label=word("deadline", deadline.name, language),
        due=deadline.due,
        state=deadline.state,
        state_label=word("deadline_state", deadline.state, language),
    )


def _plan(plan: Plan, language: Language) -> PlanView:
    return PlanView(
        policy_version=plan.policy_version,
        team=plan.team,
        levels=[_level(n, level, language) for n, level in enumerate(plan.levels, 1)],
        first_handling=plan.first_handling,
        resolution=plan.resolution,
        suppressed=reason(plan.suppressed, language) if plan.suppressed else "",
        faq=plan.faq,
    )


def _level(number: int, level: Level, language: Language) -> LevelView:
    comma = ", " if language == "en" else "、"
    targets = comma.join(_called(t, language) for t in level.targets)
    by = ("・" if language == "ja" else ", ").join(word("channel", c, language) for c in level.channels)
    text = (
        f"Level {number}: {targets} by {by}, answer within {span(level.first_response, language)}"
        if language == "en"
        else f"第{number}段：{targets}に{by}で連絡、{span(level.first_response, language)}以内に応答"
    )
    return LevelView(level=number, text=text, channels=level.channels, first_response=level.first_response)


def _called(target: Target, language: Language) -> str:
    name = target.name or target.id
    return f"{name}さん" if target.kind == "person" and language == "ja" else name
