"""The open cases as a table: what similar reports, hand-overs and digests are looked up by."""

from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Gauge

from services.router.domain.climb.likeness import Recent, gist
from services.router.domain.climb.shift import part_of
from services.router.domain.duty.schedule import Part
from services.router.domain.policies.rules import fold
from services.router.store import SQL
from shared.contracts import canary
from shared.contracts.case import Case
from shared.contracts.drill import is_drill
from shared.contracts.vocabulary import Status
from shared.runtime.clock import Clock
from shared.runtime.db import Database, Transaction

UNACKNOWLEDGED = Gauge(
    "tasuki_unacknowledged_oldest_seconds",
    "How long the oldest case of a load waits for an answer; 0 for none",
    ["load"],
)
LOADS = (1, 2, 3)
MOST = 200  # similar reports are looked for among so many of the newest


@dataclass(frozen=True)
class Row:
    """One open case; `schedules` are those that named somebody who is asked, and as @id who is asked by name."""

    case_id: str
    number: int
    team: str
    product: str
    said: str
    at: datetime
    load: int
    lead: str
    leads: bool
    taken: bool
    awaiting: bool
    schedules: tuple[str, ...]


def row(case: Case) -> Row | None:
    """What the table says of a case; nothing before it is planned and after it is done, and nothing of a drill."""
    if case.plan is None or case.status is Status.DONE or not case.plan.levels or is_drill(case.submitted.source):
        return None
    product, said = gist(case.submitted.report)
    return Row(
        case.id,
        case.submitted.number,
        case.plan.team,
        product,
        said,
        case.submitted_at,
        case.plan.load,
        case.linked,
        case.plan.gather and not case.linked,
        case.owner is not None,
        case.awaiting,
        tuple(dict.fromkeys(_key(part_of(r)) for r in case.responders)),
    )


def _key(part: Part) -> str:
    return part.schedule or f"@{part.person}"  # no id begins so


def keep(tx: Transaction, before: Case | None, case: Case) -> None:
    """Bring the row of a case up to date when the transaction ends, if it has changed."""
    new = row(case)
    if new != (row(before) if before else None):
        tx.kept.setdefault("open_cases", {})[case.id] = new
        tx.at_end("open_cases", _write)


async def _write(tx: Transaction) -> None:
    changed: dict[str, Row | None] = tx.kept.pop("open_cases")
    rows = [r for r in changed.values() if r is not None]
    if gone := [id_ for id_, r in changed.items() if r is None]:
        await tx.execute(SQL["close_cases"], gone)
    if rows:
        await tx.executemany(SQL["keep_case"], [_columns(r) for r in rows])


def _columns(r: Row) -> tuple[object, ...]:
    what = r.case_id, r.number, r.team, r.product, r.said, r.at, r.load, r.lead, r.leads, r.taken, r.awaiting
    return *what, list(r.schedules)


async def recent(tx: Transaction, team: str, since: datetime) -> list[Recent]:
    """The open cases of a team since an instant, the oldest first, with those of this very transaction."""
    rows = await tx.fetch(SQL["recent_cases"], team, since, MOST)
    found = {r["case_id"]: Recent(**dict(r)) for r in reversed(rows)}
    changed: dict[str, Row | None] = tx.kept.get("open_cases", {})
    for id_, r in changed.items():
        found.pop(id_, None)
        if r is not None and r.team == team and r.at >= since:
            found[id_] = Recent(r.case_id, r.number, r.at, r.product, r.said, r.lead, r.leads, r.taken)
    return list(found.values())


async def one_at_a_time(tx: Transaction, team: str) -> bool:
    """Two replicas that see many similar reports at once decide one after the other, until their transactions end.

    Gives whether this transaction's turn begins now: what it has read before may have changed while it waited.
    """
    mine: set[str] = tx.kept.setdefault("gathering", set())
    if team in mine:
        return False
    await tx.execute(SQL["lock_gathering"], team)
    mine.add(team)
    return True


async def of_part(tx: Transaction, part: Part, awaiting: bool, limit: int) -> list[str]:
    """The open cases for which a part named somebody: those that wait for an answer, or the others; the oldest first.

    None that is handled as another one. Of a person, those too of which the release before did not write who is asked.
    """
    found = await tx.fetch(SQL["cases_of_part"], _key(part), awaiting, limit, bool(part.person))
    return [r["case_id"] for r in found]


async def of_load(tx: Transaction, load: int) -> list[str]:
    """The open cases of a load that still wait for an answer."""
    return [r["case_id"] for r in await tx.fetch(SQL["cases_of_load"], load)]


async def measure(db: Database, clock: Clock) -> None:
    """Look how long the oldest case of each load waits for an answer; nobody answers a canary."""
    async with db.reading() as tx:
        rows = await tx.fetch(SQL["unacknowledged"], fold(canary.PRODUCT), canary.SOURCE)
        since = {row["load"]: row["since"] for row in rows}
    now = clock.now()
    for load in LOADS:
        UNACKNOWLEDGED.labels(load).set((now - since.get(load, now)).total_seconds())
