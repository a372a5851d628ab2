"""HTTP of the notifier: contacts, what was sent to whom, the direct road, and the call-backs of the providers."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field

from services.notifier import paging, store
from services.notifier.acknowledge import Acknowledging
from services.notifier.channels import PROVIDERS, open_all
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import client
from services.notifier.desk import Desk
from services.notifier.doors import add_all
from services.notifier.roads import Roads
from services.notifier.routes import book, people, texts
from services.notifier.settings import Settings
from services.notifier.wording import Wording
from shared.contracts.case import evolve
from shared.contracts.events import CaseSubmitted, EscalationAssigned
from shared.contracts.vocabulary import Track
from shared.runtime import folds, telemetry, web
from shared.runtime.db import Row
from shared.runtime.service import Process


class Attempt(BaseModel):
    """One send, and what came of it."""

    attempt: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    code: str
    provider: str
    provider_id: str


class Delivery(BaseModel):
    """One notification with all its attempts."""

    id: UUID
    purpose: str
    channel: str
    provider: str
    recipient: str
    name: str
    round: int
    track: Track
    state: str
    code: str
    repeat: bool
    created_at: datetime
    next_attempt_at: datetime | None
    attempts: list[Attempt]


class Deliveries(BaseModel):
    """What was sent about one case, oldest first."""

    data: list[Delivery]


class DirectPage(BaseModel):
    """A case that Kafka does not carry right now, and whom the policy asks first, for each track."""

    submitted: CaseSubmitted
    assigned: Annotated[tuple[EscalationAssigned, ...], Field(max_length=10)]


class Paged(BaseModel):
    """The notifications that stand in the ledger now; the later event finds them there."""

    notifications: list[UUID]


async def build(process: Process) -> None:
    """Add the routes."""
    settings, db, app = process.settings, process.db, process.app
    assert isinstance(settings, Settings)
    assert app is not None
    http = telemetry.http_client(5.0)
    process.closing.push_async_callback(http.aclose)
    wording = Wording(settings.zone, settings.public_url, settings.link_key, settings.unsafe)
    acknowledging = Acknowledging(db, process.clock, http, settings.intake_url, settings.service_token)
    providers = client()
    process.closing.push_async_callback(providers.aclose)
    around = Surroundings(settings, providers)
    roads = Roads(PROVIDERS, open_all(around))
    add_all(app, Desk(settings, db, process.clock, wording, acknowledging, roads.open), around)
    texts.add(process, wording)
    app.state.larger = {"/v1/contacts.csv": book.LARGEST_TABLE}
    app.include_router(book.routes(process))
    app.include_router(people.routes(process, roads))

    @app.get("/v1/cases/{case_id}/notifications")
    async def deliveries(request: Request, case_id: str) -> Deliveries:
        """What was sent to whom about a case, by which channel, and what came of it."""
        web.require_token(request, settings.service_token)
        async with db.reading() as connection:
            return Deliveries(data=[_delivery(row) for row in await store.log_of_case(connection, case_id)])

    @app.post("/v1/pages", status_code=202)
    async def page_directly(request: Request, page: DirectPage) -> Paged:
        """Page without Kafka, under the same ids as the later event, so that it is one page."""
        web.require_token(request, settings.service_token)
        if any(page.submitted.case_id != assigned.case_id for assigned in page.assigned):
            raise web.Problem(422, "invalid", "案件番号が一致しません。", "The case ids differ.")
        now = process.clock.now()
        async with db.transaction() as tx:
            fold = await folds.load(tx, page.submitted.case_id, lock=False)
            case = fold.told or evolve(None, page.submitted, now)
            ids: list[UUID] = []
            for assigned in page.assigned:
                case = evolve(case, assigned, now)
                assert case is not None
                ids += [w.id for w in await paging.page(tx, case, assigned, now)]
        return Paged(notifications=ids)


def _delivery(row: Row) -> Delivery:
    made: list[dict[str, Any]] = json.loads(row["made"])
    fields = (
        "id",
        "purpose",
        "channel",
        "provider",
        "recipient",
        "name",
        "round",
        "track",
        "state",
        "code",
        "repeat",
        "created_at",
    )
    due = row["next_attempt_at"] if row["state"] in ("pending", "ambiguous") else None
    attempts = [Attempt.model_validate(a) for a in made]
    return Delivery(**{name: row[name] for name in fields}, next_attempt_at=due, attempts=attempts)
