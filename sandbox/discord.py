"""Discord as a webhook shows it, and an application whose buttons post signed interactions."""

import json
import time
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import signatures
from sandbox.body import json_object
from sandbox.outgoing import Delivery
from sandbox.vendor import Sent, Troubles, Vendor

TOKEN = "sandbox-discord-token"  # noqa: S105 - opens only this sandbox
KEY = Ed25519PrivateKey.from_private_bytes(b"sandbox-discord-application-key!")
PUBLIC_KEY = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
PATH = "/api/webhooks/{webhook}/{token}"
PLAIN = "2"  # an id that begins so is a webhook which no application owns
FIELDS = {
    "content",
    "username",
    "avatar_url",
    "tts",
    "embeds",
    "allowed_mentions",
    "components",
    "flags",
    "thread_name",
}


def address(url: str, webhook: str = "1000000000000000001") -> str:
    """The secret address of a webhook in the sandbox that listens on `url`."""
    return f"{url}{PATH.format(webhook=webhook, token=TOKEN)}"


def _error(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}


class Discord(Vendor):
    """Webhooks; every id of one exists as long as the token in the address is right."""

    name = "discord"
    channel = "chat"
    FAULTS: ClassVar[Troubles] = {
        "429": (429, {"retry-after": ""}, {"message": "You are being rate limited.", "global": False}),
        "limited": (429, {"retry-after": "65"}, {"message": "You are being rate limited.", "retry_after": 61.25}),
        "banned": (429, {"retry-after": "3600"}, "error code: 1015"),
        "webhook-deleted": (404, {}, _error(10015, "Unknown Webhook")),
        "bad-token": (401, {}, _error(50027, "Invalid Webhook Token")),
        "forbidden": (403, {}, _error(50013, "Missing Permissions")),
        "bad-body": (400, {}, _error(50035, "Invalid Form Body")),
    }

    def routes(self) -> list[Route]:
        def webhook(request: Request) -> str:
            return str(request.path_params["webhook"])

        return [
            Route(PATH, self.guarded(self._execute, webhook), methods=["POST"]),
            Route(f"{PATH}/messages/{{id}}", self.guarded(self._edit, webhook), methods=["PATCH"]),
        ]

    async def press(self, sent_id: str, user: str = "hanako", label: str = "", *, age: float = 0) -> Delivery:
        """Press a button of a message: a signed interaction, dated `age` seconds ago. Raises KeyError without one."""
        sent = self.sent[sent_id]
        custom_id = sent.buttons[label or next(iter(sent.buttons))]
        body = {
            "type": 3,
            "id": str(time.time_ns()),
            "application_id": "1",
            "token": "token",
            "version": 1,
            "guild_id": "2",
            "channel_id": "3",
            "member": {"user": {"id": f"id-of-{user}", "username": user}},
            "message": {"id": sent_id},
            "data": {"component_type": 2, "custom_id": custom_id},
        }
        return await self.interact(body, age=age)

    async def interact(self, body: dict[str, Any], *, age: float = 0, key: Ed25519PrivateKey = KEY) -> Delivery:
        """Post an interaction to the application's address."""
        raw, stamp = json.dumps(body, ensure_ascii=False).encode(), str(int(time.time() - age))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Discord-Interactions/1.0 (+https://discord.com)",
            "X-Signature-Timestamp": stamp,
            "X-Signature-Ed25519": key.sign(stamp.encode() + raw).hex(),
        }
        url = f"{self.settings.public_url.rstrip('/')}/callbacks/discord"
        return await self.outgoing.send("button", url, raw, headers)

    async def _execute(self, request: Request) -> Response:
        if not signatures.same(request.path_params["token"], TOKEN):
            return JSONResponse(self.FAULTS["bad-token"][2], 401)
        body = await json_object(request)
        if wrong := _wrong(body, owned=not request.path_params["webhook"].startswith(PLAIN)):
            return JSONResponse({**self.FAULTS["bad-body"][2], "errors": wrong}, 400)
        id_ = str(time.time_ns())
        message = self._write(id_, request, body, "message")
        return JSONResponse(message) if request.query_params.get("wait") == "true" else Response(status_code=204)

    async def _edit(self, request: Request) -> Response:
        if not signatures.same(request.path_params["token"], TOKEN):
            return JSONResponse(self.FAULTS["bad-token"][2], 401)
        id_ = request.path_params["id"]
        if id_ not in self.sent:
            return JSONResponse(_error(10008, "Unknown Message"), 404)
        body = await json_object(request)
        if wrong := _wrong(body, owned=not request.path_params["webhook"].startswith(PLAIN)):
            return JSONResponse({**self.FAULTS["bad-body"][2], "errors": wrong}, 400)
        return JSONResponse(self._write(id_, request, body, "update"))

    def _write(self, id_: str, request: Request, body: dict[str, Any], kind: str) -> dict[str, Any]:
        """Keep a message, new or changed; components count only where they are asked for."""
        rows = body.get("components") or () if request.query_params.get("with_components") == "true" else ()
        found = [b for row in rows for b in row["components"]]
        made = {str(b["label"]): str(b.get("custom_id") or b["url"]) for b in found}
        text = "\n".join([str(body.get("content", "")), *(e.get("description", "") for e in body.get("embeds") or ())])
        old = self.sent.get(id_)
        to = request.path_params["webhook"]
        self.keep(Sent(self.name, id_, to, text, {"body": body}, None, None, made, old.changes if old else 0), kind)
        return {"id": id_, "type": 0, **body}


def _wrong(body: dict[str, Any], *, owned: bool) -> dict[str, str]:
    """What is wrong with a message by field; empty when nothing is."""
    embeds = body.get("embeds") or []
    long_embeds = any(not e.get("description") or len(e["description"]) > 4096 for e in embeds)
    found = [b for row in body.get("components") or () for b in row.get("components", ())]
    bad = any(
        len(b.get("label", "")) > 80 or len(b.get("url", "")) > 512 or len(b.get("custom_id", "")) > 100 for b in found
    )
    checks = {
        "fields": bool(body.keys() - FIELDS),
        "content": len(body.get("content") or "") > 2000,
        "embeds": len(embeds) > 10 or long_embeds or sum(len(e["description"]) for e in embeds) > 6000,
        "components": bad or (not owned and any(b.get("style") != 5 for b in found)),
        "nothing": not body.get("content") and not embeds,
    }
    return {name: "is not valid" for name, wrong in checks.items() if wrong}
