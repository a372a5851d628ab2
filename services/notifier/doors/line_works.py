"""LINE WORKS' door: pressed buttons. It posts each of them once only, so the message has a link as well."""

from fastapi import BackgroundTasks, FastAPI, Request, Response

from services.notifier.channels.channel import Surroundings
from services.notifier.channels.line_works import LineWorks, LineWorksSettings
from services.notifier.desk import Desk, forged
from services.notifier.domain import buttons, said, signed


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route."""
    settings, ours = around.read(LineWorksSettings), LineWorks(around)

    @app.post("/callbacks/line_works", response_class=Response)
    async def line_works(request: Request, after: BackgroundTasks) -> Response:
        """A pressed button (signed by LINE WORKS); whoever pressed it is told what came of it."""
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
        return Response(background=after)
