"""Who may say of whom that they are on duty, there or away, as the router knows teams and schedules: the same on pages and at the API."""

import asyncio
from typing import Literal, TypeAlias, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from services.intake import behind
from services.intake.domain import duty
from services.intake.domain.duty import Entry, Rota
from services.intake.domain.roles import EVERY_TEAM, teams
from services.intake.domain.tokens import Principal
from services.intake.door import Door
from shared.runtime.web import Problem

T = TypeVar("T", bound=BaseModel)


class Window(BaseModel):
    """A window of maintenance, as far as it tells whose pages it holds."""

    id: str
    team: str


class Windows(BaseModel):
    """The windows that there are."""

    data: list[Window]


Kind: TypeAlias = Literal["absences", "overrides"]
UNKNOWN: dict[Kind, tuple[str, str, str]] = {
    "absences": ("unknown-absence", "その不在の登録はありません。", "There is no such absence."),
    "overrides": ("unknown-override", "その臨時の当番はありません。", "There is no such override."),
}


async def rota(here: Door) -> Rota:
    """Who takes turns where, and which teams ask them. Raises 502 while the router does not tell."""
    told = await asyncio.gather(*(behind.ask(here, "router", path) for path in ("/v1/schedules", "/v1/on-duty")))
    try:
        return Rota(behind.SCHEDULES.validate_python(told[0]), behind.PARTS.validate_python(told[1]))
    except ValidationError:
        raise away() from None


async def let_put_on_duty(here: Door, who: Principal, me: str, person: str, schedule: str) -> None:
    """Let somebody, who is the person `me`, by if they may put a person on duty in a schedule. Raises 403 and 502."""
    if who.grants is None:
        return
    known = await rota(here)
    if not duty.may_put(who.grants, me, person, known.schedule(schedule), known.parts):
        ja = "当番にできるのは、この当番表に入っている本人か、この当番表を使うチームのリーダーだけです。"
        en = "Only who takes turns in this schedule may go on duty, or whom a leader of a team that uses it puts there."
        raise Problem(403, "not-your-schedule", ja, en)


async def let_speak_for(here: Door, who: Principal, me: str, *people: str) -> None:
    """Let somebody, who is the person `me`, by if they may say of these people whether they are there. Raises 403 and 502."""
    others = {person for person in people if person != me}
    if who.grants is None or not others:
        return
    known = await rota(here)
    if not all(duty.may_speak_for(who.grants, me, person, known) for person in others):
        ja = "不在や在席の状態を登録・取り消しできるのは、本人か、その人に依頼が届くチームのリーダーだけです。"
        en = "Only people themselves say whether they are there, or who leads a team that asks them."
        raise Problem(403, "not-your-team", ja, en)


async def let_take_back(here: Door, who: Principal, me: str, kind: Kind, id_: str) -> None:
    """Let somebody, who is the person `me`, by if they may take an absence or override back. Raises 403, 404 and 502."""
    if who.grants is None:
        return
    found = await entry(here, kind, id_)
    if found.person.id == me:
        return
    if kind == "absences":
        await let_speak_for(here, who, me, found.person.id)
    else:
        await let_put_on_duty(here, who, me, found.person.id, found.schedule)


def let_hold(who: Principal, team: str, *, with_p1: bool) -> None:
    """Let somebody by if they may have pages of a team wait: who works there, and of a P1 who leads there. Raises 403.

    Windows of a product or a source alone hold the pages of every team.
    """
    if who.grants is None:
        return
    mine = teams(who.grants, "see-restricted" if with_p1 else "attend") | teams(who.grants, "administer")
    if EVERY_TEAM not in mine and (not team or team not in mine):
        ja = "呼び出しを止められるのは、そのチームで対応する人だけです（P1 も止めるのはリーダーだけ）。team を指定してください。"
        en = "Only who works in a team may hold its pages back (those of a P1: who leads there). Name the team."
        raise Problem(403, "not-your-team", ja, en)


async def let_end_window(here: Door, who: Principal, id_: str) -> None:
    """Let somebody by if they might have asked for a window of maintenance. Raises 403, 404 and 502."""
    if who.grants is None:
        return
    listed = read(Windows, await behind.tell(here, "notifier", "GET", "/v1/maintenance")).data
    window = next((one for one in listed if one.id == id_), None)
    if window is None:
        raise Problem(404, "not-found", "見つかりません。", "There is nothing here.")
    let_hold(who, window.team, with_p1=False)


async def entry(here: Door, kind: Kind, id_: str) -> Entry:
    """Whom an absence or override is about. Raises 404 for one that is not known, 502 while the router does not tell."""
    try:
        found = await behind.tell(here, "router", "GET", f"/v1/{kind}/{quote(id_, safe='')}")
    except Problem as problem:
        if problem.status not in (404, 422):  # an id that cannot be one is nobody's either
            raise
        raise Problem(404, *UNKNOWN[kind]) from None
    return read(Entry, found)


def read(shape: type[T], told: object) -> T:
    """What the router told, in its shape. Raises 502 where it has another one: what is not understood lets nobody by."""
    found = behind.told(shape, told)
    if found is None:
        raise away()
    return found


def away() -> Problem:
    """The answer while the router cannot be asked who may do this."""
    return Problem(502, "upstream-away", "内部サービスに接続できません。", "A service behind cannot be reached.")
