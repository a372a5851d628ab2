"""The routes of PagerDuty's Events API and Opsgenie's Alert API: what sends to them is pointed here and nothing else changes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from services.intake import externals, receiving, safe, store
from services.intake.delivering import about
from services.intake.door import Door, door
from services.intake.incoming import whole
from services.intake.receiving import DELIVERIES
from services.intake.routes.deliveries import respond
from services.intake.senders import opsgenie, pagerduty
from services.intake.senders import sender as senders
from services.intake.senders.given import mapping, read_json
from services.intake.senders.sender import Answer, Echo, Malformed, Outcome, Reading, Source
from shared.contracts.vocabulary import Status
from shared.runtime import clock, folds, telemetry
from shared.runtime.db import Row, Transaction

routes = APIRouter(tags=["compatible"])
LARGER_BODIES = {"/v2/enqueue": 512 * 1024, "/v2/change/enqueue": 512 * 1024}
log = telemetry.logger(__name__)
_OBJECT = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}
_LATER: dict[int | str, dict[str, Any]] = {503: {"description": "Not possible right now; try again after Retry-After"}}
_EVENT = {400: {"description": "The event is incomplete, or its routing key is not known"}, **_LATER}
_ALERT = {
    400: {"description": "The body is not JSON"},
    401: {"description": "The API key is not known"},
    422: {"description": "The request is incomplete"},
    **_LATER,
}


@routes.post("/v2/enqueue", status_code=202, responses=_EVENT, openapi_extra=_OBJECT)
async def enqueue(request: Request) -> Response:
    """Take an event of PagerDuty's Events API version 2: trigger, acknowledge or resolve."""
    here, given = door(request), await _given(request)
    event = await _event(here, given)
    if isinstance(event, Answer):
        return respond(event)
    source, body = event
    readings = pagerduty.read(given, source)
    assert not isinstance(readings, Malformed)
    outcomes = await _deliver(here, source, readings, replace(given, raw=pagerduty.without_key(body)))
    return respond(pagerduty.answer(given, outcomes))


@routes.post("/v2/change/enqueue", status_code=202, responses=_EVENT, openapi_extra=_OBJECT)
async def enqueue_change(request: Request) -> Response:
    """Take a change event of PagerDuty's Events API: nobody is called for it, and it is not kept."""
    event = await _event(door(request), await _given(request))
    if isinstance(event, Answer):
        return respond(event)
    source, body = event
    if wrong := pagerduty.change_faults(body):
        return respond(pagerduty.refusal("invalid event", "Event object is invalid", wrong))
    DELIVERIES.labels(source.id, "ignored").inc()
    return respond(pagerduty.change_answer())


@routes.post("/v2/alerts", status_code=202, responses=_ALERT, openapi_extra=_OBJECT)
async def create_alert(request: Request) -> Response:
    """Take an alert of Opsgenie's Alert API: a case, or nothing new of the open case with its alias."""
    return await _alert(request, "create")


@routes.post("/v2/alerts/{identifier:path}/acknowledge", status_code=202, responses=_ALERT, openapi_extra=_OBJECT)
async def acknowledge_alert(request: Request, identifier: str, identifierType: str = "id") -> Response:  # noqa: N803
    """Somebody has taken the alert over."""
    return await _alert(request, "acknowledge", identifier, identifierType)


@routes.post("/v2/alerts/{identifier:path}/close", status_code=202, responses=_ALERT, openapi_extra=_OBJECT)
async def close_alert(request: Request, identifier: str, identifierType: str = "id") -> Response:  # noqa: N803
    """The alert is over."""
    return await _alert(request, "close", identifier, identifierType)


@routes.post("/v2/alerts/{identifier:path}/notes", status_code=202, responses=_ALERT, openapi_extra=_OBJECT)
async def add_note(request: Request, identifier: str, identifierType: str = "id") -> Response:  # noqa: N803
    """Write something down at the open case of the alert."""
    return await _alert(request, "note", identifier, identifierType)


@routes.put("/v2/alerts/{identifier:path}/message", status_code=202, responses=_ALERT, openapi_extra=_OBJECT)
async def update_message(request: Request, identifier: str, identifierType: str = "id") -> Response:  # noqa: N803
    """Write the new message down at the open case of the alert."""
    return await _alert(request, "message", identifier, identifierType)


@routes.put("/v2/alerts/{identifier:path}/description", status_code=202, responses=_ALERT, openapi_extra=_OBJECT)
async def update_description(request: Request, identifier: str, identifierType: str = "id") -> Response:  # noqa: N803
    """Write the new description down at the open case of the alert."""
    return await _alert(request, "description", identifier, identifierType)


