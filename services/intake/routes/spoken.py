"""What callers with roles tell of who is there and when nobody is called, as it goes on: in their own name, and of no other team."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from pydantic import ValidationError

from services.intake import behind, on_duty
from services.intake.domain import duty
from services.intake.domain.roles import EVERY_TEAM, teams
from services.intake.domain.tokens import Principal
from services.intake.door import By, Door
from services.intake.seeing import not_in_your_name
from shared.runtime.web import Problem, invalid, language

ROADS = ("/v1/absences", "/v1/overrides", "/v1/swaps", "/v1/presence", "/v1/maintenance")
IMPORT_SECONDS = 10.0  # a calendar of a year is read


@dataclass(frozen=True)
class Told:
    """What goes on to the router: a body, and what stands behind the question mark."""

    body: bytes
    query: str


async def told(request: Request, here: Door, who: Principal) -> Told | None:
    """What a caller changes of who is there, in their own name; None for who may say everything as they like.

    Those are programs without roles, and whoever administers every team. What decides is looked up at the router first.
    Raises 400, 403, 404, 422, and 502 while the router cannot be asked.
    """
    if who.grants is None or EVERY_TEAM in teams(who.grants, "administer"):
        return None
    _, _, what, *rest = request.scope["path"].split("/", 3)
    match request.method, what, "".join(rest):
        case "POST", "absences", "import":
            return await _calendar(request, here, who)
        case "DELETE", "absences" | "overrides", id_:
            by = _named(request)
            kind: on_duty.Kind = "absences" if what == "absences" else "overrides"
            await on_duty.let_take_back(here, who, await _speaker(here, who, by), kind, id_)
            return Told(b"", _query(request, who, by))
        case "POST", "absences", "":
            said, by = await _said(request)
            await on_duty.let_speak_for(here, who, await _speaker(here, who, by), _text(said, "person"))
        case "DELETE", "maintenance", id_:
            await on_duty.let_end_window(here, who, id_)
            return Told(b"", _query(request, who, _named(request)))
        case "POST", "maintenance", "":
            said, by = await _said(request)
            on_duty.let_hold(who, _text(said, "team"), with_p1=said.get("p1") is True)
        case "POST", "overrides", "":
            said, by = await _said(request)
            me = await _speaker(here, who, by)
            await on_duty.let_put_on_duty(here, who, me, _text(said, "person"), _text(said, "schedule"))
        case "POST", "swaps", _:
            said, by = await _said(request)
            if by is not None and await _speaker(here, who, by) != by.id:
                raise not_in_your_name()
        case "PUT", "presence", person:
            said, by = await _said(request)
            by = by or _by({"id": person})
            await on_duty.let_speak_for(here, who, await _speaker(here, who, by), person)
        case _:
            raise Problem(404, "not-found", "見つかりません。", "There is nothing here.")
    if who.actor.kind == "person":
        said["by"] = {"id": who.actor.id, "name": who.actor.name}
    return Told(json.dumps(said).encode(), request.scope["query_string"].decode("latin-1"))


async def _calendar(request: Request, here: Door, who: Principal) -> Told:
    """A calendar of absences; it is tried first, for whose absences would be taken of it."""
    by, text = _named(request), await request.body()
    me = await _speaker(here, who, by)
    if request.query_params.get("dry_run") != "true":
        asked = {**_signed(who, by), "dry_run": "true", "language": language(request)}
        tried = await behind.tell(here, "router", "POST", "/v1/absences/import", text, IMPORT_SECONDS, **asked)
        taken = on_duty.read(duty.Imported, tried).taken
        await on_duty.let_speak_for(here, who, me, *(one.person.id for one in taken))
    return Told(text, _query(request, who, by))


async def _speaker(here: Door, who: Principal, by: By | None) -> str:
    """The person that a caller is, or for whom a program speaks whose team asks that person; "" for nobody."""
    if who.actor.kind == "person":
        return who.actor.id
    if by is None or who.grants is None:
        return ""
    return by.id if duty.is_asked_with(who.grants, by.id, await on_duty.rota(here)) else ""


async def _said(request: Request) -> tuple[dict[str, Any], By | None]:
    """A body, and who is said to tell it. Raises 400 and 422: what is not understood here might be where it goes."""
    try:
        said = json.loads(await request.body())
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Problem(
            400, "malformed", "本文を読み取れません。JSON として正しくありません。", "The body is not valid JSON."
        )
    return said, None if said.get("by") is None else _by(said["by"])


def _named(request: Request) -> By | None:
    """Who is said to do it, where a request has no body for that. Raises 422."""
    given = request.query_params
    return _by({"id": given["by"], "name": given.get("by_name", "")}) if "by" in given else None


def _by(given: object) -> By:
    try:
        return By.model_validate(given)
    except ValidationError as problem:
        raise invalid(problem.errors(include_input=False, include_url=False), skip=0) from None


def _signed(who: Principal, by: By | None) -> dict[str, str]:
    """Who does it, as a query says it: a person themselves, whomever they named."""
    if who.actor.kind == "person":
        return {"by": who.actor.id, "by_name": who.actor.name}
    return {"by": by.id, "by_name": by.name} if by else {}


def _query(request: Request, who: Principal, by: By | None) -> str:
    rest = [(name, value) for name, value in request.query_params.multi_items() if name not in ("by", "by_name")]
    return urlencode([*rest, *_signed(who, by).items()])


def _text(said: dict[str, Any], name: str) -> str:
    given = said.get(name)
    return given if isinstance(given, str) else ""
