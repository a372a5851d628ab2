"""One article on a page: what it says to whom, how it is asked for, what became of it, and what one may do to it."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake.domain.files import PICTURES
from services.intake.door import door
from services.intake.entrance import Visitor, role_needed
from services.intake.pages.console import shelf
from services.intake.pages.console.shelf import ArticleId
from services.intake.pages.console.shell import chosen, elsewhere, opened, shown
from services.intake.pages.form import shown_again
from services.intake.pages.render import text
from services.intake.pages.uploads import Left
from shared.runtime.web import Problem

routes = APIRouter(include_in_schema=False)
VERBS = ("submit", "return", "publish", "withdraw", "confirm")
TYPED = ("text", "comment", "into")  # what people write into the forms of the page
OF_FILES = ("attach", "mark", "detach", "forget")
PAST = (*VERBS, "create", "write", "merge", "comment", "expire", "phrasing", "ask", *OF_FILES)
DONE = (*VERBS, "unwanted", "merge", "comments", "written", "drafted", "solved", "unsolved", *OF_FILES)
# What may be left out; files by a release that does not know of them.
ABSENT: dict[str, Any] = {
    **dict.fromkeys(("shown", "live", "owner", "review_by", "expires_on", "cause")),
    "files": (),
}
BACK = {"review": "/knowledge/review"}


@routes.api_route("/knowledge/articles/{id}", methods=["GET", "HEAD"])
async def show(request: Request, id: ArticleId) -> Response:
    """Show an article; one that became part of another leads there."""
    someone, done = await opened(request), request.query_params.get("done", "")
    article = await article_of(request, someone, id)
    if article["id"] != id:
        return elsewhere(f"/knowledge/articles/{article['id']}")
    return await page_of(request, someone, article, notice=f"knowledge.done.{done}" if done in DONE else "")


@routes.api_route("/knowledge/articles/{id}/versions/{version}", methods=["GET", "HEAD"])
async def before(request: Request, id: ArticleId, version: int) -> Response:
    """Show what one version said."""
    someone = await opened(request)
    told = await shelf.there(request, someone, f"/v1/articles/{id}/versions/{version}")
    if not isinstance(told, dict):
        raise unknown()
    values = {"content": told["content"], "files": told.get("files", ()), "publishes": shelf.publishes(someone)}
    return shown(
        request, "article_version.html", someone, **_about(someone), id=id, number=version, **values, **_of_files()
    )


@routes.post("/knowledge/articles/{id}/feedback")
async def feedback(request: Request, id: ArticleId) -> Response:
    """Take in whether it helped; the newest answer of somebody counts."""
    someone, given = await shelf.working(request)
    solved, search = given.get("solved") == "1", given.get("search", "")
    body = {"solved": solved, "comment": given.get("comment", "")[:5000]}
    body |= {"search_id": search} if shelf.is_search(search) else {}
    return await _do(request, someone, id, "feedback", body, "solved" if solved else "unsolved", given)


@routes.post("/knowledge/articles/{id}/{verb}")
async def act(request: Request, id: ArticleId, verb: str) -> Response:
    """Do something to an article, or say why not, with all that was typed."""
    someone, given = await shelf.working(request)
    typed = given.get("text", "")
    body: dict[str, Any]
    if verb in VERBS or verb == "comments":
        body = {"text": typed}
    elif verb == "merge":
        body = {"into": given.get("into", "").rstrip("/").rpartition("/")[2]}
    elif verb == "unwanted":
        body = await _without(request, someone, id, typed)
    else:
        raise unknown()
    return await _do(request, someone, id, verb, body, verb, given)


def unknown() -> Problem:
    """The problem for an article that is not there, or not for this reader."""
    return Problem(404, "unknown-article", "その記事はありません。", "There is no such article.")


async def _do(
    request: Request, someone: Visitor, id_: str, verb: str, body: dict[str, Any], done: str, given: dict[str, str]
) -> Response:
    version = f'"{given["version"]}"' if verb in (*VERBS, "unwanted") and given.get("version") else ""
    try:
        path = f"/v1/articles/{id_}/{verb}"
        if verb == "feedback":
            told = await shelf.use(request, someone, path, body)
        elif verb == "unwanted":
            told = await shelf.have(request, someone, "PUT", f"/v1/articles/{id_}", body, version or '"0"')
        else:
            told = await shelf.have(request, someone, "POST", path, body, version)
    except Problem as problem:
        said = problem.en if chosen(request) == "en" else problem.ja
        typed = shown_again(given)
        try:
            article = await article_of(request, someone, id_)
        except Problem:
            if not any(given.get(name) for name in TYPED):
                raise
            base = f"/knowledge/articles/{id_}"
            values = {"at": base, "base": base, "verb": verb, "wrong": said, "typed": typed, "texts": TYPED}
            return shown(request, "article_kept.html", someone, problem.status, **_about(someone), **values)
        return await page_of(request, someone, article, problem.status, verb, said, typed)
    to = told.get("id", id_) if verb == "merge" and isinstance(told, dict) else id_
    return elsewhere(f"{BACK.get(given.get('back', ''), f'/knowledge/articles/{to}')}?done={done}")


async def _without(request: Request, someone: Visitor, id_: str, phrasing: str) -> dict[str, Any]:
    """The article without a phrasing that was learned or made by rule; shown at once where nothing else waits to be."""
    article = await article_of(request, someone, id_)
    if "content" not in article:
        raise role_needed()
    content = {**article["content"], "unwanted": [*article["content"]["unwanted"], phrasing.strip()]}
    publish = shelf.publishes(someone) and article.get("live") == article["version"]
    why = text("knowledge.unwanted.why", chosen(request), phrasing=phrasing.strip())
    return {"content": content, "publish": publish, "why": why}


async def article_of(request: Request, someone: Visitor, id_: str) -> dict[str, Any]:
    """An article as the knowledge service tells it. Raises 404, and 502 while it cannot be asked."""
    told = await shelf.there(request, someone, f"/v1/articles/{id_}")
    if not isinstance(told, dict):
        raise unknown()
    return told


async def page_of(
    request: Request,
    someone: Visitor,
    article: dict[str, Any],
    status: int = 200,
    verb: str = "",
    wrong: str = "",
    typed: dict[str, str] | None = None,
    notice: str = "",
    left: Sequence[Left] = (),
) -> Response:
    """The page of an article: with what was wrong, what was typed, and the files that could not be attached."""
    own = (article.get("owner") or {}).get("id") == someone.who.actor.id
    always = ("submit", "confirm") if own else ("submit",)
    may = [one for one in article.get("can", ()) if one in always or shelf.publishes(someone)]
    search, here = request.query_params.get("search", ""), door(request)
    return shown(
        request,
        "article.html",
        someone,
        status,
        **_about(someone),
        at=f"/knowledge/articles/{article['id']}",
        one={**ABSENT, **article},
        content=article.get("content") or article,
        full="content" in article,
        may=[one for one in may if not (one == "submit" and "publish" in may)],
        publishes=shelf.publishes(someone),
        **_of_files(),
        key=token_hex(16),
        left=left,
        past_verbs=PAST,
        today=here.clock.now().astimezone(here.zone).date().isoformat(),
        search=search if shelf.is_search(search) else "",
        verb=verb,
        wrong=wrong,
        typed=typed or {},
        notice=notice,
    )


def _of_files() -> dict[str, Any]:
    return {"moment": datetime.fromisoformat, "pictures": PICTURES}


def _about(someone: Visitor) -> dict[str, Any]:
    return {"area": "knowledge", "part": "", "parts": shelf.parts(someone)}
