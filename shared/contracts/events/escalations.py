"""What the policy made of a case; said by the router."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.contracts.events.event import Actor, DeadlineSet, Event, External
from shared.contracts.plan import Need, Plan, Reason, Responder
from shared.contracts.vocabulary import Channel, Path, Priority, Track


class EscalationEvent(Event):
    """The policy was applied to a case."""

    producer: ClassVar[str] = "router"


class EscalationPlanned(EscalationEvent):
    """The policy was applied and frozen for this case."""

    type: ClassVar[str] = "escalation.planned.v1"
    plan: Plan


class EscalationAssigned(EscalationEvent):
    """These people are asked now; `round` counts the assignments of a case from 1."""

    type: ClassVar[str] = "escalation.assigned.v1"
    round: int
    level: Annotated[int, Field(description="1..n of the plan; n + 1 is the catch-all")]
    path: Path
    priority: Priority
    cause: Literal[
        "submitted", "breached", "reassigned", "reopened", "unreachable", "shift", "reassessed", "missing", "undone"
    ]
    after: Annotated[int, Field(description="`Case.answers` when this was decided; an answer that came between wins")]
    track: Track = Track.HANDLING
    acknowledge: Need = "any"
    not_before: Annotated[datetime | None, Field(description="Pages wait until then (business hours, next shift)")] = (
        None
    )
    responders: tuple[Responder, ...]
    channels: tuple[Channel, ...]
    deadlines: tuple[DeadlineSet, ...]
    reasons: tuple[Reason, ...]


class EscalationRescheduled(EscalationEvent):
    """The clocks run again after a wait, each with the business time that was left."""

    type: ClassVar[str] = "escalation.rescheduled.v1"
    deadlines: tuple[DeadlineSet, ...]
    reasons: tuple[Reason, ...]


class EscalationExhausted(EscalationEvent):
    """No level is left: nobody has answered, or who has answered is late."""

    type: ClassVar[str] = "escalation.exhausted.v1"
    level: int
    track: Track = Track.HANDLING
    awaited: Annotated[bool, Field(description="Whether an answer is waited for; false where somebody has it")] = True
    reasons: tuple[Reason, ...]


class EscalationLinked(EscalationEvent):
    """This report tells what another case is about already; it gets that case's result and no pages of its own."""

    type: ClassVar[str] = "escalation.linked.v1"
    lead: Annotated[str, Field(description="The case that is handled for both")]
    lead_number: int
    reasons: tuple[Reason, ...]


class EscalationJoined(EscalationEvent):
    """Another report of the same was linked to this case."""

    type: ClassVar[str] = "escalation.joined.v1"
    joined: str
    joined_number: int
    by: Actor
    external: External | None = None
    reachable: bool = False


class EscalationParted(EscalationEvent):
    """A report that was linked to this case is a case of its own again."""

    type: ClassVar[str] = "escalation.parted.v1"
    parted: str
    parted_number: int
