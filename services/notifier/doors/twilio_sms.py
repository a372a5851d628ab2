"""Twilio's door for text messages: how far they have come, and what people answer."""

from fastapi import FastAPI, Request, Response

from services.notifier import callbacks
from services.notifier.channels.channel import Surroundings
from services.notifier.desk import Desk, count, language
from services.notifier.domain import twiml
from services.notifier.domain.notification import Notification
from services.notifier.doors.twilio import genuine
from services.notifier.store import Known
from shared.contracts.vocabulary import Channel
from shared.runtime import telemetry
from shared.runtime.db import UNAVAILABLE

log = telemetry.logger(__name__)
HELP = {
    "ja": "引き受ける場合は 1、ほかの人にお願いする場合は 2 を返信してください。案件番号を付けて「1 123」のようにも送れます。",
    "en": 'Reply 1 to take it or 2 to pass it on, with the case number if there are several: "1 123".',
}
# Said while the database is away: whether it was written down is not known, nor the language of who wrote.
UNRECORDED = (
    "いま、返信を記録できたことを確認できませんでした。少し待ってから、もう一度お送りください。\n"
    "It could not be confirmed that your reply was recorded. Please wait a moment and send it again."
)


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the routes."""
    settings = around.settings

    @app.post("/callbacks/twilio/sms-status/{notification_id}", status_code=204, response_class=Response)
    async def sms_status(request: Request, notification_id: str) -> Response:
        """Progress of a text message (signed by Twilio); what was not delivered has failed."""
        fields = await genuine(request, settings)
        said = callbacks.text_progress(fields)
        n, _ = await desk.find(notification_id)
        if said:
            outcome, code, final = said
            sid = fields.get("MessageSid", "")
            named = sid if sid.isascii() and sid.isalnum() else ""
            attempt = count(request.query_params, "attempt")
            await desk.progress(n.id, attempt, outcome, code, named, again=not final)
        return Response(status_code=204)

    @app.post("/callbacks/twilio/sms", response_class=Response)
    async def sms(request: Request) -> Response:
        """A text message from a person (signed by Twilio): 1 acknowledges their newest open page, 2 passes it on."""
        fields = await genuine(request, settings)
        try:
            return _reply(await _answered(fields))
        except UNAVAILABLE as problem:
            log.warning("a text message cannot be written down", problem=repr(problem)[:300])
            return _reply(UNRECORDED)

    async def _answered(fields: dict[str, str]) -> str:
        """What to reply to a text message, "" for nothing. Raises what the database raises while it is away."""
        pages = await desk.pages_to(Channel.SMS, "phone", fields.get("From", ""))
        if not pages:
            return ""
        answer = callbacks.text_answer(fields.get("Body", ""))
        if answer is None:
            return HELP[language(pages[0], await desk.known(pages[0]))]
        digit, number = answer
        fitting = [n for n in pages if number in (None, n.content.number)]
        if not fitting:
            return HELP[language(pages[0], await desk.known(pages[0]))]
        newest, _ = await _open(fitting)
        if number is None and newest.bundled:  # it came with others, none of which was the first
            return HELP[language(newest, await desk.known(newest))]
        n = await desk.meant("sms", fields.get("MessageSid", ""), newest, pages)
        if n is None:
            return ""
        known = await desk.known(n)
        if digit == "1":
            return await desk.spoken(n, known, await desk.take(n, known, "sms"))
        if desk.needless(n, known):
            return desk.taken(n, known)
        heard = await desk.decline(n)
        return desk.speech("declined" if heard else "refused", n, known)

    async def _open(pages: list[Notification]) -> tuple[Notification, Known]:
        """The newest that still waits for an answer, else the newest."""
        found = [(n, await desk.known(n)) for n in pages[:10]]
        return next(((n, known) for n, known in found if not desk.needless(n, known)), found[0])


def _reply(text: str) -> Response:
    return Response(twiml.reply(text), media_type="text/xml")
