"""The topics, and who writes and reads them."""

from dataclasses import dataclass
from typing import Literal

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Topic:
    """One Kafka topic; the number of partitions is the deployment's, fixed from the first day."""

    name: str
    key: str
    cleanup: Literal["delete", "compact"]
    retention_ms: int
    description: str


CASES = "tasuki.cases"
NOTIFICATIONS = "tasuki.notifications"
POLICY = "tasuki.policy"
DUTY = "tasuki.duty"
DEAD_LETTERS = "tasuki.dead-letters"

TOPICS = (
    Topic(CASES, "case_id", "delete", 400 * DAY_MS, "Every fact that decides a case, in one order per case."),
    Topic(NOTIFICATIONS, "case_id", "delete", 90 * DAY_MS, "What reached whom: the outcome of every attempt."),
    Topic(POLICY, "policy", "compact", -1, "Each published version of the policy."),
    Topic(
        DUTY,
        "person",
        "delete",
        90 * DAY_MS,
        "What a person should know without being woken: digests, and by source what could not be read.",
    ),
    Topic(
        DEAD_LETTERS, "origin", "delete", 30 * DAY_MS, "Records that no service could read, with why and from where."
    ),
)
