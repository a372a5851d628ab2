"""Changing the policy: a draft is checked, compared, tried and published, and whatever is refused leaves every letter where it was."""

import asyncio
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from services.intake import behind, relayed
from services.intake.behind import told
from services.intake.domain import policy as domain
from services.intake.domain import policy_words as words
from services.intake.domain.forecast import Forecast, sentences
from services.intake.domain.outlook import Reader
from services.intake.domain.policy import drafted, touched
from services.intake.domain.roles import EVERY_TEAM, teams
from services.intake.domain.wording import reason
from services.intake.domain.words import Language, span
from services.intake.door import door
from services.intake.entrance import Visitor, is_forged, permit
from services.intake.pages.console.doing import me
from services.intake.pages.console.policy import DONE, IMPACTS, edits
from services.intake.pages.console.shell import (
    ANSWERING,
    NotLoggedIn,
    chosen,
    elsewhere,
    entered,
    fields,
    opened,
    sent,
    shown,
    text_of,
    zone_of,
)
from services.intake.pages.form import shown_again
from services.intake.pages.render import HEADERS, rendered
from shared.contracts.vocabulary import Impact, Kind, Urgency
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
T = TypeVar("T", bound=BaseModel)
Choice = TypeVar("Choice", Kind, Urgency, Impact)
Number = Annotated[int, Path(ge=1, le=10**9)]
REPLAYING = 60.0  # seconds: a year of cases may be in it
CHECKING = 20.0
WORST = 50  # changed cases that are listed


