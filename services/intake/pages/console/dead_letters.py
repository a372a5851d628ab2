"""Dead letters in the console: the newest first, what one holds, and having them handled again once the cause is mended."""

from collections import Counter

from fastapi import APIRouter, Request, Response

from services.intake import parked
from services.intake.backlog import AWAY
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.shell import chosen, elsewhere, entered, sent, shown
from services.intake.pages.render import text

routes = APIRouter(include_in_schema=False)
PATH = "/operations/dead-letters"
DONE = ("handled", "known", "dismissed")
VERDICTS = ("handled", "known", "refused")


@routes.api_route(PATH, methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show the newest, and which kinds there are."""
    someone = await entered(request)
    counted = {name: request.query_params.get(name, "") for name in VERDICTS}
    whole = all(count.isascii() and count.isdigit() and len(count) < 5 for count in counted.values())
    notice = text("letters.done.all", chosen(request), **counted) if whole else ""
    try:
        kept, letters = await parked.listed(door(request))
    except AWAY:
        return shown(request, "dead_letters.html", someone, 503, area="operations", letters=None, notice="")
    return shown(
        request,
        "dead_letters.html",
        someone,
        area="operations",
        letters=letters,
        kept=kept,
        kinds=parked.kinds(letters),
        masked=parked.masked,
        notice=notice,
    )


@routes.post(f"{PATH}/again")
async def all_again(request: Request) -> Response:
    """Have all of one kind handled again."""
    someone = await entered(request)
    given = await sent(request, someone)
    came = await parked.all_again(
        door(request), someone.who, given.get("service", ""), given.get("type", ""), chosen(request)
    )
    counted: Counter[str] = Counter(outcome.verdict for _, outcome in came)
    return elsewhere(f"{PATH}?" + "&".join(f"{name}={counted[name]}" for name in VERDICTS))


@routes.api_route(PATH + "/again", methods=["GET", "HEAD"])
async def all_of_them(request: Request) -> Response:
    """Lead whoever reloads the answer to that form to the list."""
    await entered(request)
    return elsewhere(PATH)


@routes.api_route(PATH + "/{place}", methods=["GET", "HEAD"])
async def look(request: Request, place: str) -> Response:
    """Show what one holds; that somebody looked is recorded."""
    someone = await entered(request)
    done = request.query_params.get("done", "")
    notice = text(f"letters.done.{done}", chosen(request)) if done in DONE else ""
    return await _page(request, someone, place, notice=notice)


@routes.post(PATH + "/{place}/again")
async def again(request: Request, place: str) -> Response:
    """Have it handled again, or say why it still cannot be."""
    someone = await entered(request)
    await sent(request, someone)
    here = door(request)
    outcome = await parked.again(here, someone.who, await parked.one(here, place), chosen(request))
    if outcome.verdict == "refused":
        wrong = text("letters.refused", chosen(request), reason=parked.masked(outcome.reason))
        return await _page(request, someone, place, 409, wrong=wrong)
    return elsewhere(f"{PATH}/{place}?done={outcome.verdict}")


@routes.post(PATH + "/{place}/dismiss")
async def dismiss(request: Request, place: str) -> Response:
    """Say that nothing is to be done about it."""
    someone = await entered(request)
    await sent(request, someone)
    here = door(request)
    await parked.dismiss(here, someone.who, await parked.one(here, place))
    return elsewhere(f"{PATH}/{place}?done=dismissed")


async def _page(
    request: Request, someone: Visitor, place: str, status: int = 200, notice: str = "", wrong: str = ""
) -> Response:
    known = await parked.looked(door(request), someone.who, place)
    return shown(
        request,
        "dead_letter.html",
        someone,
        status,
        area="operations",
        at=f"{PATH}/{known.letter.place}",
        known=known,
        letter=known.letter,
        headers=parked.headers(known.letter),
        body=parked.body(known),
        reason=parked.masked(known.letter.reason),
        notice=notice,
        wrong=wrong,
    )
