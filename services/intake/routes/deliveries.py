"""Deliveries of webhooks: read the bytes once, verify before parsing, keep, answer."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from prometheus_client import Counter

from services.intake import delivering, store
from services.intake.domain.words import Language
from services.intake.door import Door, admit, door, language
from services.intake.webhooks import WEBHOOKS
from services.intake.webhooks.delivery import Malformed, Rejected, Unmapped
from shared.runtime import telemetry
from shared.runtime.web import Problem

routes = APIRouter(tags=["webhooks"])
LARGEST_ID = 2**63 - 1
log = telemetry.logger(__name__)
DELIVERIES = Counter(
    "tasuki_intake_deliveries_total", "Webhook deliveries, by what became of them", ["source", "verdict"]
)


@routes.post("/v1/webhooks/{source}", status_code=202)
async def receive(request: Request, source: str) -> JSONResponse:
    """Take a delivery of a vendor: 202 once it is on disk, the same 202 for a repeat, 503 when it should come again."""
    here = door(request)
    webhook, secrets = WEBHOOKS.get(source), _secrets(here, source)
    if webhook is None or not secrets:
        raise Problem(404, "unknown-source", "この送信元は設定されていません。", "This source is not set up.")
    raw, now = await request.body(), here.clock.now()
    headers = {name.lower(): value for name, value in request.headers.items()}
    verdict = webhook.verify(raw, headers, secrets, now)
    if isinstance(verdict, Rejected):
        DELIVERIES.labels(source, "rejected").inc()
        log.warning("delivery rejected", source=source, reason=verdict.reason)
        raise Problem(
            401, "bad-signature", "署名またはトークンを確認できません。", "The signature or token is not valid."
        )
    reading = webhook.read(raw, headers)
    if isinstance(reading, Malformed):
        DELIVERIES.labels(source, "malformed").inc()
        raise Problem(400, "malformed", "本文を JSON として読み取れません。", "The body is not valid JSON.")
    written: Language = "ja"  # the texts of a vendor's template say nothing about its reader
    try:
        async with here.db.transaction() as tx:
            outcome = await delivering.deliver(tx, source, reading, raw, written, now)
    except delivering.InFlight:
        raise _later() from None
    DELIVERIES.labels(source, outcome.verdict).inc()
    body: dict[str, Any] = {"verdict": outcome.verdict, "case_id": outcome.case_id, "number": outcome.number}
    place = {"location": f"/v1/cases/{outcome.case_id}"} if outcome.case_id else {}
    return JSONResponse(body, 202, place)


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
async def replay_quarantined(request: Request, id: Annotated[int, Path(ge=0, le=LARGEST_ID)]) -> JSONResponse:
    """Try once more what is set aside. 409 with the reason when it is still not understood."""
    await admit(request, "admin")
    here = door(request)
    async with here.db.transaction() as tx:
        outcome = await delivering.replay(tx, id, "ja", here.clock.now())
    if outcome is None:
        raise Problem(404, "not-found", "見つかりません。", "There is nothing here.")
    if isinstance(outcome, Unmapped):
        raise Problem(409, "still-unmapped", f"まだ変換できません。{outcome.ja}", f"Still not understood. {outcome.en}")
    return JSONResponse({"verdict": outcome.verdict, "case_id": outcome.case_id, "number": outcome.number}, 202)


def _secrets(here: Door, source: str) -> tuple[str, ...]:
    """The secrets in force; two, separated by a comma, while one is being replaced."""
    found = {
        "zendesk": here.settings.zendesk_webhook_secret,
        "alertmanager": here.settings.alertmanager_token,
    }.get(source, "")
    return tuple(part.strip() for part in found.split(",") if part.strip())


def _later() -> Problem:
    problem = Problem(503, "in-flight", "同じ通知を処理中です。", "The same delivery is being taken.")
    problem.headers = {"retry-after": "1"}
    return problem
