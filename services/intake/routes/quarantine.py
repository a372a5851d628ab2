"""What is set aside (要確認): genuine deliveries that nobody could read, to be looked at, taken after all, or discarded."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from services.intake import auditing, delivering, store
from services.intake.door import admit, door, language
from services.intake.routes.deliveries import taken
from services.intake.senders.sender import Unmapped
from shared.runtime.web import Problem

routes = APIRouter(tags=["webhooks"])
LARGEST_ID = 2**63 - 1
Number = Annotated[int, Path(ge=0, le=LARGEST_ID)]


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
        rows = [(row, *(await store.unpacked(tx, row))) for row in await store.quarantined(tx, before, limit)]
    data = [
        {
            "id": row["id"],
            "source": row["source"],
            "delivery_id": row["delivery_id"],
            "reason": row["reason_en"] if english else row["reason_ja"],
            "headers": headers,
            "body": body.decode("utf-8", "backslashreplace"),
            "at": row["at"].isoformat(),
        }
        for row, body, headers, _ in rows
    ]
    return {"data": data}


@routes.post("/v1/quarantine/{id}/replay", status_code=202)
async def replay_quarantined(request: Request, id: Number) -> Response:
    """Try once more what is set aside, with its source as it is now. 409 with the reason when it is still not understood."""
    who, here = await admit(request, "admin"), door(request)
    async with here.db.transaction() as tx:
        auditing.through(tx, who)
        outcome = await delivering.replay(tx, here.sources, id, "ja", here.clock.now())
    if outcome is None:
        raise nothing()
    if isinstance(outcome, Unmapped):
        raise Problem(409, "still-unmapped", f"まだ変換できません。{outcome.ja}", f"Still not understood. {outcome.en}")
    return taken(outcome)


@routes.delete("/v1/quarantine/{id}", status_code=204)
async def discard_quarantined(request: Request, id: Number) -> Response:
    """Throw away what is set aside; a repeat of the same delivery is not taken either."""
    who = await admit(request, "admin")
    here = door(request)
    async with here.db.transaction() as tx:
        source = await tx.fetchval(store.SQL["discard"], id)
        if source is None:
            raise nothing()
        auditing.add(tx, auditing.of("delivery.discarded", who, f"source:{source}", here.clock.now(), quarantine=id))
    return Response(status_code=204)


def nothing() -> Problem:
    """There is no such thing."""
    return Problem(404, "not-found", "見つかりません。", "There is nothing here.")
