"""Every event of the system, past tense, with its one producer; the type on the wire carries the version.

An optional field may be added to a version; anything else is a new version beside the old one.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts import topics
from shared.contracts.plan import Person, Plan, Reason, Responder
from shared.contracts.report import Report
from shared.contracts.vocabulary import Channel, DeadlineName, Outcome, Path, Priority, Purpose


class Actor(BaseModel):
    """Who did something: a person, a source (a CRM, a monitor), or nobody who gave a name."""

    model_config = ConfigDict(frozen=True)
    kind: Literal["person", "source", "anonymous"]
    id: str
    name: str = ""


class External(BaseModel):
    """The same case in the sender's own system, where results are written back."""

    model_config = ConfigDict(frozen=True)
    system: Literal["zendesk", "alertmanager"]
    id: str
    url: str = ""


class DeadlineSet(BaseModel):
    """One deadline of one generation; a breach of an older generation means nothing."""

    model_config = ConfigDict(frozen=True)
    name: DeadlineName
    generation: int
    due: datetime
    warn_at: datetime | None = None


class Event(BaseModel):
    """A fact about one case."""

    model_config = ConfigDict(frozen=True)
    type: ClassVar[str]
    producer: ClassVar[str]
    topic: ClassVar[str] = topics.CASES
    case_id: str

    @property
    def key(self) -> str:
        """The Kafka key: all facts of one case stand in one order."""
        return self.case_id


class _CaseEvent(Event):
    producer: ClassVar[str] = "intake"
    by: Actor


class CaseSubmitted(_CaseEvent):
    """A report was taken in; from here on it is never lost."""

    type: ClassVar[str] = "case.submitted.v1"
    number: Annotated[int, Field(description="What people call the case on the phone")]
    report: Report
    source: str
    external: External | None = None
    language: Literal["ja", "en"] = "ja"
    trace_id: Annotated[str, Field(description="The trace that began with the request, 32 hex digits")] = ""


class CaseAcknowledged(_CaseEvent):
    """Somebody said "I have it"; the climb stops."""

    type: ClassVar[str] = "case.acknowledged.v1"
    via: str


class CaseStarted(_CaseEvent):
    """Somebody began to work on it."""

    type: ClassVar[str] = "case.started.v1"


class CaseNoted(_CaseEvent):
    """Something was written down; internal notes are not shown to the reporter."""

    type: ClassVar[str] = "case.noted.v1"
    text: str
    internal: bool = True


class CasePaused(_CaseEvent):
    """The case waits for somebody else; its clocks stand still."""

    type: ClassVar[str] = "case.paused.v1"
    reason: str


class CaseResumed(_CaseEvent):
    """The wait is over."""

    type: ClassVar[str] = "case.resumed.v1"


class CaseReassigned(_CaseEvent):
    """The case was handed to another person."""

    type: ClassVar[str] = "case.reassigned.v1"
    to: Person
    reason: str = ""


class CaseFollowed(_CaseEvent):
    """A person wants to hear of progress and result."""

    type: ClassVar[str] = "case.followed.v1"
    follower: Person


class CaseResolved(_CaseEvent):
    """The case is done: what was done, with what result, and how it is judged."""

    type: ClassVar[str] = "case.resolved.v1"
    handling: str
    result: str
    evaluation: str = ""
    cause: str = ""


class CaseReopened(_CaseEvent):
    """The case was not done after all."""

    type: ClassVar[str] = "case.reopened.v1"
    reason: str


class _EscalationEvent(Event):
    producer: ClassVar[str] = "router"


class EscalationPlanned(_EscalationEvent):
    """The policy was applied and frozen for this case."""

    type: ClassVar[str] = "escalation.planned.v1"
    plan: Plan


class EscalationAssigned(_EscalationEvent):
    """These people are asked now; `round` counts the assignments of a case from 1."""

    type: ClassVar[str] = "escalation.assigned.v1"
    round: int
    level: Annotated[int, Field(description="1..n of the plan; n + 1 is the catch-all")]
    path: Path
    priority: Priority
    cause: Literal["submitted", "breached", "reassigned", "reopened", "unreachable"]
    after: Annotated[int, Field(description="`Case.answers` when this was decided; an answer that came between wins")]
    responders: tuple[Responder, ...]
    channels: tuple[Channel, ...]
    deadlines: tuple[DeadlineSet, ...]
    reasons: tuple[Reason, ...]


class EscalationRescheduled(_EscalationEvent):
    """The clocks run again after a wait, each with the business time that was left."""

    type: ClassVar[str] = "escalation.rescheduled.v1"
    deadlines: tuple[DeadlineSet, ...]
    reasons: tuple[Reason, ...]


class EscalationExhausted(_EscalationEvent):
    """No level is left and still nobody has answered."""

    type: ClassVar[str] = "escalation.exhausted.v1"
    level: int
    reasons: tuple[Reason, ...]


class _DeadlineEvent(Event):
    producer: ClassVar[str] = "timer"
    name: DeadlineName
    generation: int
    due: datetime


class DeadlineWarned(_DeadlineEvent):
    """A deadline is near and not met."""

    type: ClassVar[str] = "deadline.warned.v1"


class DeadlineBreached(_DeadlineEvent):
    """A deadline passed; the log decides whether it was still running."""

    type: ClassVar[str] = "deadline.breached.v1"
    late_ms: Annotated[int, Field(description="How long after `due` it was fired, in milliseconds")]


class NotificationAttempted(Event):
    """What came of one attempt to reach one person or ticket."""

    type: ClassVar[str] = "notification.attempted.v1"
    producer: ClassVar[str] = "notifier"
    topic: ClassVar[str] = topics.NOTIFICATIONS
    notification_id: str
    purpose: Purpose
    channel: Channel
    recipient: Annotated[str, Field(description="A person id, or team:<id>, or ticket:<system>:<id>")]
    attempt: int
    outcome: Outcome
    code: str = ""
    repeat: Annotated[bool, Field(description="Labelled as a possible repeat")] = False


class KnowledgeArchived(Event):
    """A resolved case can be found again."""

    type: ClassVar[str] = "knowledge.archived.v1"
    producer: ClassVar[str] = "knowledge"
    title: str


class PolicyPublished(Event):
    """A version of the policy is in force; `case_id` is empty, the key is fixed."""

    type: ClassVar[str] = "policy.published.v1"
    producer: ClassVar[str] = "router"
    topic: ClassVar[str] = topics.POLICY
    case_id: str = ""
    version: int
    digest: str
    people: tuple[Person, ...]

    @property
    def key(self) -> str:
        """One key: compaction keeps the newest version."""
        return "policy"


REGISTRY: dict[str, type[Event]] = {
    event.type: event
    for event in (
        CaseSubmitted,
        CaseAcknowledged,
        CaseStarted,
        CaseNoted,
        CasePaused,
        CaseResumed,
        CaseReassigned,
        CaseFollowed,
        CaseResolved,
        CaseReopened,
        EscalationPlanned,
        EscalationAssigned,
        EscalationRescheduled,
        EscalationExhausted,
        DeadlineWarned,
        DeadlineBreached,
        NotificationAttempted,
        KnowledgeArchived,
        PolicyPublished,
    )
}
