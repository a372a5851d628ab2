"""Drills in Postgres: planned, running and held."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from services.intake.domain.drills import Around, Closed, Drill
from shared.contracts.drill import UNREAL
from shared.contracts.events import Actor
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Impact, Kind, Urgency
from shared.runtime.db import Queries, Row, Transaction

SQL = Queries(Path(__file__).with_name("drills.sql"))
LISTED = 100
_OTHERS = {"kind", "urgency", "impact", "by"}


async def one_at_a_time(tx: Transaction) -> None:
    """Keep every other planning and beginning waiting until the transaction ends."""
    await tx.execute(SQL["lock_drills"])


async def add(tx: Transaction, new: Drill, by: Actor, key: str, fingerprint: str) -> None:
    """Write a drill that is planned."""
    what = new.team, new.team_name, new.kind, new.urgency, new.impact, new.title, new.facts, new.language
    how = new.announced, new.minutes, new.starts_at, by.id, by.kind, by.name, new.made_at
    await tx.execute(SQL["add_drill"], new.id, key, fingerprint, *what, *how)


async def by_key(tx: Transaction, key: str) -> tuple[Drill, str] | None:
    """The drill that was planned under a key, and the fingerprint of what was asked for."""
    row = await tx.fetchrow(SQL["drill_by_key"], key)
    return (_drill(row), row["fingerprint"]) if row else None


async def one(tx: Transaction, id_: str, lock: bool = False) -> Drill | None:
    """One drill."""
    row = await tx.fetchrow(SQL["lock_drill" if lock else "drill"], id_)
    return _drill(row) if row else None


async def take(tx: Transaction, id_: str) -> tuple[Drill, Actor] | None:
    """A drill that is not over, and who planned it; None while another process is at work on it."""
    row = await tx.fetchrow(SQL["take_drill"], id_)
    return (_drill(row), Actor(kind=row["by_kind"], id=row["by_id"], name=row["by_name"])) if row else None


async def to_look_at(tx: Transaction, now: datetime) -> list[Row]:
    """Those that run or whose time has come: id, team and state."""
    return await tx.fetch(SQL["drills_to_look_at"], now)


async def listed(tx: Transaction, held: Sequence[str] | None, seen: Sequence[str] | None) -> list[Drill]:
    """The newest drills: all of the teams `held`, and what the teams `seen` may know of; None is all teams."""
    return [_drill(row) for row in await tx.fetch(SQL["drills"], held, seen, LISTED)]


async def announced(tx: Transaction, teams: Sequence[str] | None) -> list[Drill]:
    """What these teams are told of beforehand; None is all teams."""
    return [_drill(row) for row in await tx.fetch(SQL["drills_announced"], teams)]


async def around(tx: Transaction, team: str, closed: Sequence[Closed] | None, teams: Collection[str]) -> Around:
    """What else goes on; `teams` are those of the policy, none while the router cannot be asked."""
    row = await tx.fetchrow(SQL["drills_around"], team)
    assert row is not None
    known = team in teams if teams else None
    return Around(row["team"], row["all"], await real(tx, team), closed, row["planned"], known)


async def real(tx: Transaction, team: str) -> bool:
    """Whether a real P1 of a team is open."""
    return bool(await tx.fetchval(SQL["real_p1"], team, list(UNREAL)))


async def move(tx: Transaction, new: Drill) -> None:
    """Write down how a drill stands now."""
    when = new.started_at, new.ended_at, new.ended_by
    await tx.execute(SQL["move_drill"], new.id, new.state, new.why, new.case_id, new.number, *when)


def _drill(row: Row) -> Drill:
    same = {field.name: row[field.name] for field in fields(Drill) if field.name not in _OTHERS}
    by = Person(id=row["by_id"], name=row["by_name"])
    return Drill(**same, kind=Kind(row["kind"]), urgency=Urgency(row["urgency"]), impact=Impact(row["impact"]), by=by)
