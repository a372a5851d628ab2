"""Google Chat by the webhook of a space: a card whose button opens the acknowledge page, one thread for each case."""

import html
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.guarded import GuardSettings
from services.notifier.channels.http import call, json_object, refused
from services.notifier.domain.fitting import fit
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Accepted, Ambiguous, Lookup, Permanent, Result, Unaskable
from shared.runtime import guarded

LONGEST = 4096  # letters of the card's text; the whole message may have 32,000 bytes
TITLE = 400
GONE = (401, 403, 404, 410)  # the webhook or its space is gone, or its key is not valid any more
BAD_KEY = ("API_KEY_INVALID", "API key not valid")


@dataclass(frozen=True)
class GoogleChatSettings:
    """`google_chat` is "on" where people or teams have webhooks of spaces; the secret is in each address."""

    google_chat: str = ""


class GoogleChat:
    """Messages to spaces. What was sent by a webhook can neither be read again nor changed by it."""

    def __init__(self, around: Surroundings) -> None:
        self._http = guarded.client(around.read(GuardSettings).webhook_allow)
        self.set_up = around.read(GoogleChatSettings).google_chat == "on"

    async def send(self, message: Message, to: str) -> Result:
        """Post a message into the thread of its case."""
        if not self.set_up:
            return NOT_SET_UP
        response = await call(self._http, "POST", _with_query(to, message.notification), json=_body(message))
        if not isinstance(response, httpx.Response):
            return response
        if response.status_code != 200:
            return _refused(response)
        name = json_object(response).get("name")
        return Accepted(name[:300]) if isinstance(name, str) and name else Ambiguous("not-google-chat")

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """A webhook can only write."""
        return Unaskable()

    async def withdraw(self, message: Message, to: str) -> Result:
        """A message stays; its page says who has the case."""
        return Accepted(message.notification.provider_id, "nothing-to-do")

    async def close(self) -> None:
        """Give back connections."""
        await self._http.aclose()


def _with_query(to: str, n: Notification) -> str:
    """The address with what makes a thread; the id of the request is not promised to count for webhooks."""
    query = {"messageReplyOption": "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD", "requestId": str(n.id)}
    return f"{to}{'&' if '?' in to else '?'}{urlencode(query)}"


def _body(message: Message) -> dict[str, Any]:
    """A notice that is one line of plain text, and the card; what a reporter writes is escaped in both."""
    text = html.escape(fit(message.text, LONGEST, message.link), quote=False)
    widgets: list[dict[str, Any]] = [{"textParagraph": {"text": text or " "}}]
    if message.link:
        button = {"text": message.button, "onClick": {"openLink": {"url": message.link}}}
        widgets.append({"buttonList": {"buttons": [button]}})
    card = {"sections": [{"widgets": widgets}]}
    body: dict[str, Any] = {
        "text": fit(message.subject.replace("<", "＜"), TITLE),  # <users/all> would call everybody
        "cardsV2": [{"cardId": str(message.notification.id), "card": card}],
    }
    if message.notification.case_id:
        body["thread"] = {"threadKey": message.notification.case_id}
    return body


def _refused(response: httpx.Response) -> Result:
    error = json_object(response).get("error")
    error = error if isinstance(error, dict) else {}
    code = f"google-{str(error.get('status') or response.status_code).lower()[:60]}"
    if response.status_code in GONE or any(sign in str(error) for sign in BAD_KEY):
        return Permanent(code, "target")
    if response.status_code == 400:  # the message
        return Permanent(code, "channel")
    return refused(response, code)
