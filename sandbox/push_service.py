"""A browser vendor's push service, and the browsers behind it: they decrypt with their own keys what comes for them."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.outgoing import Delivery
from sandbox.vendor import Sent, Vendor

LARGEST = 4096  # bytes
LONGEST_PROOF = 86_400  # seconds
GONE = "gone"  # a device whose subscription has ended


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def data(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


VAPID_PRIVATE = text(hashlib.sha256(b"sandbox vapid").digest())
VAPID_PUBLIC = text(
    ec.derive_private_key(int.from_bytes(data(VAPID_PRIVATE), "big"), ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)


class Browser:
    """One device, known by its name; its keys are made of that."""

    def __init__(self, name: str) -> None:
        self.name = name
        number = int.from_bytes(hashlib.sha256(f"browser {name}".encode()).digest(), "big")
        self._key = ec.derive_private_key(number, ec.SECP256R1())
        self._auth = hashlib.sha256(f"auth {name}".encode()).digest()[:16]
        self.public = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, url: str) -> str:
        """What the page gets from the browser; `url` is where the sandbox listens."""
        keys = {"p256dh": text(self.public), "auth": text(self._auth)}
        return json.dumps({"endpoint": f"{url}/push/{self.name}", "keys": keys}, separators=(",", ":"))

    def read(self, body: bytes) -> bytes:
        """Decrypt one record of RFC 8188 with the keys of RFC 8291; raises ValueError or InvalidTag."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        secret = self._key.exchange(ec.ECDH(), theirs)
        shared = _derived(self._auth, secret, b"WebPush: info\0" + self.public + sender, 32)
        key = _derived(salt, shared, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(salt, shared, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        if not plain.endswith(b"\2"):
            raise ValueError("the record has no end")
        return plain[:-1]


class PushService(Vendor):
    """Keeps what each browser would show; the same topic for the same device replaces."""

    name = "web_push"
    channel = "push"
    FAULTS: ClassVar[Mapping[str, tuple[int, Mapping[str, str], Any]]] = {
        "gone": (410, {}, {"reason": "Unregistered"}),
        "unknown": (404, {}, {}),
        "too-large": (413, {}, {}),
        "unauthorized": (401, {}, {}),
        "forbidden": (403, {}, {}),
        "unavailable": (503, {"retry-after": ""}, {}),
    }

    def routes(self) -> list[Route]:
        return [Route("/push/{device}", self.guarded(self._take, lambda r: r.path_params["device"]), methods=["POST"])]

    async def _take(self, request: Request) -> Response:
        device, body = request.path_params["device"], await request.body()
        if problem := self._wrong(request, device, body):
            return JSONResponse({"reason": problem[1]}, problem[0])
        try:
            shown = json.loads(Browser(device).read(body))
        except (ValueError, InvalidTag, IndexError):
            return JSONResponse({"reason": "the device cannot read it"}, 400)
        id_ = f"{device}:{request.headers.get('topic', '')}"
        again = id_ in self.sent and self.sent[id_].content["shown"] == shown
        sent = Sent(self.name, id_, device, f"{shown['title']}\n{shown['body']}", {"shown": shown})
        sent.notification_id = shown["id"]
        if not again:  # the very same once more changes nothing on the device
            self.keep(sent, "update" if id_ in self.sent else "message")
        return Response(status_code=201, headers={"location": f"/push/messages/{len(self.sent)}"})

    def _wrong(self, request: Request, device: str, body: bytes) -> tuple[int, str] | None:
        headers = request.headers
        topic = headers.get("topic", "")
        checks = (
            (not self._proven(request), 403, "the proof of who sends it is wrong"),
            (device == GONE, 410, "this device is not subscribed any more"),
            (len(body) > LARGEST, 413, "too large"),
            (headers.get("content-encoding") != "aes128gcm", 400, "not aes128gcm"),
            (not headers.get("ttl", "").isdecimal(), 400, "no TTL"),
            (headers.get("urgency", "high") not in ("very-low", "low", "normal", "high"), 400, "no such urgency"),
            (len(topic) > 32 or not topic.replace("-", "").replace("_", "").isalnum(), 400, "no such topic"),
        )
        return next(((status, reason) for bad, status, reason in checks if bad), None)

    def _proven(self, request: Request) -> bool:
        """Check the proof (RFC 8292): made by the key that the subscription was made for, for this service, for now."""
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        parts = dict(p.strip().partition("=")[::2] for p in rest.split(","))
        if scheme != "vapid" or parts.get("k") != VAPID_PUBLIC or parts.get("t", "").count(".") != 2:
            return False
        head, claims, signature = parts["t"].split(".")
        raw = data(signature)
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data(VAPID_PUBLIC))
        try:
            key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        told, left = json.loads(data(claims)), json.loads(data(claims))["exp"] - time.time()
        ours = f"{request.url.scheme}://{request.url.netloc}"
        fits = told["aud"] == ours and str(told.get("sub", "")).startswith(("mailto:", "http"))
        return fits and 0 < left <= LONGEST_PROOF

    async def press(self, sent_id: str, label: str = "acknowledge", **changed: Any) -> Delivery:
        """The worker of the page posts what it was shown or what was pressed; `changed` are fields that a forger changes."""
        shown = self.sent[sent_id].content["shown"]
        told = {"event": label, "attempt": shown["attempt"], "value": shown["value"], **changed}
        url = f"{self.settings.public_url.rstrip('/')}/callbacks/push/{shown['id']}"
        return await self.outgoing.send(
            f"push {label}", url, json.dumps(told).encode(), {"Content-Type": "application/json"}
        )


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA256 of at most one block."""
    first = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(first, info + b"\1", hashlib.sha256).digest()[:length]
