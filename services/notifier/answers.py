"""What people answer by Twilio and Slack: verified call-backs become acknowledgements and progress."""

from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.notifier import callbacks, store
from services.notifier.acknowledge import Acknowledging
from services.notifier.answering import Answering, asked_person, forged, found
from services.notifier.domain import addresses, buttons, twiml
from services.notifier.settings import Settings
from services.notifier.wording import Wording
from shared.runtime.clock import Clock
from shared.runtime.db import Database

Fields = Mapping[str, str]


class Answers:
    """The doors for Twilio and Slack."""

    def __init__(
        self, settings: Settings, db: Database, clock: Clock, wording: Wording, acknowledging: Acknowledging
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._acknowledging = acknowledging
        self._answering = Answering(db, clock, wording, acknowledging)

    def add(self, app: FastAPI) -> None:
        """Add the routes. They are reached through intake, the one public door, and trust nothing but the signature."""
        app.post("/callbacks/twilio/voice/{notification_id}", response_class=Response)(self.voice)
        app.post("/callbacks/twilio/status/{notification_id}", status_code=204, response_class=Response)(self.status)
        app.post("/callbacks/slack", response_class=Response)(self.slack)

    async def voice(self, request: Request, notification_id: str) -> Response:
        """Digits pressed in a call (signed by Twilio); answers with TwiML. 1 acknowledges, 2 passes on, 9 repeats."""
        fields = await self._twilio(request)
        times = _count(request.query_params.get("times", ""))
        said = await self._answering.pressed(notification_id, fields.get("Digits", ""), times, provider_id=_sid(fields))
        n = said.notification
        if not said.asks:
            return Response(twiml.say(said.text, said.language), media_type="text/xml")
        action = addresses.voice(self._settings.public_url, n.id, n.case_id, times + 1)
        return Response(twiml.ask(said.text, action, said.language), media_type="text/xml")

    async def status(self, request: Request, notification_id: str) -> Response:
        """Progress of a call, and whether a machine answered it (signed by Twilio)."""
        fields = await self._twilio(request)
        said = callbacks.call_progress(fields)
        async with self._db.reading() as connection:
            n = (await found(connection, notification_id)).notification
        if said:
            attempt = _count(request.query_params.get("attempt", ""))
            await self._answering.progress(n.id, attempt, *said, _sid(fields))
        return Response(status_code=204)

    async def slack(self, request: Request) -> Response:
        """A pressed button (signed by Slack); the message itself is changed afterwards."""
        body = await request.body()
        stamp, signature = (request.headers.get(f"x-slack-{h}", "") for h in ("request-timestamp", "signature"))
        secret = self._settings.slack_signing_secret
        if not callbacks.slack_is_genuine(secret, stamp, body, signature, self._clock.now()):
            raise forged()
        if challenge := callbacks.slack_challenge(body):
            return JSONResponse({"challenge": challenge})
        pressed = callbacks.slack_button(dict(callbacks.form(body)))
        id_ = buttons.read(self._settings.link_key, pressed.value) if pressed else None
        if id_ is not None and pressed is not None:
            async with self._db.reading() as connection:
                n = (await found(connection, str(id_))).notification
                contact = (await store.contacts(connection, {n.recipient})).get(n.recipient)
            await self._acknowledging.take(n, asked_person(n, contact), "chat")
        return Response()

    async def _twilio(self, request: Request) -> Fields:
        """The fields of a genuine request; what Twilio signed is our public address, however the request came here."""
        body = await request.body()
        fields = callbacks.form(body)
        query = request.scope["query_string"].decode("latin-1")
        path = (request.scope.get("raw_path") or request.url.path.encode()).decode("latin-1").partition("?")[0]
        url = f"{self._settings.public_url.rstrip('/')}{path}{'?' if query else ''}{query}"
        signature = request.headers.get("x-twilio-signature", "")
        if not callbacks.twilio_is_genuine(self._settings.twilio_auth_token, url, fields, signature):
            raise forged()
        return dict(fields)


def _sid(fields: Fields) -> str:
    sid = fields.get("CallSid", "")
    return sid if sid.isascii() and sid.isalnum() else ""


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
