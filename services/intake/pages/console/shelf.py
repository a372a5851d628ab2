"""How pages ask the knowledge service: in the name of who is logged in, and for no case that they may not see."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

import httpx
from fastapi import Path, Request
from pydantic import BaseModel, ValidationError

from services.intake import behind, relayed, seeing
from services.intake.domain import found, readers
from services.intake.domain.found import Answers, Found
from services.intake.domain.roles import EVERY_TEAM, teams
from services.intake.door import door
from services.intake.entrance import Visitor
from services.intake.pages.console.shell import chosen, opened, sent
from shared.runtime.web import Problem

B = TypeVar("B", bound=BaseModel)
ArticleId = Annotated[str, Path(pattern=r"^a_[0-9a-z]{1,40}$", max_length=42)]
NOTHING = (httpx.codes.NOT_FOUND, httpx.codes.FORBIDDEN, httpx.codes.UNPROCESSABLE_ENTITY)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def writes(someone: Visitor) -> bool:
    """Whether somebody may write articles."""
    return bool(teams(someone.who.grants or (), "start"))


def publishes(someone: Visitor) -> bool:
    """Whether somebody may publish them."""
    return bool(teams(someone.who.grants or (), "see-restricted"))


def reckons(someone: Visitor) -> bool:
    """Whether somebody may see figures of all cases together."""
    return EVERY_TEAM in teams(someone.who.grants or (), "see-restricted")


def parts(someone: Visitor) -> list[tuple[str, str]]:
    """The pages about knowledge that somebody may open: name and address."""
    allowed = {
        "review": writes(someone),
        "figures": reckons(someone),
        "import": reckons(someone),
        "export": reckons(someone),
        "training": True,
    }
    return [("search", "/knowledge"), *((name, f"/knowledge/{name}") for name, may in allowed.items() if may)]


def is_search(text: str) -> bool:
    """Whether this can be the id of a search."""
    return bool(UUID.fullmatch(text))


def away() -> Problem:
    """The problem while the knowledge service cannot be asked."""
    return Problem(
        502,
        "upstream-away",
        "いま、記事を表示できません。少し待って、もう一度お試しください。",
        "Articles cannot be shown right now. Please try again shortly.",
    )


def read(shape: type[B], told: Any) -> B | None:
    """What was told, in its shape; None for nothing and for what has another one."""
    try:
        return shape.model_validate(told)
    except ValidationError:
        return None


async def asked(
    request: Request,
    someone: Visitor,
    path: str,
    question: Any = None,
    seconds: float = behind.SECONDS,
    /,
    **parameters: str,
) -> Any:
    """What the knowledge service answers somebody; None while it cannot be asked or has nothing."""
    told = {"language": chosen(request), "reader": readers.reader(someone.who), **parameters}
    return await behind.ask(door(request), "knowledge", path, question, seconds, **told)


async def answer(
    request: Request, someone: Visitor, path: str, seconds: float = behind.SECONDS, **parameters: str
) -> tuple[int, Any]:
    """What the knowledge service answers somebody, a refusal too, with its status. Raises 502 while it cannot be asked."""
    told = {"language": chosen(request), "reader": readers.reader(someone.who), **parameters}
    try:
        heard = await behind.answer(door(request), "knowledge", "GET", path, None, seconds, **told)
        if heard.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
            return heard.status_code, heard.json()
    except (Problem, ValueError):
        pass  # it is told below, in the words of this page
    raise away()


async def there(request: Request, someone: Visitor, path: str) -> Any:
    """What stands at a path; None where nothing does for somebody. Raises 502 while that cannot be asked."""
    status, told = await answer(request, someone, path)
    if status == httpx.codes.OK or status in NOTHING:
        return told if status == httpx.codes.OK else None
    raise away()


async def have(
    request: Request,
    someone: Visitor,
    method: str,
    path: str,
    body: Any = None,
    version: str = "",
    seconds: float = behind.SECONDS,
) -> Any:
    """Have something done in the name of somebody, and recorded. Raises what is refused."""
    async with relayed.recorded(door(request), someone.who, path, f"{method} /v1/{path.split('/')[2]}"):
        return await _told(request, someone, method, path, body, version, seconds)


async def hand_on(request: Request, someone: Visitor, path: str, body: bytes) -> None:
    """Hand on a piece of a file; that it came in is recorded where it began. Raises what is refused."""
    await _told(request, someone, "PUT", path, body)


async def use(request: Request, someone: Visitor, path: str, body: Any) -> Any:
    """Tell what came of an answer; who told it is recorded nowhere. Raises what is refused."""
    return await _told(request, someone, "POST", path, body)


async def _told(
    request: Request,
    someone: Visitor,
    method: str,
    path: str,
    body: Any,
    version: str = "",
    seconds: float = behind.SECONDS,
) -> Any:
    told = {"language": chosen(request), "reader": readers.reader(someone.who), "version": version}
    return await behind.tell(door(request), "knowledge", method, path, body, seconds, **told)


async def working(request: Request) -> tuple[Visitor, dict[str, str]]:
    """Who is logged in, and the form that they sent."""
    someone = await opened(request)
    return someone, await sent(request, someone)


async def seen(request: Request, someone: Visitor, offered: Iterable[Found]) -> list[Found]:
    """What is offered without the cases that somebody may not see; who is shown a restricted one is recorded."""
    here, listed = door(request), list(offered)
    ids = {one.record.case_id for one in listed if one.record}
    mine: Iterable[str] = ()
    if ids:
        async with seeing.reading(here, someone.who) as tx:
            known = await seeing.among(tx, someone.who, ids)
            await seeing.looked_at(tx, someone.who, known.values(), here.clock.now())
            mine = set(known)
    return [one for one in listed if one.article or (one.record and one.record.case_id in mine)]


async def similar(request: Request, someone: Visitor, case_id: str) -> list[Found] | None:
    """Articles, then finished cases, like a case; None while that cannot be said."""
    told = read(Answers, await asked(request, someone, f"/v1/cases/{case_id}/similar", limit="8"))
    if told is None:
        return None
    return articles_first(await seen(request, someone, told.data))


def articles_first(offered: Iterable[found.Found]) -> list[Found]:
    """Articles, then cases, each in the order in which they were offered."""
    return sorted(offered, key=lambda one: one.article is None)
