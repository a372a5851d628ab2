"""Lists of cases, the newest first: what somebody may see is looked for by each reason that they can have to see it.

A list costs as much as it shows, however many cases others have: row by row behind the wall a million take seconds.
"""

import json
from dataclasses import dataclass

from services.intake.domain.access import Seer
from services.intake.domain.roles import EVERY_TEAM
from services.intake.store import SQL, folded
from shared.contracts import drill
from shared.runtime.db import Transaction


@dataclass(frozen=True)
class Filter:
    """Which cases are asked for, and by whom; what is None is not asked. `owner` is "" for cases that nobody has, `oldest` the last id."""

    after: str | None = None
    status: str | None = None
    priority: str | None = None
    owner: str | None = None
    words: str | None = None
    seer: Seer | None = None
    team: str | None = None
    oldest: str | None = None
    only_open: bool = False


async def case_ids(tx: Transaction, wanted: Filter, limit: int) -> list[str]:
    """The ids of the newest cases that fit, at most `limit`."""
    return list(await versions(tx, wanted, limit))


async def versions(tx: Transaction, wanted: Filter, limit: int) -> dict[str, str]:
    """The same, each with the xmin of its row, which is another one whenever that was written."""
    literal = folded(wanted.words or "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    words = f"%{literal}%" if wanted.words else None
    seer = wanted.seer
    asked = (
        *(wanted.after, wanted.status, wanted.priority, wanted.owner, words),
        *(json.dumps(seer) if seer is not None else None, list(drill.UNREAL), limit),
        *(wanted.team, wanted.oldest, wanted.only_open),
    )
    if seer is not None:
        await tx.execute(SQL["plan_anew"])
    if seer is None or EVERY_TEAM in (*seer["sees"], *seer["leads"]):
        found = await tx.fetch(SQL["list_cases"], *asked, None, None)
    else:
        circles = [(team, False) for team in seer["sees"]] + [(team, True) for team in seer["leads"]]
        found = await tx.fetch(SQL["list_of_teams"], *asked, *map(list, zip(*circles, strict=True))) if circles else []
        found += await tx.fetch(SQL["list_cases"], *asked, seer["name"], None)
        if person := seer["person"]:
            found += await tx.fetch(SQL["list_cases"], *asked, None, person)
    newest = sorted({row["id"]: row["version"] for row in found}.items(), reverse=True)
    return dict(newest[:limit])
