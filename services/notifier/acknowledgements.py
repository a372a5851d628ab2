"""Acknowledgements on their way to intake, in Postgres."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifier.sql import SQL
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Track
from shared.runtime.db import Row, Transaction


@dataclass(frozen=True)
class Acknowledgement:
    """A person said "I have it"; state: pending, told, taken (somebody else has it) or refused."""

    notification_id: UUID
    case_id: str
    round: int
    track: Track
    person: Person
    via: str
    at: datetime
    traceparent: str
    state: str = "pending"
    taken_by: str = ""
    tries: int = 0


async def add(tx: Transaction, a: Acknowledgement, next_try: datetime) -> None:
    """Write an acknowledgement down; the first one of a notification stays."""
    who = a.person.id, a.person.name, a.via, a.at, a.traceparent
    await tx.execute(SQL["add_acknowledgement"], a.notification_id, a.case_id, a.round, *who, next_try)


async def of(connection: Transaction, notification_id: UUID) -> Acknowledgement:
    """The acknowledgement of a notification, which exists."""
    row = await connection.fetchrow(SQL["acknowledgement"], notification_id)
    assert row is not None
    return _acknowledgement(row)


async def answered(tx: Transaction, case_id: str) -> list[Row]:
    """The pages of a case that have not gone out and that somebody has answered, with what decides about each."""
    return await tx.fetch(SQL["answered_pages"], case_id)


async def claim(connection: Transaction, now: datetime, again: datetime) -> list[Acknowledgement]:
    """Those that intake has not answered; each comes again at `again` unless it is settled."""
    return [_acknowledgement(r) for r in await connection.fetch(SQL["claim_acknowledgements"], now, again)]


async def settle(tx: Transaction, notification_id: UUID, state: str, taken_by: str) -> bool:
    """Write intake's verdict; False when it was written before."""
    return await tx.fetchval(SQL["settle_acknowledgement"], notification_id, state, taken_by) is not None


async def postpone(connection: Transaction, notification_id: UUID, at: datetime) -> None:
    """Come back to it at `at`."""
    await connection.execute(SQL["postpone_acknowledgement"], notification_id, at)


def _acknowledgement(row: Row) -> Acknowledgement:
    return Acknowledgement(
        notification_id=row["notification_id"],
        case_id=row["case_id"],
        round=row["round"],
        track=Track(row["track"]),
        person=Person(id=row["person"], name=row["name"]),
        via=row["via"],
        at=row["at"],
        traceparent=row["traceparent"],
        state=row["state"],
        taken_by=row["taken_by"],
        tries=row["tries"],
    )
