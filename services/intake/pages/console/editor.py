"""Writing an article: new, from a case, or a new version; whatever keeps it from being saved, what was typed stands there again."""

import re
from collections.abc import Sequence
from secrets import token_hex
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.intake import article_files, attaching, seeing, steps
from services.intake.article_files import Keeping
from services.intake.attaching import Seer
from services.intake.domain import files, writing
from services.intake.domain.ids import is_case_id
from services.intake.domain.refusals import Refusal
from services.intake.door import door
from services.intake.entrance import Visitor, comes_from_elsewhere, forged, is_forged, role_needed, visitor
from services.intake.filing import Attached
from services.intake.pages.console import shelf
from services.intake.pages.console.article import article_of, page_of, unknown
from services.intake.pages.console.article_files import kept as one_kept
from services.intake.pages.console.board import directory_of
from services.intake.pages.console.deeds import person
from services.intake.pages.console.doing import KEY, VERSION, me
from services.intake.pages.console.shelf import ArticleId
from services.intake.pages.console.shell import chosen, elsewhere, fields, opened, shown
from services.intake.pages.form import shown_again
from services.intake.pages.render import text
from services.intake.pages.uploads import Left, left_out
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
_TICKED = re.compile(r"file-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
Kept = dict[str, Any]  # what the editor shows beside what is typed


@routes.api_route("/knowledge/articles/new", methods=["GET", "HEAD"])
async def begin(request: Request) -> Response:
    """Show an empty editor, or a draft of a case; nothing is written before it is saved."""
    someone = await _writer(request)
    case_id = request.query_params.get("case", "")
    typed, kept = {"owner": f"{me(someone).name} ({me(someone).id})", "language": chosen(request)}, Kept()
    typed["question"] = request.query_params.get("question", "")[: writing.LONGEST_LINE]
    if is_case_id(case_id):
        typed, kept = await _drafted(request, someone, case_id, typed)
    return await _page(request, someone, typed, kept)


@routes.post("/knowledge/articles/new")
async def write_new(request: Request) -> Response:
    """Write a new article, and publish it at once when that button was pressed."""
    return await _save(request, "")


@routes.api_route("/knowledge/articles/{id}/edit", methods=["GET", "HEAD"])
async def change(request: Request, id: ArticleId) -> Response:
    """Show the editor with the newest version."""
    someone = await _writer(request)
    article = await _newest(request, someone, id)
    content = article["content"]
    return await _page(request, someone, writing.typed_of(content), _kept_of(content, str(article["version"])), id)


@routes.post("/knowledge/articles/{id}/edit")
async def write(request: Request, id: ArticleId) -> Response:
    """Write a new version."""
    return await _save(request, id)


async def _save(request: Request, id_: str) -> Response:
    if comes_from_elsewhere(request):
        raise forged()
    given, someone = await fields(request), await visitor(request)
    typed = shown_again({name: given.get(name, "") for name in (*writing.NAMES, "why")})
    unwanted, cases = writing.lines(given.get("unwanted", "")), given.get("cases", "").split()
    key = given.get("key", "")
    ticked = [match[1] for name in given if (match := _TICKED.fullmatch(name))] if not id_ else []
    kept: Kept = {"unwanted": unwanted, "cases": cases, "version": given.get("version", ""), "key": key}
    kept |= {"case": given.get("case", ""), "ticked": ticked}
    if someone is None or is_forged(request, someone, given.get("csrf", "")):
        said = text("kept.again" if someone else "kept.lead", chosen(request))
        return await _page(request, someone, typed, kept, id_, 409 if someone else 401, wrong=said)
    if not shelf.writes(someone):
        raise role_needed()
    people = [me(someone), *await directory_of(request).all(door(request))]
    read = writing.read(typed, person(typed["owner"], people) if typed["owner"] else None, cases, unwanted)
    if not KEY.fullmatch(key):
        said = text("error.key", chosen(request))
        return await _page(request, someone, typed, {**kept, "key": _key(request)}, id_, 422, wrong=said)
    if read.errors:
        return await _page(request, someone, typed, kept, id_, 422, errors=read.errors)
    content = {**read.content, "cases": await _mine(request, someone, cases)}
    body = {"content": content, "publish": "publish" in given, "why": typed["why"]}
    tag = f'"{kept["version"]}"' if VERSION.fullmatch(kept["version"]) else '"0"'
    try:
        if id_:
            told = await shelf.have(request, someone, "PUT", f"/v1/articles/{id_}", body, tag)
        else:
            told = await shelf.have(request, someone, "POST", "/v1/articles", {**body, "id": f"a_{key}"})
    except Problem as problem:
        return await _refused(request, someone, typed, kept, id_, problem)
    how = Keeping(chosen(request), publish="publish" in given, key=key)
    if left := await _copied(request, someone, kept["case"], ticked, told["id"], how):
        return await page_of(request, someone, await article_of(request, someone, told["id"]), 422, "files", left=left)
    done = "publish" if "publish" in given else "written" if id_ else "drafted"
    return elsewhere(f"/knowledge/articles/{told['id']}?done={done}")


async def _copied(
    request: Request, someone: Visitor, case_id: str, ticked: Sequence[str], article: str, how: Keeping
) -> list[Left]:
    """Copy the files that were ticked into an article that is written; gives those that could not be."""
    names = {str(one.id): one.name for one in await _offered(request, someone, case_id)} if ticked else {}
    left = []
    for number, id_ in enumerate(ticked):
        done: object = files.TOO_MANY
        if number < files.MOST:
            doing = article_files.copy(door(request), someone.who, case_id, UUID(id_), article, how)
            done = await one_kept(doing)
        if isinstance(done, Refusal):
            left.append(left_out(names.get(id_, ""), done))
    return left


async def _offered(request: Request, someone: Visitor, case_id: str) -> list[Attached]:
    """The files of the case that a draft is made of, as far as somebody sees them."""
    if not is_case_id(case_id):
        return []
    here = door(request)
    try:
        async with seeing.reading(here, someone.who) as tx:
            _, case = await seeing.seen(tx, someone.who, case_id, here.clock.now())
            return await attaching.listed(tx, Seer(someone.who), case)
    except Problem:
        return []


async def _refused(
    request: Request, someone: Visitor, typed: dict[str, str], kept: Kept, id_: str, problem: Problem
) -> Response:
    """The editor with what was typed and why it was not taken; beside it what somebody else has written meanwhile."""
    said = problem.en if chosen(request) == "en" else problem.ja
    errors = {writing.field_of(str(one["pointer"])): str(one["detail"]) for one in problem.more.get("errors", ())}
    if problem.code == "refused-behind" and problem.status == 412:
        try:
            newest = await _newest(request, someone, id_)
            theirs = writing.typed_of(newest["content"])
            kept = {**kept, "version": str(newest["version"]), "theirs": theirs}
            kept["differing"] = writing.differing(typed, theirs)
        except Problem:
            kept = {**kept, "differing": ()}  # saving it again is refused again, until the other version can be shown
    if problem.status == 409 and not id_:
        said, kept = text("editor.twice", chosen(request)), {**kept, "key": _key(request)}
    if problem.status == 422 and not errors and not typed["answer"]:
        errors = {"answer": said}
    errors.pop("", None)
    return await _page(request, someone, typed, kept, id_, problem.status, wrong=said, errors=errors)


async def _drafted(
    request: Request, someone: Visitor, case_id: str, typed: dict[str, str]
) -> tuple[dict[str, str], Kept]:
    """A draft of a case: as the archive tells it, or of the report as long as the case is not resolved."""
    here = door(request)
    async with seeing.reading(here, someone.who) as tx:
        _, case = await seeing.seen(tx, someone.who, case_id, here.clock.now())
        done_ = [step.text for step in await steps.steps_of(tx, someone.who, case_id) if step.done_at]
    taken = "\n".join([text("steps.done", chosen(request)), *(f"- {step}" for step in done_)]) if done_ else ""
    kept: Kept = {"cases": [case_id], "case": case_id, "number": case.submitted.number}
    body = {"cases": [case_id], "dry_run": True}
    told = await shelf.asked(request, someone, "/v1/articles/drafts", body)
    if isinstance(told, dict):
        drafted = writing.typed_of(told["content"])
        drafted["internal"] = "\n\n".join(filter(None, (drafted["internal"], taken)))
        return drafted, {**kept, **_kept_of(told["content"]), "near": told.get("near", ())}
    report, done = case.submitted.report, case.resolution
    drafted = {
        "question": report.headline[: writing.LONGEST_LINE], "kind": report.kind, "product": report.product,
        "answer": done.handling if done else "", "internal": "\n\n".join(filter(None, (done.result if done else "", taken))), "cause": done.cause if done else "",
    }  # fmt: skip
    return {**typed, **drafted}, {**kept, "early": True}


async def _mine(request: Request, someone: Visitor, cases: list[str]) -> list[str]:
    """Those of some cases that somebody may see."""
    async with seeing.reading(door(request), someone.who) as tx:
        mine = await seeing.among(tx, someone.who, set(cases))
    return [case for case in cases if case in mine]


async def _newest(request: Request, someone: Visitor, id_: str) -> dict[str, Any]:
    told = await shelf.there(request, someone, f"/v1/articles/{id_}")
    if not isinstance(told, dict) or "content" not in told:
        raise unknown()
    return told


async def _writer(request: Request) -> Visitor:
    someone = await opened(request)
    if not shelf.writes(someone):
        raise role_needed()
    return someone


def _key(request: Request) -> str:
    """What makes sending a page twice the same as once; it becomes the id of a new article, and those sort by time."""
    return f"{int(door(request).clock.now().timestamp() * 1000):012x}{token_hex(10)}"


def _kept_of(content: dict[str, Any], version: str = "") -> Kept:
    return {"unwanted": content.get("unwanted", ()), "cases": content.get("cases", ()), "version": version}


async def _page(
    request: Request,
    someone: Visitor | None,
    typed: dict[str, str],
    kept: Kept,
    id_: str = "",
    status: int = 200,
    wrong: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    at = f"/knowledge/articles/{id_}/edit" if id_ else "/knowledge/articles/new"
    usual = {
        "key": _key(request),
        "unwanted": (),
        "cases": (),
        "version": "",
        "near": (),
        "number": 0,
        "early": False,
        "theirs": {},
        "case": "",
        "ticked": (),
    }
    offered = await _offered(request, someone, kept.get("case", "")) if someone else []
    return shown(
        request,
        "editor.html",
        someone,
        status,
        area="knowledge",
        part="",
        parts=shelf.parts(someone) if someone else [],
        at=at,
        id=id_,
        fields=writing.FIELDS,
        typed=typed,
        kept={**usual, "differing": (), **kept},
        offered=offered,
        errors=errors or {},
        wrong=wrong,
        publishes=someone is not None and shelf.publishes(someone),
        people=await directory_of(request).all(door(request)),
    )
