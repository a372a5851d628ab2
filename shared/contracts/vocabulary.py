"""The words of the field, one for each idea, as they stand on the wire."""

from enum import StrEnum


class Kind(StrEnum):
    """What sort of trouble a report is about."""

    OUTAGE = "outage"
    DEFECT = "defect"
    COMPLAINT = "complaint"
    REFUND = "refund"
    HARASSMENT = "harassment"
    OTHER = "other"


class Urgency(StrEnum):
    """How pressing it is (緊急度)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Impact(StrEnum):
    """How far it reaches (影響範囲)."""

    ALL = "all"
    SOME = "some"
    ONE = "one"


class Priority(StrEnum):
    """What the matrix makes of urgency and impact."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Status(StrEnum):
    """What everybody sees: 受付, 対応中, 完了."""

    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class Path(StrEnum):
    """Why a case goes up: for expertise, or for authority and breached deadlines."""

    FUNCTIONAL = "functional"
    HIERARCHICAL = "hierarchical"


class Track(StrEnum):
    """What somebody is asked for; both run side by side, each with its own clock and climb."""

    HANDLING = "handling"  # to take the case
    AUTHORITY = "authority"  # to know of it and to decide, while others handle it


class Channel(StrEnum):
    """By what a person or a team is reached."""

    PHONE = "phone"
    SMS = "sms"
    PUSH = "push"  # the console on a telephone or a computer
    CHAT = "chat"
    EMAIL = "email"
    WEBHOOK = "webhook"
    TICKET = "ticket"


class DeadlineName(StrEnum):
    """The moments a case is due by."""

    FIRST_RESPONSE = "first_response"  # somebody has said "I have it"
    AUTHORITY_RESPONSE = "authority_response"  # somebody with authority has said "I know"
    FIRST_HANDLING = "first_handling"  # the handler has begun, waits for somebody, or is done
    NEXT_UPDATE = "next_update"  # the handler has said how it stands
    RESOLUTION = "resolution"


class DeadlineState(StrEnum):
    """What became of a deadline."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    DROPPED = "dropped"  # no longer needed: the report was linked to another case


class Purpose(StrEnum):
    """Why a notification is sent."""

    PAGE = "page"  # you are asked to take the case
    WARNING = "warning"  # a deadline is near
    PROGRESS = "progress"
    RESULT = "result"
    TEST = "test"  # it shows that an address works; about no case, and nobody is asked anything


class Outcome(StrEnum):
    """What came of one attempt. Only `acknowledged` stops the climb."""

    ACCEPTED = "accepted"  # the provider has it
    DELIVERED = "delivered"  # the device has it
    ANSWERED = "answered"  # a human or a machine picked up
    ACKNOWLEDGED = "acknowledged"  # a person said "I have it"
    RETRYABLE = "retryable"  # it failed and is tried again
    FAILED = "failed"  # it failed for good; the next channel goes out
    AMBIGUOUS = "ambiguous"  # nobody can say whether it went out
    SKIPPED = "skipped"  # no longer needed when its turn came
