"""Holds drills: plans them, begins them when their time comes, and brings them to their end.

Whatever stops between two lines stands in Postgres: a drill begins in the very transaction that submits its case, and
is over in the one that resolves it, so that any number of processes may do this side by side and begin each drill once.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex

from pydantic import BaseModel, TypeAdapter, ValidationError

from services.intake import acting, auditing, behind, drills, store, submitting
from services.intake.domain import drills as domain
from services.intake.domain.commands import Resolve
from services.intake.domain.drill_report import WHY
from services.intake.domain.drill_score import Score, score
from services.intake.domain.drill_wanted import Wanted
from services.intake.domain.drills import Closed, Drill, Ending
from services.intake.domain.timeline import merged
from services.intake.domain.tokens import Principal
from services.intake.door import Door
from services.intake.entrance import role_needed
from shared.contracts.drill import SOURCE
from shared.contracts.events import Actor
from shared.contracts.plan import Person
from shared.runtime import folds, telemetry
from shared.runtime.db import Transaction
from shared.runtime.loop import every
from shared.runtime.web import Problem

log = telemetry.logger(__name__)
SECONDS = 1.0
SYSTEM = Actor(kind="source", id=SOURCE, name="Tasuki")
_RESULTS: dict[Ending, tuple[str, str]] = {
    "answered": ("必要な応答がそろいました。", "Everybody whose answer was needed has answered."),
    "nobody": ("連絡する相手がありませんでした。", "There was nobody to call."),
    "limit": ("時間になりました。", "Its time was up."),
    "stopped": ("途中で止めました。", "It was stopped."),
    "real": ("実際の P1 が届いたため、打ち切りました。", "A real P1 came in."),
    "done": ("", ""),
}


class Window(BaseModel):
    """A time of maintenance, as the notifier tells it."""

    team: str
    product: str
    source: str
    since: datetime
    until: datetime


_WINDOWS = TypeAdapter(list[Window])


class Drilling:
    """The loop; several processes take turns."""

    def __init__(self, here: Door) -> None:
        self._here = here

    async def run(self) -> None:
        """Look for ever."""
        await every(SECONDS, self.once)

    async def once(self) -> None:
        """Begin what is due, and end what is over."""
        here = self._here
        async with here.db.reading() as tx:
            due = await drills.to_look_at(tx, here.clock.now())
        waiting = any(row["state"] == "planned" for row in due)
        closed, teams = (await maintenance(here), await team_names(here)) if waiting else (None, {})
        for row in due:
            async with here.db.transaction() as tx:
                if row["state"] == "planned":
                    await drills.one_at_a_time(tx)
                taken = await drills.take(tx, row["id"])
                if taken is not None and taken[0].state == "planned":
                    await _begin(tx, *taken, closed, teams, here.clock.now())
                elif taken is not None:
                    await _look(tx, taken[0], here.clock.now())


async def plan(here: Door, who: Principal, wanted: Wanted, key: str) -> tuple[Drill, bool]:
    """Plan a drill, once for each key; gives it, and whether it was planned before. Raises what it is refused for."""
    now = here.clock.now()
    if not domain.may_hold(who.grants, wanted.team):
        raise role_needed()
    scope = f"{who.name}|{key}"
    async with here.db.reading() as tx:
        known = await drills.by_key(tx, scope)
    names: dict[str, str] = {}
    closed: list[Closed] | None = None
    if known is None:
        _fitting(wanted, now)
        names, closed = await team_names(here), await maintenance(here)
        if closed is None or not names:
            raise behind_away()
        if wanted.team not in names:
            raise Problem(422, "unknown-team", "このチームはありません。", "There is no such team.")
    async with here.db.transaction() as tx:
        await drills.one_at_a_time(tx)
        known = known or await drills.by_key(tx, scope)
        if known is not None:
            if known[1] != wanted.fingerprint():
                raise reused()
            return known[0], True
        starts_at = wanted.starts_at or now
        by = Person(id=who.actor.id, name=who.actor.name or who.actor.id)
        new = Drill(
            **{**vars(wanted), "starts_at": starts_at}, id=f"d_{token_hex(8)}", team_name=names[wanted.team], by=by, made_at=now
        )  # fmt: skip
        around = await drills.around(tx, new.team, closed, names)
        why = domain.obstacle(new, around, now) if wanted.starts_at is None else None
        if why is None and domain.in_maintenance(new.team, closed or (), starts_at):
            why = "maintenance"
        if why is not None:
            ja, en = WHY[why]
            raise Problem(409, f"drill-{why}", f"{ja}、訓練を始められません。", f"It cannot be begun, because {en}.")
        if around.planned >= domain.PLANNED:
            most = domain.PLANNED
            ja, en = (
                f"予定できる訓練は、1 チームにつき {most} 件までです。",
                f"A team may have {most} drills to come at most.",
            )
            raise Problem(409, "too-many-drills", ja, en)
        await drills.add(tx, new, who.actor, scope, wanted.fingerprint())
        auditing.add(tx, auditing.of("drill.planned", who, f"drill:{new.id}", now, team=new.team))
    return new, False


async def stop(here: Door, who: Principal, id_: str) -> Drill:
    """End a drill before its end, or call it off; one that is over stays as it is. Raises 404 and 403."""
    async with here.db.transaction() as tx:
        drill = await drills.one(tx, id_, lock=True)
        if drill is None or not domain.may_read(who.grants, drill):
            raise unknown()
        if not domain.may_hold(who.grants, drill.team):
            raise role_needed()
        auditing.through(tx, who)
        return drill if drill.is_over else await end(tx, drill, "stopped", here.clock.now(), who.actor)


async def read(here: Door, who: Principal, id_: str) -> tuple[Drill, Score]:
    """A drill that somebody may know of, and what came of it so far. Raises the same 404 for every other."""
    async with here.db.reading() as tx:
        drill = await drills.one(tx, id_)
        if drill is None or not domain.may_read(who.grants, drill):
            raise unknown()
        if not drill.case_id:
            return drill, Score()
        fold = await folds.load(tx, drill.case_id, lock=False)
        return drill, score(merged(await store.entries(tx, fold)))


async def team_names(here: Door) -> dict[str, str]:
    """Every team of the policy in force, by its id; nothing while the router cannot be asked."""
    try:
        parts = behind.PARTS.validate_python(await behind.ask(here, "router", "/v1/on-duty"))
    except ValidationError:
        return {}
    return {part.team: part.team_name for part in parts}


def _fitting(wanted: Wanted, now: datetime) -> None:
    at = wanted.starts_at
    if at is not None and at < now - timedelta(minutes=1):
        raise Problem(422, "too-early", "開始の日時が過ぎています。", "It would have begun already.")
    if at is not None and at > now + domain.FARTHEST:
        raise Problem(422, "too-far", "開始は 1 年以内にしてください。", "It must begin within a year.")


def unknown() -> Problem:
    """The answer for a drill that there is not, or that somebody may not know of."""
    return Problem(404, "unknown-drill", "この訓練は見つかりません。", "There is no such drill.")


def reused() -> Problem:
    """The answer for a key under which something else was planned."""
    ja = "この Idempotency-Key は別の内容で使用済みです。"
    return Problem(422, "idempotency-key-reused", ja, "This Idempotency-Key was used for something else.")


def behind_away() -> Problem:
    """The answer while it cannot be known whether a drill would disturb."""
    ja = (
        "いま、当番やメンテナンスの状況を確かめられないため、訓練を始められません。少し待って、もう一度お試しください。"
    )
    en = "Who is on duty and what is in maintenance cannot be looked up right now. Please try again shortly."
    return Problem(502, "upstream-away", ja, en)


async def maintenance(here: Door) -> list[Closed] | None:
    """The times of maintenance of all teams; None while the notifier cannot be asked."""
    told = await behind.ask(here, "notifier", "/v1/maintenance")
    listed = told.get("data") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        return None
    open_ = [w for w in listed if isinstance(w, dict) and w.get("state") != "over"]
    try:
        known = _WINDOWS.validate_python([{**w, "since": w.get("from"), "until": w.get("to")} for w in open_])
    except ValidationError as problem:
        log.warning("the times of maintenance cannot be read", problem=repr(problem)[:300])
        return None
    return [Closed(w.team, w.product, w.source, w.since, w.until) for w in known]


async def end(tx: Transaction, drill: Drill, why: Ending, now: datetime, by: Actor | None = None) -> Drill:
    """End a drill that runs, and its case with it; or call one off that has not begun."""
    if drill.state == "planned":
        over = replace(drill, state="cancelled", why="stopped", ended_at=now, ended_by=by.name if by else "")
    else:
        en = drill.language == "en"
        said = "The drill is over." if en else "訓練を終わりました。"
        resolve = Resolve(said, f"{said} {_RESULTS[why][en]}".strip() if en else _RESULTS[why][en] or said, "", "")
        await acting.act(tx, drill.case_id, resolve, by or SYSTEM, now, ("drill", drill.id, "end"))
        over = replace(drill, state="ended", why=why, ended_at=now, ended_by=by.name if by else "")
    await drills.move(tx, over)
    auditing.add(tx, auditing.entry(f"drill.{over.state}", by or SYSTEM, f"drill:{drill.id}", now, why=why))
    return over


async def _begin(
    tx: Transaction, drill: Drill, by: Actor, closed: list[Closed] | None, teams: Collection[str], now: datetime
) -> None:
    """Submit the case of a drill whose time has come; or wait for its chance, as long as that makes sense."""
    why = domain.obstacle(drill, await drills.around(tx, drill.team, closed, teams), now)
    if domain.is_missed(drill, now) or why == "gone":
        await drills.move(tx, replace(drill, state="missed", why=why or drill.why, ended_at=now))
        auditing.add(tx, auditing.entry("drill.missed", SYSTEM, f"drill:{drill.id}", now, why=why or drill.why))
    elif why is not None:
        if why != drill.why:
            await drills.move(tx, replace(drill, why=why))
    else:
        exercise = submitting.Submission(drill.report(), by, SOURCE, drill.language, drilled=drill.team)
        case = await submitting.submit(tx, exercise, now)
        number = case.submitted.number
        begun = replace(drill, state="running", why="", case_id=case.id, number=number, started_at=now)
        await drills.move(tx, begun)
        auditing.add(tx, auditing.entry("drill.begun", SYSTEM, f"drill:{drill.id}", now, case=case.id))


async def _look(tx: Transaction, drill: Drill, now: datetime) -> None:
    """End a drill that is over."""
    case = (await folds.load(tx, drill.case_id)).case
    if case is None:
        log.error("the case of a drill is gone", drill=drill.id, case_id=drill.case_id)
        await drills.move(tx, replace(drill, state="ended", why="done", ended_at=now))
        return
    # None was open when it began, so that any is one that came since, whenever it was reported.
    why = domain.ending(drill, case, now, await drills.real(tx, drill.team))
    if why is not None:
        await end(tx, drill, why, now)
