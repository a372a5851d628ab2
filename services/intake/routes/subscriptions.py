"""Subscriptions: who is told of case changes by webhook, by themselves and for what they may see."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.intake import auditing, subscriptions
from services.intake.domain import beside, pushing, roles
from services.intake.domain.pushing import Progress, State
from services.intake.domain.tokens import Principal
from services.intake.domain.words import Language
from services.intake.door import door, language, read_json
from services.intake.entrance import admit
from services.intake.setting_up import LONGEST_OVERLAP, OVERLAP
from services.intake.subscriptions import Subscription
from shared.contracts import topics
from shared.contracts.events import REGISTRY
from shared.contracts.report import Line
from shared.runtime.db import Transaction
from shared.runtime.web import Problem

routes = APIRouter(tags=["subscriptions"])
MOST = 50  # of one token
TYPES = sorted([*(type_ for type_, event in REGISTRY.items() if event.topic == topics.CASES), *beside.KINDS])
_STRICT = ConfigDict(extra="forbid")


def _known(type_: str) -> str:
    if type_ not in TYPES:
        raise PydanticCustomError("enum", "is no type of event", {"expected": ", ".join(TYPES)})
    return type_


SubscriptionId = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9_]+$")]
Url = Annotated[str, Field(max_length=2000, pattern=r"^https?://[!-~]+$")]
Type = Annotated[str, Field(max_length=60), AfterValidator(_known)]
Types = Annotated[list[Type], Field(max_length=60)]
Team = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Teams = Annotated[list[Team], Field(max_length=100)]


class NewSubscription(BaseModel):
    """Where to send, and what: nothing named means every type, and every team that the token sees."""

    model_config = _STRICT
    url: Url
    name: Line = ""
    types: Types = []
    teams: Teams = []
    language: Language = "ja"


class SubscriptionChange(BaseModel):
    """What is to be different; what is left out stays. `enabled` again goes on from where it stopped."""

    model_config = _STRICT
    url: Url | None = None
    name: Line | None = None
    types: Types | None = None
    teams: Teams | None = None
    language: Language | None = None
    enabled: bool | None = None


class Rotation(BaseModel):
    """How long the secrets of before are signed with too; a day when left out."""

    model_config = _STRICT
    old_until: AwareDatetime | None = None


class SubscriptionView(BaseModel):
    """A subscription without its secret; `behind` says since when it fails."""

    id: str
    url: str
    name: str
    types: list[str]
    teams: list[str]
    language: Language
    state: State
    reason: str
    reason_label: str
    version: Annotated[int, Field(description="Its ETag: what a change names in If-Match")]
    made_by: str
    failing_since: datetime | None
    next_try_at: datetime | None
    created_at: datetime


class MadeSubscription(SubscriptionView):
    """A new subscription with its secret (Standard Webhooks), which is shown this once only."""

    secret: str


class Subscriptions(BaseModel):
    """The caller's own; all of them for who administers."""

    data: list[SubscriptionView]


class MadeKey(BaseModel):
    """A secret that was just put in force, shown this once."""

    secret: str
    old_until: datetime


class PushView(BaseModel):
    """One request: `event_id` is its `webhook-id`. No status: nobody answered, and `problem` says why."""

    event_id: str
    type: str
    status: int | None
    problem: str
    milliseconds: int
    at: datetime


class Pushes(BaseModel):
    """The last requests, the newest first."""

    data: list[PushView]


class Tried(BaseModel):
    """What came of a test."""

    delivered: bool
    status: int | None
    problem: str
    milliseconds: int


@routes.get("/v1/subscriptions")
async def list_subscriptions(request: Request) -> Subscriptions:
    """List the subscriptions of the caller."""
    who, here = await admit(request, "read"), door(request)
    async with here.db.reading() as tx:
        found = await subscriptions.all_of(tx, None if _administers(who) else _token(request))
    return Subscriptions(data=[SubscriptionView.model_validate(_shown(s, language(request))) for s in found])


@routes.post("/v1/subscriptions", status_code=201)
async def create_subscription(request: Request, response: Response) -> MadeSubscription:
    """Have changes sent to an address, signed as Standard Webhooks has it. It hears what this token may see, while it holds."""
    who, here = await admit(request, "read"), door(request)
    wanted, now = await read_json(request, NewSubscription), here.clock.now()
    token = _token(request)
    if not token:
        raise Problem(403, "token-needed", "トークンで作成してください。", "Make it with a token of its own.")
    place = await here.fan.last()
    new = Subscription(
        id="sub_" + secrets.token_hex(8), name=wanted.name, url=wanted.url, types=tuple(wanted.types),
        teams=tuple(wanted.teams), language=wanted.language, token=token, made_by=who.actor.id, version=1, created_at=now,
        progress=Progress(place, frozenset(), 0, None, now),
    )  # fmt: skip
    async with here.db.transaction() as tx:
        if len(await subscriptions.all_of(tx, token)) >= MOST:
            raise Problem(409, "too-many-subscriptions", f"{MOST} 件までです。", f"{MOST} are the most.")
        await subscriptions.add(tx, new)
        secret = await subscriptions.add_secret(tx, here.sources.vault, new.id, now, now)
        auditing.add(tx, auditing.of("subscription.created", who, f"subscription:{new.id}", now))
    response.headers.update({"location": f"/v1/subscriptions/{new.id}", "etag": '"1"', "cache-control": "no-store"})
    return MadeSubscription.model_validate({**_shown(new, language(request)), "secret": secret})


