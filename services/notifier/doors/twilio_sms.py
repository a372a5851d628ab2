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

HELP = {
    "ja": "引き受ける場合は 1、ほかの人にお願いする場合は 2 を返信してください。案件番号を付けて「1 123」のようにも送れます。",
    "en": 'Reply 1 to take it or 2 to pass it on, with the case number if there are several: "1 123".',
}


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
        pages = await desk.pages_to(Channel.SMS, "phone", fields.get("From", ""))
        if not pages or not await desk.new("sms", fields.get("MessageSid", "")):
            return _reply("")
        answer = callbacks.text_answer(fields.get("Body", ""))
        if answer is None:
            n, known = pages[0], await desk.known(pages[0])
            return _reply(HELP[language(n, known)])
        digit, number = answer
        meant = [n for n in pages if number in (None, n.content.number)]
        if not meant:
            return _reply(HELP[language(pages[0], await desk.known(pages[0]))])
        n, known = await _open(meant)
        if digit == "1":
            return _reply(await desk.spoken(n, known, await desk.take(n, known, "sms")))
        if desk.needless(n, known):
            return _reply(desk.taken(n, known))
        heard = await desk.decline(n)
        return _reply(desk.speech("declined" if heard else "refused", n, known))

    async def _open(pages: list[Notification]) -> tuple[Notification, Known]:
        """The newest that still waits for an answer, else the newest."""
        found = [(n, await desk.known(n)) for n in pages[:10]]
        return next(((n, known) for n, known in found if not desk.needless(n, known)), found[0])


def _reply(text: str) -> Response:
    return Response(twiml.reply(text), media_type="text/xml")
