"""What people and sources did to a case; said by intake."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.events.event import Actor, Event, External
from shared.contracts.plan import Person
from shared.contracts.report import Report
from shared.contracts.vocabulary import DeadlineName, Impact, Kind, Track, Urgency


class CaseEvent(Event):
    """Somebody did something to a case."""

    producer: ClassVar[str] = "intake"
    by: Actor


class CaseSubmitted(CaseEvent):
    """A report was taken in; from here on it is never lost."""

    type: ClassVar[str] = "case.submitted.v1"
    number: Annotated[int, Field(description="What people call the case on the phone")]
    report: Report
    source: str
    external: External | None = None
    language: Literal["ja", "en"] = "ja"
    trace_id: Annotated[str, Field(description="The trace that began with the request, 32 hex digits")] = ""
    drilled: Annotated[str, Field(description="Of a drill: the team that it is for, whatever the policy would say")] = (
        ""
    )
    reachable: Annotated[bool, Field(description="Intake keeps a mail address at which the reporter hears of it")] = (
        False
    )


class CaseAcknowledged(CaseEvent):
    """Somebody said "I have it"; the climb stops."""

    type: ClassVar[str] = "case.acknowledged.v1"
    via: str
    track: Annotated[Track | None, Field(description="What the page asked for that is answered")] = None


class CaseUnacknowledged(CaseEvent):
    """Whoever acknowledged takes it back within a minute; everybody who was asked is asked again."""

    type: ClassVar[str] = "case.unacknowledged.v1"


class CaseStarted(CaseEvent):
    """Somebody began to work on it."""

    type: ClassVar[str] = "case.started.v1"


class CaseNoted(CaseEvent):
    """Something was written down; internal notes are not shown to the reporter."""

    type: ClassVar[str] = "case.noted.v1"
    text: str
    internal: bool = True


class CasePaused(CaseEvent):
    """The case waits for somebody else; its clocks stand still."""

    type: ClassVar[str] = "case.paused.v1"
    reason: str


class CaseResumed(CaseEvent):
    """The wait is over."""

    type: ClassVar[str] = "case.resumed.v1"


class CaseReassigned(CaseEvent):
    """The case was handed to another person."""

    type: ClassVar[str] = "case.reassigned.v1"
    to: Person
    reason: str = ""


class CaseLinked(CaseEvent):
    """A person says that this is the same as another case; it gets that case's result and no pages of its own."""

    type: ClassVar[str] = "case.linked.v1"
    lead: Annotated[str, Field(description="The case that is handled for both")]
    lead_number: int
    reason: str = ""


class CaseSplit(CaseEvent):
    """A person says that this was not the same as the case that it is handled as; it is a case of its own again."""

    type: ClassVar[str] = "case.split.v1"
    lead: str
    lead_number: int
    reason: str = ""


class CaseOffered(CaseEvent):
    """Another person was asked to take the case over; whoever has it keeps it until they accept."""

    type: ClassVar[str] = "case.offered.v1"
    to: Person
    reason: str = ""


class CaseDeclined(CaseEvent):
    """Whoever was asked to take the case over cannot; nothing else changes."""

    type: ClassVar[str] = "case.declined.v1"
    reason: str = ""


class CaseReassessed(CaseEvent):
    """Urgency or impact is seen differently; without any, the policy in force is applied anew.

    Some releases have said kind and the tick for personal data under this type too.
    """

    type: ClassVar[str] = "case.reassessed.v1"
    urgency: Urgency | None = None
    impact: Impact | None = None
    kind: Kind | None = None
    personal_data: bool | None = None
    reason: str = ""


class CaseCorrected(CaseReassessed):
    """What a case is about was wrong: its kind or the tick for personal data, on which hangs who may read it."""

    type: ClassVar[str] = "case.corrected.v1"


class CaseExtended(CaseEvent):
    """A deadline is given more time."""

    type: ClassVar[str] = "case.extended.v1"
    name: DeadlineName
    more: Annotated[str, Field(description="A duration as the policy writes it, for example 2h or 1bd")]
    reason: str


class CaseReplied(CaseEvent):
    """The customer has written; a real reply ends a wait, an automatic one does not."""

    type: ClassVar[str] = "case.replied.v1"
    text: str
    automatic: bool = False


class CaseFollowed(CaseEvent):
    """A person wants to hear of progress and result."""

    type: ClassVar[str] = "case.followed.v1"
    follower: Person


class CaseResolved(CaseEvent):
    """The case is done: what was done, with what result, and how it is judged."""

    type: ClassVar[str] = "case.resolved.v1"
    handling: str
    result: str
    evaluation: str = ""
    cause: str = ""


class CaseFeedback(CaseEvent):
    """Who handled it has thanked the reporter and told them what helped, or what helps next time."""

    type: ClassVar[str] = "case.feedback.v1"
    text: str


class CaseAttached(CaseEvent):
    """A file was attached. Its name and its bytes may be personal: they stay where they are sealed."""

    type: ClassVar[str] = "case.attached.v1"
    attachment: str
    kind: Annotated[str, Field(description="A media type, read from its content")]
    size: Annotated[int, Field(description="Bytes")]
    internal: Annotated[bool, Field(description="Not shown to the reporter")] = True


class CaseDetached(CaseEvent):
    """A file that was attached is gone for good; that it was there stays told."""

    type: ClassVar[str] = "case.detached.v1"
    attachment: str
    internal: Annotated[bool, Field(description="It was not shown to the reporter")] = True


class CaseErased(CaseEvent):
    """What is personal in a case is gone for good: the name of the customer and, when asked for, who reported it."""

    type: ClassVar[str] = "case.erased.v1"
    reporter: Annotated[bool, Field(description="Who reported it is forgotten too")] = False


class CaseReopened(CaseEvent):
    """The case was not done after all."""

    type: ClassVar[str] = "case.reopened.v1"
    reason: str
