"""Chat by LINE's Messaging API: a push under a retry key, so that a message that is sent again comes once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import call, json_object, refused, retry_after
from services.notifier.domain import buttons
from services.notifier.domain.fitting import fit
from services.notifier.domain.guided import Button
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Accepted, Ambiguous, Lookup, Permanent, Result, Retryable, Unaskable
from services.notifier.settings import NONE
from shared.runtime.settings import Secret

TEXT = 5000  # UTF-16 units
CARD, ALTERNATIVE, LABEL, URI = 160, 400, 20, 1000  # letters
MONTHLY = "monthly limit"  # what LINE writes when no more can be sent before the next month


@dataclass(frozen=True)
class LineSettings:
    """`line_token` is a channel access token; `line_channel_secret` signs what comes back."""

    line_token: Secret = NONE
    line_channel_secret: Secret = NONE
    line_url: str = "https://api.line.me"


class Line:
    """Messages of one LINE official account."""

    def __init__(self, around: Surroundings) -> None:
        s = around.read(LineSettings)
        self._http, self._key = around.http, around.settings.link_key
        self._messages = f"{s.line_url.rstrip('/')}/v2/bot/message"
        self._auth = {"authorization": f"Bearer {s.line_token}"}
        self.set_up = bool(s.line_token)

    async def send(self, message: Message, to: str) -> Result:
        """Push one message; its key is the notification, however often it is sent."""
        if not self.set_up:
            return NOT_SET_UP
        body = {"to": to, "messages": self._objects(message)}
        headers = {**self._auth, "x-line-retry-key": str(message.notification.id)}
        response = await call(self._http, "POST", f"{self._messages}/push", json=body, headers=headers)
        return _told(response) if isinstance(response, httpx.Response) else response

    async def reply(self, token: str, text: str, buttons: Sequence[Button] = ()) -> Result:
        """Answer somebody who has said something, with quick replies; costs nothing, works once within a minute."""
        if not self.set_up:
            return NOT_SET_UP
        items = [{"type": "action", "action": _quick(button)} for button in buttons]
        message = {**_text(text), "quickReply": {"items": items}} if items else _text(text)
        body = {"replyToken": token, "messages": [message]}
        response = await call(self._http, "POST", f"{self._messages}/reply", json=body, headers=self._auth)
        return _told(response) if isinstance(response, httpx.Response) else response

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """LINE does not show what was sent; but sending it again under the same key is the same question."""
        return Unaskable()

    async def withdraw(self, message: Message, to: str) -> Result:
        """A message stays; who presses its button too late is told who has the case."""
        return Accepted(message.notification.provider_id, "nothing-to-do")

    async def close(self) -> None:
        """Nothing of its own."""

    def _objects(self, message: Message) -> list[dict[str, Any]]:
        """The whole text, and below it the button: a card has too little room for both. They count as one message."""
        text = _text(f"{message.subject}\n{message.text}".strip(), message.link)
        if not message.button:
            return [text]
        press: dict[str, Any] = {
            "type": "postback",
            "label": fit(message.button, LABEL),
            "data": buttons.value(self._key, message.notification.id),
            "displayText": f"{message.button} #{message.notification.content.number}",
        }
        open_ = "リンクから回答" if message.language == "ja" else "Answer by link"
        link = {"type": "uri", "label": open_, "uri": message.link}
        actions = [press, link] if message.link and len(message.link) <= URI else [press]
        card = {"type": "buttons", "text": fit(message.subject, CARD), "actions": actions}
        return [text, {"type": "template", "altText": fit(message.subject, ALTERNATIVE), "template": card}]


def _text(text: str, keep: str = "") -> dict[str, Any]:
    """A text; LINE counts a letter beyond the basic plane as two."""
    twice = sum(letter > "\uffff" for letter in text[:TEXT])
    return {"type": "text", "text": fit(text, TEXT - twice, keep)}


def _quick(button: Button) -> dict[str, Any]:
    label = fit(button.label, LABEL)
    if not button.value:
        return {"type": "message", "label": label, "text": button.label}
    return {"type": "postback", "label": label, "data": button.value, "displayText": button.label}


def _told(response: httpx.Response) -> Result:
    """What an answer means. 409: it was accepted before, under the same key."""
    status, answer = response.status_code, json_object(response)
    sent = answer.get("sentMessages")
    if status == 409:
        return Accepted(_first(sent), "accepted-before")
    if status == 200 and isinstance(sent, list):
        return Accepted(_first(sent))
    if status < 300:
        return Ambiguous("no-answer-from-provider")
    said = str(answer.get("message", ""))
    code = f"line-http-{status}"
    if status == 429 and MONTHLY in said.casefold():
        return Permanent("line-monthly-limit", "channel")
    if status == 429:
        return Retryable(code, retry_after(response))
    if status == 400 and "'to'" not in said and said != "Failed to send messages":
        return Permanent(code, "channel")  # it is about what we wrote, not about whom we wrote to
    return refused(response, code)


def _first(sent: object) -> str:
    found = sent[0].get("id") if isinstance(sent, list) and sent and isinstance(sent[0], dict) else None
    return str(found)[:100] if isinstance(found, str | int) else ""
