"""Discord by the webhook of a channel: an embed with a link button, and a real one where an application owns the webhook."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.guarded import GuardSettings
from services.notifier.channels.http import call, json_object, refused
from services.notifier.domain import buttons
from services.notifier.domain.fitting import fit
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Accepted, Ambiguous, Lookup, Permanent, Result, Retryable, Unaskable
from shared.runtime import guarded

TITLE = 2000  # letters of the content
LONGEST = 4096  # letters of the embed
LONGEST_URL = 512  # of a button; a longer link stands in the text alone
LABEL = 80
BAD_BODY = 50035
LONGEST_WAIT = 3600.0
_ROW, _BUTTON, _PRIMARY, _LINK = 1, 2, 1, 5
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\*`~|[<"})


@dataclass(frozen=True)
class DiscordSettings:
    """`discord` is "on" where webhooks are used; the public key is that of the application which owns them, if one does."""

    discord: str = ""
    discord_public_key: str = ""


class Discord:
    """Messages by webhooks. The secret is in each address; what was sent can be changed, but not looked for."""

    def __init__(self, around: Surroundings) -> None:
        own = around.read(DiscordSettings)
        self._http = guarded.client(around.read(GuardSettings).webhook_allow)
        self._key = around.settings.link_key
        self._owned = bool(own.discord_public_key)
        self.set_up = own.discord == "on"

    async def send(self, message: Message, to: str) -> Result:
        """Post a message; a webhook that may have no real button gets the one with the link alone."""
        if not self.set_up:
            return NOT_SET_UP
        owned = self._owned and bool(message.button)
        result = await self._hand_over("POST", _url(to, wait="true"), self._body(message, owned=owned))
        if owned and isinstance(result, Permanent) and result.code == f"discord-{BAD_BODY}":
            return await self._hand_over("POST", _url(to, wait="true"), self._body(message, owned=False))
        return result

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """A webhook can read a message by its id alone."""
        return Unaskable()

    async def withdraw(self, message: Message, to: str) -> Result:
        """Take the buttons away and say who has the case."""
        id_ = message.notification.provider_id
        if not id_.isascii() or not id_.isdigit():
            return Accepted(id_, "nothing-to-do")
        return await self._hand_over("PATCH", _url(to, f"/messages/{id_}"), self._body(message, owned=False))

    async def close(self) -> None:
        """Give back connections."""
        await self._http.aclose()

    async def _hand_over(self, method: str, url: str, body: dict[str, Any]) -> Result:
        response = await call(self._http, method, url, json=body)
        if not isinstance(response, httpx.Response):
            return response
        answer = json_object(response)
        if response.status_code == 200:
            return Accepted(answer["id"]) if isinstance(answer.get("id"), str) else Ambiguous("not-discord")
        return _refused(response, answer)

    def _body(self, message: Message, *, owned: bool) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        if owned:
            value = buttons.value(self._key, message.notification.id)
            found.append({"type": _BUTTON, "style": _PRIMARY, "label": message.button[:LABEL], "custom_id": value})
        elif message.link and len(message.link) <= LONGEST_URL:
            found.append({"type": _BUTTON, "style": _LINK, "label": message.button[:LABEL], "url": message.link})
        text = fit(_plain(message.text, message.link), LONGEST, message.link)
        return {
            "content": fit(f"**{_plain(message.subject)}**", TITLE),
            "embeds": [{"description": text}] if text else [],
            "components": [{"type": _ROW, "components": found}] if found else [],
            "allowed_mentions": {"parse": []},
        }


def _url(to: str, path: str = "", **more: str) -> str:
    """The address with what else it needs; its own query may name a thread."""
    parts = urlsplit(to)
    query = [*parse_qsl(parts.query), *{"with_components": "true", **more}.items()]
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + path, query=urlencode(query), fragment=""))


def _plain(text: str, link: str = "") -> str:
    """What a reporter writes is no Markdown, and hides no address under other words; the link stays as it is."""
    return link.join(part.translate(_MARKS) for part in text.split(link)) if link else text.translate(_MARKS)


def _refused(response: httpx.Response, answer: dict[str, Any]) -> Result:
    code, status = answer.get("code"), response.status_code
    text = f"discord-{code}" if isinstance(code, int) and code else f"http-{status}"
    if status in (401, 403, 404):  # the webhook is deleted, or its secret is not valid any more
        return Permanent(text, "target")
    if status == 400:
        return Permanent(text, "channel")
    told, after = refused(response, text), answer.get("retry_after")
    if isinstance(told, Retryable) and isinstance(after, int | float) and after >= 0:
        return replace(told, after=min(float(after), LONGEST_WAIT))
    return told
