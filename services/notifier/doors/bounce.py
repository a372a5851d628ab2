"""The door for mails that come back; a mail system that has got one of ours holds the proof in its envelope sender."""

from fastapi import FastAPI, Request, Response

from services.notifier.channels.channel import Surroundings
from services.notifier.desk import Desk, forged
from services.notifier.domain import bounce
from shared.contracts.vocabulary import Outcome
from shared.runtime import telemetry

log = telemetry.logger(__name__)


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route."""

    @app.post("/callbacks/bounce", status_code=204, response_class=Response)
    async def bounced(request: Request) -> Response:
        """A raw mail; the header X-Envelope-To holds the address that it came to."""
        id_ = bounce.about(around.settings.link_key, request.headers.get("x-envelope-to", ""))
        if id_ is None:
            raise forged()
        n, _ = await desk.find(str(id_))
        told = bounce.read(await request.body())
        if told is None or not told.failed:
            log.info("mail answered or delayed", notification_id=str(n.id), code=told.status if told else "reply")
            return Response(status_code=204)
        code = f"bounced-{told.status}"
        if told.broken:
            await desk.broken(n, told.recipient, code)
        await desk.progress(n.id, n.attempts, Outcome.FAILED, code)
        return Response(status_code=204)
