"""What the clocks told; said by the timer."""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from shared.contracts.events.event import Event
from shared.contracts.vocabulary import DeadlineName


class DeadlineEvent(Event):
    """A clock of a case came to a point that matters."""

    producer: ClassVar[str] = "timer"
    name: DeadlineName
    generation: int
    due: datetime


class DeadlineWarned(DeadlineEvent):
    """A deadline is near and not met."""

    type: ClassVar[str] = "deadline.warned.v1"


class DeadlineBreached(DeadlineEvent):
    """A deadline passed; the log decides whether it was still running."""

    type: ClassVar[str] = "deadline.breached.v1"
    late_ms: Annotated[int, Field(description="How long after `due` it was fired, in milliseconds")]


class DeadlineMissing(Event):
    """An open case has nobody on it and no clock that runs, which must not be; found by the auditor."""

    type: ClassVar[str] = "deadline.missing.v1"
    producer: ClassVar[str] = "timer"
    since: datetime
    what: Annotated[str, Field(description="no-plan, no-clock")]
