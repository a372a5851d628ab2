"""A login that is under way: what the browser keeps while its person is at the provider, so that only it can come back."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from shared.contracts.keys import believed, first

HOLDS = timedelta(minutes=10)


@dataclass(frozen=True)
class Attempt:
    """One login: `state` comes back with the person, `nonce` in the token, and `verifier` proves that the code is ours."""

    state: str
    nonce: str
    verifier: str
    back: str
    until: int

    def written(self, keys: str) -> str:
        """The same as text that nobody else can write."""
        body = urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()
        return f"{body}.{_signature(first(keys), body)}"

    def is_of(self, state: str, now: datetime) -> bool:
        """Whether who comes back with this state began here, not long ago."""
        given = hashlib.sha256(state.encode("utf-8", "replace")).digest()
        fits = hmac.compare_digest(given, hashlib.sha256(self.state.encode()).digest())
        return fits and bool(self.state) and now.timestamp() < self.until


def read(text: str, keys: str) -> Attempt | None:
    """What a browser kept; None for what we did not write."""
    body, _, signature = text.partition(".")
    if not believed(keys, signature.encode("utf-8", "replace"), lambda key: _signature(key, body).encode()):
        return None
    try:
        return Attempt(**json.loads(urlsafe_b64decode(body)))
    except (ValueError, TypeError):
        return None


def _signature(key: str, body: str) -> str:
    return hmac.digest(key.encode(), b"login attempt " + body.encode("utf-8", "replace"), "sha256").hex()
