"""Every event of the system, past tense, with its one producer; the type on the wire carries the version.

An optional field may be added to a version; anything else is a new version beside the old one.
"""

from shared.contracts.events.cases import (
    CaseAcknowledged,
    CaseDeclined,
    CaseExtended,
    CaseFeedback,
    CaseFollowed,
    CaseNoted,
    CaseOffered,
    CasePaused,
    CaseReassessed,
    CaseReassigned,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CaseResumed,
    CaseStarted,
    CaseSubmitted,
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
    OpenCase,
    PolicyPublished,
)

__all__ = [
    "REGISTRY",
    "Actor",
    "CaseAcknowledged",
    "CaseDeclined",
    "CaseExtended",
    "CaseFeedback",
    "CaseFollowed",
    "CaseNoted",
    "CaseOffered",
    "CasePaused",
    "CaseReassessed",
    "CaseReassigned",
    "CaseReopened",
    "CaseReplied",
    "CaseResolved",
    "CaseResumed",
    "CaseStarted",
    "CaseSubmitted",
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
    "OpenCase",
    "PolicyPublished",
]

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
        CaseOffered,
        CaseDeclined,
        CaseReassessed,
        CaseExtended,
        CaseReplied,
        CaseFollowed,
        CaseResolved,
        CaseFeedback,
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
        KnowledgeArchived,
        PolicyPublished,
        DutyDigest,
    )
}