@routes.api_route("/policy/edit", methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """Show the files in force, to be changed."""
    someone = await entered(request)
    now = await _in_force(request)
    return _page(request, someone, now, now.files or {} if now else {})


@routes.post("/policy/edit")
async def edit(request: Request) -> Response:
    """Do with the draft what was pressed; only publishing changes anything."""
    given = await fields(request)
    files = drafted(shown_again(given))
    try:
        someone = await entered(request)
    except NotLoggedIn:
        return _page(request, None, None, files, given, 401, text_of("kept.lead"))
    now = await _in_force(request)
    page = partial(_page, request, someone, now, files, given)
    if is_forged(request, someone, given.get("csrf", "")):
        return page(409, wrong=text_of("kept.again"))
    act = ACTS.get(given.get("do", ""))
    if act is None or not files:
        return page(422, wrong=text_of("error.choose"))
    try:
        found = await act(request, someone, files, given)
    except Problem as problem:
        return await _refused(request, page, problem, files)
    return found if isinstance(found, Response) else page(**found)


@routes.post("/policy/edit/lint")
async def lint(request: Request) -> Response:
    """What is to be said about a draft that is being typed, as parts of the page."""
    someone = await entered(request)
    files = drafted(shown_again(await sent(request, someone)))
    linted = await _lint(request, files)
    text = rendered(request, "console/lint.html", chosen(request), zone_of(request), files=files, linted=linted)
    return Response(text, headers=HEADERS, media_type="text/html; charset=utf-8")


@routes.api_route("/policy/versions", methods=["GET", "HEAD"])
async def history(request: Request) -> Response:
    """Show who put which version into force, when and why."""
    someone = await opened(request)
    cursor = request.query_params.get("before", "")
    asked = {"cursor": cursor} if cursor.isascii() and cursor.isdigit() and len(cursor) < 10 else {}
    listed = told(domain.History, await behind.ask(door(request), "router", "/v1/policy/versions", **asked))
    return shown(request, "versions.html", someone, area="policy", at="/policy/versions", listed=listed)


@routes.api_route("/policy/versions/{number}", methods=["GET", "HEAD"])
async def version(request: Request, number: Number) -> Response:
    """Show what a version changed, and its files."""
    someone = await opened(request)
    return await _version(request, someone, number)


@routes.post("/policy/versions/{number}/restore")
async def restore(request: Request, number: Number) -> Response:
    """Put an old version into force anew."""
    someone = await entered(request)
    given = await sent(request, someone)
    try:
        body = {"to": number, **_reasoned(someone, given)}
        return await _put(request, someone, "POST", "/v1/policy/rollback", body, given)
    except Problem as problem:
        wrong = (problem.ja, problem.en)[chosen(request) == "en"]
        return await _version(request, someone, number, problem.status, wrong, given.get("why", ""))


async def _check(request: Request, someone: Visitor, files: dict[str, str], given: dict[str, str]) -> dict[str, Any]:
    return {"linted": await _lint(request, files)}


async def _compare(request: Request, someone: Visitor, files: dict[str, str], given: dict[str, str]) -> dict[str, Any]:
    return {"compared": await _ask(request, domain.Compared, "/v1/policy/diff", {"files": files})}


async def _simulate(request: Request, someone: Visitor, files: dict[str, str], given: dict[str, str]) -> dict[str, Any]:
    report = {
        "facts": given.get("facts", "").strip()[:1000] or "―", "product": given.get("product", "").strip()[:200],
        "kind": _one_of(given.get("kind", ""), Kind.OTHER), "urgency": _one_of(given.get("urgency", ""), Urgency.MEDIUM),
        "impact": _one_of(given.get("impact", ""), Impact.ONE),
    }  # fmt: skip
    question = {"report": report, "language": chosen(request), "files": files}
    forecast = await _ask(request, Forecast, "/v1/simulate", question)
    reader = Reader(chosen(request), zone_of(request), door(request).clock.now())
    because = [reason(one, reader.language) for one in forecast.plan.reasons]
    return {"forecast": forecast, "lines": sentences(forecast, reader), "reasons": because}


async def _replay(request: Request, someone: Visitor, files: dict[str, str], given: dict[str, str]) -> dict[str, Any]:
    permit(someone.who, "see-restricted", of="every")  # it names cases of all teams
    body = {"files": files, "worst": WORST}
    return {"replayed": await _ask(request, domain.Replayed, "/v1/policy/replay", body, REPLAYING)}


async def _publish(
    request: Request, someone: Visitor, files: dict[str, str], given: dict[str, str]
) -> dict[str, Any] | Response:
    linted = await _lint(request, files)
    if not linted.ok:
        return {"linted": linted, "status": 422}
    body = {"files": files, **_reasoned(someone, given)}
    return await _put(request, someone, "PUT", "/v1/policy", body, given)


ACTS = {"check": _check, "compare": _compare, "simulate": _simulate, "replay": _replay, "publish": _publish}


async def _refused(request: Request, page: Any, problem: Problem, files: dict[str, str]) -> Response:
    """Why not, with the draft as it was typed; where the draft is stale or wrong, what is to be seen of that."""
    found: dict[str, Any] = {}
    try:
        if problem.status == 412:
            found = {
                "compared": await _ask(request, domain.Compared, "/v1/policy/diff", {"files": files}),
                "stale": True,
            }
        elif problem.status == 422:
            linted = await _lint(request, files)
            found = {} if linted.ok else {"linted": linted}
    except Problem:
        pass  # what it was refused for is said all the same
    wrong = ("", "") if "linted" in found else (problem.ja, problem.en)
    response: Response = page(problem.status, wrong=wrong, **found)
    return response


async def _lint(request: Request, files: dict[str, str]) -> domain.Linted:
    return await _ask(request, domain.Linted, "/v1/policy/lint", {"files": files})


async def _ask(request: Request, shape: type[T], path: str, body: Any, seconds: float = CHECKING) -> T:
    """What the router says of a draft. Raises what it refuses, 502 while it is away or speaks of something else."""
    answer = await behind.tell(door(request), "router", "POST", path, body, seconds, language=chosen(request))
    found = told(shape, answer)
    if found is None:
        raise Problem(502, "upstream-away", *text_of("duty.away"))
    return found


async def _put(
    request: Request, someone: Visitor, method: str, path: str, body: dict[str, Any], given: dict[str, str]
) -> Response:
    """Publish and record it. Raises 412 when another version was published since the draft was begun."""
    here, base = door(request), given.get("version", "")
    base = base if base.isascii() and base.isdigit() else "0"  # which no version has: it is refused as a stale one
    if not body["why"]:
        raise Problem(422, "why", *text_of("policy.why.missing"))
    version = f'"{base}"'
    language = chosen(request)
    async with relayed.recorded(here, someone.who, path, f"{method} {path}"):
        answer = await behind.tell(here, "router", method, path, body, CHECKING, language=language, version=version)
    done = DONE[0] if isinstance(answer, dict) and answer.get("changed", True) else DONE[1]
    return elsewhere(f"/policy?done={done}")


def _reasoned(someone: Visitor, given: dict[str, str]) -> dict[str, Any]:
    by = me(someone)
    return {"by": {"id": by.id, "name": by.name}, "why": given.get("why", "").strip()[:500]}


async def _in_force(request: Request) -> domain.Full | None:
    """The version in force with its files."""
    here = door(request)
    now = told(domain.Version, await behind.ask(here, "router", "/v1/policy"))
    if now is None:
        return None
    return told(domain.Full, await behind.ask(here, "router", f"/v1/policy/versions/{now.version}"))


async def _version(
    request: Request, someone: Visitor, number: int, status: int = 200, wrong: str = "", why: str = ""
) -> Response:
    here, lang = door(request), chosen(request)
    asked = await asyncio.gather(
        behind.ask(here, "router", f"/v1/policy/versions/{number}"),
        behind.ask(here, "router", "/v1/policy/diff", to=str(number), language=lang),
        behind.ask(here, "router", "/v1/policy"),
    )
    found, changed, now = told(domain.Full, asked[0]), told(domain.Compared, asked[1]), told(domain.Version, asked[2])
    return shown(
        request, "version.html", someone, status, area="policy", at=f"/policy/versions/{number}", found=found,
        compared=changed if number > 1 else None, now=now, edits=edits(someone), wrong=wrong, why=why,
    )  # fmt: skip


def _page(
    request: Request,
    someone: Visitor | None,
    now: domain.Full | None,
    files: dict[str, str],
    given: dict[str, str] | None = None,
    status: int = 200,
    wrong: tuple[str, str] = ("", ""),
    stale: bool = False,
    **found: Any,
) -> Response:
    """The draft, and what was found out about it. Of a stale one the base is moved, now that the difference is shown."""
    lang: Language = chosen(request)
    typed = shown_again(given or {})
    base = str(now.version) if now and (given is None or stale) else typed.get("version", "")
    nothing = dict.fromkeys(("linted", "compared", "forecast", "replayed", "lines", "reasons"))
    answer = shown(
        request,
        "policy_edit.html",
        someone,
        status,
        **{**nothing, **found},
        area="policy",
        at="/policy/edit",
        now=now,
        files=files,
        touched=touched((now and now.files) or {}, files),
        typed=typed,
        base=base,
        stale=stale,
        kinds=tuple(Kind),
        urgencies=tuple(Urgency),
        impacts=IMPACTS,
        say=words,
        lasts=partial(span, language=lang),
        replays=someone is not None and EVERY_TEAM in teams(someone.who.grants or (), "see-restricted"),
        wrong=wrong[lang == "en"],
    )
    answer.headers["content-security-policy"] = HEADERS["content-security-policy"] + ANSWERING
    return answer


def _one_of(typed: str, otherwise: Choice) -> Choice:
    try:
        return type(otherwise)(typed)
    except ValueError:
        return otherwise
