"""Cases that have to do with each other: neither leads, both tell of it to whoever may see both, and nobody is asked because of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.intake import auditing, linking, seeing, store
from services.intake.domain import access, refusals
from services.intake.domain.beside import CaseRelated, CaseUnrelated, Relation
from services.intake.domain.refusals import Refusal
from services.intake.domain.together import unrelatable
from services.intake.domain.tokens import Principal
from services.intake.entrance import role_needed
from shared.contracts.case import Case
from shared.contracts.events import Actor
from shared.runtime.db import Queries, Transaction

SQL = Queries(Path(__file__).with_name("relating.sql"))
Change = Callable[[Transaction, Principal, Actor, str, str, datetime], Awaitable[Refusal | None]]
MOST = 50  # relations of one case


@dataclass(frozen=True)
class Related:
    """A case that another one has to do with; who said so, and when."""

    case: Case
    by: str
    at: datetime


async def related(tx: Transaction, who: Principal, case_id: str, now: datetime) -> list[Related]:
    """What a case has to do with, as far as somebody may see it. Showing a restricted one is recorded."""
    async with seeing.behind_the_wall(tx, who):
        rows = await tx.fetch(SQL["related"], case_id)
    known = await seeing.among(tx, who, {row["id"] for row in rows})
    await seeing.looked_at(tx, who, known.values(), now)
    return [Related(known[row["id"]], row["by_name"], row["at"]) for row in rows if row["id"] in known]


async def relate(tx: Transaction, who: Principal, by: Actor, case_id: str, typed: str, now: datetime) -> Refusal | None:
    """Say that a case has to do with another one, named by its number or id; to say so again changes nothing.

    Raises 404 for a case that somebody may not see, and 403 for two of which they may not change both.
    """
    case, other = await _both(tx, who, case_id, typed, now)
    if other is None:
        return refusals.NOT_KNOWN
    if (why := unrelatable(case, other)) is not None:
        return why
    ids = [case.id, other.id]
    await tx.execute(SQL["lock_relations"], sorted(ids))
    if await tx.fetchval(SQL["relate"], *ids, by.id, by.name, now):
        if await tx.fetchval(SQL["relations_counted"], ids) > MOST:
            await tx.fetchval(SQL["unrelate"], *ids)
            return refusals.TOO_MANY_RELATED
        _record(tx, who, CaseRelated, by, case, other, now)
    return None


async def unrelate(
    tx: Transaction, who: Principal, by: Actor, case_id: str, typed: str, now: datetime
) -> Refusal | None:
    """Take that back; where there is no such relation nothing changes. Raises the same as `relate`."""
    case, other = await _both(tx, who, case_id, typed, now)
    if other is None:
        return refusals.NOT_KNOWN
    if await tx.fetchval(SQL["unrelate"], case.id, other.id):
        _record(tx, who, CaseUnrelated, by, case, other, now)
    return None


async def _both(tx: Transaction, who: Principal, case_id: str, typed: str, now: datetime) -> tuple[Case, Case | None]:
    _, case = await seeing.seen(tx, who, case_id, now, "relate")
    async with seeing.behind_the_wall(tx, who):
        other_id = await linking.meant(tx, typed)
    other = (await seeing.among(tx, who, {other_id})).get(other_id)
    if other is not None and not access.acts(who, other, "relate"):
        raise role_needed()
    return case, other


def _record(
    tx: Transaction, who: Principal, what: type[Relation], by: Actor, case: Case, related: Case, now: datetime
) -> None:
    for one, other in ((case, related), (related, case)):
        auditing.add(tx, auditing.entry(what.type.removesuffix(".v1"), by, one.id, now, who.name, other=other.id))
        store.tell_beside(tx, what(case_id=one.id, by=by, other=other.id, number=other.submitted.number), now)
