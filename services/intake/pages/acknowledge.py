""" "I have it" from a mail in two taps: a button, and then the number of the case among others.

Mail scanners open every link, run what is on the page and submit its forms, so that none of this may acknowledge: a GET
changes nothing, the button leads to a page of numbers only, and what a program tries there comes to nothing.
"""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake import acting, auditing, store
from services.intake.domain import answered, matching, view
from services.intake.domain.case import decide
from services.intake.domain.commands import Acknowledge, Unacknowledge
from services.intake.domain.outlook import Reader
from services.intake.domain.refusals import Refusal
from services.intake.door import Door, door
from services.intake.incoming import SMALL
from services.intake.pages import urlencoded
from services.intake.pages.answering import who_is_called
from services.intake.pages.console.shell import ANSWERING
from services.intake.pages.form import Broken
from services.intake.pages.numbers import Numbers
from services.intake.pages.render import HEADERS, message, page, reader
from services.intake.pages.reported import reported
from services.intake.precedents import precedents
from shared.contracts.case import Case, evolve
from shared.contracts.circle import is_restricted
from shared.contracts.events import Actor, CaseAcknowledged
from shared.contracts.keys import believed, first
from shared.contracts.links import Link, read_link
from shared.contracts.vocabulary import Status
from shared.runtime import folds

routes = APIRouter(include_in_schema=False)
NONCE_SECONDS = 3600
# What somebody decides by stands there at once, the rest behind a press. Who the customer is need not be known for that.
AT_ONCE = ("wanted", "wanted_by", "difficulty", "done_already", "amount")
ABOVE = ("facts", "urgency", "impact", "title", "customer_name")
ANSWERED = ("taken", "known", "answered")
STATUS = {"stale": 400, "wrong": 409, "old": 409, "refused": 409, "other": 409, "done": 409, "paused": 429}


@dataclass(frozen=True)
class Visit:
    """One request with a link that holds: what it is about, and the case that it is handled as."""

    request: Request
    here: Door
    token: str
    link: Link
    case: Case
    lead: Case | None

    @property
    def actor(self) -> Actor:
        """The person whom the link was sent to."""
        return Actor(kind="person", id=self.link.person.id, name=self.link.person.name)

    @property
    def taking(self) -> Acknowledge:
        """What the answer says, on the track of the page that the link came with."""
        return Acknowledge("link", self.link.track)

    @property
    def decides(self) -> bool:
        """Whether the person is asked to know and to decide, and takes nothing over."""
        return answered.only_decides(self.case, self.link.person.id, self.link.track)

    @property
    def joins(self) -> bool:
        """Whether somebody else has the case and keeps it."""
        return answered.joins(self.case, self.link.person.id, self.link.track)

    @property
    def numbers(self) -> Numbers:
        """The numbers of the second page."""
        return Numbers.of(self.here, self.token, self.case.submitted.number)


@routes.get("/a/{token}/similar")
async def similar(request: Request, token: str) -> Response:
    """Show how it was solved before, to who still has to do with the case; the page above asks for it once it is there itself."""
    visit = await _visit(request, token, shown=False)
    if visit is None:
        return message(request, "gone", 410)
    lang, found = reader(request), None
    if _state(visit)[0] in ("open", *ANSWERED):
        found = await precedents(visit.here, visit.case, visit.link.person, lang)
    return page(request, "precedents.html", lang, found=found or [], case=visit.case, above=f"/a/{token}?lang={lang}")


