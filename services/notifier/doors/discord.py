"""Discord's door: pressed buttons of messages whose webhook belongs to our application, and Discord's own checks."""

from typing import Any

from fastapi import FastAPI, Request

from services.notifier import callbacks
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.discord import DiscordSettings
from services.notifier.desk import Desk
from services.notifier.domain import buttons
from shared.runtime import web

PONG = {"type": 1}
MESSAGE, FOR_ONE = 4, 64  # an answer that only the one who pressed can see


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route; without the public key of an application nothing is genuine."""
    public_key = around.read(DiscordSettings).discord_public_key

    @app.post("/callbacks/discord")
    async def discord(request: Request) -> dict[str, Any]:
        """A pressed button (signed by Discord). Forged ones get 401: Discord tries that out before it takes the address."""
        body = await request.body()
        stamp, signature = (request.headers.get(f"x-signature-{h}", "") for h in ("timestamp", "ed25519"))
        if not callbacks.discord_is_genuine(public_key, stamp, body, signature, desk.clock.now()):
            raise web.Problem(401, "bad-signature", "署名を確認できません。", "The signature cannot be verified.")
        if callbacks.discord_ping(body):
            return PONG
        pressed = callbacks.discord_button(body)
        id_ = buttons.read(around.settings.link_key, pressed.value) if pressed else None
        if id_ is None:
            raise web.Problem(400, "no-button", "このボタンは分かりません。", "This button is not known.")
        n, known = await desk.find(str(id_))
        reply = await desk.press(n, known, None, direct=True)  # who can see a webhook's message is not told to us
        return {"type": MESSAGE, "data": {"content": reply.text, "flags": FOR_ONE, "allowed_mentions": {"parse": []}}}
