"""Mattermost's door: pressed buttons. The server signs nothing, so the value that only it was given is the proof."""

from typing import Any

from fastapi import FastAPI, Request

from services.notifier import callbacks
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.mattermost import shown
from services.notifier.desk import Desk, forged
from services.notifier.domain import buttons
from services.notifier.domain.closing import Closing
from shared.contracts.vocabulary import Track


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route."""

    @app.post("/callbacks/mattermost")
    async def mattermost(request: Request) -> dict[str, Any]:
        """A pressed button; the answer is shown to the one who pressed, and changes the post where it counts."""
        pressed = callbacks.mattermost_button(await request.body())
        id_ = buttons.read(around.settings.link_key, pressed.value) if pressed else None
        if id_ is None or pressed is None:
            raise forged()
        n, known = await desk.find(str(id_))
        by = await desk.owner_of("mattermost", pressed.user) if pressed.user else None
        reply = await desk.press(n, known, by, direct=bool(pressed.channel))
        if reply.taken is None:
            return {"ephemeral_text": reply.text}
        words = Closing("taken" if n.track is Track.HANDLING else "known", reply.taken.name)
        return {"ephemeral_text": reply.text, "update": shown(desk.wording.closed(n, known.contact, words))}
