"""The door for devices: a person brings one, and its worker says what it has shown and what was pressed."""

import json
from datetime import timedelta
from typing import Any

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from services.notifier.channels import vapid
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.web_push import PushSettings
from services.notifier.desk import Desk, forged
from services.notifier.domain import buttons, subscription
from services.notifier.domain.subscription import Subscription
from shared.contracts.links import make_device, read_device
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Outcome
from shared.runtime import web

LARGEST = 8192  # bytes of what a browser says
LINK_KEPT = timedelta(days=7)
LABEL = 100
WORDS = {"counts": 200, "late": 409, "refused": 409}


class PushKey(BaseModel):
    """Whose messages a browser agrees to; empty where push is not set up."""

    key: str


class DeviceLink(BaseModel):
    """The address of a page where one person can have their device told; it works for seven days."""

    url: str


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the routes."""
    settings, own = around.settings, around.read(PushSettings)
    ours = vapid.opened(own.vapid_private_key, "")

    @app.get("/callbacks/push-key")
    async def push_key() -> PushKey:
        """The public key that a browser subscribes to."""
        return PushKey(key=ours.public if ours else "")

    @app.post("/callbacks/push-subscription/{token}", status_code=204, response_class=Response)
    async def subscribe(request: Request, token: str) -> Response:
        """A device of the person whom the link was made for; the same device once more replaces itself."""
        person, told = _person(token), await _told(request)
        device = _device(told)
        label = str(told.get("label") or "")[:LABEL]
        if not await desk.change(person.id, lambda c: subscription.subscribed(c, device, label)):
            raise _gone()
        return Response(status_code=204)

    @app.delete("/callbacks/push-subscription/{token}", status_code=204, response_class=Response)
    async def unsubscribe(request: Request, token: str) -> Response:
        """Tell this device no more."""
        person, device = _person(token), _device(await _told(request))
        await desk.change(person.id, lambda c: subscription.unsubscribed(c, device.endpoint))
        return Response(status_code=204)

    @app.post("/callbacks/push/{notification_id}", response_class=Response)
    async def push(request: Request, notification_id: str) -> Response:
        """What a device has shown (`shown`), or that its person has it (`acknowledge`), with the value it was given."""
        told = await _told(request)
        id_ = buttons.read(settings.link_key, str(told.get("value", ""))[:200])
        if id_ is None or str(id_) != notification_id:
            raise forged()
        n, known = await desk.find(notification_id)
        match told.get("event"):
            case "shown":
                attempt = told.get("attempt")
                await desk.progress(n.id, attempt if type(attempt) is int else 0, Outcome.DELIVERED, "shown")
                return Response(status_code=204)
            case "acknowledge":
                answer = await desk.take(n, known, "push")
                said = await desk.spoken(n, known, answer)
                return Response(said, WORDS[answer.verdict], media_type="text/plain; charset=utf-8")
        raise web.Problem(422, "invalid", "event は shown か acknowledge です。", "event is shown or acknowledge.")

    @app.post("/v1/contacts/{person}/device-link")
    async def device_link(request: Request, person: str) -> DeviceLink:
        """A link for one person, to be sent to them alone."""
        web.require_token(request, settings.service_token)
        known = await desk.person(person)
        if known is None:
            raise web.Problem(404, "not-found", "見つかりません。", "There is nothing here.")
        token = make_device(settings.link_key, known, desk.clock.now() + LINK_KEPT)
        return DeviceLink(url=f"{settings.public_url.rstrip('/')}/devices/{token}")

    def _person(token: str) -> Person:
        person = read_device(settings.link_key, token, desk.clock.now())
        if person is None:
            raise _gone()
        return person


async def _told(request: Request) -> dict[str, Any]:
    body = await request.body()
    try:
        told = json.loads(body) if len(body) <= LARGEST else None
    except (ValueError, RecursionError):
        told = None
    return told if isinstance(told, dict) else {}


def _device(told: dict[str, Any]) -> Subscription:
    """The subscription; raises Problem 422."""
    device = subscription.read(json.dumps(told))
    if device is None or not device.endpoint.isprintable():
        raise web.Problem(422, "invalid", "通知の登録内容を読み取れません。", "This is no push subscription.")
    return device


def _gone() -> web.Problem:
    return web.Problem(
        410,
        "gone",
        "このリンクは使えません。新しいリンクを受け取ってください。",
        "This link does not work any more; ask for a new one.",
    )
