"""Drills in the console: hold one now or at a time, see those of one's teams, and read the report afterwards."""

from secrets import token_hex
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import ValidationError

from services.intake import drilling, drills
from services.intake.domain import drill_report, drill_view
from services.intake.domain import drills as domain
from services.intake.domain.drill_wanted import NewDrill
from services.intake.domain.outlook import Reader
from services.intake.domain.scenarios import SCENARIOS
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.doing import KEY
from services.intake.pages.console.duty import moment
from services.intake.pages.console.shell import ANSWERING, chosen, elsewhere, opened, sent, shown, text_of, zone_of
from services.intake.pages.render import HEADERS, rendered
from shared.contracts.vocabulary import Impact, Kind, Urgency
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
DrillId = Annotated[str, Path(pattern=domain.ID)]
GRADES = {"kind": tuple(Kind), "urgency": tuple(Urgency), "impact": tuple(Impact)}


@routes.api_route("/drills", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show the drills of one's teams, and the form for a new one to who leads or administers."""
    return await _page(request, await opened(request))


@routes.post("/drills")
async def plan(request: Request) -> Response:
    """Plan a drill; sending the page twice plans one."""
    someone = await opened(request, "drill")
    given = await sent(request, someone)
    if not KEY.fullmatch(given.get("key", "")):
        raise Problem(400, "malformed", *text_of("error.key"))
    typed = {name: value for name, value in given.items() if value and name not in ("csrf", "key")}
    starts_at = moment(request, typed["starts_at"]) if "starts_at" in typed else None
    if "starts_at" in typed and starts_at is None:
        return await _page(request, someone, 422, text_of("duty.wrong-time"), given)
    values = {**typed, "starts_at": starts_at, "announced": "announced" in typed}
    try:
        wanted = NewDrill.model_validate({name: values[name] for name in NewDrill.model_fields if name in values})
        new, _ = await drilling.plan(door(request), someone.who, wanted.wanted(), given["key"])
    except ValidationError as problem:
        field = str(problem.errors()[0]["loc"][0])
        wrong = f"drills.wrong.{field}" if field in ("minutes", "title", "facts") else "drills.wrong"
        return await _page(request, someone, 422, text_of(wrong), given)
    except Problem as problem:
        return await _page(request, someone, problem.status, (problem.ja, problem.en), given)
    return elsewhere(f"/drills/{new.id}?done=planned")


@routes.api_route("/drills/{id}.md", methods=["GET", "HEAD"])
async def save(request: Request, id: DrillId) -> Response:
    """The report to keep, in Markdown."""
    someone = await opened(request)
    drill, scored = await drilling.read(door(request), someone.who, id)
    headers = {**HEADERS, "content-disposition": f'attachment; filename="drill-{id}.md"'}
    told = drill_report.markdown(drill, scored, _reader(request))
    return PlainTextResponse(told, headers=headers, media_type="text/markdown; charset=utf-8")


@routes.api_route("/drills/{id}", methods=["GET", "HEAD"])
async def one(request: Request, id: DrillId) -> Response:
    """Show one drill and its report."""
    someone = await opened(request)
    values = await _values(request, someone, id)
    done = request.query_params.get("done", "")
    notice = f"drills.done.{done}" if done in ("planned", "stopped") else ""
    answer = shown(request, "drill.html", someone, area="duty", at=f"/drills/{id}", notice=notice, **values)
    answer.headers["content-security-policy"] += ANSWERING
    return answer


@routes.get("/drills/{id}/now")
async def now(request: Request, id: DrillId) -> Response:
    """The part of the page that changes while the drill runs."""
    values = await _values(request, await opened(request), id)
    html = rendered(request, "console/drill_now.html", chosen(request), zone_of(request), **values)
    return HTMLResponse(html, headers=HEADERS)


@routes.post("/drills/{id}/stop")
async def stop(request: Request, id: DrillId) -> Response:
    """End a drill, or call it off."""
    someone = await opened(request, "drill")
    await sent(request, someone)
    await drilling.stop(door(request), someone.who, id)
    return elsewhere(f"/drills/{id}?done=stopped")


async def _values(request: Request, someone: Visitor, id_: str) -> dict[str, Any]:
    drill, scored = await drilling.read(door(request), someone.who, id_)
    reader = _reader(request)
    return {
        "one": drill_view.view(drill, scored, reader),
        "took": {asked.person: drill_report.lasted(asked.took, reader) for asked in scored.asked if asked.took is not None},
        "clock": lambda at: drill_report.clock(at, reader),
        "over": drill.is_over,
        "holds": domain.may_hold(someone.who.grants, drill.team),
        "sees": domain.sees(someone.who.grants, drill.team),
        "made": reader.now,
    }  # fmt: skip


async def _page(
    request: Request,
    someone: Visitor,
    status: int = 200,
    wrong: tuple[str, str] = ("", ""),
    typed: dict[str, str] | None = None,
) -> Response:
    here, grants = door(request), someone.who.grants
    async with here.db.reading() as tx:
        found = await drills.listed(tx, *domain.seen_by(grants))
    holder = domain.seen_by(grants)[0] != []
    names = await drilling.team_names(here) if holder else {}
    lang = chosen(request)
    return shown(
        request,
        "drills.html",
        someone,
        status,
        area="duty",
        at="/drills",
        listed=[drill_view.row(drill, _reader(request)) for drill in found],
        holder=holder,
        teams=[(id_, name) for id_, name in names.items() if domain.may_hold(grants, id_)],
        scenarios=[(name, story.title[lang == "en"]) for name, story in SCENARIOS.items()],
        grades=GRADES,
        usual=domain.USUAL,
        key=token_hex(16),
        typed=typed or {},
        wrong=wrong[lang == "en"],
    )


def _reader(request: Request) -> Reader:
    return Reader(chosen(request), zone_of(request), door(request).clock.now())
