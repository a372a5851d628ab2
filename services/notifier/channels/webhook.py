"""Other programs by a signed webhook (Standard Webhooks); the same notification always has the same id."""

from dataclasses import dataclass

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.guarded import GuardSettings
from services.notifier.channels.http import call, refused
from services.notifier.domain import signed_webhook
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Accepted, Lookup, Permanent, Result, Retryable, Unaskable
from services.notifier.settings import NONE
from shared.runtime import guarded
from shared.runtime.settings import Secret


@dataclass(frozen=True)
class WebhookSettings:
    """One secret (`whsec_…`), or two by a comma while receivers change from the second to the first."""

    webhook_secrets: Secret = NONE


class Webhook:
    """Posts to the addresses of the directory, which must not lead into our own network."""

    def __init__(self, around: Surroundings) -> None:
        self._keys = signed_webhook.keys(around.read(WebhookSettings).webhook_secrets)
        self._http = guarded.client(around.read(GuardSettings).webhook_allow)
        self.set_up = bool(self._keys)

    async def send(self, message: Message, to: str) -> Result:
        """Post a notification; only a 2xx says that the receiver has it."""
        if not self.set_up:
            return NOT_SET_UP
        n, body = message.notification, signed_webhook.body(message)
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Tasuki-Webhook/1",
            **signed_webhook.signed(self._keys, str(n.id), int(n.attempted_at.timestamp()), body),
        }
        response = await call(self._http, "POST", to, content=body, headers=headers)
        return response if not isinstance(response, httpx.Response) else _meant(response, str(n.id))

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """A receiver cannot be asked; it knows what it has by the id."""
        return Unaskable()

    async def withdraw(self, message: Message, to: str) -> Result:
        """What a program was told stays told."""
        return Accepted(message.notification.provider_id, "nothing-to-do")

    async def close(self) -> None:
        """Give back connections."""
        await self._http.aclose()


def _meant(response: httpx.Response, id_: str) -> Result:
    status = response.status_code
    if response.is_success:
        return Accepted(id_)
    told = refused(response, f"http-{status}")
    if isinstance(told, Retryable) or told.scope == "account":  # 401, 403: our signature is not known there
        return told
    return Permanent("gone" if status == 410 else f"http-{status}", "target")
