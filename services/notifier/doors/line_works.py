"""LINE WORKS' door: pressed buttons, which it posts once only (so the message has a link as well), and reports."""

from fastapi import BackgroundTasks, FastAPI, Request, Response

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.line_works import LineWorks, LineWorksSettings
from services.notifier.desk import Desk, forged
from services.notifier.domain import buttons, said, signed
from services.notifier.domain.guided import Turn
from services.notifier.reporting import Chat
from services.notifier.talks import Talks

NAME: Chat = "line_works"


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route."""
    settings, ours, talks = around.read(LineWorksSettings), LineWorks(around), Talks(desk.reporting)

    @app.post("/callbacks/line_works", response_class=Response)
    async def line_works(request: Request, after: BackgroundTasks) -> Response:
        """A pressed button or a word (signed by LINE WORKS); whoever it came from is told what came of it."""
        body = await request.body()
        bot, signature = (request.headers.get(f"x-works-{h}", "") for h in ("botid", "signature"))
        key = settings.line_works_bot_secret.encode()
        if bot != settings.line_works_bot_id or not signed.is_genuine(key, body, signature):
            raise forged()
        pressed = said.line_works(body)
        id_ = buttons.read(around.settings.link_key, pressed.value) if pressed else None
        if pressed is not None and id_ is not None:
            n, known = await desk.find(str(id_))
            words = await desk.pressed(n, known, "line_works", pressed.user, direct=not pressed.room)
            if pressed.user:
                after.add_task(ours.say, words, pressed.user)
        elif (
            (written := said.line_works_written(body))
            and not written.room
            and (turn := await talks.hear(NAME, written))
        ):
            after.add_task(_go_on, ours, talks, written.user, turn)
        return Response(background=after)


async def _go_on(ours: LineWorks, talks: Talks, user: str, turn: Turn) -> None:
    """Send the report where it is complete, and say what comes next."""
    text, quick = await talks.send(NAME, user, turn.send) if turn.send else (turn.text, turn.buttons)
    await ours.say(text, user, quick)