@routes.get("/v2/alerts/requests/{request_id}", responses={401: _ALERT[401], 404: {"description": "No such request"}})
async def read_request(request: Request, request_id: str) -> Response:
    """Show what became of a request."""
    began, here, given = clock.monotonic(), door(request), await _given(request)
    source = await _keyed(here, "opsgenie", opsgenie.key(given))
    if source is None:
        return _refused(401, "Could not authenticate", given, began)
    async with here.db.reading() as tx:
        asked_for = request_id[:100].replace("\x00", "")
        row = await tx.fetchrow(store.SQL["delivered"], source.id, asked_for)
        raw = await _sent(tx, source, asked_for, row) if row else b""
    if row is None:
        return _refused(404, "Request not found. It might not be processed, yet.", given, began)
    asked = senders.Request(raw, {}, row["at"])
    data = opsgenie.status(mapping(read_json(asked.raw)), asked, source, row["verdict"])
    took = round(clock.monotonic() - began, 3)
    return JSONResponse({"data": data, "took": took, "requestId": opsgenie.request_id(given)})


async def _sent(tx: Transaction, source: Source, delivery_id: str, row: Row) -> bytes:
    """What a delivery held; nothing when it was erased since."""
    if not row["sealed"]:
        return bytes(row["body"])
    return (await safe.at(tx).keys()).open(row["body"], about(source.id, delivery_id))


async def _alert(request: Request, action: str, identifier: str = "", type_: str = "") -> Response:
    began, here, given = clock.monotonic(), door(request), await _given(request)
    source = await _keyed(here, "opsgenie", opsgenie.key(given))
    if source is None:
        return _refused(401, "Could not authenticate", given, began)
    raw = opsgenie.asked(action, identifier, type_, given.raw)
    asked = given if isinstance(raw, Malformed) else senders.Request(raw, given.headers, given.now)
    readings = raw if isinstance(raw, Malformed) else opsgenie.read(asked, source)
    if isinstance(readings, Malformed):
        return _refused(400, "Request body is not a valid JSON object.", given, began)
    body = mapping(read_json(asked.raw))
    await _deliver(here, source, readings, asked, only_open=opsgenie.is_note(body))
    if wrong := opsgenie.faults(body):
        return _refused(422, opsgenie.NOT_PROCESSABLE, asked, began, wrong)
    return JSONResponse(opsgenie.accepted(readings[0].delivery_id, clock.monotonic() - began), 202)


async def _event(here: Door, given: senders.Request) -> tuple[Source, dict[str, Any]] | Answer:
    """Whose key an event of PagerDuty's bears, and the event; or why it is refused."""
    source = await _keyed(here, "pagerduty", pagerduty.routing_key(given.raw))
    body = read_json(given.raw)
    if not isinstance(body, dict):
        return _UNRECOGNIZED
    return (source, body) if source else _no_key(body)


async def _keyed(here: Door, sender: str, key: str) -> Source | None:
    source = await here.sources.by_key(sender, key)
    if source is None:
        DELIVERIES.labels(sender, "rejected").inc()
        log.warning("delivery rejected", source=sender, reason="key")
    return source


async def _deliver(
    here: Door, source: Source, readings: Sequence[Reading], asked: senders.Request, only_open: bool = False
) -> Sequence[Outcome]:
    """Take what was read; words alone are added to open cases only. Raises 429 or 503 when it should come again later."""

    async def still_open(tx: Transaction) -> Sequence[Reading]:
        return [one if await _is_open(tx, source, one) else Echo(one.delivery_id) for one in readings]

    return await receiving.take(here, source, readings, asked, still_open if only_open else None)


async def _is_open(tx: Transaction, source: Source, reading: Reading) -> bool:
    """Tell whether the case that words are added to is there to take them; what cannot be understood is kept anyway."""
    if not isinstance(reading, senders.Trigger):
        return True
    case_id, _ = await externals.external(tx, source.id, reading.external.id)
    case = (await folds.load(tx, case_id)).case if case_id else None
    return case is not None and case.status is not Status.DONE


async def _given(request: Request) -> senders.Request:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return senders.Request(await whole(request), headers, door(request).clock.now(), request.method)


_UNRECOGNIZED = pagerduty.refusal("Unrecognized object", "Event object format is unrecognized", ["JSON parse error"])


def _no_key(body: dict[str, Any]) -> Answer:
    wrong = "Invalid routing key" if body.get("routing_key") else "'routing_key' is missing or blank"
    return pagerduty.refusal("invalid event", "Event object is invalid", [wrong])


def _refused(
    status: int, message: str, asked: senders.Request, began: float, errors: dict[str, str] | None = None
) -> Response:
    took = clock.monotonic() - began
    return JSONResponse(opsgenie.refused(message, opsgenie.request_id(asked), took, errors), status)
