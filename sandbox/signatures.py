"""How each provider signs what it posts."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def twilio(auth_token: str, url: str, params: Mapping[str, str]) -> str:
    """X-Twilio-Signature: base64 of HMAC-SHA1 over the URL followed by every parameter name and value, by name."""
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def slack(secret: str, timestamp: str, body: bytes) -> str:
    """X-Slack-Signature: `v0=` and the hex HMAC-SHA256 over `v0:timestamp:body`; the timestamp is unix seconds."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def zendesk(secret: str, timestamp: str, body: bytes) -> str:
    """X-Zendesk-Webhook-Signature: base64 of HMAC-SHA256 over the ISO timestamp directly followed by the body."""
    return base64.b64encode(hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()).decode()


def basic(header: str | None) -> tuple[str, str] | None:
    """User and password of a Basic Authorization header, or None when it is none."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (ValueError, UnicodeDecodeError):
        return None
    return (user, password) if colon else None


def same(given: str, expected: str) -> bool:
    """Constant-time comparison that takes any text."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


def raw(key: bytes, body: bytes) -> str:
    """X-Line-Signature, X-WORKS-Signature and the like: base64 of HMAC-SHA256 over the body alone."""
    return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()