@routes.api_route("/a/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """Show the case and the button; changes nothing."""
    visit = await _visit(request, token)
    if visit is None:
        return message(request, "gone", 410)
    state, refusal = _state(visit)
    if state == "open" and await visit.numbers.paused_until(visit.here):
        state = "paused"
    return await _page(visit, state, refusal, 200)


@routes.post("/a/{token}")
async def take(request: Request, token: str) -> Response:
    """The first tap shows numbers, the second acknowledges in the name of the person; once for each round."""
    visit = await _visit(request, token)
    if visit is None:
        return message(request, "gone", 410)
    try:
        given = await urlencoded.read(request, SMALL)
    except Broken:
        return message(request, "wrong", 400)
    if "undo" in given:
        return await _undo(visit, given["undo"])
    state, refusal = _state(visit)
    if state != "open":
        return await _page(visit, state, refusal)
    if "challenge" in given:
        return await _second(visit, given["challenge"], given.get("choice", ""))
    if not _fresh(visit.here, token, given.get("nonce", ""), visit.here.clock.now()):
        return await _page(visit, "stale")
    return await _first(visit)


async def _visit(request: Request, token: str, shown: bool = True) -> Visit | None:
    """What a link leads to; that somebody is `shown` a restricted case by it is recorded."""
    here = door(request)
    link = read_link(here.settings.link_key, token, here.clock.now())
    if link is None:
        return None
    async with here.db.reading() as tx:
        case = (await folds.load(tx, link.case_id, lock=False)).case
        if case is None:
            return None
        visit = Visit(request, here, token, link, case, await store.lead(tx, case))
        if shown and is_restricted(case):
            now = here.clock.now()
            await auditing.now(tx, auditing.entry("case.seen", visit.actor, case.id, now, "link"))
        return visit


async def _first(visit: Visit) -> Response:
    """Ask for the number; it stands nowhere else on this page."""
    challenge = await visit.numbers.open(visit.here)
    if challenge is None:
        return await _page(visit, "paused")
    lang, shown = reader(visit.request), visit.numbers.on(challenge)
    return page(
        visit.request,
        "choose.html",
        lang,
        decides=visit.decides,
        joins=visit.joins,
        nonce=challenge.nonce,
        numbers=shown,
    )


async def _second(visit: Visit, nonce: str, choice: str) -> Response:
    """Acknowledge if the number is right and nothing else is chosen meanwhile."""
    here, numbers = visit.here, visit.numbers
    verdict = await numbers.choose(here, nonce, choice)
    if verdict not in ("right", "again"):
        return await _page(visit, {"unknown": "stale"}.get(verdict, verdict))
    await asyncio.sleep(matching.QUIET_SECONDS)
    async with here.db.transaction() as tx:
        stands, done = await numbers.stands(tx, nonce), None
        if stands:
            now = here.clock.now()
            anew = nonce if verdict == "right" else ""
            id_, round_ = visit.case.id, visit.link.round
            done = await acting.act(tx, id_, visit.taking, visit.actor, now, round_=round_, anew=anew)
    if not isinstance(done, acting.After):
        return await _page(visit, "refused" if stands else "wrong", done)
    after = replace(visit, case=done.case)
    state, refusal = _state(after)
    return await _page(after, state, refusal, undo=nonce if state in ANSWERED else "")


async def _undo(visit: Visit, nonce: str) -> Response:
    """Take back what was answered by this page of numbers; nobody but who answered has been shown the button."""
    if not await visit.numbers.answered(visit.here, nonce):
        return await _page(visit, "stale")
    async with visit.here.db.transaction() as tx:
        done = await acting.act(tx, visit.case.id, Unacknowledge(), visit.actor, visit.here.clock.now())
    if isinstance(done, acting.After):
        return await _page(replace(visit, case=done.case), "undone")
    return await _page(visit, _state(visit)[0], done, 409)


def _state(visit: Visit) -> tuple[str, Refusal | None]:
    """How the case looks to this person: open to be answered, answered by them, somebody else's, or done."""
    case, lead, person = visit.case, visit.lead, visit.link.person.id
    verdict = decide(case, visit.taking, visit.actor, lead.submitted.number if lead else 0)
    if isinstance(verdict, Refusal):
        if case.status is Status.DONE:
            return "done", None
        return ("refused" if case.linked else "other"), verdict
    if verdict is not None:
        return "open", None
    return answered.part(case, person), None


def _goes_on(visit: Visit, now: datetime) -> bool:
    """Whether others are called on after an answer of this person."""
    case, said = visit.case, visit.taking
    after = evolve(case, CaseAcknowledged(case_id=case.id, by=visit.actor, via=said.via, track=said.track), now)
    return after is not None and after.awaiting


async def _page(
    visit: Visit, state: str, refusal: Refusal | None = None, status: int | None = None, undo: str = ""
) -> Response:
    here, case, lang = visit.here, visit.case, reader(visit.request)
    now = here.clock.now()
    if state in ("wrong", "old") and await visit.numbers.paused_until(here):
        state = "paused"
    told = [(name, value) for name, value in reported(case.submitted.report) if name not in ABOVE]
    values: dict[str, Any] = {
        "case": case,
        "report": sorted((x for x in told if x[0] in AT_ONCE), key=lambda x: AT_ONCE.index(x[0])),
        "more": [x for x in told if x[0] not in AT_ONCE],
        "row": view.view(case, case.submitted_at, Reader(lang, here.zone, now), visit.lead),
        "decides": visit.decides,
        "joins": visit.joins,
        "goes_on": _goes_on(visit, now),
        "called": who_is_called(case, visit.link.person.id, lang),
        "offered": case.is_offered(visit.link.person.id),
        "person": visit.link.person,
        "state": state,
        "until": await visit.numbers.paused_until(here) if state == "paused" else None,
        "refusal": refusal and (refusal.en if lang == "en" else refusal.ja),
        "undo": undo,
        "nonce": _nonce(first(here.settings.link_key), visit.token, now),
    }
    answer = page(visit.request, "acknowledge.html", lang, status or STATUS.get(state, 200), **values)
    answer.headers["content-security-policy"] = HEADERS["content-security-policy"] + ANSWERING
    return answer


def _nonce(key: str, token: str, at: datetime) -> str:
    """A proof that this page was made by us at this time."""
    stamp = str(int(at.timestamp()))
    return f"{stamp}.{hmac.new(key.encode(), f'nonce|{token}|{stamp}'.encode(), hashlib.sha256).hexdigest()}"


def _fresh(here: Door, token: str, nonce: str, now: datetime) -> bool:
    stamp = nonce.partition(".")[0]
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return False
    at = datetime.fromtimestamp(int(stamp), now.tzinfo)
    ours = believed(
        here.settings.link_key, nonce.encode("utf-8", "replace"), lambda key: _nonce(key, token, at).encode()
    )
    age = now.timestamp() - int(stamp)
    return ours and -5 < age < NONCE_SECONDS
