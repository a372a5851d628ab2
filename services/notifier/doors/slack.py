"""Slack's door: pressed buttons, whose message is changed afterwards, and reports by command, shortcut and form."""

from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask

from services.notifier import callbacks
from services.notifier.callbacks import Pressed
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.http import call
from services.notifier.desk import Desk, forged
from services.notifier.domain import buttons
from services.notifier.slack_reports import SlackReports

REPLIES = "hooks.slack.com"
SECONDS = 5.0


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route."""
    settings, reports = around.settings, SlackReports(around, desk.reporting)

    @app.post("/callbacks/slack", response_class=Response)
    async def slack(request: Request) -> Response:
        """A pressed button, a command, a shortcut or a form (signed by Slack)."""
        body = await request.body()
        stamp, signature = (request.headers.get(f"x-slack-{h}", "") for h in ("request-timestamp", "signature"))
        if not callbacks.slack_is_genuine(settings.slack_signing_secret, stamp, body, signature, desk.clock.now()):
            raise forged()
        if challenge := callbacks.slack_challenge(body):
            return JSONResponse({"challenge": challenge})
        told = callbacks.slack_told(dict(callbacks.form(body)))
        if said := await reports.hear(told):
            after = BackgroundTask(said.after) if said.after else None
            return JSONResponse(said.body, background=after) if said.body else Response(background=after)
        pressed = callbacks.slack_press(told)
        text = await take(desk, around, pressed)
        return Response(background=BackgroundTask(tell, around, pressed, text) if pressed and text else None)


async def take(desk: Desk, around: Surroundings, pressed: Pressed | None) -> str:
    """Act on a pressed button; what to tell whoever pressed it, empty where the message itself will say it."""
    id_ = buttons.read(around.settings.link_key, pressed.value) if pressed else None
    if id_ is None or pressed is None:
        return ""
    n, known = await desk.find(str(id_))
    by = await desk.owner_of("slack", pressed.user)
    reply = await desk.press(n, known, by, direct=pressed.channel.startswith("D"))
    return "" if reply.taken else reply.text


async def tell(around: Surroundings, pressed: Pressed, text: str) -> None:
    """Say something to the one who pressed alone, once: the answer is kept whether or not they come to hear this."""
    host = urlsplit(pressed.reply).hostname if pressed.reply.isascii() else None
    if host and host in (REPLIES, urlsplit(around.settings.slack_url).hostname):
        body = {"response_type": "ephemeral", "replace_original": False, "text": text}
        await call(around.http, "POST", pressed.reply, SECONDS, json=body)
