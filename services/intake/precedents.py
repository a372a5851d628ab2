"""Finished cases of the same trouble, for who is asked about a case without having logged in: what was done, how it turned out."""

from collections.abc import Collection

from pydantic import BaseModel

from services.intake import admission, behind, safe, seeing
from services.intake.domain import readers
from services.intake.domain.found import Answers, Record
from services.intake.domain.roles import EVERY_TEAM, teams
from services.intake.domain.tokens import Principal
from services.intake.domain.words import Language
from services.intake.door import Door
from shared.contracts.case import Case
from shared.contracts.circle import is_restricted
from shared.contracts.drill import is_real
from shared.contracts.events import Actor
from shared.contracts.personal import masked
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Status

MOST, LOOKED_AT = 3, 12
SECONDS = 1.0  # what is only of help is not waited for
TITLE, HANDLING, RESULT, EVALUATION = 60, 160, 100, 80  # letters


class Precedent(BaseModel):
    """One finished case in short, with marks for what is personal as far as its form or the report tells it."""

    number: int
    title: str
    handling: str
    result: str
    evaluation: str


async def precedents(
    here: Door, case: Case, person: Person, lang: Language, shared: bool = False
) -> list[Precedent] | None:
    """The finished cases of the same trouble that a person may see, the best first; None while that cannot be said.

    Nothing that is restricted is among them, whoever asks: a link is handed on, and a chat is not ours. What is `shared` is read by
    others as well, so that it holds only what everybody of the case's team may see.
    """
    team = case.plan.team if case.plan else ""
    if not is_real(case.submitted.source) or (shared and (is_restricted(case) or not team)):
        return []
    who = await _caller(here, person)
    sees = [EVERY_TEAM] if who.grants is None else sorted(teams(who.grants, "see"))
    reader = readers.asked("" if shared else person.id, [team] if shared else sees)
    path, wanted = f"/v1/cases/{case.id}/similar", {"form": "case", "limit": str(LOOKED_AT), "reader": reader}
    told = behind.told(Answers, await behind.ask(here, "knowledge", path, None, SECONDS, **wanted))
    if told is None:
        return None
    close = [one.record for one in told.data if one.record and one.close and one.record.case_id != case.id]
    if not close:
        return []
    async with seeing.reading(here, who) as tx:
        seen = await seeing.among(tx, who, {record.case_id for record in close})
        told_of = [r for r in close if r.case_id in seen and _may_be_told(seen[r.case_id], shared, team)][:MOST]
        return [_short(r, await safe.at(tx).customer(tx, seen[r.case_id]), lang) for r in told_of]


async def _caller(here: Door, person: Person) -> Principal:
    """The person with what a login would show them; where no roles were ever given, everybody sees all."""
    async with here.db.reading() as tx:
        known = await admission.grants(tx)
    grants = known.get(person.id, frozenset()) if known else None
    return Principal("asked", frozenset(), Actor(kind="person", id=person.id, name=person.name), grants)


def _may_be_told(case: Case, shared: bool, team: str) -> bool:
    """By what is known of the finished case now: it may have been restricted or reopened since it was archived."""
    of_the_team = case.plan is not None and case.plan.team == team
    return case.status is Status.DONE and not is_restricted(case) and (of_the_team or not shared)


def _short(record: Record, names: Collection[str], lang: Language) -> Precedent:
    def line(text: str, most: int) -> str:
        said = masked(" ".join(text.split()), language=lang, names=names).text
        return said if len(said) <= most else f"{said[: most - 1]}…"

    return Precedent(
        number=record.number,
        title=line(record.title, TITLE),
        handling=line(record.handling, HANDLING),
        result=line(record.result, RESULT),
        evaluation=line(record.evaluation, EVALUATION),
    )
