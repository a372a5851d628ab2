"""Mattermost by a bot: a post with an acknowledge button, changed once somebody has the case."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import call, json_object, refused
from services.notifier.domain import buttons
from services.notifier.domain.fitting import fit
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Absent, Accepted, Ambiguous, Lookup, Permanent, Result, Retryable, Unaskable
from services.notifier.settings import NONE
from shared.runtime.settings import Secret

LONGEST = 16_000  # letters; Mattermost takes 16,383
SKEW_SECONDS = 5
LISTED = 1000  # posts; Mattermost shows no more at once
_EVERYBODY = re.compile(r"@(?=(?:all|channel|here)\b)", re.IGNORECASE)


@dataclass(frozen=True)
class MattermostSettings:
    """Where the server is, and the access token of a bot account."""

    mattermost_url: str = ""
    mattermost_token: Secret = NONE


class Mattermost:
    """Posts of one bot."""

    def __init__(self, around: Surroundings) -> None:
        own = around.read(MattermostSettings)
        self._http = around.http
        self._api = f"{own.mattermost_url.rstrip('/')}/api/v4"
        self._token = own.mattermost_token
        self.set_up = bool(own.mattermost_url and own.mattermost_token)
        self._key = around.settings.link_key
        self._door = f"{around.settings.called_back.rstrip('/')}/callbacks/mattermost"
        self._direct: dict[str, str] = {}  # @username → the channel of its conversation with the bot

    async def send(self, message: Message, to: str) -> Result:
        """Write a post; the server takes the same one once within half a minute."""
        if not self.set_up:
            return NOT_SET_UP
        channel = await self._channel(to)
        if not isinstance(channel, str):
            return channel
        body = {
            "channel_id": channel,
            "pending_post_id": str(message.notification.id),
            **shown(message, self._buttons(message, direct=to.startswith("@"))),
        }
        answer = await self._call("POST", "/posts", json=body)
        if not isinstance(answer, dict):
            if isinstance(answer, Permanent):
                self._direct.pop(to, None)
            return answer
        return Accepted(answer["id"]) if isinstance(answer.get("id"), str) else Ambiguous("not-mattermost")

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """Look for our id in the posts of the channel since the attempt began."""
        channel = await self._channel(to)
        if not isinstance(channel, str):
            return channel if isinstance(channel, Retryable) else Retryable(channel.code)
        since = int((n.attempted_at.timestamp() - SKEW_SECONDS) * 1000)
        answer = await self._call("GET", f"/channels/{quote(channel, safe='')}/posts", params={"since": since})
        if not isinstance(answer, dict):
            return answer if isinstance(answer, Retryable) else Retryable(answer.code)
        posts = answer.get("posts")
        listed = posts if isinstance(posts, dict) else {}
        for id_, post in listed.items():
            if isinstance(post, dict) and (post.get("props") or {}).get("tasuki") == str(n.id):
                return Accepted(str(id_))
        return Unaskable() if len(listed) >= LISTED else Absent()  # ours may be among what is not shown

    async def withdraw(self, message: Message, to: str) -> Result:
        """Take the button away and say who has the case."""
        id_ = message.notification.provider_id
        if not id_:
            return Accepted("", "nothing-to-do")
        answer = await self._call("PUT", f"/posts/{quote(id_, safe='')}/patch", json=shown(message))
        return answer if not isinstance(answer, dict) else Accepted(id_)

    async def close(self) -> None:
        """Nothing of its own."""

    async def _channel(self, to: str) -> str | Retryable | Permanent:
        """The channel to write to; a person's is made on first use. Nothing has gone out before it is known."""
        if not to.startswith("@"):
            return to
        if to not in self._direct:
            ids: list[str] = []
            for path in ("/users/me", f"/users/username/{quote(to[1:], safe='')}"):
                user = await self._asked("GET", path)
                if not isinstance(user, str):
                    return user
                ids.append(user)
            made = await self._asked("POST", "/channels/direct", json=ids)
            if not isinstance(made, str):
                return made
            self._direct[to] = made
        return self._direct[to]

    async def _asked(self, method: str, path: str, **request: Any) -> str | Retryable | Permanent:
        """The id of what is asked for."""
        answer = await self._call(method, path, **request)
        if isinstance(answer, Ambiguous):
            return Retryable(answer.code)
        if not isinstance(answer, dict):
            return answer
        return answer["id"] if isinstance(answer.get("id"), str) else Retryable("not-mattermost")

    async def _call(self, method: str, path: str, **request: Any) -> dict[str, Any] | Retryable | Permanent | Ambiguous:
        headers = {"authorization": f"Bearer {self._token}"}
        response = await call(self._http, method, f"{self._api}{path}", headers=headers, **request)
        if not isinstance(response, httpx.Response):
            return response
        answer = json_object(response)
        if response.is_success:
            return answer or Ambiguous("not-mattermost")
        code = f"mattermost-{str(answer.get('id') or response.status_code)[:60]}"
        if response.status_code in (403, 404):  # the bot is not in the channel, or there is none
            return Permanent(code, "target")
        if response.status_code == 400 and "channel_id" not in f"{answer.get('id')} {answer.get('message')}":
            return Permanent(code, "channel")
        return refused(response, code)

    def _buttons(self, message: Message, *, direct: bool) -> list[dict[str, Any]]:
        if not message.button:
            return []
        context = {"value": buttons.value(self._key, message.notification.id), "direct": direct}
        button = {
            "id": "ack",
            "type": "button",
            "style": "primary",
            "name": message.button,
            "integration": {"url": self._door, "context": context},
        }
        return [{"fallback": message.button, "actions": [button]}]


def shown(message: Message, attachments: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The text and the properties of a post; what a reporter writes calls nobody and hides no link."""
    text = f"**{_plain(message.subject)}**\n\n{_plain(message.text)}"
    n = message.notification
    props = {"tasuki": str(n.id), "tasuki_case_id": n.case_id, "attachments": attachments or []}
    return {"message": fit(text, LONGEST), "props": props}


def _plain(text: str) -> str:
    """Markdown keeps its lines and lists; names for everybody and links under other names lose their meaning."""
    return _EVERYBODY.sub("@\u200b", text.replace("[", "\\[").replace("*", "\\*"))
