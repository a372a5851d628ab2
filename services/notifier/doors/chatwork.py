"""Chatwork's door: it has no buttons, so a message that names us and says "了解 #12" takes a case."""

from fastapi import BackgroundTasks, FastAPI, Request, Response

from services.notifier.callbacks import WINDOW
from services.notifier.channels.channel import Surroundings
from services.notifier.channels.chatwork import Chatwork, ChatworkSettings
from services.notifier.desk import Desk, forged
from services.notifier.domain import said, signed


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route."""
    settings, ours = around.read(ChatworkSettings), Chatwork(around)
    key = signed.decoded(settings.chatwork_webhook_token)

    @app.post("/callbacks/chatwork", response_class=Response)
    async def chatwork(request: Request, after: BackgroundTasks) -> Response:
        """A message that names us (signed by Chatwork); it answers the newest page of that case to its writer."""
        body = await request.body()
        if not signed.is_genuine(key, body, request.headers.get("x-chatworkwebhooksignature", "")):
            raise forged()
        word = said.chatwork(body)
        if word is None:
            return Response()
        if abs(desk.clock.now().timestamp() - word.at) > WINDOW:  # what was caught on its way would take a newer page
            raise forged()
        for number in word.numbers:
            asked = await desk.page_to("chatwork", number, f"%:{word.account}")
            if asked is not None:
                words = await desk.pressed(*asked, "chatwork", "", direct=True)
                after.add_task(ours.say, word.room, word.account, words)
        return Response(background=after)
