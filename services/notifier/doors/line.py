"""LINE's door: pressed buttons, and reports. An event that is delivered again changes nothing."""

from fastapi import BackgroundTasks, FastAPI, Request, Response

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.line import Line, LineSettings
from services.notifier.desk import Desk, forged
from services.notifier.domain import buttons, said, signed
from services.notifier.domain.guided import Turn
from services.notifier.domain.said import Written
from services.notifier.reporting import Chat
from services.notifier.talks import Talks

NAME: Chat = "line"


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route."""
    settings, ours, talks = around.read(LineSettings), Line(around), Talks(desk.reporting)

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
        for written in said.line_written(body):
            mine = written.room or buttons.read(around.settings.link_key, written.value)
            if not mine and (turn := await talks.hear(NAME, written)):
                after.add_task(_go_on, ours, talks, written, turn)
        return Response(background=after)


async def _go_on(ours: Line, talks: Talks, written: Written, turn: Turn) -> None:
    """Send the report where it is complete, and say what comes next."""
    text, quick = await talks.send(NAME, written.user, turn.send) if turn.send else (turn.text, turn.buttons)
    await ours.reply(written.reply, text, quick)
