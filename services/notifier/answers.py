"""What people answer on the telephone and in the chat: verified call-backs become acknowledgements and progress."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.notifier import callbacks, outcomes, store
from services.notifier.acknowledge import Acknowledging
from services.notifier.domain import addresses, buttons, twiml
from services.notifier.domain.asked import settled, still_wanted
from services.notifier.domain.contact import Contact, Language
from services.notifier.domain.fallback import instead
from services.notifier.domain.notification import Notification, State, supersedes
from services.notifier.domain.retry import Step, after_call
from services.notifier.settings import Settings
from services.notifier.wording import Wording
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Outcome
from shared.runtime import telemetry, web
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction

log = telemetry.logger(__name__)
Fields = Mapping[str, str]
PRESSES = 6  # "say it again" is granted so often in one call


class Answers:
    """The doors for Twilio and Slack."""

    def __init__(
        self, settings: Settings, db: Database, clock: Clock, wording: Wording, acknowledging: Acknowledging
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._wording = wording
        self._acknowledging = acknowledging

    def add(self, app: FastAPI) -> None:
        """Add the routes. They are reached through intake, the one public door, and trust nothing but the signature."""
        app.post("/callbacks/twilio/voice/{notification_id}", response_class=Response)(self.voice)
        app.post("/callbacks/twilio/status/{notification_id}", status_code=204, response_class=Response)(self.status)
        app.post("/callbacks/slack", response_class=Response)(self.slack)

    async def voice(self, request: Request, notification_id: str) -> Response:
        """Digits pressed in a call (signed by Twilio); answers with TwiML. 1 acknowledges, 2 passes on, 9 repeats."""
        fields = await self._twilio(request)
        async with self._db.reading() as connection:
            n = (await self._find(connection, notification_id)).notification
            known = await store.known(connection, n)
        contact = known.contact
        language: Language = contact.language if contact else n.content.language
        digits, times = fields.get("Digits", ""), _count(request.query_params.get("times", ""))
        if digits == "1":
            return _xml(await self._one(n, contact, language), language)
        if digits == "2":
            await self._progress(n.id, n.attempts, Outcome.FAILED, "declined", fields)
            heard = n.need != "own" or await self._acknowledging.decline(n, _person(n, contact))
            return _xml(self._wording.speech("declined" if heard else "refused", n, language), language)
        if known.answered or settled(known.case, n):
            owner = known.case.owner.name if known.case and known.case.owner else ""
            return _xml(self._wording.speech("taken", n, language, owner=owner), language)
        if times >= (PRESSES if digits else twiml.REPEATS):
            return _xml(self._wording.speech("goodbye", n, language), language)
        action = addresses.voice(self._settings.public_url, n.id, n.case_id, times + 1)
        return Response(twiml.ask(self._wording.speech("page", n, language), action, language), media_type="text/xml")

    async def status(self, request: Request, notification_id: str) -> Response:
        """Progress of a call, and whether a machine answered it (signed by Twilio)."""
        fields = await self._twilio(request)
        said = callbacks.call_progress(fields)
        async with self._db.reading() as connection:
            n = (await self._find(connection, notification_id)).notification
        if said:
            attempt = _count(request.query_params.get("attempt", ""))
            await self._progress(n.id, attempt, *said, fields)
        return Response(status_code=204)

    async def slack(self, request: Request) -> Response:
        """A pressed button (signed by Slack); the message itself is changed afterwards."""
        body = await request.body()
        stamp, signature = (request.headers.get(f"x-slack-{h}", "") for h in ("request-timestamp", "signature"))
        secret = self._settings.slack_signing_secret
        if not callbacks.slack_is_genuine(secret, stamp, body, signature, self._clock.now()):
            raise _forged()
        if challenge := callbacks.slack_challenge(body):
            return JSONResponse({"challenge": challenge})
        pressed = callbacks.slack_button(dict(callbacks.form(body)))
        id_ = buttons.read(self._settings.link_key, pressed.value) if pressed else None
        if id_ is not None and pressed is not None:
            async with self._db.reading() as connection:
                n = (await self._find(connection, str(id_))).notification
                contact = (await store.contacts(connection, {n.recipient})).get(n.recipient)
            await self._acknowledging.take(n, _person(n, contact), "chat")
        return Response()

    async def _one(self, n: Notification, contact: Contact | None, language: Language) -> str:
        person = _person(n, contact)
        answer = await self._acknowledging.take(n, person, "phone")
        theirs = answer.owner is not None and answer.owner.id == person.id
        what = {"counts": "accepted" if theirs else "known", "late": "taken", "refused": "refused"}[answer.verdict]
        owner = answer.owner.name if answer.owner else ""
        return self._wording.speech(what, n, language, who=person.name, owner=owner)

    async def _twilio(self, request: Request) -> Fields:
        """The fields of a genuine request; what Twilio signed is our public address, however the request came here."""
        body = await request.body()
        fields = callbacks.form(body)
        query = request.scope["query_string"].decode("latin-1")
        path = (request.scope.get("raw_path") or request.url.path.encode()).decode("latin-1").partition("?")[0]
        url = f"{self._settings.public_url.rstrip('/')}{path}{'?' if query else ''}{query}"
        signature = request.headers.get("x-twilio-signature", "")
        if not callbacks.twilio_is_genuine(self._settings.twilio_auth_token, url, fields, signature):
            raise _forged()
        return dict(fields)

    async def _find(self, connection: Transaction, notification_id: str) -> store.Told:
        try:
            told = await store.notification(connection, UUID(notification_id))
        except ValueError:
            told = None
        if told is None:
            raise web.Problem(404, "not-found", "見つかりません。", "There is nothing here.")
        return told

    async def _progress(self, id_: UUID, attempt: int, outcome: Outcome, code: str, fields: Fields) -> None:
        """Move one attempt forward; what is late, repeated or about an earlier attempt changes nothing."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            told = await store.lock(tx, id_)
            if told is None or attempt != told.notification.attempts or not supersedes(outcome, told.outcome):
                return
            n = told.notification
            failed = outcome is Outcome.FAILED
            step = after_call(n, code, now) if failed else Step(State(outcome), outcome, code)
            known = await store.known(tx, n)
            if failed and code != "declined" and (known.answered or not still_wanted(known.case, n)):
                step = Step(State.SKIPPED, Outcome.SKIPPED, code)
            sid = fields.get("CallSid", "")
            step = replace(step, provider_id=sid if sid.isascii() and sid.isalnum() else "")
            await store.progress(tx, n, step, now)
            assert step.outcome is not None
            await outcomes.say(tx, n, step.outcome, code, now)
            if step.backup:
                await store.add(tx, instead(n, known.contact, await store.catch_all(tx)), now)


def _person(n: Notification, contact: Contact | None) -> Person:
    """Whom a page was sent to: calls and direct messages are answered by nobody else."""
    return Person(id=n.recipient, name=contact.name if contact else n.name)


def _xml(text: str, language: Language) -> Response:
    return Response(twiml.say(text, language), media_type="text/xml")


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _forged() -> web.Problem:
    return web.Problem(403, "bad-signature", "署名を確認できません。", "The signature cannot be verified.")
