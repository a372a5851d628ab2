"""The books of a measurement: every 2xx is a case, a duplicate, or something set aside; nothing else is, and nothing is lost."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import asyncpg

from bench.barrage import Volley

ROWS = "SELECT source, delivery_id, verdict, case_id FROM deliveries WHERE source LIKE 'bench-%'"
CASES = "SELECT count(*) FROM cases WHERE id = ANY($1)"
ALL_CASES = "SELECT count(*) FROM cases WHERE number > 0"
ASIDE = "SELECT source, delivery_id FROM quarantine WHERE source LIKE 'bench-%'"
IN_LINE = "SELECT count(*) FROM arrivals"
WAITING = "SELECT count(*) FROM outbox"
UNPLANNED = "SELECT count(*) FROM cases WHERE priority IS NULL"


@dataclass(frozen=True)
class Books:
    """What the database says of the deliveries of one run, and what their senders were told."""

    told: int  # answers of 2xx
    duplicates: int  # of them: not the first of their delivery
    opened: int  # rows whose sender was told, by what became of them
    further: int
    aside: int
    untold: int  # rows whose sender was told nothing: it sends them again, and is then told what became of them
    lost: int  # told 2xx, and not there
    cases: int  # rows of new cases, whether their sender was told or not
    cases_missing: int
    aside_missing: int
    forged_taken: int

    @property
    def balanced(self) -> bool:
        """Whether nothing is missing, and nothing was taken that must not be."""
        whole = self.told == self.opened + self.further + self.aside + self.duplicates
        return whole and not (self.lost or self.cases_missing or self.aside_missing or self.forged_taken)


async def balance(db: "asyncpg.Connection[Any]", volley: Volley) -> Books:
    """Compare what senders were told with what is on disk."""
    told = Counter((a.source, a.delivery) for a in volley.answers if 200 <= a.status < 300 and a.what != "forged")
    rows = {(r["source"], r["delivery_id"]): r for r in await db.fetch(ROWS)}
    rows = {key: row for key, row in rows.items() if key in volley.sent}
    verdicts = Counter(rows[key]["verdict"] for key in told if key in rows)
    cases = [row["case_id"] for row in rows.values() if row["verdict"] == "opened"]
    aside = {(r["source"], r["delivery_id"]) for r in await db.fetch(ASIDE)}
    return Books(
        told=told.total(),
        duplicates=told.total() - len(told),
        opened=verdicts["opened"],
        further=verdicts.total() - verdicts["opened"] - verdicts["quarantined"],
        aside=verdicts["quarantined"],
        untold=len(rows.keys() - told.keys()),
        lost=len(told.keys() - rows.keys()),
        cases=len(cases),
        cases_missing=len(cases) - int(await db.fetchval(CASES, cases)),
        aside_missing=sum(row["verdict"] == "quarantined" and key not in aside for key, row in rows.items()),
        forged_taken=sum(a.what == "forged" and a.status < 300 and a.status != 0 for a in volley.answers),
    )
