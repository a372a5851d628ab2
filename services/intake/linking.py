"""Which case is meant by who would have one handled as another, as far as they may see both and act on both."""

import re
import unicodedata
from dataclasses import replace

from services.intake import board, seeing
from services.intake.domain import access
from services.intake.domain.commands import Command, Link
from services.intake.domain.ids import LARGEST_ID, is_case_id
from services.intake.domain.tokens import Principal
from services.intake.entrance import role_needed
from shared.runtime import folds
from shared.runtime.db import Transaction

_NUMBER = re.compile(r"(?:no\.?|#)?\s*([1-9][0-9]{0,17})", re.IGNORECASE)


async def prepared(tx: Transaction, who: Principal, case_id: str, command: Command) -> Command:
    """A command with the other case that it names, if somebody may see that; both are locked, in one order.

    So of two people who link two cases to each other at once, the second finds what the first has done. To be called
    before anything else of the transaction. Raises 403 for a case that they see and may not act on.
    """
    if not isinstance(command, Link) or not is_case_id(case_id):
        return command
    async with seeing.behind_the_wall(tx, who):
        lead_id = await meant(tx, command.to)
        await folds.prepare(tx, {case_id, lead_id} if lead_id else {case_id})
        lead = (await folds.load(tx, lead_id)).case if lead_id else None
    if lead is None or not access.sees(who, lead):
        return command
    if not access.acts(who, lead, "link"):
        raise role_needed()
    return replace(command, lead=lead)


async def meant(tx: Transaction, typed: str) -> str:
    """The id of the case that a number or id names, as far as it may be seen by whoever reads; "" for none."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    if is_case_id(plain):
        return plain
    named = _NUMBER.fullmatch(plain)
    number = int(named[1]) if named else 0
    return await board.numbered(tx, number) if 0 < number <= LARGEST_ID else ""
