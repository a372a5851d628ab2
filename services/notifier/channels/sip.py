"""Telephone without a vendor: a call by our own gateway, placed exactly once under an id of ours."""

from dataclasses import dataclass

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import call, json_object, refused, retry_after
from services.notifier.channels.twilio import LONGEST_CALL, RING_SECONDS, SECONDS
from services.notifier.domain import addresses, twiml
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.result import (
    Absent,
    Accepted,
    Ambiguous,
    Lookup,
    Permanent,
    Result,
    Retryable,
    Unaskable,
)
from services.notifier.settings import NONE
from shared.contracts.call import MOST_SPEECH, CallOrder
from shared.runtime.settings import Secret


@dataclass(frozen=True)
class SipSettings:
    """`sip_url` is where the gateway listens; `sip_token` is shown to it, and `sip_signing_secret` signs what it reports."""

    sip_url: str = ""
    sip_token: Secret = NONE
    sip_signing_secret: Secret = NONE


class Sip:
    """Calls by one gateway, which lets nobody in without the token."""

    def __init__(self, around: Surroundings) -> None:
        s = around.read(SipSettings)
        self._http = around.http
        self._door = around.settings.called_back
        self._calls = f"{s.sip_url.rstrip('/')}/calls"
        self._headers = {"authorization": f"Bearer {s.sip_token}"}
        self.set_up = bool(s.sip_url and s.sip_token and s.sip_signing_secret)

    async def send(self, message: Message, to: str) -> Result:
        """Place a call; the same attempt of the same notification is the same call, however often it is placed."""
        if not self.set_up:
            return NOT_SET_UP
        n = message.notification
        id_ = call_id(n)
        try:
            order = CallOrder(
                to=to,
                language=message.language,
                speech=message.speech[:MOST_SPEECH],
                report=addresses.sip(self._door, n.id, n.case_id),
                ring_seconds=RING_SECONDS,
                longest_seconds=LONGEST_CALL,
                repeats=twiml.REPEATS,
            )
        except ValueError:
            return Permanent("bad-number", "target")
        url = f"{self._calls}/{id_}"
        response = await call(self._http, "PUT", url, SECONDS, json=order.model_dump(), headers=self._headers)
        if not isinstance(response, httpx.Response):
            return response
        if response.status_code not in (200, 201):
            return _refused(response)
        return Accepted(id_) if json_object(response).get("id") == id_ else Ambiguous("not-the-gateway")

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """Ask for the call of the attempt; one that the gateway broke off may have rung, and nobody can say whether."""
        response = await call(self._http, "GET", f"{self._calls}/{call_id(n)}", headers=self._headers)
        if not isinstance(response, httpx.Response):
            return Retryable(response.code)
        told = json_object(response)
        if response.status_code == 404 and told.get("code") == "not-found":
            return Absent()
        if response.status_code != 200 or told.get("id") != call_id(n):
            return Retryable(f"http-{response.status_code}", retry_after(response))
        return Unaskable() if told.get("state") == "interrupted" else Accepted(call_id(n))

    async def withdraw(self, message: Message, to: str) -> Result:
        """Stop a call that nobody has picked up yet; one that is being talked on ends by itself."""
        n = message.notification
        if not n.provider_id or n.state not in (State.ACCEPTED, State.DELIVERED):
            return Accepted(n.provider_id, "nothing-to-do")
        url = f"{self._calls}/{n.provider_id}"
        unanswered = {"unanswered_only": "true"}
        response = await call(self._http, "DELETE", url, params=unanswered, headers=self._headers)
        if not isinstance(response, httpx.Response):
            return response
        if response.status_code in (200, 404, 409):
            return Accepted(n.provider_id)
        return refused(response, f"http-{response.status_code}")

    async def close(self) -> None:
        """Nothing of its own."""


def call_id(n: Notification) -> str:
    """The id of the call of the present attempt."""
    return f"{n.id}-{n.attempts}"


def attempt_of(id_: str, notification_id: str) -> int | None:
    """The attempt that a call id tells of, or None when it is no call of this notification."""
    of, _, attempt = id_.rpartition("-")
    known = of == notification_id and attempt.isascii() and attempt.isdigit() and len(attempt) < 6
    return int(attempt) if known else None


def _refused(response: httpx.Response) -> Retryable | Permanent:
    """Only a number that cannot be dialled is the recipient's fault."""
    told = refused(response, f"gateway-{json_object(response).get('code') or response.status_code}"[:60])
    if isinstance(told, Permanent) and told.scope == "target" and response.status_code != 422:
        return Permanent(told.code, "channel")
    return told
