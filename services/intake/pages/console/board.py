"""The board of cases: what is open, sorted by what needs a human next, filtered by its address, and views that are kept."""

import re
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from services.intake import board, drills
from services.intake.behind import Directory
from services.intake.domain import access
from services.intake.domain import board as domain
from services.intake.domain.board import Item, Wanted
from services.intake.domain.drills import hears
from services.intake.domain.roles import EVERY_TEAM, teams
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.shell import ANSWERING, chosen, elsewhere, opened, sent, shown
from services.intake.pages.render import HEADERS, text
from shared.contracts.vocabulary import Priority, Status

routes = APIRouter(include_in_schema=False)
PAGE = 50  # rows that stand on one page; a form has no more fields than 60
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,60}")
_DONE = re.compile(r"(taken|known|known\.owned|answered|reassess)-([0-9]{1,18})")


@routes.api_route("/cases", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show the board; a filter is its address."""
    someone, here = await opened(request), door(request)
    wanted, number = domain.wanted(request.query_params), _page(request)
    place = await here.fan.last()
    known = await board_of(request).open(here, someone.who)
    now, me = here.clock.now(), someone.who.actor.id
    items = sorted((one for one in known if domain.fits(one, wanted, me, now)), key=lambda one: domain.rank(one, now))
    done = await board.done(here, someone.who, wanted) if wanted.status == Status.DONE else board.Done(items)
    items = done.items
    first = (number - 1) * PAGE
    rows = items[first : first + PAGE]
    async with here.db.reading() as tx:
        await board.told(tx, someone.who, rows, now)
        kept = await board.views(tx, me)
        exercises = await drills.announced(tx, hears(someone.who.grants))
    answer = shown(
        request,
        "board.html",
        someone,
        area="cases",
        rows=rows,
        total=len(items),
        more=done.more,
        searched=sum(board.STRETCHES) if done.unsearched else 0,
        page=number,
        pages=max(1, -(-len(items) // PAGE)),
        counts=_counts(known, me, now),
        wanted=wanted,
        everything=Wanted(),
        kept=kept,
        drills=exercises,
        teams=sorted({one.team for one in known if one.team} | ({wanted.team} if wanted.team else set())),
        mine=_mine(someone),
        sees=any(grant.role != "admin" for grant in someone.who.grants or ()),
        priorities=list(Priority),
        statuses=list(Status),
        people=await directory_of(request).all(here),
        named=directory_of(request).teams,
        acts=acts(someone),
        takes={one.id: one.asks(me) for one in rows if access.may(someone.who, one.facts, "acknowledge")},
        now=now,
        place=place,
        key=token_hex(16),
        notice=_notice(request),
    )
    answer.headers["content-security-policy"] = HEADERS["content-security-policy"] + ANSWERING
    return answer


@routes.post("/cases/views")
async def keep(request: Request) -> Response:
    """Keep the present filter under a name, or forget one."""
    someone, here = await opened(request), door(request)
    given = await sent(request, someone)
    wanted, name = domain.wanted(given), given.get("name", "").strip()
    async with here.db.transaction() as tx:
        if given.get("forget"):
            await board.drop_view(tx, someone.who.actor.id, given["forget"].replace("\x00", ""))
        elif _NAME.fullmatch(name):
            await board.keep_view(tx, someone.who.actor.id, name, wanted.query(), here.clock.now())
    return elsewhere(address(wanted))


def address(wanted: Wanted, **more: str) -> str:
    """Where a filter is seen."""
    query = "&".join(filter(None, (wanted.query(), urlencode(more))))
    return f"/cases?{query}" if query else "/cases"


def board_of(request: Request) -> board.Board:
    """The board of this process."""
    known: board.Board = request.app.state.board
    return known


def directory_of(request: Request) -> Directory:
    """The people that this process knows."""
    known: Directory = request.app.state.directory
    return known


def acts(someone: Visitor) -> list[str]:
    """What somebody may do to several cases at once, in any team at all."""
    grants = someone.who.grants or frozenset()
    return [verb for verb in ("acknowledge", "followers", "offer", "reassign", "link") if teams(grants, verb)]


def _counts(known: list[Item], me: str, now: Any) -> list[tuple[str, Wanted, int]]:
    """The views that everybody has, with how much is in each."""
    views = (("all", Wanted()), ("mine", Wanted(who="me")), ("none", Wanted(who="none")), ("late", Wanted(late="1")))
    return [(name, view, sum(domain.fits(one, view, me, now) for one in known)) for name, view in views]


def _mine(someone: Visitor) -> list[str]:
    """The teams that somebody belongs to, as far as they are named."""
    return sorted(teams(someone.who.grants or (), "see") - {EVERY_TEAM})


def _page(request: Request) -> int:
    given = request.query_params.get("page", "1")
    return int(given) if re.fullmatch(r"[1-9][0-9]{0,2}", given) else 1


def _notice(request: Request) -> str:
    found = _DONE.fullmatch(request.query_params.get("done", ""))
    return text(f"board.done.{found[1]}", chosen(request), number=found[2]) if found else ""
