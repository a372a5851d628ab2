"""The telephone gateway's door: keys pressed in a call, and the progress of calls, in signed reports."""

from typing import Literal

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from services.notifier.channels import PROVIDERS
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.sip import SipSettings, attempt_of, meaning
from services.notifier.desk import Desk, forged, language
from services.notifier.domain import twiml
from services.notifier.domain.notification import Notification
from services.notifier.doors import telephone
from services.notifier.store import Known
from shared.contracts.call import MOST_SPEECH, CallReply, CallReport
from shared.contracts.signature import genuine
from shared.contracts.vocabulary import Channel
from shared.runtime import web

NAME = "sip"  # in the table of providers


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route. It trusts nothing but the signature; without a secret nobody comes in."""
    secret = around.read(SipSettings).sip_signing_secret
    another = any(
        card.open(around).set_up
        for name, card in PROVIDERS.items()
        if card.channel is Channel.PHONE and card.kind == PROVIDERS[NAME].kind and name != NAME
    )

    @app.post("/callbacks/sip/{notification_id}", response_class=Response)
    async def report(request: Request, notification_id: str) -> Response:
        """One thing that happened in a call (signed by the gateway); a key is answered with what is to be said."""
        body = await request.body()
        id_, stamp, signature = (request.headers.get(f"webhook-{h}", "") for h in ("id", "timestamp", "signature"))
        if not genuine(secret, id_, stamp, signature, body, desk.clock.now()):
            raise forged()
        told = _read(body)
        attempt = attempt_of(told.call_id, notification_id)  # the address is not signed, the report is
        if attempt is None:
            raise web.Problem(404, "not-found", "見つかりません。", "There is nothing here.")
        n, known = await desk.find(notification_id)
        if told.event == "key":
            return JSONResponse((await _answer(desk, n, known, told, attempt)).model_dump())
        if told.outcome == "account":
            await desk.account_failed(NAME, f"sip-{told.code}")
        heard = meaning(told.event, told.code, told.outcome)
        spare = another and heard.ours
        await desk.progress(n.id, attempt, heard.outcome, heard.code, told.call_id, again=heard.again, spare=spare)
        return Response(status_code=204)


async def _answer(desk: Desk, n: Notification, known: Known, told: CallReport, attempt: int) -> CallReply:
    times = told.times if told.key else twiml.REPEATS  # the gateway has said it so often already
    reply = await telephone.pressed(desk, n, known, told.key, times, attempt, told.call_id)
    then: Literal["ask", "hang-up"] = "ask" if reply.asks else "hang-up"
    return CallReply(speech=reply.text[:MOST_SPEECH], language=language(n, known), then=then)


def _read(body: bytes) -> CallReport:
    try:
        return CallReport.model_validate_json(body)
    except ValidationError:
        raise web.Problem(400, "malformed", "本文を読み取れません。", "The body cannot be read.") from None
