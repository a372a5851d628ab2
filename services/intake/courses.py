"""The figures of how cases went, and the cases behind each of them: never more than somebody may see, and neither canaries nor drills."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.intake import board, seeing
from services.intake.domain.courses import By, Courses, Of, Period, courses
from services.intake.domain.tokens import Principal
from services.intake.door import Door
from shared.contracts import drill
from shared.contracts.case import Case
from shared.contracts.case_ids import case_id
from shared.contracts.vocabulary import Channel
from shared.runtime.db import Queries, Row

SQL = Queries(Path(__file__).with_name("courses.sql"))
LOUD = (Channel.PHONE, Channel.SMS, Channel.PUSH)


@dataclass(frozen=True)
class Behind:
    """Which cases are asked for: those of a priority, team or kind (None: of all), that have something in common."""

    priority: str | None = None
    team: str | None = None
    kind: str | None = None
    of: Of = "all"


@dataclass(frozen=True)
class Course:
    """A case, and how it went; times in seconds."""

    case: Case
    answered_in: int | None
    done_in: int | None
    reopened: int
    climbs: int
    late: bool
    linked: bool


async def told(here: Door, who: Principal, about: Period, by: By, names: Mapping[str, str]) -> Courses:
    """The figures of a time and of the one before, of the cases that somebody may see."""
    before, first, last = (_id(at) for at in (about.before.begins, about.begins, about.ends))
    zone = str(about.zone)
    async with seeing.reading(here, who) as tx:
        rows = await tx.fetch(SQL["courses_counted"], before, first, last, list(drill.UNREAL), zone, by)
        people = await tx.fetch(SQL["people_disturbed"], first, last, list(drill.UNREAL), list(LOUD), zone)
    return courses(about, by, map(dict, rows), map(dict, people), names)


async def behind(
    here: Door, who: Principal, about: Period, wanted: Behind, most: int, skip: int = 0
) -> tuple[list[Course], int]:
    """The cases behind a figure, at most so many after some, and how many there are. Showing a restricted one is recorded."""
    asked = (
        _id(about.begins),
        _id(about.ends),
        list(drill.UNREAL),
        wanted.priority,
        wanted.team,
        wanted.kind,
        wanted.of,
    )
    async with seeing.reading(here, who) as tx:
        rows: list[Row] = await tx.fetch(SQL["courses_of"], *asked, most, skip)
        cases = {case.id: case for case in await board.cases(tx, who, [row["id"] for row in rows])}
        await seeing.looked_at(tx, who, cases.values(), here.clock.now())
    names = ("answered_in", "done_in", "reopened", "climbs", "late", "linked")
    found = [Course(cases[row["id"]], **{name: row[name] for name in names}) for row in rows if row["id"] in cases]
    return found, rows[0]["total"] if rows else 0


def _id(at: datetime) -> str:
    return case_id(at, bytes(10))
