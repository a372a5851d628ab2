"""The door behind the short links of text messages: it leads on to the page where one can answer."""

from datetime import timedelta

from fastapi import FastAPI, Response
from fastapi.responses import RedirectResponse

from services.notifier.channels.channel import Surroundings
from services.notifier.desk import Desk
from services.notifier.domain import short_links
from services.notifier.wording import DIGEST, DIGEST_LINK_KEPT
from shared.contracts.links import make_link
from shared.contracts.plan import Person
from shared.runtime import web

KEPT = timedelta(hours=24)  # from the attempt on, as the long links


def add(app: FastAPI, desk: Desk, around: Surroundings) -> None:
    """Add the route."""
    settings = around.settings

    @app.head("/callbacks/l/{token}", status_code=303, response_class=Response, include_in_schema=False)
    @app.get("/callbacks/l/{token}", status_code=303, response_class=Response)
    async def link(token: str) -> Response:
        """Lead on to the page of a page, or of a digest; opening it changes nothing."""
        id_ = short_links.read(settings.link_key, token)
        n = (await desk.find(str(id_)))[0] if id_ else None
        listed = n is not None and n.bundled and n.carrier == n.id
        if n is None or not (n.answerable or listed):
            raise web.Problem(404, "not-found", "見つかりません。", "There is nothing here.")
        person = Person(id=n.recipient, name=n.name)
        if listed:
            long = make_link(settings.link_key, f"{DIGEST}{n.id}", person, 0, n.attempted_at + DIGEST_LINK_KEPT)
        else:
            long = make_link(settings.link_key, n.case_id, person, n.round, n.attempted_at + KEPT, n.track)
        headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
        page = f"{settings.public_url.rstrip('/')}/{'digests' if listed else 'a'}/{long}"
        return RedirectResponse(page, 303, headers)