@routes.get("/v1/subscriptions/{id}")
async def read_subscription(request: Request, response: Response, id: SubscriptionId) -> SubscriptionView:
    """Show a subscription; its ETag is what changing it needs."""
    who, here = await admit(request, "read"), door(request)
    async with here.db.reading() as tx:
        found = await _mine(tx, request, who, id)
    response.headers["etag"] = f'"{found.version}"'
    return SubscriptionView.model_validate(_shown(found, language(request)))


@routes.patch("/v1/subscriptions/{id}")
async def change_subscription(request: Request, response: Response, id: SubscriptionId) -> SubscriptionView:
    """Change a subscription, disable it or enable it again. Needs If-Match."""
    who, here = await admit(request, "read"), door(request)
    wanted, now = (await read_json(request, SubscriptionChange)).model_dump(exclude_none=True), here.clock.now()
    async with here.db.transaction() as tx:
        found = await _meant(tx, request, who, id)
        enabled = wanted.pop("enabled", found.progress.state == "enabled")
        wanted |= {name: tuple(wanted[name]) for name in ("types", "teams") if name in wanted}
        new = await subscriptions.change(tx, replace(found, **wanted), "enabled" if enabled else "disabled", now)
        auditing.add(tx, auditing.of("subscription.changed", who, f"subscription:{id}", now))
    response.headers["etag"] = f'"{new.version}"'
    return SubscriptionView.model_validate(_shown(new, language(request)))


@routes.delete("/v1/subscriptions/{id}", status_code=204)
async def delete_subscription(request: Request, id: SubscriptionId) -> Response:
    """End a subscription for good. Needs If-Match."""
    who, here = await admit(request, "read"), door(request)
    async with here.db.transaction() as tx:
        await _meant(tx, request, who, id)
        await subscriptions.drop(tx, id)
        auditing.add(tx, auditing.of("subscription.deleted", who, f"subscription:{id}", here.clock.now()))
    return Response(status_code=204)


@routes.post("/v1/subscriptions/{id}/secrets", status_code=201)
async def rotate_subscription_secret(request: Request, response: Response, id: SubscriptionId) -> MadeKey:
    """Put a new secret in force at once, shown in this answer only; the old ones are signed with too until `old_until`."""
    who, here = await admit(request, "read"), door(request)
    wanted, now = await read_json(request, Rotation, may_be_empty=True), here.clock.now()
    until = wanted.old_until or now + OVERLAP
    if not now - timedelta(minutes=5) <= until <= now + LONGEST_OVERLAP:
        ja = "old_until は、いまから 90 日後までにしてください。"
        raise Problem(422, "invalid", ja, "old_until lies between now and 90 days from now.")
    async with here.db.transaction() as tx:
        await _mine(tx, request, who, id)
        secret = await subscriptions.add_secret(tx, here.sources.vault, id, until, now)
        auditing.add(tx, auditing.of("subscription.secret", who, f"subscription:{id}", now))
    response.headers["cache-control"] = "no-store"
    return MadeKey(secret=secret, old_until=until)


@routes.post("/v1/subscriptions/{id}/test")
async def test_subscription(request: Request, id: SubscriptionId) -> Tried:
    """Send a signed test now, and tell what came of it."""
    who, here = await admit(request, "read"), door(request)
    async with here.db.reading() as tx:
        found = await _mine(tx, request, who, id)
    answer = await here.pusher.try_out(found)
    return Tried(delivered=answer.good, status=answer.status, problem=answer.problem, milliseconds=answer.milliseconds)


@routes.get("/v1/subscriptions/{id}/deliveries")
async def list_pushes(request: Request, id: SubscriptionId) -> Pushes:
    """Tell what came of the last requests."""
    who, here = await admit(request, "read"), door(request)
    async with here.db.reading() as tx:
        await _mine(tx, request, who, id)
        rows = await subscriptions.deliveries(tx, id)
    return Pushes(data=[PushView(**row) for row in rows])


def _token(request: Request) -> str:
    return str(getattr(request.state, "token", ""))


def _administers(who: Principal) -> bool:
    everywhere = who.grants is None or roles.EVERY_TEAM in roles.teams(who.grants, "administer")
    return "admin" in who.scopes and everywhere


async def _mine(tx: Transaction, request: Request, who: Principal, id_: str) -> Subscription:
    """One of the caller's, locked. Raises 404."""
    found = await subscriptions.locked(tx, id_)
    if found is None or not (_administers(who) or found.token == _token(request)):
        raise Problem(404, "unknown-subscription", "この購読はありません。", "There is no such subscription.")
    return found


async def _meant(tx: Transaction, request: Request, who: Principal, id_: str) -> Subscription:
    """The same, when If-Match names it as it stands. Raises 428 and 412."""
    given = request.headers.get("if-match", "").strip()
    if not given:
        ja = "If-Match に、もとにした版（GET の ETag）を書いてください。"
        raise Problem(428, "version-needed", ja, "Name the version this was made from in If-Match (ETag of GET).")
    found = await _mine(tx, request, who, id_)
    if given not in ("*", f'"{found.version}"'):
        ja = "そのあいだに変更されています。読み直してから変更してください。"
        problem = Problem(412, "outdated", ja, "It was changed meanwhile; read it again first.")
        problem.headers = {"etag": f'"{found.version}"'}
        raise problem
    return found


def _shown(known: Subscription, reader: Language) -> dict[str, object]:
    p = known.progress
    return {
        **{
            name: getattr(known, name) for name in ("id", "url", "name", "language", "version", "made_by", "created_at")
        },
        "types": list(known.types),
        "teams": list(known.teams),
        "state": p.state,
        "reason": p.reason,
        "reason_label": pushing.REASONS[p.reason][reader == "en"],
        "failing_since": p.failing_since,
        "next_try_at": p.next_at if p.tries and p.state == "enabled" else None,
    }
