"""Push to the browsers and installed consoles of a person, encrypted so that only the device can read it."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import http_ece  # type: ignore[import-untyped]
import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from services.notifier.channels import vapid
from services.notifier.channels.channel import NOT_SET_UP, Surroundings
from services.notifier.channels.guarded import GuardSettings
from services.notifier.channels.http import call, refused
from services.notifier.domain import buttons, short_links, subscription
from services.notifier.domain.fitting import fit
from services.notifier.domain.message import Message
from services.notifier.domain.notification import Notification
from services.notifier.domain.result import Accepted, Lookup, Permanent, Result, Unaskable
from services.notifier.domain.subscription import Subscription
from services.notifier.settings import NONE
from shared.runtime import guarded
from shared.runtime.settings import Secret

KEPT_SECONDS = 3600  # a device that is off for longer learns nothing useful any more
LARGEST = 3000  # bytes before encryption
ROOMS = (600, 300, 100)  # letters of the text, the first that stays within
TITLE = 150


@dataclass(frozen=True)
class PushSettings:
    """The private key (`python -m services.notifier vapid` makes one) and where a push service may write to us."""

    vapid_private_key: Secret = NONE
    vapid_subject: str = ""


class WebPush:
    """Messages by whatever push service a browser has chosen; a repeat replaces what the device shows."""

    def __init__(self, around: Surroundings) -> None:
        own, s = around.read(PushSettings), around.settings
        self._vapid = vapid.opened(own.vapid_private_key, own.vapid_subject or s.public_url)
        self._http = guarded.client(around.read(GuardSettings).webhook_allow)
        self._public_url, self._key = s.public_url, s.link_key
        self.set_up = self._vapid is not None

    async def send(self, message: Message, to: str) -> Result:
        """Hand a message over."""
        return await self._push(message, to, taken=False)

    async def find(self, n: Notification, to: str, others: frozenset[str]) -> Lookup:
        """A push service cannot be asked; the same topic replaces."""
        return Unaskable()

    async def withdraw(self, message: Message, to: str) -> Result:
        """Put in the place of the message that somebody has the case."""
        if not message.notification.provider_id:
            return Accepted("", "nothing-to-do")
        return await self._push(message, to, taken=True)

    async def close(self) -> None:
        """Give back connections."""
        await self._http.aclose()

    async def _push(self, message: Message, to: str, *, taken: bool) -> Result:
        n, device = message.notification, subscription.read(to)
        if self._vapid is None:
            return NOT_SET_UP
        encrypted = _encrypted(self._payload(message, taken=taken), device) if device else None
        if device is None or encrypted is None:
            return Permanent("bad-subscription", "target")
        headers = {
            "authorization": self._vapid.header(device.origin, n.attempted_at),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(KEPT_SECONDS),
            "urgency": "high",
            "topic": base64.urlsafe_b64encode(n.id.bytes).decode().rstrip("="),
        }
        response = await call(self._http, "POST", device.endpoint, content=encrypted, headers=headers)
        if not isinstance(response, httpx.Response):
            return response
        if response.status_code in (200, 201, 202):
            return Accepted(str(n.id))
        if response.status_code in (404, 410):  # the browser has taken its consent back
            return Permanent("gone", "target")
        return refused(response, f"http-{response.status_code}")

    def _payload(self, message: Message, *, taken: bool) -> bytes:
        n = message.notification
        ours: dict[str, Any] = {"id": str(n.id), "attempt": n.attempts, "lang": message.language, "taken": taken}
        ours["value"] = buttons.value(self._key, n.id)
        if n.answerable and not taken:
            ours |= {"url": short_links.address(self._public_url, self._key, n.id), "button": message.button}
        written = b""
        for room in ROOMS:
            shown = {"title": fit(message.subject, TITLE), "body": fit(message.text, room)}
            written = json.dumps(shown | ours, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
            if len(written) <= LARGEST:
                break
        return written


def _encrypted(payload: bytes, device: Subscription) -> bytes | None:
    """As RFC 8291 says; None when the device's key is no point of the curve."""
    try:
        return bytes(
            http_ece.encrypt(
                payload,
                private_key=ec.generate_private_key(ec.SECP256R1()),
                dh=device.key,
                auth_secret=device.auth,
                version="aes128gcm",
            )
        )
    except (ValueError, http_ece.ECEException):
        return None
