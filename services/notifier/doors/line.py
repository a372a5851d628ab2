"""LINE's door: pressed buttons. An event that is delivered again changes nothing."""

from fastapi import BackgroundTasks, FastAPI, Request, Response

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.line import Line, LineSettings
from services.notifier.desk import Desk, forged
from services.notifier.domain import buttons, said, signed


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route."""
    settings, ours = around.read(LineSettings), Line(around)

    @app.post("/callbacks/line", response_class=Response)
    async def line(request: Request, after: BackgroundTasks) -> Response:
        """Events of an official account (signed by LINE); an empty list is its test of the address."""
        body = await request.body()
        key = settings.line_channel_secret.encode()
        if not signed.is_genuine(key, body, request.headers.get("x-line-signature", "")):
            raise forged()
        for pressed in said.line(body):
            id_ = buttons.read(around.settings.link_key, pressed.value)
            if id_ is not None:
                n, known = await desk.find(str(id_))
                words = await desk.pressed(n, known, "line", pressed.user, direct=not pressed.room)
                if pressed.reply:
                    after.add_task(ours.reply, pressed.reply, words)
        return Response(background=after)
