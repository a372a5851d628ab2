"""Deliveries of webhooks: read the bytes once, verify before parsing, keep, answer."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import Counter

from services.intake import delivering, sources, store
from services.intake.domain.words import Language
from services.intake.door import admit, door, language
from services.intake.senders import SENDERS
from services.intake.senders import sender as senders
from services.intake.senders.sender import Malformed, Rejected, Trigger, Unmapped
from shared.runtime import telemetry
from shared.runtime.web import Problem

routes = APIRouter(tags=["webhooks"])
LARGEST_ID = 2**63 - 1
log = telemetry.logger(__name__)
DELIVERIES = Counter(
    "tasuki_intake_deliveries_total", "Webhook deliveries, by what became of them", ["source", "verdict"]
)


@routes.post("/v1/webhooks/{source}", status_code=202)
async def receive(request: Request, source: str) -> Response:
    """Take a delivery of a vendor: 202 once it is on disk, the same 202 for a repeat, 503 when it should come again."""
    return await _receive(request, source)


@routes.post("/v1/webhooks/{source}/{secret}", status_code=202)
async def receive_by_path(request: Request, source: str, secret: str) -> Response:
    """The same for a vendor that can prove itself in no other way than by a path that nobody can guess."""
    return await _receive(request, source, secret)


@routes.get("/v1/webhooks/{source}")
async def greet(request: Request, source: str) -> Response:
    """Answer a vendor that asks whether somebody is here."""
    return await _probe(request, source)


@routes.head("/v1/webhooks/{source}")
async def knock(request: Request, source: str) -> Response:
    """Answer a vendor that asks whether somebody is here, without a body."""
    return await _probe(request, source)


@routes.options("/v1/webhooks/{source}")
async def introduce(request: Request, source: str) -> Response:
    """Answer a vendor that asks how it may send."""
    return await _probe(request, source)


async def _probe(request: Request, id_: str) -> Response:
    found = sources.find(door(request).settings, id_)
    ask = SENDERS[found.sender].probe if found else None
    answer = ask(await _request(request, id_), found) if ask and found else None
    if answer is None:
        raise Problem(405, "method-not-allowed", "この操作は使えません。", "This method is not allowed here.")
    return _response(answer)


async def _receive(request: Request, id_: str, secret: str = "") -> Response:
    here = door(request)
    source = sources.find(here.settings, id_)
    if source is None or (secret and not SENDERS[source.sender].in_path):
        raise Problem(404, "unknown-source", "この送信元は設定されていません。", "This source is not set up.")
    sender, given = SENDERS[source.sender], await _request(request, id_, secret)
    verdict = sender.verify(given, source)
    if isinstance(verdict, Rejected):
        DELIVERIES.labels(id_, "rejected").inc()
        log.warning("delivery rejected", source=id_, reason=verdict.reason)
        raise Problem(
            401, "bad-signature", "署名またはトークンを確認できません。", "The signature or token is not valid."
        )
    readings = sender.read(given, source)
    if isinstance(readings, Malformed):
        DELIVERIES.labels(id_, "malformed").inc()
        raise Problem(400, "malformed", "本文を読み取れません。", "The body cannot be read.")
    written: Language = "ja"  # the texts of a vendor's template say nothing about its reader
    try:
        reports = [reading.report for reading in readings if isinstance(reading, Trigger)]
        async with here.turn(*reports), here.db.transaction() as tx:
            outcomes = await delivering.deliver(tx, source, readings, given.raw, written, given.now)
    except delivering.InFlight:
        raise _later() from None
    for outcome in outcomes:
        DELIVERIES.labels(id_, outcome.verdict).inc()
    return _response(sender.answer(given, outcomes)) if sender.answer else _taken(outcomes)


async def _request(request: Request, id_: str, secret: str = "") -> senders.Request:
    here = door(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers["x-tasuki-path-secret"] = secret
    asked = f"?{request.url.query}" if request.url.query else ""
    url = f"{here.settings.public_url}/v1/webhooks/{id_}{asked}"
    return senders.Request(await request.body(), headers, here.clock.now(), request.method, url)


def _response(answer: senders.Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers), answer.type)


def _taken(outcomes: Sequence[senders.Outcome]) -> Response:
    """202 with what became of the delivery; of several, with each."""
    told = [{"verdict": o.verdict, "case_id": o.case_id, "number": o.number} for o in outcomes]
    if len(outcomes) == 1:
        place = {"location": f"/v1/cases/{outcomes[0].case_id}"} if outcomes[0].case_id else {}
        return JSONResponse(told[0], 202, place)
    return JSONResponse({"data": told}, 202)


@routes.get("/v1/quarantine")
async def read_quarantine(
    request: Request,
    before: Annotated[int | None, Query(ge=0, le=LARGEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Show the genuine deliveries that could not be understood, the newest first."""
    await admit(request, "admin")
    english = language(request) == "en"
    async with door(request).db.reading() as tx:
        rows = await store.quarantined(tx, before, limit)
    data = [
        {
            "id": row["id"],
            "source": row["source"],
            "delivery_id": row["delivery_id"],
            "reason": row["reason_en"] if english else row["reason_ja"],
            "body": bytes(row["body"]).decode("utf-8", "backslashreplace"),
            "at": row["at"].isoformat(),
        }
        for row in rows
    ]
    return {"data": data}


@routes.post("/v1/quarantine/{id}/replay", status_code=202)
async def replay_quarantined(request: Request, id: Annotated[int, Path(ge=0, le=LARGEST_ID)]) -> Response:
    """Try once more what is set aside. 409 with the reason when it is still not understood."""
    await admit(request, "admin")
    here = door(request)
    async with here.db.transaction() as tx:
        outcome = await delivering.replay(tx, here.settings, id, "ja", here.clock.now())
    if outcome is None:
        raise Problem(404, "not-found", "見つかりません。", "There is nothing here.")
    if isinstance(outcome, Unmapped):
        raise Problem(409, "still-unmapped", f"まだ変換できません。{outcome.ja}", f"Still not understood. {outcome.en}")
    return _taken(outcome)


def _later() -> Problem:
    problem = Problem(503, "in-flight", "同じ通知を処理中です。", "The same delivery is being taken.")
    problem.headers = {"retry-after": "1"}
    return problem
