"""What pages read of figures, as the router and the knowledge service tell them, and the same as a table for a spreadsheet."""

from collections.abc import Iterable
from datetime import date, datetime

from pydantic import BaseModel

from services.intake.domain import tables
from shared.contracts.plan import Reason

SPANS = (7, 30, 90, 365)  # days that may be looked back on


class RuleFigures(BaseModel):
    """One rule: how often it held, was followed by another priority given by people, or lost to another rule."""

    id: str
    held: int
    reassessed: int
    superseded: int


class ClockFigures(BaseModel):
    """One clock of one priority: of so many cases, so many were too late."""

    priority: str
    name: str
    cases: int
    breached: int


class Reviewed(BaseModel):
    """Figures of finished cases, and what they suggest."""

    since: datetime
    until: datetime
    cases: int
    rules: list[RuleFigures] = []
    clocks: list[ClockFigures] = []
    catch_all_asked: int = 0
    exhausted: int = 0
    advice: list[Reason] = []


class Week(BaseModel):
    """One week, by its Monday."""

    monday: date
    cases: int
    searches: int
    deflected: int
    solved: int


class Trend(BaseModel):
    """How often a cause came."""

    cause: str
    cases: int


class Known(BaseModel):
    """What knowledge was worth; restricted cases are in none of it."""

    searches: int
    opened: float | None = None
    deflected: int = 0
    deflection: float | None = None
    covered: float | None = None
    minutes_per_case: float = 0
    minutes_saved: float = 0
    weeks: list[Week] = []
    causes: list[Trend] = []


def span(typed: str) -> int:
    """The days to look back on, as an address names them; a month otherwise."""
    return int(typed) if typed.isascii() and typed.isdigit() and int(typed[:6]) in SPANS else 30


def table(lines: Iterable[tuple[str, str, object, str]], reviewed: Reviewed | None, known: Known | None) -> str:
    """All figures, one a line: what, of which, the number and its unit; with a mark so that a spreadsheet reads it as UTF-8."""
    rows = [("what", "of", "value", "unit"), *lines]
    if reviewed:
        rows += [
            ("finished.cases", "", reviewed.cases, "cases"),
            ("catch_all_asked", "", reviewed.catch_all_asked, "cases"),
        ]
        rows += [("exhausted", "", reviewed.exhausted, "cases")]
        for clock in reviewed.clocks:
            of = f"{clock.priority} {clock.name}"
            rows += [("clock.cases", of, clock.cases, "cases"), ("clock.breached", of, clock.breached, "cases")]
        for rule in reviewed.rules:
            rows += [("rule.held", rule.id, rule.held, "cases"), ("rule.reassessed", rule.id, rule.reassessed, "cases")]
    if known:
        for week in known.weeks:
            of = week.monday.isoformat()
            rows += [("known.cases", of, week.cases, "cases"), ("known.searches", of, week.searches, "searches")]
            rows += [("known.deflected", of, week.deflected, "reports"), ("known.solved", of, week.solved, "searches")]
        rows += [("cause", trend.cause, trend.cases, "cases") for trend in known.causes]
    return tables.written(rows)
