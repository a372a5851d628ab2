"""Every event of the system, past tense, with its one producer; the type on the wire carries the version.

An optional field may be added to a version; anything else is a new version beside the old one.
"""

from shared.contracts.events.cases import (
    CaseAcknowledged,
    CaseExtended,
    CaseFollowed,
    CaseNoted,
    CasePaused,
    CaseReassessed,
    CaseReassigned,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CaseResumed,
    CaseStarted,
    CaseSubmitted,
    CaseUnacknowledged,
)
from shared.contracts.events.deadlines import (
    DeadlineBreached,
    DeadlineMissing,
    DeadlineWarned,
)
from shared.contracts.events.escalations import (
    EscalationAssigned,
    EscalationExhausted,
    EscalationJoined,
    EscalationLinked,
    EscalationPlanned,
    EscalationRescheduled,
)
from shared.contracts.events.event import (
    Actor,
    DeadlineSet,
    Event,
    External,
)
from shared.contracts.events.tidings import (
    DutyDigest,
    KnowledgeArchived,
    NotificationAttempted,
    NotificationUnreachable,
    OpenCase,
    PolicyPublished,
)

__all__ = [
    "REGISTRY",
    "Actor",
    "CaseAcknowledged",
    "CaseExtended",
    "CaseFollowed",
    "CaseNoted",
    "CasePaused",
    "CaseReassessed",
    "CaseReassigned",
    "CaseReopened",
    "CaseReplied",
    "CaseResolved",
    "CaseResumed",
    "CaseStarted",
    "CaseSubmitted",
    "CaseUnacknowledged",
    "DeadlineBreached",
    "DeadlineMissing",
    "DeadlineSet",
    "DeadlineWarned",
    "DutyDigest",
    "EscalationAssigned",
    "EscalationExhausted",
    "EscalationJoined",
    "EscalationLinked",
    "EscalationPlanned",
    "EscalationRescheduled",
    "Event",
    "External",
    "KnowledgeArchived",
    "NotificationAttempted",
    "NotificationUnreachable",
    "OpenCase",
    "PolicyPublished",
]

REGISTRY: dict[str, type[Event]] = {
    event.type: event
    for event in (
        CaseSubmitted,
        CaseAcknowledged,
        CaseUnacknowledged,
        CaseStarted,
        CaseNoted,
        CasePaused,
        CaseResumed,
        CaseReassigned,
        CaseReassessed,
        CaseExtended,
        CaseReplied,
        CaseFollowed,
        CaseResolved,
        CaseReopened,
        EscalationPlanned,
        EscalationAssigned,
        EscalationRescheduled,
        EscalationExhausted,
        EscalationLinked,
        EscalationJoined,
        DeadlineWarned,
        DeadlineBreached,
        DeadlineMissing,
        NotificationAttempted,
        NotificationUnreachable,
        KnowledgeArchived,
        PolicyPublished,
        DutyDigest,
    )
}
