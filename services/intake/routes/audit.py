"""The audit trail over the API: who did what, and all that it takes to check that nothing of it was touched."""

from base64 import b64encode
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from services.intake import auditing
from services.intake.domain import trail
from services.intake.domain.ids import LARGEST_ID
from services.intake.domain.tokens import Principal
from services.intake.door import door
from services.intake.entrance import admit, permit
from shared.runtime.db import Row
from shared.runtime.web import Problem

routes = APIRouter(tags=["access"])
Number = Annotated[int | None, Query(ge=0, le=LARGEST_ID)]


class AuditLine(BaseModel):
    """One entry: `entry` is the text that its hash is made of, together with `before`, `chain` and `seq`."""

    id: int
    chain: int
    seq: int
    at: str
    action: str
    actor: str
    actor_kind: str
    object: str
    through: Annotated[str, Field(description="The token or link by which it was done")]
    trace_id: str
    detail: dict[str, Any]
    entry: str
    before: str
    hash: str


class AuditPage(BaseModel):
    """A page of entries: the newest first, or after an id the oldest first."""

    data: list[AuditLine]


class CheckpointView(BaseModel):
    """Where every chain stood, signed; `genuine` is null for one of another kind, whose key is not here any more."""

    number: int
    body: str
    algorithm: str
    signature: Annotated[str, Field(description="Base64")]
    genuine: bool | None


class Head(BaseModel):
    """The last entry of a chain."""

    chain: int
    seq: int
    hash: str


class Checkpoints(BaseModel):
    """Checkpoints in order, the ends of the chains now, and the keys that Ed25519 signatures are checked by (base64)."""

    data: list[CheckpointView]
    heads: list[Head]
    public_key: Annotated[str, Field(description="The one that signs now; empty without one")]
    public_keys: Annotated[list[str], Field(description="That one, and those that it has replaced")]


@routes.get("/v1/audit", response_model=AuditPage)
async def read_audit(
    request: Request,
    object: Annotated[
        str | None, Query(max_length=300, description="A case id, token:<id>, person:<id>, a path")
    ] = None,
    before: Number = None,
    after: Number = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> AuditPage:
    """Tell who saw, changed, published and sent what. That it was told is an entry too, unless it tells of such looks alone."""
    who, here = await _auditor(request), door(request)
    if object is not None and "\x00" in object:
        raise Problem(422, "invalid", "使えない文字が含まれています。", "A character is not allowed.")
    name, place = ("newest", before) if after is None else ("onwards", after)
    async with here.db.reading() as tx:
        rows = await tx.fetch(auditing.SQL[name], place, object, limit)
        data = [_line(row) for row in rows]
        if any(line.action != trail.SEEN for line in data):
            asked = {"object": object, "before": before, "after": after}
            told = {name: value for name, value in asked.items() if value is not None}
            await auditing.looked(tx, who, here.clock.now(), trail.SEEN, **told)
    return AuditPage(data=data)


@routes.get("/v1/audit/checkpoints", response_model=Checkpoints)
async def read_checkpoints(
    request: Request, after: Number = None, limit: Annotated[int, Query(ge=1, le=1000)] = 1000
) -> Checkpoints:
    """Give the signed checkpoints, and where the chains end now."""
    await _auditor(request)
    here = door(request)
    keys = auditing.Keys.of(here.settings)
    async with here.db.reading() as tx:
        heads = await auditing.heads(tx)
        rows = await tx.fetch(auditing.SQL["checkpoints"], after or 0, limit)
    data = [
        CheckpointView(
            number=row["number"],
            body=row["body"],
            algorithm=row["algorithm"],
            signature=b64encode(row["signature"]).decode(),
            genuine=keys.holds(row["body"], row["algorithm"], row["signature"]),
        )
        for row in rows
    ]
    ends = [Head(chain=chain, seq=seq, hash=hash_) for chain, (seq, hash_) in heads.items()]
    public = [b64encode(key).decode() for key in keys.public]
    return Checkpoints(data=data, heads=ends, public_key=next(iter(public), ""), public_keys=public)


async def _auditor(request: Request) -> Principal:
    """The trail is of all teams: an auditor or administrator of every team reads it, or who may administer everything."""
    who = await admit(request, "read")
    if who.grants is None:
        return await admit(request, "admin")
    permit(who, "audit", of="every")
    return who


def _line(row: Row) -> AuditLine:
    one = trail.line(row["id"], row["chain"], row["seq"], row["entry"], row["hash"])
    ids = {name: row[name] for name in ("id", "chain", "seq", "entry")}
    hashes = {"before": row["before"].hex(), "hash": one.hash}
    return AuditLine.model_validate({**one.said, **ids, **hashes, "detail": one.detail})
