"""The way of every route to a case: what may not be seen is not there, and what may not be done is refused."""

from collections.abc import Iterable
from datetime import datetime

from services.intake import auditing, store
from services.intake.domain import access
from services.intake.domain.ids import is_case_id
from services.intake.domain.tokens import Principal
from services.intake.door import By, role_needed, unknown_case
from shared.contracts.case import Case
from shared.contracts.events import Actor
from shared.runtime import folds
from shared.runtime.db import Transaction
from shared.runtime.folds import Fold
from shared.runtime.web import Problem


async def seen(tx: Transaction, who: Principal, case_id: str, now: datetime, verb: str = "") -> tuple[Fold, Case]:
    """A case that somebody may see; locked, and theirs to act on, when a verb is given. Reading a restricted one is recorded.

    Raises the same 404 for a case that they may not see as for one that does not exist, and 403 for what they may not do.
    """
    if not is_case_id(case_id):
        raise unknown_case()
    fold = await folds.load(tx, case_id, lock=bool(verb))
    case = fold.case
    if case is None or not access.sees(who, case):
        raise unknown_case()
    if verb and not access.acts(who, case, verb):
        raise role_needed()
    auditing.through(tx, who)
    if not verb:
        await looked_at(tx, who, [case], now)
    return fold, case


async def looked_at(tx: Transaction, who: Principal, cases: Iterable[Case], now: datetime) -> None:
    """Record that somebody is shown restricted cases."""
    restricted = [case.id for case in cases if access.is_restricted(case.submitted.report)]
    await auditing.now(tx, *(auditing.of("case.seen", who, case_id, now) for case_id in restricted))


async def among(tx: Transaction, who: Principal, case_ids: set[str]) -> dict[str, Case]:
    """Those of some cases that somebody may see, by their ids."""
    found = await folds.load_all(tx, sorted(filter(is_case_id, case_ids)))
    return {fold.key: fold.case for fold in found if fold.case is not None and access.sees(who, fold.case)}


async def around(tx: Transaction, who: Principal, case: Case) -> tuple[Case, Case | None]:
    """A case and the one that it is handled as, each without the others that somebody may not see."""
    lead = await store.lead(tx, case)
    if who.grants is None:
        return case, lead
    joined = await among(tx, who, {j.case_id for j in case.joined})
    case = case.model_copy(update={"joined": tuple(j for j in case.joined if j.case_id in joined)})
    return case, lead if lead is not None and access.sees(who, lead) else None


def in_the_name_of(who: Principal, by: By | None) -> Actor:
    """Who does something: the person that is named, or the caller. A person with roles speaks for nobody else."""
    if by is None or (who.actor.kind == "person" and who.actor.id == by.id):
        return who.actor
    if who.grants is not None and who.actor.kind == "person":
        raise Problem(
            403,
            "not-in-your-name",
            "このトークンでは、ほかの人の名前で操作できません。",
            "With this token nothing can be done in the name of another person.",
        )
    return by.actor()
