"""What people answer by the telephone gateway: signed reports become acknowledgements and progress."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from services.notifier.answering import Answering, Spoken, forged, found
from services.notifier.channels.sip import attempt_of
from services.notifier.domain import twiml
from shared.contracts.call import CallOutcome, CallReply, CallReport
from shared.contracts.signature import genuine
from shared.contracts.vocabulary import Outcome
from shared.runtime import telemetry, web
from shared.runtime.clock import Clock
from shared.runtime.db import Database

log = telemetry.logger(__name__)
_EVENTS = {"ringing": Outcome.DELIVERED, "answered": Outcome.ANSWERED}
_REASONS = {"486": "busy", "600": "busy", "408": "no-answer", "480": "no-answer", "487": "no-answer", "603": "rejected"}
_NEVER_AGAIN: tuple[CallOutcome, ...] = ("target", "account")


class SipAnswers:
    """The door for the gateway; `secret` is what it signs with, and without one nobody comes in."""

    def __init__(self, secret: str, db: Database, clock: Clock, answering: Answering) -> None:
        self._secret = secret
        self._db = db
        self._clock = clock
        self._answering = answering

    def add(self, app: FastAPI) -> None:
        """Add the route. It trusts nothing but the signature."""
        app.post("/callbacks/sip/{notification_id}", response_class=Response)(self.report)

    async def report(self, request: Request, notification_id: str) -> Response:
        """One thing that happened in a call (signed by the gateway); a key is answered with what is to be said."""
        body = await request.body()
        id_, stamp, signature = (request.headers.get(f"webhook-{h}", "") for h in ("id", "timestamp", "signature"))
        if not genuine(self._secret, id_, stamp, signature, body, self._clock.now()):
            raise forged()
        report = _read(body)
        attempt = attempt_of(report.call_id, notification_id)  # the address is not signed, the report is
        if attempt is None:
            raise web.Problem(404, "not-found", "見つかりません。", "There is nothing here.")
        if report.event == "key":
            times = report.times if report.key else twiml.REPEATS  # the gateway has said it so often already
            said = await self._answering.pressed(notification_id, report.key, times, attempt, report.call_id)
            return JSONResponse(_reply(said).model_dump())
        async with self._db.reading() as connection:
            n = (await found(connection, notification_id)).notification
        if report.outcome == "account":
            log.error("a channel does not work", channel=n.channel, code=f"sip-{report.code}", scope="account")
        outcome, code = _meaning(report)
        again = report.outcome not in _NEVER_AGAIN
        await self._answering.progress(n.id, attempt, outcome, code, report.call_id, again)
        return Response(status_code=204)


def _meaning(report: CallReport) -> tuple[Outcome, str]:
    """What a report says of the attempt: a call that was talked through and not acknowledged has failed."""
    if report.event in _EVENTS:
        return _EVENTS[report.event], ""
    if report.outcome == "canceled":
        return Outcome.SKIPPED, "canceled"
    if report.outcome == "completed":
        return Outcome.FAILED, "hung-up"
    word = _REASONS.get(report.code) or (f"sip-{report.code}" if report.code.isdigit() else report.code)
    return Outcome.FAILED, word or "call-failed"


def _reply(said: Spoken) -> CallReply:
    return CallReply(speech=said.text[:1000], language=said.language, then="ask" if said.asks else "hang-up")


def _read(body: bytes) -> CallReport:
    try:
        return CallReport.model_validate_json(body)
    except ValidationError:
        raise web.Problem(400, "malformed", "本文を読み取れません。", "The body cannot be read.") from None
