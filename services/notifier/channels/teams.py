"""Microsoft Teams by the secret address of a Workflows flow: a card whose button opens the acknowledge page."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.guarded import GuardSettings
from services.notifier.channels.http import call, json_object, refused
from services.notifier.domain.fitting import fit
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Accepted, Ambiguous, Lookup, Permanent, Result, Unaskable
from shared.runtime import guarded

CARD = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
LARGEST = 27_000  # bytes of the whole message; Teams takes 28 KB
LONGEST = 8_000  # letters to begin with; lines cost some bytes each
GONE = (401, 403, 404, 410)  # the flow is off or deleted, or its owner has left
OFF = ("WorkflowTriggerIsNotEnabled", "WorkflowNotFound", "DirectApiAuthorizationRequired")


@dataclass(frozen=True)
class TeamsSettings:
    """`teams` is "on" where people have Workflows addresses; the secret is in each address."""

    teams: str = ""


class Teams:
    """Cards to flows that post into a chat or channel. Taken means that the flow has it; whether it posted, it does not say."""

    def __init__(self, around: Surroundings) -> None:
        self._http = guarded.client(around.read(GuardSettings).webhook_allow)
        self.set_up = around.read(TeamsSettings).teams == "on"

    async def send(self, message: Message, to: str) -> Result:
        """Start the flow with a card."""
        if not self.set_up:
            return NOT_SET_UP
        response = await call(self._http, "POST", to, json=_envelope(message))
        if not isinstance(response, httpx.Response):
            return response
        if response.is_success:
            if "html" in response.headers.get("content-type", ""):
                return Ambiguous("not-a-flow")
            return Accepted(response.headers.get("x-ms-workflow-run-id", "")[:200])
        return _refused(response)

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """A flow cannot be asked."""
        return Unaskable()

    async def withdraw(self, message: Message, to: str) -> Result:
        """A card stays; its page says who has the case."""
        return Accepted(message.notification.provider_id, "nothing-to-do")

    async def close(self) -> None:
        """Give back connections."""
        await self._http.aclose()


def _envelope(message: Message) -> dict[str, Any]:
    """The message with as much of the text as the size allows."""
    room = LONGEST
    while True:
        envelope = _card(message, fit(message.text, room, message.link))
        if len(json.dumps(envelope, ensure_ascii=False).encode()) <= LARGEST or room < 100:
            return envelope
        room = room * 3 // 4


def _card(message: Message, text: str) -> dict[str, Any]:
    """One block a line, of plain runs: what a reporter writes is no Markdown, and no link under another name."""
    title = {"type": "TextRun", "text": fit(message.subject, 400), "weight": "Bolder", "size": "Medium"}
    runs = [title, *({"type": "TextRun", "text": line or " "} for line in text.splitlines())]
    card: dict[str, Any] = {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [{"type": "RichTextBlock", "spacing": "none", "inlines": [run]} for run in runs],
    }
    if message.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": message.button, "url": message.link}]
    return {"type": "message", "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}]}


def _refused(response: httpx.Response) -> Result:
    error = json_object(response).get("error")
    code = error.get("code") if isinstance(error, dict) else None
    text = f"teams-{str(code)[:60]}" if code else f"http-{response.status_code}"
    if response.status_code in GONE or code in OFF:
        return Permanent(text, "target")
    if response.status_code == 400:  # the card
        return Permanent(text, "channel")
    return refused(response, text)
