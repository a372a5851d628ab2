"""LINE WORKS: the token of a service account, the messages of a bot, and what a pressed button posts back."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import keypair, signatures
from sandbox.body import form, json_object
from sandbox.journal import now_iso
from sandbox.outgoing import Delivery
from sandbox.vendor import Sent, Vendor, bearer

CLIENT_ID, SERVICE_ACCOUNT, BOT_ID, DOMAIN = "sandbox-client", "sandbox.serviceaccount@sandbox", "2000001", 40029600
CLIENT_SECRET = "sandbox-line-works-client-secret"  # noqa: S105 - opens only this sandbox
BOT_SECRET = "sandbox-line-works-bot-secret"  # noqa: S105 - opens only this sandbox
PRIVATE_KEY = keypair.pem()
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # what PKCS #1 writes before such a digest
LONGEST_ASSERTION = 3600  # seconds
TEXT, BUTTON_TEXT, LABEL, POSTBACK, URI, BUTTONS, QUICK = 2000, 1000, 20, 1000, 1000, 10, 13
NOBODY = "unknown"  # an address that begins so leads to nobody
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
FIELDS = {
    "text": {"type", "text", "i18nTexts", "quickReply"},
    "button_template": {"type", "contentText", "i18nContentTexts", "actions", "quickReply"},
}


class LineWorks(Vendor):
    """One bot; it is in every room whose id does not begin with `unknown`."""

    name, channel = "line_works", "chat"
    FAULTS: ClassVar[Mapping[str, Any]] = {
        "429": (429, {"ratelimit-limit": "240", "ratelimit-remaining": "0", "ratelimit-reset": "7"},
                {"code": "TOO_MANY_REQUESTS", "description": "Too many requests"}),
        "400": (400, {}, {"code": "INVALID_PARAMETER", "description": "Invalid parameter"}),
        "401": (401, {}, {"code": "UNAUTHORIZED", "description": "Authentication failed"}),
        "403": (403, {}, {"code": "FORBIDDEN", "description": "The bot is not a member of the channel"}),
        "404": (404, {}, {"code": "NOT_FOUND", "description": "User not found"}),
        "scope": (403, {}, {"code": "SCOPE_NOT_ALLOWED", "description": "Not allowed scope"}),
    }  # fmt: skip

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.tokens: set[str] = set()
        self.issued = 0

    def routes(self) -> list[Route]:
        def to(request: Request) -> str:
            return str(request.path_params["to"])

        posted = self.guarded(self._post, to)
        return [
            Route("/oauth2/v2.0/token", self._token, methods=["POST"]),
            Route("/v1.0/bots/{bot}/{kind:str}/{to}/messages", posted, methods=["POST"]),
        ]

    def revoke(self) -> None:
        """Every token that was given out ends now."""
        self.tokens.clear()

    async def press(self, id: str, label: str, user: str = "", room: str = "") -> Delivery:
        """Press a button, as the person whom the message went to unless somebody else is named."""
        sent = self.sent[id]
        in_room = room or (sent.to.removeprefix("channel:") if sent.to.startswith("channel:") else "")
        source: dict[str, Any] = {"userId": user or sent.to, "domainId": DOMAIN}
        content = {"type": "text", "text": label}
        if value := sent.buttons[label]:
            content["postback"] = value
        event = {"type": "message", "source": source, "issuedTime": now_iso(), "content": content}
        if in_room:
            source["channelId"] = in_room
        return await self.post(json.dumps(event, ensure_ascii=False).encode())

    async def say(self, text: str, user: str, room: str = "", content: dict[str, Any] | None = None) -> Delivery:
        """Write to the bot; `content` is what is no text, a picture for example."""
        source: dict[str, Any] = {"userId": user, "domainId": DOMAIN}
        if room:
            source["channelId"] = room
        told = content or {"type": "text", "text": text}
        event = {"type": "message", "source": source, "issuedTime": now_iso(), "content": told}
        return await self.post(json.dumps(event, ensure_ascii=False).encode())

    async def post(self, body: bytes, secret: str = BOT_SECRET, bot: str = BOT_ID) -> Delivery:
        """Post an event, signed; it is posted once, whatever comes back."""
        headers = {
            "content-type": "application/json; charset=UTF-8",
            "x-works-botid": bot,
            "x-works-signature": signatures.raw(secret.encode(), body),
        }
        return await self.outgoing.send(
            "LINE WORKS call-back", f"{self.settings.public_url.rstrip('/')}/callbacks/line_works", body, headers
        )

    async def _token(self, request: Request) -> Response:
        asked = await form(request)
        if asked.get("client_id") != CLIENT_ID or not signatures.same(asked.get("client_secret", ""), CLIENT_SECRET):
            return JSONResponse({"error": "invalid_client", "error_description": "client authentication failed"}, 401)
        if asked.get("grant_type") != GRANT or asked.get("scope") != "bot":
            return JSONResponse({"error": "invalid_request", "error_description": "grant_type or scope"}, 400)
        if not _vouched(asked.get("assertion", "")):
            return JSONResponse({"error": "invalid_grant", "error_description": "the assertion is not valid"}, 400)
        self.issued += 1
        self.tokens.add(token := f"sandbox.{secrets.token_hex(16)}")
        told = {"access_token": token, "refresh_token": "-", "token_type": "Bearer", "expires_in": "86400"}
        return JSONResponse({**told, "scope": "bot"})

    async def _post(self, request: Request) -> Response:
        if bearer(request) not in self.tokens:
            return JSONResponse({"code": "UNAUTHORIZED", "description": "Authentication failed"}, 401)
        to, kind = str(request.path_params["to"]), request.path_params["kind"]
        if request.path_params["bot"] != BOT_ID or kind not in ("users", "channels") or to.startswith(NOBODY):
            return JSONResponse({"code": "NOT_FOUND", "description": f"no such recipient: {to}"}, 404)
        body = await json_object(request)
        content = body.get("content")
        if set(body) != {"content"} or not isinstance(content, dict) or (wrong := _wrong(content)):
            told = wrong if isinstance(content, dict) and set(body) == {"content"} else "content"
            return JSONResponse({"code": "INVALID_PARAMETER", "description": told}, 400)
        buttons = {a["label"]: a["postback"] for a in content.get("actions", []) if "postback" in a}
        text = content.get("text") or content.get("contentText")
        id_ = secrets.token_hex(8)
        notification = next((value.partition(".")[0] for value in buttons.values()), None)
        quick = [item["action"] for item in content.get("quickReply", {}).get("items", [])]
        buttons |= {a["label"]: a.get("postback", "") for a in quick}
        address = to if kind == "users" else f"channel:{to}"
        self.keep(Sent(self.name, id_, address, str(text), content, None, notification, buttons))
        return Response(status_code=201)


def _wrong(content: dict[str, Any]) -> str:
    """What the real one would refuse, or nothing."""
    type_ = content.get("type")
    items = content["quickReply"].get("items") if isinstance(content.get("quickReply"), dict) else []
    if not isinstance(items, list) or len(items) > QUICK or any(_wrong_action(i.get("action")) for i in items):
        return "content.quickReply"
    fields = FIELDS.get(str(type_))
    if fields is None or set(content) - fields:
        return f"content.type or a field that {type_} has not"
    if type_ == "text":
        return "" if _text(content.get("text"), TEXT) else "content.text"
    actions = content.get("actions")
    if not _text(content.get("contentText"), BUTTON_TEXT) or not isinstance(actions, list):
        return "content.contentText or content.actions"
    if not 1 <= len(actions) <= BUTTONS:
        return "content.actions"
    return next((wrong for action in actions if (wrong := _wrong_action(action))), "")


def _wrong_action(action: object) -> str:
    if not isinstance(action, dict) or not _text(action.get("label"), LABEL):
        return "content.actions[].label"
    if action.get("type") == "uri":
        return "" if _text(action.get("uri"), URI) else "content.actions[].uri"
    good = _text(action.get("text", "-"), 300) and _text(action.get("postback", "-"), POSTBACK)
    return "" if action.get("type") == "message" and good else "content.actions[]"


def _text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def _vouched(assertion: str) -> bool:
    """Whether a JWT is signed by our key (RS256), names client and account, and is good for an hour at most."""
    parts = assertion.split(".")
    try:
        header, claims = (json.loads(_bytes(part)) for part in parts[:2])
        signature = int.from_bytes(_bytes(parts[2]))
        digest = _SHA256 + hashlib.sha256(".".join(parts[:2]).encode()).digest()
        size = (keypair.modulus().bit_length() + 7) // 8
        wanted = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
        now = time.time()
        return (
            header["alg"] == "RS256"
            and pow(signature, keypair.EXPONENT, keypair.modulus()).to_bytes(size) == wanted
            and (claims["iss"], claims["sub"]) == (CLIENT_ID, SERVICE_ACCOUNT)
            and now < claims["exp"] <= claims["iat"] + LONGEST_ASSERTION
        )
    except (ValueError, KeyError, IndexError, TypeError, OverflowError):
        return False


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
