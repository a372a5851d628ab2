"""Chat by Chatwork: a message in a room, found by its mark, changed once somebody has the case, answered by a word."""

import re
from dataclasses import dataclass
from typing import Any

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import call, json_object, refused, retry_after
from services.notifier.domain.fitting import fit
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
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
from shared.runtime.clock import Clock
from shared.runtime.settings import Secret

TEXT = 20_000  # letters; Chatwork takes 65535 bytes
TITLE = 200
LISTED = 100  # messages; Chatwork shows no older ones
SKEW = 5  # seconds
_ADDRESS = re.compile(r"(\d{1,20})(?::(\d{1,20}))?", re.ASCII)
_HINT = {
    "ja": "このメッセージへの返信で「了解 #{n}」と書いても引き受けられます。",
    "en": 'You can also take it by replying "ack #{n}".',
}


@dataclass(frozen=True)
class ChatworkSettings:
    """`chatwork_webhook_token` signs what comes back."""

    chatwork_token: Secret = NONE
    chatwork_webhook_token: Secret = NONE
    chatwork_url: str = "https://api.chatwork.com"


class Chatwork:
    """Messages of one Chatwork account; an address is a room, or a room and whom to call in it: `room:account`."""

    def __init__(self, around: Surroundings) -> None:
        s = around.read(ChatworkSettings)
        self._http, self._clock = around.http, Clock()
        self._rooms = f"{s.chatwork_url.rstrip('/')}/v2/rooms"
        self._headers = {"x-chatworktoken": str(s.chatwork_token)}
        self.set_up = bool(s.chatwork_token)
        self._answers = bool(s.chatwork_webhook_token)

    async def send(self, message: Message, to: str) -> Result:
        """Write a message into a room."""
        if not self.set_up:
            return NOT_SET_UP
        found = _ADDRESS.fullmatch(to)
        if found is None:
            return Permanent("bad-address", "target")
        return await self._post(found[1], self._body(message, found[2] or ""))

    async def say(self, room: str, account: str, text: str) -> Result:
        """Answer somebody who has answered."""
        return await self._post(room, f"[To:{account}]\n{_plain(text)}")

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """Look for our mark among the newest messages of the room."""
        room, query = to.partition(":")[0], {"force": "1"}
        response = await call(self._http, "GET", f"{self._rooms}/{room}/messages", params=query, headers=self._headers)
        if not isinstance(response, httpx.Response):
            return Retryable(response.code)
        if response.status_code == 204:
            return Absent()
        told = _listed(response)
        if response.status_code != 200 or told is None:
            return Retryable(f"chatwork-http-{response.status_code}", self._after(response))
        for one in told:
            if str(one.get("body", "")).rstrip().endswith(_mark(n)):
                return Accepted(f"{room}/{one.get('message_id', '')}")
        oldest = min((_number(one.get("send_time")) for one in told), default=0)
        if len(told) >= LISTED and oldest >= n.attempted_at.timestamp() - SKEW:
            return Unaskable()  # so much was written since that ours may be among what is not shown
        return Absent()

    async def withdraw(self, message: Message, to: str) -> Result:
        """Change the message to say who has the case."""
        room, _, id_ = message.notification.provider_id.partition("/")
        if not id_:
            return Accepted("", "nothing-to-do")
        form = {"body": self._body(message, "")}
        response = await call(
            self._http, "PUT", f"{self._rooms}/{room}/messages/{id_}", data=form, headers=self._headers
        )
        return self._told(response, room) if isinstance(response, httpx.Response) else response

    async def close(self) -> None:
        """Nothing of its own."""

    async def _post(self, room: str, body: str) -> Result:
        form = {"body": body, "self_unread": "1"}
        response = await call(self._http, "POST", f"{self._rooms}/{room}/messages", data=form, headers=self._headers)
        return self._told(response, room) if isinstance(response, httpx.Response) else response

    def _body(self, message: Message, account: str) -> str:
        n = message.notification
        call_ = f"[To:{account}] {_plain(n.name)}\n" if account else ""
        hint = _HINT[message.language].format(n=n.content.number) if message.button and self._answers else ""
        text = fit(_plain(message.text), TEXT, message.link)
        inside = f"[title]{fit(_plain(message.subject), TITLE)}[/title]{text}"
        return f"{call_}[info]{inside}{f'[hr]{hint}' if hint else ''}[/info]\n{_mark(n)}"

    def _told(self, response: httpx.Response, room: str) -> Result:
        status, answer = response.status_code, json_object(response)
        id_ = answer.get("message_id")
        if status == 200 and isinstance(id_, str | int):
            return Accepted(f"{room}/{id_}")
        if status < 300:
            return Ambiguous("no-answer-from-provider")
        code = f"chatwork-http-{status}"
        if status == 429:
            return Retryable(code, self._after(response))
        return Permanent(code, "target") if status == 403 else refused(response, code)  # not a member of the room

    def _after(self, response: httpx.Response) -> float | None:
        """The seconds until Chatwork takes requests again; it names the moment, not the time to wait."""
        reset = _number(response.headers.get("x-ratelimit-reset"))
        if reset <= 0:
            return retry_after(response)
        return min(max(reset - self._clock.now().timestamp(), 0.0), 3600.0)


def _mark(n: Notification) -> str:
    return f"（tasuki:{n.id}）"


def _plain(text: str) -> str:
    """The text without the power of Chatwork's tags: a `[toall]` in a report would call everybody."""
    return text.translate({ord("["): "［", ord("]"): "］"})


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _listed(response: httpx.Response) -> list[dict[str, Any]] | None:
    try:
        told = response.json()
    except (ValueError, RecursionError):
        return None
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else None
