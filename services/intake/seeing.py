"""The way of every route to a case: what may not be seen is not there, and what may not be done is refused.

Two walls stand one behind the other: `access.sees` here, and the policies of the tables, which know for whom a transaction reads.
"""

import json
from collections.abc import AsyncIterator, Iterable, Set
from contextlib import asynccontextmanager
from datetime import datetime

from services.intake import admission, auditing, store
from services.intake.domain import access, timeline
from services.intake.domain.ids import is_case_id
from services.intake.domain.tokens import Principal
from services.intake.door import By, Door, unknown_case
from services.intake.entrance import role_needed
from shared.contracts.case import Case
from shared.contracts.circle import is_restricted
from shared.contracts.events import Actor
from shared.runtime import folds
from shared.runtime.db import Transaction
from shared.runtime.folds import Fold
from shared.runtime.web import Problem


@asynccontextmanager
async def reading(here: Door, who: Principal) -> AsyncIterator[Transaction]:
    """A connection to read by that shows no case but those that somebody may see."""
    seer = access.seer(who)
    if seer is None:
        async with here.db.reading() as tx:
            yield tx
        return
    async with here.db.transaction() as tx:
        await _raise_wall(tx, seer)
        yield tx


@asynccontextmanager
async def behind_the_wall(tx: Transaction, who: Principal) -> AsyncIterator[None]:
    """Have the database itself show no case but those that somebody may see, until the block ends.

    What is done to a case is written outside of it, because a case may leave its doer's sight by that.
    """
    seer = access.seer(who)
    if seer is None or tx.kept.get("behind the wall"):
        yield
        return
    await _raise_wall(tx, seer)
    yield
    await tx.execute(admission.SQL["seen_by"], "")
    tx.kept["behind the wall"] = False


async def _raise_wall(tx: Transaction, seer: access.Seer) -> None:
    await tx.execute(admission.SQL["seen_by"], json.dumps(seer))
    tx.kept["behind the wall"] = True


async def seen(tx: Transaction, who: Principal, case_id: str, now: datetime, verb: str = "") -> tuple[Fold, Case]:
    """A case that somebody may see; locked, and theirs to act on, when a verb is given. Reading a restricted one is recorded.

    Raises the same 404 for a case that they may not see as for one that does not exist, and 403 for what they may not do.
    """
    fold, case = await in_sight(tx, who, case_id, lock=bool(verb))
    if verb and not access.acts(who, case, verb):
        raise role_needed()
    auditing.through(tx, who)
    if not verb:
        await looked_at(tx, who, [case], now)
    return fold, case


async def in_sight(tx: Transaction, who: Principal, case_id: str, lock: bool = False) -> tuple[Fold, Case]:
    """A case that somebody may see, before they are shown anything of it. Raises the same 404 as `seen`."""
    if not is_case_id(case_id):
        raise unknown_case()
    async with behind_the_wall(tx, who):
        fold = await folds.load(tx, case_id, lock=lock)
    if fold.case is None or not access.sees(who, fold.case):
        raise unknown_case()
    return fold, fold.case


async def looked_at(tx: Transaction, who: Principal, cases: Iterable[Case], now: datetime) -> None:
    """Record that somebody is shown restricted cases."""
    restricted = [case.id for case in cases if is_restricted(case)]
    await auditing.now(tx, *(auditing.of("case.seen", who, case_id, now) for case_id in restricted))


async def within(here: Door, who: Principal, case_ids: set[str]) -> set[str]:
    """Those of some cases that stand on somebody's side of the wall."""
    if access.seer(who) is None or not case_ids:
        return case_ids
    async with reading(here, who) as tx:
        return {row["id"] for row in await tx.fetch(store.SQL["these_cases"], sorted(case_ids))}


async def among(tx: Transaction, who: Principal, case_ids: set[str]) -> dict[str, Case]:
    """Those of some cases that somebody may see, by their ids."""
    async with behind_the_wall(tx, who):
        found = await folds.load_all(tx, sorted(filter(is_case_id, case_ids)))
    return {fold.key: fold.case for fold in found if fold.case is not None and access.sees(who, fold.case)}


async def around(tx: Transaction, who: Principal, case: Case) -> tuple[Case, Case | None]:
    """A case and the one that it is handled as, each without the others that somebody may not see."""
    if who.grants is None or not (case.linked or case.joined):
        return case, await store.lead(tx, case)
    async with behind_the_wall(tx, who):
        lead = await store.lead(tx, case)
        joined = await among(tx, who, {j.case_id for j in case.joined})
    case = case.model_copy(update={"joined": tuple(j for j in case.joined if j.case_id in joined)})
    return case, lead if lead is not None and access.sees(who, lead) else None


async def story(tx: Transaction, who: Principal, fold: Fold, known: Set[str] = frozenset()) -> list[timeline.Entry]:
    """What happened to a case that somebody sees, in its order; other cases that they may not see are not named in it.

    `known` are ids of cases that they may see, which are not read once more.
    """
    told = timeline.merged(await store.entries(tx, fold))
    if who.grants is None:
        return told
    return timeline.naming(told, known | set(await among(tx, who, timeline.others(told) - known)))


def in_the_name_of(who: Principal, by: By | None) -> Actor:
    """Who does something: the person that is named, or the caller. A person with roles speaks for nobody else."""
    if by is None or (who.actor.kind == "person" and who.actor.id == by.id):
        return who.actor
    if who.grants is not None and who.actor.kind == "person":
        raise not_in_your_name()
    return by.actor()


def not_in_your_name() -> Problem:
    """The answer for who speaks in the name of somebody else."""
    return Problem(
        403,
        "not-in-your-name",
        "このトークンでは、ほかの人の名前で操作できません。",
        "With this token nothing can be done in the name of another person.",
    )
