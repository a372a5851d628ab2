"""How a case is shown: its state in words, for programs and people alike."""

from datetime import datetime

from pydantic import BaseModel

from services.intake.domain.outlook import Reader, outlook
from services.intake.domain.plan_view import PlanView, plan_view
from services.intake.domain.wording import actor_name, reason
from services.intake.domain.words import Language, span, word
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.clocks import Deadline
from shared.contracts.plan import Need, Person, Responder
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName, DeadlineState, Path, Priority, Status, Track


class DeadlineView(BaseModel):
    """A deadline and how it stands; `due` is UTC."""

    name: DeadlineName
    label: str
    due: datetime
    span: str
    span_label: str
    state: DeadlineState
    state_label: str


class ResponderView(BaseModel):
    """Somebody who was asked, and why."""

    id: str
    name: str
    path: Path
    reason: str


class AskedView(ResponderView):
    """Somebody who is asked on one track, and whether they have answered."""

    answered: bool


class TrackView(BaseModel):
    """Who is asked for what: to handle the case, or to know of it and decide."""

    track: Track
    label: str
    level: int
    awaiting: bool
    exhausted: bool
    acknowledge: Need
    responders: list[AskedView]


class LinkedView(BaseModel):
    """The case that a report is handled as, and how that one stands."""

    id: str
    number: int
    status: Status
    status_label: str
    owner: Person | None
    text: str


class JoinedView(BaseModel):
    """Another report of the same, which is handled here too."""

    id: str
    number: int


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
    tracks: list[TrackView]
    next: list[str]
    linked: LinkedView | None
    joined: list[JoinedView]
    channels: tuple[Channel, ...]
    deadlines: list[DeadlineView]
    followers: tuple[Person, ...]
    offered: Person | None
    external: e.External | None
    resolution: ResolutionView | None
    updated_at: datetime
    trace_id: str


def row(case: Case, language: Language) -> CaseRow:
    """Show a case in a list."""
    return CaseRow.model_validate(_row(case, language))


def view(case: Case, updated_at: datetime, reader: Reader, lead: Case | None = None) -> CaseView:
    """Show a case in full; `lead` is the case that a linked one is handled as."""
    plan, language = case.plan, reader.language
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
            "plan": plan and plan_view(plan, language),
            "awaiting": case.awaiting,
            "exhausted": case.exhausted,
            "responders": [_responder(r, language) for r in case.responders],
            "tracks": [_track(case, track, language) for track in Track if case.asking(track).round],
            "next": outlook(case, reader, lead.submitted.number if lead else 0),
            "linked": lead and _linked(case, lead, language),
            "joined": [JoinedView(id=j.case_id, number=j.number) for j in case.joined],
            "channels": case.channels,
            "deadlines": [_deadline(d, language) for d in sorted(case.deadlines.values(), key=lambda d: d.due)],
            "followers": case.followers,
            "offered": case.offered,
            "external": case.submitted.external,
            "resolution": done and {**done.model_dump(exclude={"case_id"}), "at": case.resolved_at},
            "updated_at": updated_at,
        }
    )


def next_deadline(case: Case) -> Deadline | None:
    """The nearest deadline whose clock runs."""
    return next(iter(case.running()), None)


def next_update(case: Case) -> Deadline | None:
    """When the reporter hears next of a case that somebody has; nothing while that clock does not run."""
    deadline = case.deadlines.get(DeadlineName.NEXT_UPDATE)
    running = deadline is not None and deadline.state is DeadlineState.RUNNING
    return deadline if running and case.owner is not None else None


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
        span=deadline.span,
        span_label=span(deadline.span, language),
        state=deadline.state,
        state_label=word("deadline_state", deadline.state, language),
    )


def _responder(asked: Responder, language: Language) -> dict[str, object]:
    return {**asked.person.model_dump(), "path": asked.path, "reason": reason(asked.reason, language)}


def _track(case: Case, track: Track, language: Language) -> TrackView:
    asking = case.asking(track)
    return TrackView.model_validate(
        {
            **asking.model_dump(include={"level", "awaiting", "exhausted"}),
            "track": track,
            "label": word("track", track, language),
            "acknowledge": asking.need,
            "responders": [
                {**_responder(r, language), "answered": r.person.id in asking.acknowledged} for r in asking.responders
            ],
        }
    )


def _linked(case: Case, lead: Case, language: Language) -> LinkedView:
    number, done = lead.submitted.number, case.status is Status.DONE
    ja = f"No. {number} と同じ内容の報告です。" if done else f"No. {number} としてまとめて対応しています。"
    en = f"The same report as No. {number}." if done else f"Handled together as No. {number}."
    return LinkedView(
        id=lead.id,
        number=number,
        status=lead.status,
        status_label=word("status", lead.status, language),
        owner=lead.owner,
        text=en if language == "en" else ja,
    )
