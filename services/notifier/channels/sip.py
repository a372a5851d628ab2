"""Telephone without a vendor: a call by our own gateway, placed exactly once under an id of ours."""

from dataclasses import dataclass
from typing import Literal

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import call, json_object, refused, retry_after
from services.notifier.channels.twilio import LONGEST_CALL, RING_SECONDS, SECONDS, Voice
from services.notifier.domain import addresses, twiml
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.result import (
    Absent,
    Accepted,
    Ambiguous,
    Heard,
    Lookup,
    Permanent,
    Result,
    Retryable,
    Unaskable,
)
from services.notifier.domain.retry import BROKEN_OFF, NO_CALL
from services.notifier.settings import NONE
from shared.contracts.call import MOST_SPEECH, WAIT_SECONDS, CallOrder
from shared.contracts.vocabulary import Outcome
from shared.runtime.settings import Secret

WAIT_ALONE = 45  # seconds for a line, where no other telephone calls meanwhile: a call that rings out, and its start
_REASONS = {"486": "busy", "600": "busy", "408": "no-answer", "480": "no-answer", "487": "no-answer", "603": "rejected"}
_STATES = {"ringing": Outcome.DELIVERED, "answered": Outcome.ANSWERED}
_SCOPES: dict[str, Literal["target", "account"]] = {"invalid": "target", "not-dialable": "account"}


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
        self._wait = {"wait_seconds": str(WAIT_SECONDS if Voice(around).set_up else WAIT_ALONE)}
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
        url, told = f"{self._calls}/{id_}", order.model_dump()
        response = await call(self._http, "PUT", url, SECONDS, json=told, params=self._wait, headers=self._headers)
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

    async def ask(self, n: Notification) -> Heard | None:
        """How far the call has come. A gateway that has lost it was broken off in it; a key on its way is waited for."""
        response = await call(self._http, "GET", f"{self._calls}/{n.provider_id}", headers=self._headers)
        told = json_object(response) if isinstance(response, httpx.Response) else {}
        if told.get("id") == n.provider_id:
            on_its_way = told.get("untold_key") in ("1", "2")
            state, code, outcome = (str(told.get(name) or "") for name in ("state", "code", "outcome"))
            return Heard(Outcome.ACCEPTED, "") if on_its_way else meaning(state, code, outcome)
        return meaning("interrupted", "interrupted", "interrupted") if told.get("code") == "not-found" else None

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


def meaning(state: str, code: str, outcome: str) -> Heard:
    """What is told of a call says of the attempt: one that was talked through and not acknowledged has failed."""
    if state not in ("ended", "interrupted"):
        return Heard(_STATES.get(state, Outcome.ACCEPTED), "")
    if outcome == "canceled":
        return Heard(Outcome.SKIPPED, "canceled")
    if outcome == "completed":
        return Heard(Outcome.FAILED, "hung-up")
    word = _REASONS.get(code) or (f"sip-{code}" if code.isdigit() else code) or "call-failed"
    ours = outcome in ("account", "interrupted") or word in NO_CALL + BROKEN_OFF
    return Heard(Outcome.FAILED, word, again=outcome not in ("target", "account"), ours=ours)


def _refused(response: httpx.Response) -> Retryable | Permanent:
    """Only an address that is none is the recipient's fault; numbers that nobody can dial want an account."""
    code = str(json_object(response).get("code") or response.status_code)
    told = refused(response, f"gateway-{code}"[:60])
    if isinstance(told, Permanent) and told.scope == "target":
        return Permanent(told.code, _SCOPES.get(code, "channel"))
    return told
