"""The versions of the policy in Postgres."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.router.domain.policy import Policy
from shared.contracts.envelope import event_id
from shared.contracts.events import PolicyPublished
from shared.runtime import outbox
from shared.runtime.db import Queries, Transaction

SQL = Queries(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True)
class Version:
    """A policy in force since `published_at`."""

    number: int
    policy: Policy
    published_at: datetime
    published_by: str
    why: str


async def newest(tx: Transaction) -> Version | None:
    """The policy in force, or nothing before the first publication."""
    row = await tx.fetchrow(SQL["newest_policy"])
    if row is None:
        return None
    policy = Policy.model_validate_json(row["body"])
    return Version(row["version"], policy, row["published_at"], row["published_by"], row["why"])


async def publish(tx: Transaction, policy: Policy, by: str, why: str, now: datetime) -> Version:
    """Put a policy into force and say so; the same policy again changes nothing."""
    await tx.execute(SQL["lock_policies"])
    body = policy.model_dump_json()
    digest = hashlib.sha256(body.encode()).hexdigest()
    row = await tx.fetchrow(SQL["newest_policy"])
    if row is not None and row["digest"] == digest:
        return Version(row["version"], policy, row["published_at"], row["published_by"], row["why"])
    number = row["version"] + 1 if row else 1
    await tx.execute(SQL["add_policy"], number, digest, body, now, by, why)
    event = PolicyPublished(version=number, digest=digest, people=policy.people)
    await outbox.add(tx, event, event_id("policy", number, digest), now)
    return Version(number, policy, now, by, why)
