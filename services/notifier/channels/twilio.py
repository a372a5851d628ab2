"""Telephone by Twilio Voice: a call that reads the case out and takes "1" for an answer."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from services.notifier import callbacks
from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import call, json_object, refused, retry_after
from services.notifier.domain import addresses, twiml
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification, State
from services.notifier.domain.result import (
    Absent,
    Accepted,
    Heard,
    Lookup,
    Permanent,
    Result,
    Retryable,
    Unaskable,
)

SECONDS = 15.0
RING_SECONDS = 25  # less than most voicemail waits
LONGEST_CALL = 120
EVENTS = ("initiated", "ringing", "answered", "completed")
SKEW = timedelta(seconds=5)
LISTED = 100  # calls or messages to one number that are looked at, the newest
BAD_TARGET = (
    *(13223, 13224, 13225, 13226, 13227, 21201, 21211, 21214, 21215, 21216, 21217),
    *(21408, 21610, 21612, 21614, 21635),  # of text messages: country, STOP, no route, no mobile
)
BAD_ACCOUNT = (20003, 20005, 20403)
SUSPENDED = (20429,)


class Voice:
    """Calls of one Twilio account, authenticated by an API key."""

    def __init__(self, around: Surroundings) -> None:
        s = around.settings
        self._http = around.http
        self._calls = f"{s.twilio_url.rstrip('/')}/2010-04-01/Accounts/{s.twilio_account}/Calls"
        self._auth = httpx.BasicAuth(s.twilio_key, s.twilio_secret)
        self._door = s.called_back
        self._from = s.twilio_from
        self.set_up = bool(s.twilio_account and s.twilio_key and s.twilio_from)

    async def send(self, message: Message, to: str) -> Result:
        """Place a call."""
        if not self.set_up:
            return NOT_SET_UP
        n = message.notification
        status = addresses.status(self._door, n.id, n.case_id, n.attempts)
        form: dict[str, Any] = {
            "To": to,
            "From": self._from,
            "Twiml": twiml.ask(message.speech, addresses.voice(self._door, n.id, n.case_id, times=1), message.language),
            "StatusCallback": status,
            "StatusCallbackMethod": "POST",
            "StatusCallbackEvent": EVENTS,
            "MachineDetection": "Enable",
            "AsyncAmd": "true",
            "AsyncAmdStatusCallback": status,
            "AsyncAmdStatusCallbackMethod": "POST",
            "Timeout": RING_SECONDS,
            "TimeLimit": LONGEST_CALL,
        }
        response = await call(self._http, "POST", f"{self._calls}.json", SECONDS, data=form, auth=self._auth)
        if not isinstance(response, httpx.Response):
            return response
        answer = json_object(response)
        if response.status_code in (200, 201) and isinstance(answer.get("sid"), str):
            return Accepted(answer["sid"])
        return verdict(response, answer.get("code"))

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """Look for a call to this number since the attempt began that is not known as another notification's.

        Twilio is not asked by the time of start: that counts days, and a call that waits in its queue has none yet.
        """
        calls = await newest(self._http, f"{self._calls}.json", "calls", to, self._auth)
        if isinstance(calls, Retryable):
            return calls
        listed = [c for c in calls if isinstance(c, dict) and isinstance(c.get("sid"), str) and c["sid"] not in others]
        since = n.attempted_at - SKEW
        unknown = [c["sid"] for c in listed if (at := moment(c.get("date_created"))) and at >= since]
        if unknown:
            return Accepted(unknown[-1])
        return Unaskable() if hides(calls, since) else Absent()

    async def ask(self, n: Notification) -> Heard | None:
        """How far the call has come. Twilio reports a status once, and not again where nobody took note of it."""
        response = await call(self._http, "GET", f"{self._calls}/{n.provider_id}.json", auth=self._auth)
        if not isinstance(response, httpx.Response) or response.status_code != 200:
            return None
        found = json_object(response)
        status, who = (str(found.get(name) or "") for name in ("status", "answered_by"))
        told = callbacks.call_progress({"CallStatus": status, "AnsweredBy": who}) if status else None
        return Heard(*told) if told else None

    async def withdraw(self, message: Message, to: str) -> Result:
        """Stop a call that nobody has picked up yet; one that is being talked on ends by itself."""
        n = message.notification
        if not n.provider_id or n.state not in (State.ACCEPTED, State.DELIVERED):
            return Accepted(n.provider_id, "nothing-to-do")
        url = f"{self._calls}/{n.provider_id}.json"
        response = await call(self._http, "POST", url, data={"Status": "canceled"}, auth=self._auth)
        if not isinstance(response, httpx.Response):
            return response
        if response.status_code in (200, 400, 404):  # 400: it has ended or is being talked on
            return Accepted(n.provider_id)
        return refused(response, f"http-{response.status_code}")

    async def close(self) -> None:
        """Nothing of its own."""


def verdict(response: httpx.Response, code: object) -> Retryable | Permanent:
    """What Twilio's error code means; it says more than the status."""
    text = f"twilio-{code}" if isinstance(code, int) else f"http-{response.status_code}"
    if code in SUSPENDED:
        return Retryable(text, retry_after(response))
    if code in BAD_TARGET:
        return Permanent(text, "target")
    if code in BAD_ACCOUNT:
        return Permanent(text, "account")
    told = refused(response, text)
    return Permanent(text, "channel") if isinstance(told, Permanent) and told.scope == "target" else told


def moment(text: object) -> datetime | None:
    """When something was made, as Twilio writes it; None where that is no time."""
    try:
        at = parsedate_to_datetime(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else None


async def newest(http: httpx.AsyncClient, url: str, name: str, to: str, auth: httpx.Auth) -> list[Any] | Retryable:
    """The newest calls or messages (`name`) to one number, at most `LISTED`."""
    response = await call(http, "GET", url, params={"To": to, "PageSize": f"{LISTED}"}, auth=auth)
    if not isinstance(response, httpx.Response):
        return Retryable(response.code)
    listed = json_object(response).get(name)
    if response.status_code != 200 or not isinstance(listed, list):
        return Retryable(f"http-{response.status_code}", retry_after(response))
    return listed


def hides(listed: list[Any], since: datetime) -> bool:
    """Whether what was made since then may be among what a list of the newest does not show."""
    made = [at for one in listed if isinstance(one, dict) and (at := moment(one.get("date_created")))]
    return len(listed) >= LISTED and min(made, default=since) >= since
