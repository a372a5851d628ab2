""" "I have it" from a mail: the link shows a page, and only the button on it changes anything.

Mail scanners open every link, so a GET must never acknowledge; the button carries a proof that the page was shown.
"""

import hashlib
import hmac
from datetime import datetime

from fastapi import APIRouter, Request, Response

from services.intake import acting, store
from services.intake.domain import view
from services.intake.domain.case import asked_on, decide
from services.intake.domain.commands import Acknowledge
from services.intake.domain.outlook import Reader
from services.intake.domain.refusals import Refusal
from services.intake.door import Door, door
from services.intake.pages.form import Broken, fields_of
from services.intake.pages.render import message, page, reader
from shared.contracts.case import Case
from shared.contracts.events import Actor
from shared.contracts.links import Link, read_link
from shared.contracts.vocabulary import Status, Track
from shared.runtime import folds

routes = APIRouter(include_in_schema=False)
NONCE_SECONDS = 3600


@routes.api_route("/a/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """Show the case and the button; changes nothing."""
    here = door(request)
    link = read_link(here.settings.link_key, token, here.clock.now())
    case, lead = await _case(here, link) if link else (None, None)
    if link is None or case is None:
        return message(request, "gone", 410)
    return _page(request, here, token, link, case, lead, *_state(case, link, lead))


@routes.post("/a/{token}")
async def take(request: Request, token: str) -> Response:
    """Acknowledge in the name of the person whom the link was sent to; once for each round."""
    here, now = door(request), door(request).clock.now()
    link = read_link(here.settings.link_key, token, now)
    case, lead = await _case(here, link) if link else (None, None)
    if link is None or case is None:
        return message(request, "gone", 410)
    try:
        nonce = fields_of(await request.body()).get("nonce", "")
    except Broken:
        return message(request, "wrong", 400)
    if not _fresh(here, token, nonce, now):
        return _page(request, here, token, link, case, lead, "stale", None, 400)
    async with here.db.transaction() as tx:
        done = await acting.act(tx, case.id, Acknowledge("link"), _actor(link), now, round_=link.round)
    if isinstance(done, acting.After):
        return _page(request, here, token, link, done.case, lead, *_state(done.case, link, lead))
    return _page(request, here, token, link, case, lead, "refused", done, 409)


async def _case(here: Door, link: Link) -> tuple[Case | None, Case | None]:
    """The case, and the one that it is handled as."""
    async with here.db.reading() as tx:
        case = (await folds.load(tx, link.case_id, lock=False)).case
        return case, await store.lead(tx, case) if case else None


def _actor(link: Link) -> Actor:
    return Actor(kind="person", id=link.person.id, name=link.person.name)


def _state(case: Case, link: Link, lead: Case | None) -> tuple[str, Refusal | None]:
    """How the case looks to this person: open to be answered, answered by them, somebody else's, or done."""
    verdict = decide(case, Acknowledge("link"), _actor(link), lead.submitted.number if lead else 0)
    if isinstance(verdict, Refusal):
        if case.status is Status.DONE:
            return "done", None
        return ("refused" if case.linked else "other"), verdict
    if verdict is not None:
        return "open", None
    owner = case.owner is not None and case.owner.id == link.person.id
    decides = _decides(case, link) or link.person.id in case.authority.acknowledged
    return ("taken" if owner else "known" if decides else "answered"), None


def _decides(case: Case, link: Link) -> bool:
    """Whether this person is only asked to know and to decide."""
    return asked_on(case, link.person.id) == (Track.AUTHORITY,)


def _page(
    request: Request,
    here: Door,
    token: str,
    link: Link,
    case: Case,
    lead: Case | None,
    state: str,
    refusal: Refusal | None,
    status: int = 200,
) -> Response:
    lang = reader(request)
    return page(
        request,
        "acknowledge.html",
        lang,
        status,
        case=case,
        row=view.view(case, case.submitted_at, Reader(lang, here.zone, here.clock.now()), lead),
        decides=_decides(case, link),
        person=link.person,
        state=state,
        refusal=refusal and (refusal.en if lang == "en" else refusal.ja),
        nonce=_nonce(here, token, here.clock.now()),
    )


def _nonce(here: Door, token: str, at: datetime) -> str:
    """A proof that this page was made by us at this time."""
    stamp = str(int(at.timestamp()))
    key = here.settings.link_key.encode()
    return f"{stamp}.{hmac.new(key, f'nonce|{token}|{stamp}'.encode(), hashlib.sha256).hexdigest()}"


def _fresh(here: Door, token: str, nonce: str, now: datetime) -> bool:
    stamp = nonce.partition(".")[0]
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return False
    expected = _nonce(here, token, datetime.fromtimestamp(int(stamp), now.tzinfo))
    age = now.timestamp() - int(stamp)
    return hmac.compare_digest(nonce.encode("utf-8", "replace"), expected.encode()) and -5 < age < NONCE_SECONDS
