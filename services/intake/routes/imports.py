"""Importing many reports at once: good rows are taken, bad ones are listed with their line and the reason."""

from collections import Counter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError

from services.intake import importing, submitting
from services.intake.domain import tables
from services.intake.domain.refusals import Refusal
from services.intake.domain.tables import FORMS, MOST_ROWS, Row
from services.intake.domain.tokens import Principal
from services.intake.door import door, language, media_type
from services.intake.entrance import admit
from services.intake.routes.cases import ReportBody, only_canaries
from services.intake.seeing import in_the_name_of
from shared.contracts import events as e
from shared.contracts.report import Report, is_urgent
from shared.runtime.web import Problem, in_words

routes = APIRouter(tags=["cases"])
LARGER_BODIES = {"/v1/cases/import": 5 * 1024 * 1024}
DONE = Refusal(
    "history",
    "完了した案件は取り込めません（取り込むと、担当者を呼び出してしまうためです）。",
    "A case that is done cannot be imported: people would be called for it.",
)


class ImportRow(ReportBody):
    """A report and the id that it has elsewhere, by which it is taken once. `status` is `open`; history is refused."""

    external_id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    status: Literal["open", "done"] = "open"


class RowError(BaseModel):
    """What does not fit in a row."""

    pointer: str
    detail: str
    type: str


class RowView(BaseModel):
    """What became of one row; `line` counts from 1, with the head of a table."""

    line: int
    external_id: str | None = None
    result: Literal["taken", "again", "would-be-taken", "refused"]
    urgent: bool = False
    case_id: str | None = None
    number: int | None = None
    errors: list[RowError] = []


class Import(BaseModel):
    """What became of a file; nothing was written when it was a `dry_run`."""

    dry_run: bool
    taken: int
    again: int
    would_be_taken: int
    refused: int
    data: list[RowView]


@routes.post("/v1/cases/import")
async def import_cases(request: Request, dry_run: bool = False) -> Import:
    """Take over open cases from elsewhere: NDJSON or CSV, at most 1,000 rows. Sent again, nothing is doubled.

    Each row becomes a case as if it had been submitted, and its people are called as the policy has it; hold pages by a
    maintenance where that is not wanted. Needs no Idempotency-Key: the external ids are what makes a repeat harmless.
    """
    who = await admit(request, "submit")
    form = FORMS.get(media_type(request))
    if form is None:
        ja = "application/x-ndjson か text/csv で送ってください。"
        raise Problem(415, "unsupported-media-type", ja, "Send application/x-ndjson or text/csv.")
    try:
        rows = tables.read(await request.body(), form)
    except ValueError:
        raise Problem(400, "malformed", "表として読み取れません。", "The body cannot be read as a table.") from None
    if len(rows) > MOST_ROWS:
        ja = f"一度に取り込めるのは {MOST_ROWS} 行までです。分けて送ってください。"
        raise Problem(422, "too-many-rows", ja, f"At most {MOST_ROWS} rows at once; send them in parts.")
    shown = [await _row(request, who, row, dry_run) for row in rows]
    counts = Counter(row.result for row in shown)
    return Import(
        dry_run=dry_run,
        taken=counts["taken"],
        again=counts["again"],
        would_be_taken=counts["would-be-taken"],
        refused=counts["refused"],
        data=shown,
    )


async def _row(request: Request, who: Principal, row: Row, dry: bool) -> RowView:
    here = door(request)
    if isinstance(row.fields, Refusal):
        return _refused(request, row, row.fields)
    try:
        wanted = ImportRow.model_validate(row.fields)
    except ValidationError as problem:
        errors = [_error(request, error) for error in problem.errors(include_input=False, include_url=False)[:20]]
        named = row.fields.get("external_id")
        return RowView(line=row.line, external_id=str(named)[:200] if named else None, result="refused", errors=errors)
    if wanted.status == "done":
        return _refused(request, row, DONE, wanted.external_id)
    report = Report.model_validate(wanted.model_dump(exclude={"by", "external", "external_id", "status"}))
    where = "by"
    try:
        by = in_the_name_of(who, wanted.by)
        where = "product"
        only_canaries(who, report)
    except Problem as problem:
        return _refused(request, row, Refusal(problem.code, problem.ja, problem.en, where), wanted.external_id)
    ticket = e.External.model_validate(wanted.external.model_dump()) if wanted.external else None
    submission = submitting.Submission(report, by, who.name, language(request), ticket)
    async with here.turn(report):
        done = await importing.take(here.db, submission, wanted.external_id, here.clock.now(), dry)
    return RowView(
        line=row.line,
        external_id=wanted.external_id,
        result=done.result,
        urgent=is_urgent(report),
        case_id=done.case_id or None,
        number=done.number,
    )


def _refused(request: Request, row: Row, why: Refusal, id_: str | None = None) -> RowView:
    detail = why.en if language(request) == "en" else why.ja
    error = RowError(pointer=f"/{why.field}" if why.field else "", detail=detail, type=why.code)
    return RowView(line=row.line, external_id=id_, result="refused", errors=[error])


def _error(request: Request, error: Any) -> RowError:
    pointer = "".join(f"/{str(part)[:80]}" for part in error["loc"])
    return RowError(pointer=pointer, detail=in_words(error)[language(request)], type=error["type"])
