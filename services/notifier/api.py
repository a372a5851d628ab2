"""HTTP of the notifier: contacts, what was sent to whom, the direct road, and the call-backs of the providers."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field

from services.notifier import paging
from services.notifier.acknowledge import Acknowledging
from services.notifier.channels import PROVIDERS, open_all
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import client
from services.notifier.desk import Desk
from services.notifier.doors import add_all
from services.notifier.handlers import HANDLERS
from services.notifier.reporting import Reporting
from services.notifier.roads import Roads
from services.notifier.routes import book, deliveries, maintenance, people, storms, texts
from services.notifier.settings import Settings
from services.notifier.wording import Wording
from shared.contracts.case import evolve
from shared.contracts.events import CaseSubmitted, EscalationAssigned
from shared.contracts.keys import first
from shared.runtime import folds, operated, telemetry, web
from shared.runtime.service import Process


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
    acknowledging = Acknowledging(db, process.clock, http, settings.intake_url, first(settings.service_token))
    providers = client()
    process.closing.push_async_callback(providers.aclose)
    around = Surroundings(settings, providers)
    roads = Roads(PROVIDERS, open_all(around))
    reporting = Reporting(settings, db, process.clock, http)
    add_all(app, Desk(settings, db, process.clock, wording, acknowledging, roads.open, reporting), around)
    texts.add(process, wording)
    app.state.larger = dict.fromkeys(("/v1/contacts", "/v1/contacts.csv"), book.LARGEST)
    app.include_router(book.routes(process))
    app.include_router(people.routes(process, roads))
    storms.add(process, wording)
    deliveries.add(process, roads)
    maintenance.add(process)
    operated.add(process, HANDLERS)

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
