"""The versions of the policy in Postgres."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from services.router.domain.policies.policy import Policy
from services.router.reading import Draft, stored
from shared.contracts.envelope import event_id
from shared.contracts.events import PolicyPublished
from shared.contracts.plan import Person
from shared.runtime import outbox
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("queries.sql"))
Origin = Literal["files", "api"]
MOST_TRIED = 20


@dataclass(frozen=True)
class Entry:
    """One version as the history tells it: who put it into force, by which road, and what it brought back, if anything."""

    number: int
    digest: str
    files_digest: str
    origin: Origin
    published_at: datetime
    by: Person
    why: str
    restores: int | None = None


@dataclass(frozen=True)
class Version(Entry):
    """A version with its content; `files` are there when it was asked for by number and has been kept with them."""

    body: str = ""
    files: dict[str, str] | None = None

    @cached_property
    def readable(self) -> Policy | None:
        """The policy; nothing when it was written for a schema that is no longer read."""
        try:
            return Policy.model_validate_json(self.body)
        except ValidationError:
            return None

    @property
    def policy(self) -> Policy:
        """The policy of a version that can be in force."""
        assert self.readable is not None
        return self.readable


async def newest(tx: Transaction) -> Version | None:
    """The policy in force without its files, or nothing before the first publication."""
    row = await tx.fetchrow(SQL["newest_policy"])
    return None if row is None else _version(row)


async def newest_number(tx: Transaction) -> int:
    """The number of the policy in force; 0 before the first publication."""
    found: int = await tx.fetchval(SQL["newest_policy_number"])
    return found


async def version(tx: Transaction, number: int) -> Version | None:
    """One version with its files."""
    row = await tx.fetchrow(SQL["policy_version"], number)
    if row is None:
        return None
    return replace(_version(row), files=json.loads(row["files"]) if row["files"] else None)


async def deciding(tx: Transaction) -> Version | None:
    """The newest version that this release can read; nothing when it can read none.

    What a newer release has published is read from its files, which often say nothing that is new.
    """
    for entry in await history(tx, await newest_number(tx) + 1, MOST_TRIED):
        known = await version(tx, entry.number)
        if known is None or known.readable:
            return known
        draft = stored(known.files) if known.files else None
        if draft is not None:
            return replace(known, body=draft.policy.model_dump_json())
    return None


async def history(tx: Transaction, before: int, limit: int) -> list[Entry]:
    """Versions with smaller numbers, the newest first."""
    return [Entry(**_entry(row)) for row in await tx.fetch(SQL["policy_history"], before, limit)]


async def files_published_last(tx: Transaction) -> str:
    """The digest of the files that a version was last made of; empty when there is none."""
    return await tx.fetchval(SQL["files_published_last"]) or ""


async def is_beside_another_release(tx: Transaction) -> bool:
    """Whether a process of another release of the router is at work too."""
    return bool(await tx.fetchval(SQL["is_beside_another_release"]))


async def lock(tx: Transaction) -> None:
    """Let nobody else publish until the end of this transaction."""
    await tx.execute(SQL["lock_policies"])


async def add(
    tx: Transaction, draft: Draft, after: int, origin: Origin, by: Person, why: str, now: datetime, restores: int | None
) -> Version:
    """Put a policy into force as the version `after` + 1, and say so. The caller holds the lock."""
    body = draft.policy.model_dump_json(
        exclude_defaults=True
    )  # a release before this one knows what it says, not every field
    digest = hashlib.sha256(body.encode()).hexdigest()
    new = Version(after + 1, digest, digest_of(draft.files), origin, now, by, why, restores, body, draft.files)
    values = (new.number, digest, new.files_digest, origin, now, by.name, by.id, why, restores)
    await tx.execute(SQL["add_policy"], *values, body, json.dumps(draft.files, ensure_ascii=False))
    event = PolicyPublished(version=new.number, digest=digest, people=draft.policy.people)
    await outbox.add(tx, event, event_id("policy", new.number, digest), now)
    return new


def digest_of(files: dict[str, str]) -> str:
    """What tells whether files have changed, comments included."""
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _version(row: Row) -> Version:
    return Version(**_entry(row), body=row["body"])


def _entry(row: Row) -> dict[str, Any]:
    by = Person(id=row["published_by_id"], name=row["published_by"])
    kept = ("digest", "files_digest", "origin", "published_at", "why", "restores")
    return {"number": row["version"], "by": by, **{name: row[name] for name in kept}}
