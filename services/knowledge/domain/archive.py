"""The record that a resolved case becomes."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.contracts.alike import alike, gist
from shared.contracts.case import Case
from shared.contracts.drill import is_real
from shared.contracts.plan import Person
from shared.contracts.vocabulary import Kind, Priority

TELLING = 2  # words that tell what it is about


class Archived(BaseModel):
    """One resolved case: date, problem, handling and handler, result and evaluation. `version` counts its resolutions.

    One that was reopened answers nothing until it is resolved again: what was done did not help.
    """

    model_config = ConfigDict(frozen=True)
    case_id: str
    number: int
    version: int
    kind: Kind
    priority: Priority | None = None
    product: str
    title: str
    problem: str
    handling: str
    handler: Person | None = None
    result: str
    evaluation: str
    cause: str
    submitted_at: datetime
    resolved_at: datetime
    source_url: str = ""
    reopened_at: datetime | None = None


def record_of(case: Case, version: int) -> Archived | None:
    """The record of a case; nothing while it is not resolved, for a canary or drill, or when it was resolved as another one, which has one."""
    if case.resolution is None or case.resolved_at is None or case.linked or not is_real(case.submitted.source):
        return None
    report, done = case.submitted.report, case.resolution
    problem = [report.facts, report.customer_said, report.done_already, report.difficulty]
    by = Person(id=done.by.id, name=done.by.name) if done.by.kind == "person" else None
    return Archived(
        case_id=case.id,
        number=case.submitted.number,
        version=version,
        kind=report.kind,
        priority=case.plan.priority if case.plan else None,
        product=report.product,
        title=report.headline,
        problem="\n".join(part for part in problem if part),
        handling=done.handling,
        handler=by or case.owner,
        result=done.result,
        evaluation=done.evaluation,
        cause=done.cause,
        submitted_at=case.submitted_at,
        resolved_at=case.resolved_at,
        source_url=case.submitted.external.url if case.submitted.external else "",
    )


def question_of(case: Case) -> str:
    """The words by which similar cases are looked for."""
    report = case.submitted.report
    return "\n".join(p for p in (report.title, report.facts, report.customer_said, report.product) if p)


def is_close(case: Case, record: Archived, shared: int) -> bool:
    """Whether a record tells of the same trouble as a case, so that it may be shown to somebody who has not asked for it.

    As open reports are gathered (ADR 15); a product's name and the usual phrases alone are not enough, so that of the words by
    which it was found, two must be `shared` at least.
    """
    report = case.submitted.report
    mine, theirs = gist(report.product, report.title, report.facts), gist(record.product, record.title, record.problem)
    return shared >= TELLING and alike(mine, theirs)
