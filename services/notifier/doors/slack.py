"""Slack's door: pressed buttons; the message itself is changed afterwards."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.notifier import callbacks
from services.notifier.channels.channel import Surroundings
from services.notifier.desk import Desk, forged
from services.notifier.domain import buttons


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route."""
    settings = around.settings

    @app.post("/callbacks/slack", response_class=Response)
    async def slack(request: Request) -> Response:
        """A pressed button (signed by Slack)."""
        body = await request.body()
        stamp, signature = (request.headers.get(f"x-slack-{h}", "") for h in ("request-timestamp", "signature"))
        if not callbacks.slack_is_genuine(settings.slack_signing_secret, stamp, body, signature, desk.clock.now()):
            raise forged()
        if challenge := callbacks.slack_challenge(body):
            return JSONResponse({"challenge": challenge})
        pressed = callbacks.slack_button(dict(callbacks.form(body)))
        id_ = buttons.read(settings.link_key, pressed.value) if pressed else None
        if id_ is not None and pressed is not None:
            n, known = await desk.find(str(id_))
            await desk.take(n, known, "chat", await desk.owner_of("slack", pressed.user))
        return Response()
