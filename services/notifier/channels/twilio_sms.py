"""Text messages by Twilio: the heart of the case, a short link, and an answer by replying "1"."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import call, json_object
from services.notifier.channels.twilio import SKEW, hides, moment, newest, verdict
from services.notifier.domain import addresses, segments, short_links
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Absent, Accepted, Ambiguous, Lookup, Result, Retryable, Unaskable

VALID_SECONDS = 3600  # a page that a telephone gets later than that calls nobody usefully
REPLY = {"ja": "返信 1=引き受ける 2=ほかの人へ", "en": "Reply 1 to take it, 2 to pass it on"}
KNOW = {"ja": "返信 1=承知した", "en": "Reply 1 to say that you know"}


@dataclass(frozen=True)
class SmsSettings:
    """The sender: a number, a name, or the SID of a messaging service (`MG…`). `replies` is "yes" where it receives."""

    twilio_sms_from: str = ""
    twilio_sms_segments: int = 3
    twilio_sms_replies: str = ""


class Sms:
    """Text messages of the same Twilio account as the calls."""

    def __init__(self, around: Surroundings) -> None:
        s, own = around.settings, around.read(SmsSettings)
        self._http = around.http
        self._messages = f"{s.twilio_url.rstrip('/')}/2010-04-01/Accounts/{s.twilio_account}/Messages.json"
        self._auth = httpx.BasicAuth(s.twilio_key, s.twilio_secret)
        self._public_url, self._door, self._key = s.public_url, s.called_back, s.link_key
        self._own = own
        self.set_up = bool(s.twilio_account and s.twilio_key and own.twilio_sms_from)

    async def send(self, message: Message, to: str) -> Result:
        """Hand a text message over."""
        if not self.set_up:
            return NOT_SET_UP
        n, sender = message.notification, self._own.twilio_sms_from
        form = {
            "To": to,
            "MessagingServiceSid" if sender.startswith("MG") else "From": sender,
            "Body": self.body(message),
            "StatusCallback": addresses.sms(self._door, n.id, n.case_id, n.attempts),
            "ValidityPeriod": VALID_SECONDS,
        }
        response = await call(self._http, "POST", self._messages, data=form, auth=self._auth)
        if not isinstance(response, httpx.Response):
            return response
        answer = json_object(response)
        if response.status_code in (200, 201) and isinstance(answer.get("sid"), str):
            return Accepted(answer["sid"])
        if response.is_success:  # something between us has answered, nobody knows what it did with it
            return Ambiguous("unreadable-answer")
        return verdict(response, answer.get("code"))

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """Look for the message with our link; one that has no link is known by when it was made.

        Twilio cannot be asked by the date of sending: a message that waits in its queue has none yet.
        """
        listed = await newest(self._http, self._messages, "messages", to, self._auth)
        if isinstance(listed, Retryable):
            return listed
        found = [m for m in listed if isinstance(m, dict) and isinstance(m.get("sid"), str) and m["sid"] not in others]
        if sid := self._ours(n, found):
            return Accepted(sid)
        return Unaskable() if hides(listed, n.attempted_at - SKEW) else Absent()

    async def withdraw(self, message: Message, to: str) -> Result:
        """A text message stays."""
        return Accepted(message.notification.provider_id, "nothing-to-do")

    async def close(self) -> None:
        """Nothing of its own."""

    def body(self, message: Message) -> str:
        """What is sent: as much of the text as fits into the parts, and the link whole.

        Of a digest the numbers of its cases, and the link of its list: which of them a reply meant nobody could tell.
        """
        n = message.notification
        if n.content.occasion == "storm":
            numbers = " ".join(f"#{case.number}" for case in n.content.cases)
            listed = short_links.address(self._public_url, self._key, n.id)
            return segments.shorten(f"{message.subject}\n{numbers}", self._own.twilio_sms_segments, listed)
        end = short_links.address(self._public_url, self._key, n.id) if n.answerable else ""
        if n.answerable and self._own.twilio_sms_replies == "yes":
            end = f"{(REPLY if n.track == 'handling' else KNOW)[message.language]}\n{end}"
        return segments.shorten(f"{message.subject}\n{message.text}".strip(), self._own.twilio_sms_segments, end)

    def _ours(self, n: Notification, found: Iterable[dict[str, Any]]) -> str:
        if n.answerable:
            token = short_links.make(self._key, n.id)
            return next((m["sid"] for m in found if token in str(m.get("body", ""))), "")
        made = [m["sid"] for m in found if (at := moment(m.get("date_created"))) and at >= n.attempted_at - SKEW]
        return made[-1] if made else ""
