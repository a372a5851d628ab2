"""The delivery log: what was sent to whom and what came of it, why, and why not; and how the providers do."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, Field

from services.notifier import bundles, contacts, store
from services.notifier.channels import PROVIDERS
from services.notifier.domain.contact import Contact, Language
from services.notifier.domain.explained import explained, hidden, named, result
from services.notifier.roads import Roads
from services.notifier.rows import read
from services.notifier.settings import Settings
from shared.contracts.vocabulary import Channel, Track
from shared.runtime.db import Row, Transaction
from shared.runtime.service import Process
from shared.runtime.web import Problem, language, require_token

LOOKED_BACK = timedelta(days=7)
HOUR = timedelta(hours=1)
SHOWN = ("id", "case_id", "purpose", "channel", "provider", "recipient", "name", "round", "track", "state", "code", "repeat")  # fmt: skip


class Attempt(BaseModel):
    """One send, and what came of it."""

    attempt: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    result: Annotated[
        str,
        Field(
            description="accepted, delivered, answered-human, -machine or -unknown, acknowledged, retryable, "
            "permanent-target, -channel or -account, failed, ambiguous, skipped, under-way"
        ),
    ]
    code: str
    provider: str
    provider_id: str


class Delivery(BaseModel):
    """One notification with all its attempts; `why` and `why_not` are in the reader's language."""

    id: UUID
    case_id: str
    purpose: str
    channel: str
    provider: str
    recipient: str
    name: str
    address: Annotated[str, Field(description="Masked; as the directory has it now, empty when there is none")]
    round: int
    level: int
    track: Track
    state: str
    code: str
    repeat: bool
    created_at: datetime
    next_attempt_at: datetime | None
    carrier: Annotated[UUID | None, Field(description="The notification whose digest brings it")]
    held_by: Annotated[UUID | None, Field(description="The maintenance window that keeps it back")]
    why: str
    why_not: Annotated[str, Field(description="Empty when it went out")]
    sentence: Annotated[str, Field(description='The answer to "why was I called, or not?"')]
    attempts: list[Attempt]


class Deliveries(BaseModel):
    """What was sent about one case, oldest first."""

    data: list[Delivery]


class Page(BaseModel):
    """What was sent to one person, team or ticket, the newest first."""

    data: list[Delivery]
    next_cursor: str | None


class State(BaseModel):
    """How one provider does."""

    provider: str
    channel: Channel
    kind: Annotated[str, Field(description="The kind of address that it serves")]
    set_up: bool
    best_effort: bool
    works: Annotated[bool, Field(description="False while it is left alone because it fails")]
    resting_until: datetime | None
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_failure: str


class Channels(BaseModel):
    """Every provider that there is, in the order of preference."""

    data: list[State]


class Lately(BaseModel):
    """One channel in the last hour: attempts by what came of them last, and seconds until pages began to go out."""

    channel: Channel
    accepted: int
    delivered: int
    acknowledged: int
    failed: Annotated[int, Field(description="For good, to be tried again, or nobody knows")]
    p50: float | None
    p99: float | None


class LastHour(BaseModel):
    """Every channel by which something was sent."""

    data: list[Lately]


def add(process: Process, roads: Roads) -> None:
    """Add the routes."""
    settings, db, app, clock = process.settings, process.db, process.app, process.clock
    assert isinstance(settings, Settings)
    assert isinstance(app, FastAPI)
    zone = ZoneInfo(settings.zone)

    async def told(connection: Transaction, rows: list[Row], request: Request) -> list[Delivery]:
        reader: Language = "en" if language(request) == "en" else "ja"
        known = await contacts.known(connection, {r["recipient"] for r in rows})
        return [_delivery(r, known.get(r["recipient"]), roads, clock.now(), reader, zone) for r in rows]

    @app.get("/v1/cases/{case_id}/notifications")
    async def deliveries(request: Request, case_id: str) -> Deliveries:
        """What was sent to whom about a case, by which channel, what came of it, and why."""
        require_token(request, settings.service_token)
        async with db.reading() as connection:
            return Deliveries(data=await told(connection, await store.log_of_case(connection, case_id), request))

    @app.get("/v1/recipients/{recipient}/notifications")
    async def of_recipient(
        request: Request,
        recipient: str,
        cursor: Annotated[str, Query(max_length=100)] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page:
        """The same for one person, `team:<id>`, `ticket:<system>:<id>`, or `reporter:<case>` of no directory."""
        require_token(request, settings.service_token)
        before, id_ = _cursor(cursor)
        async with db.reading() as connection:
            rows = await bundles.log_of_recipient(connection, recipient, before, id_, limit)
            data = await told(connection, rows, request)
        last = rows[-1] if len(rows) == limit else None
        return Page(data=data, next_cursor=f"{last['created_at'].isoformat()}~{last['id']}" if last else None)

    @app.get("/v1/channels/last-hour")
    async def last_hour(request: Request) -> LastHour:
        """What came of what was sent in the last hour, by channel, and how fast pages went out."""
        require_token(request, settings.service_token)
        async with db.reading() as connection:
            rows = await bundles.lately(connection, list(PROVIDERS), clock.now() - HOUR)
        return LastHour(data=[Lately(**dict(row)) for row in rows])

    @app.get("/v1/channels")
    async def channels(request: Request) -> Channels:
        """Whether each provider is set up and works, and when it last did and did not."""
        require_token(request, settings.service_token)
        now = clock.now()
        async with db.reading() as connection:
            rows = await bundles.states(connection, list(PROVIDERS), now - LOOKED_BACK)
        return Channels(data=[_state(row, roads, now) for row in rows])


def _cursor(text: str) -> tuple[datetime | None, UUID | None]:
    at, _, id_ = text.partition("~")
    try:
        return (datetime.fromisoformat(at).astimezone(UTC), UUID(id_)) if text else (None, None)
    except (ValueError, OverflowError):
        raise Problem(422, "invalid", "cursor が正しくありません。", "This is no cursor of ours.") from None


def _delivery(
    row: Row, contact: Contact | None, roads: Roads, now: datetime, reader: Language, zone: ZoneInfo
) -> Delivery:
    made: list[dict[str, Any]] = json.loads(row["made"])
    n = read(row)
    due = row["next_attempt_at"] if row["state"] in ("pending", "ambiguous") else None
    way = roads.way(n, contact)
    reason = explained(n, row["code"], due, contact, row["window_reason"] or "", now, reader, zone)
    return Delivery(
        **{**{name: row[name] for name in SHOWN}, "name": named(n.recipient, n.name, reader)},
        address=hidden(way.kind, way.value) if way else "",
        level=n.content.level,
        created_at=row["created_at"],
        next_attempt_at=due,
        carrier=n.carrier if n.bundled else None,
        held_by=row["held_by"],
        why=reason.why,
        why_not=reason.why_not,
        sentence=reason.sentence,
        attempts=[Attempt(**a, result=result(a["outcome"], a["code"], a["scope"])) for a in made],
    )


def _state(row: Row, roads: Roads, now: datetime) -> State:
    card, until = PROVIDERS[row["name"]], row["until"]
    resting = until if until and until > now else None
    return State(
        provider=row["name"],
        channel=card.channel,
        kind=card.kind,
        set_up=row["name"] in roads.providers,
        best_effort=card.best_effort,
        works=resting is None,
        resting_until=resting,
        last_success_at=row["succeeded_at"],
        last_failure_at=row["failed_at"],
        last_failure=row["failure"] or "",
    )
