"""Twilio's door: digits pressed in a call, and the progress of calls."""

from uuid import UUID

from fastapi import FastAPI, Request, Response

from services.notifier import callbacks
from services.notifier.channels.channel import Surroundings
from services.notifier.desk import Desk, count, forged, language
from services.notifier.domain import addresses, twiml
from services.notifier.doors import telephone
from services.notifier.settings import Settings
from shared.runtime import telemetry
from shared.runtime.db import UNAVAILABLE

log = telemetry.logger(__name__)


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the routes."""
    settings = around.settings

    @app.post("/callbacks/twilio/voice/{notification_id}", response_class=Response)
    async def voice(request: Request, notification_id: str) -> Response:
        """Digits pressed in a call (signed by Twilio); answers with TwiML. 1 acknowledges, 2 passes on, 9 repeats.

        While the database is away the key is asked for again: Twilio would read out an error of its own, and hang up.
        """
        fields = await genuine(request, settings)
        digits, times = fields.get("Digits", ""), count(request.query_params, "times")
        try:
            n, known = await desk.find(notification_id)
            reply = await telephone.pressed(desk, n, known, digits, times)
        except UNAVAILABLE as problem:
            log.warning("a key cannot be written down", notification_id=notification_id, problem=repr(problem)[:300])
            case_id = request.query_params.get("case_id", "")
            again = addresses.voice(settings.called_back, UUID(notification_id), case_id, times + 1)
            said = twiml.unrecorded(again if times < telephone.PRESSES else "")
            return Response(said, media_type="text/xml")
        tongue = language(n, known)
        action = addresses.voice(settings.called_back, n.id, n.case_id, times + 1)
        said = twiml.ask(reply.text, action, tongue) if reply.asks else twiml.say(reply.text, tongue)
        return Response(said, media_type="text/xml")

    @app.post("/callbacks/twilio/status/{notification_id}", status_code=204, response_class=Response)
    async def status(request: Request, notification_id: str) -> Response:
        """Progress of a call, and whether a machine answered it (signed by Twilio)."""
        fields = await genuine(request, settings)
        said = callbacks.call_progress(fields)
        n, _ = await desk.find(notification_id)
        if said:
            sid = fields.get("CallSid", "")
            named = sid if sid.isascii() and sid.isalnum() else ""
            await desk.progress(n.id, count(request.query_params, "attempt"), *said, named)
        return Response(status_code=204)


async def genuine(request: Request, settings: Settings) -> dict[str, str]:
    """The fields of a genuine request; what Twilio signed is the address that it was told, however the request came here.

    Raises Problem 403.
    """
    fields = callbacks.form(await request.body())
    query = request.scope["query_string"].decode("latin-1")
    path = (request.scope.get("raw_path") or request.url.path.encode()).decode("latin-1").partition("?")[0]
    url = f"{settings.called_back.rstrip('/')}{path}{'?' if query else ''}{query}"
    signature = request.headers.get("x-twilio-signature", "")
    if not callbacks.twilio_is_genuine(settings.twilio_auth_token, url, fields, signature):
        raise forged()
    return dict(fields)
