"""Taking many reports over from elsewhere: each row by itself, once for each id that it has there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.intake import externals, submitting
from services.intake.submitting import Submission
from shared.runtime import folds
from shared.runtime.db import Database

Result = Literal["taken", "again", "would-be-taken"]


@dataclass(frozen=True)
class Imported:
    """What became of a row: a new case, the one that it is already, or what a dry run says of it."""

    result: Result
    case_id: str = ""
    number: int | None = None


async def take(db: Database, submission: Submission, id_: str, now: datetime, dry: bool) -> Imported:
    """Make a case of a report that is known as `id_` elsewhere, unless there is one already; nothing in a dry run."""
    place = f"import:{submission.source}"
    async with db.transaction() as tx:
        known, _ = await externals.external(tx, place, id_)
        if known:
            fold = await folds.load(tx, known, lock=False)
            return Imported("again", known, fold.case.submitted.number if fold.case else None)
        if dry:
            return Imported("would-be-taken")
        case = await submitting.submit(tx, submission, now)
        await externals.keep_external(tx, place, id_, case.id, {})
    return Imported("taken", case.id, case.submitted.number)
