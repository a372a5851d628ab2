"""Chat by LINE WORKS: a bot's message with a button; what it has sent can neither be found nor changed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import jwt

from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.http import call, json_object, refused, retry_after, token_in
from services.notifier.domain import buttons
from services.notifier.domain.fitting import fit
from services.notifier.domain.guided import Button
from services.notifier.domain.message import Message
from services.notifier.domain.notification import NEVER, Notification
from services.notifier.domain.result import Accepted, Ambiguous, Lookup, Permanent, Result, Retryable, Unaskable
from services.notifier.settings import NONE
from shared.runtime.clock import Clock
from shared.runtime.settings import Secret

TEXT, BUTTON_TEXT, LABEL, URI = 2000, 1000, 20, 1000  # letters
ROOM = "channel:"  # begins an address that is a room, not a person
ASSERTION_KEPT = timedelta(minutes=30)
RENEWED_BEFORE = timedelta(minutes=5)
SHORTEST_KEPT = timedelta(minutes=1)
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
BAD_ACCOUNT = ("UNAUTHORIZED", "SCOPE_NOT_ALLOWED", "NOT_ALLOWED_SCOPE")


@dataclass(frozen=True)
class LineWorksSettings:
    """`line_works_private_key` is the PEM of the service account; `line_works_bot_secret` signs what comes back."""

    line_works_client_id: str = ""
    line_works_client_secret: Secret = NONE
    line_works_service_account: str = ""
    line_works_private_key: Secret = NONE
    line_works_bot_id: str = ""
    line_works_bot_secret: Secret = NONE
    line_works_url: str = "https://www.worksapis.com"
    line_works_auth_url: str = "https://auth.worksmobile.com"


class LineWorks:
    """Messages of one bot, in the name of one service account."""

    def __init__(self, around: Surroundings) -> None:
        s = around.read(LineWorksSettings)
        self._http, self._key, self._clock = around.http, around.settings.link_key, Clock()
        self._s = s
        self.set_up = bool(
            s.line_works_client_id
            and s.line_works_client_secret
            and s.line_works_service_account
            and s.line_works_private_key
            and s.line_works_bot_id
        )
        self._token, self._renewed_at = "", NEVER
        self._renewing = asyncio.Lock()

    async def send(self, message: Message, to: str) -> Result:
        """Post one message to a person, or to a room by `channel:<id>`."""
        return await self._post(self._content(message), to)

    async def say(self, text: str, to: str, buttons: Sequence[Button] = ()) -> Result:
        """Post a plain text, as an answer to somebody who has said something, with quick replies below it."""
        content: dict[str, Any] = {"type": "text", "text": fit(text, TEXT)}
        actions = [{"type": "message", "label": fit(b.label, LABEL), "text": b.label} for b in buttons]
        items = [
            {"action": a | ({"postback": b.value} if b.value else {})} for a, b in zip(actions, buttons, strict=True)
        ]
        return await self._post({**content, "quickReply": {"items": items}} if items else content, to)

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """There is no way to ask a bot what it has sent."""
        return Unaskable()

    async def withdraw(self, message: Message, to: str) -> Result:
        """A message stays; who presses its button too late is told who has the case."""
        return Accepted(message.notification.provider_id, "nothing-to-do")

    async def close(self) -> None:
        """Nothing of its own."""

    async def _post(self, content: dict[str, Any], to: str) -> Result:
        if not self.set_up:
            return NOT_SET_UP
        kind, id_ = ("channels", to.removeprefix(ROOM)) if to.startswith(ROOM) else ("users", to)
        bot = quote(self._s.line_works_bot_id, safe="")
        url = f"{self._s.line_works_url.rstrip('/')}/v1.0/bots/{bot}/{kind}/{quote(id_, safe='')}/messages"
        result: Result = Retryable("unreachable")
        for _ in range(2):
            token = await self._valid()
            if not isinstance(token, str):
                return token
            headers = {"authorization": f"Bearer {token}"}
            response = await call(self._http, "POST", url, json={"content": content}, headers=headers)
            if not isinstance(response, httpx.Response):
                return response
            result = _told(response)
            if response.status_code != 401:
                break
            if self._token == token:
                self._token = ""
        return result

    async def _valid(self) -> str | Retryable | Permanent:
        """An access token that is good for some minutes yet; those who wait for the same one share it."""
        async with self._renewing:
            now = self._clock.now()
            if not self._token or now >= self._renewed_at:
                told = await self._fresh(now)
                if not isinstance(told, tuple):
                    return told
                self._token, kept = told
                self._renewed_at = now + max(kept - RENEWED_BEFORE, SHORTEST_KEPT)
            return self._token

    async def _fresh(self, now: datetime) -> tuple[str, timedelta] | Retryable | Permanent:
        s = self._s
        claims = {"iss": s.line_works_client_id, "sub": s.line_works_service_account, "iat": int(now.timestamp())}
        claims |= {"exp": int((now + ASSERTION_KEPT).timestamp()), "jti": str(uuid4())}
        try:
            assertion = jwt.encode(claims, str(s.line_works_private_key), algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError):
            return Permanent("line-works-bad-private-key", "account")
        form = {
            "assertion": assertion,
            "grant_type": GRANT,
            "client_id": s.line_works_client_id,
            "client_secret": str(s.line_works_client_secret),
            "scope": "bot",
        }
        response = await call(self._http, "POST", f"{s.line_works_auth_url.rstrip('/')}/oauth2/v2.0/token", data=form)
        if not isinstance(response, httpx.Response):
            return response if isinstance(response, Permanent) else Retryable(response.code)
        answer = json_object(response)
        token, seconds = token_in(answer), str(answer.get("expires_in", ""))
        if response.status_code == 200 and token:
            kept = int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 9 else 3600
            return token, timedelta(seconds=kept)
        code = f"line-works-token-{str(answer.get('error') or response.status_code)[:40]}"
        if response.status_code in (400, 401, 403):
            return Permanent(code, "account")
        return Retryable(code, retry_after(response))

    def _content(self, message: Message) -> dict[str, Any]:
        text = f"{message.subject}\n{message.text}".strip()
        if not message.button:
            return {"type": "text", "text": fit(text, TEXT, message.link)}
        press = {
            "type": "message",
            "label": fit(message.button, LABEL),
            "text": f"{message.button} #{message.notification.content.number}",
            "postback": buttons.value(self._key, message.notification.id),
        }
        open_ = "リンクから回答" if message.language == "ja" else "Answer by link"
        link = {"type": "uri", "label": open_, "uri": message.link}
        actions = [press, link] if message.link and len(message.link) <= URI else [press]
        return {"type": "button_template", "contentText": fit(text, BUTTON_TEXT, message.link), "actions": actions}


def _told(response: httpx.Response) -> Result:
    """What an answer to a message means; 201 has no body, so that a message has no id of the provider's."""
    status = response.status_code
    if status == 201:
        return Accepted("", "http-201")
    if status < 300:
        return Ambiguous("no-answer-from-provider")
    error = str(json_object(response).get("code") or f"http-{status}")[:60]
    if status == 403 and error not in BAD_ACCOUNT:
        return Permanent(f"line-works-{error}", "target")  # the bot is not in this room, or not open to this person
    if status == 429:
        return Retryable(f"line-works-{error}", retry_after(response) or _reset(response))
    return refused(response, f"line-works-{error}")


def _reset(response: httpx.Response) -> float | None:
    """The seconds until the rate begins anew."""
    text = response.headers.get("ratelimit-reset", "")
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() and len(text) < 6 else None
