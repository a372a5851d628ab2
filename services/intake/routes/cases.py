"""Submitting a report, and reading cases: one, its timeline, and lists."""

import re
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, BaseModel, Field

from services.intake import listing, store, submitting
from services.intake.behind import Directory
from services.intake.domain import access, timeline, versions, view
from services.intake.domain.ids import cursor, read_cursor
from services.intake.domain.tokens import Principal
from services.intake.door import By, door, language, read_json, reader
from services.intake.entrance import admit, count
from services.intake.seeing import around, in_sight, in_the_name_of, looked_at, reading, seen, story
from shared.contracts import canary
from shared.contracts import events as e
from shared.contracts.answered import is_answered
from shared.contracts.case import Case
from shared.contracts.report import YEARS, Moment, Report, is_urgent
from shared.contracts.vocabulary import Priority, Status, Track
from shared.runtime import folds
from shared.runtime.web import Problem

routes = APIRouter(tags=["cases"])
_KEY = re.compile(r'"([\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e][\x21-\x7e]{0,254})')


class Ticket(e.External):
    """The sender's own ticket, where the result is written back: `42:1207` is record 1207 of app 42 in kintone."""

    system: Literal[
        "zendesk", "salesforce", "hubspot", "jira", "servicenow", "freshdesk", "kintone", "intercom", "dynamics365"
    ]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_:-]{0,99}$")]
    url: Annotated[str, Field(pattern=r"^(https?://[!-~]+)?$", max_length=2000)] = ""


def _in_years(at: datetime | None) -> datetime | None:
    if at is not None and at.year not in YEARS:
        raise ValueError("2000 年から 2099 年までの日時を指定してください / name a year from 2000 to 2099")
    return at


class ReportBody(Report):
    """A report, the person who reports where the sender is a program that knows, and the ticket that it came from."""

    wanted_by: Annotated[Moment, AfterValidator(_in_years)] = None
    by: By | None = None
    external: Ticket | None = None


class CasePage(BaseModel):
    """One page of cases, the newest first."""

    data: list[view.CaseRow]
    next_cursor: str | None


class Timeline(BaseModel):
    """What happened to a case, in order; what is `pending` has not been read back from the log yet."""

    data: list[timeline.Line]


class Asked(BaseModel):
    """Whether a page is still to be answered."""

    asked: bool


@routes.post("/v1/cases", status_code=202, response_model=view.CaseView)
async def submit_case(request: Request) -> Response:
    """Take a report in. 202 only after it is on disk; the same Idempotency-Key gets the same answer for 24 hours."""
    who, here = await admit(request, "submit", counted=False), door(request)
    key = idempotency_key(request, required=True)
    body = await read_json(request, ReportBody)
    report = Report.model_validate(body.model_dump(exclude={"by", "external"}))
    count(request, urgent=is_urgent(report))
    only_canaries(who, report)
    by = in_the_name_of(who, body.by)
    ticket = e.External.model_validate(body.external.model_dump()) if body.external else None
    submission = submitting.Submission(report, by, who.name, language(request), ticket)
    once, reads = submitting.Key(f"token:{who.name}", key, submission.fingerprint()), reader(request)

    def words(case: Case) -> str:
        return view.view(case, reads.now, reads).model_dump_json()

    async with here.turn(report):
        first = await submitting.submit_once(here.db, submission, once, words, reads.now)
    if isinstance(first, str):
        raise conflict(first)
    headers = {"location": f"/v1/cases/{first.case_id}", "idempotency-replayed": str(first.again).lower()}
    return Response(first.answer, 202, headers, "application/json")


@routes.get("/v1/cases", response_model=CasePage)
async def list_cases(
    request: Request,
    response: Response,
    status: Status | None = None,
    priority: Priority | None = None,
    owner: Annotated[str | None, Query(max_length=100, description='A person id, or "none"')] = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor_: Annotated[str | None, Query(alias="cursor", max_length=100)] = None,
) -> CasePage:
    """List the cases that the caller may see, the newest first."""
    who, here = await admit(request, "read"), door(request)
    after = read_cursor(cursor_) if cursor_ else None
    if cursor_ and after is None:
        raise Problem(422, "bad-cursor", "cursor が正しくありません。", "The cursor is not one of ours.")
    if any("\x00" in text for text in (owner or "", q or "")):
        raise Problem(422, "invalid", "使えない文字が含まれています。", "A character is not allowed.")
    wanted = listing.Filter(
        after, status, priority, "" if owner == "none" else owner, q and q.strip(), access.seer(who)
    )
    async with reading(here, who) as tx:
        ids = await listing.case_ids(tx, wanted, limit + 1)
        found = await folds.load_all(tx, ids[:limit])
        shown = [fold.case for fold in found if fold.case and access.sees(who, fold.case)]
        await looked_at(tx, who, shown, here.clock.now())
    rows = [view.row(case, language(request)) for case in shown]
    following = cursor(ids[limit - 1]) if len(ids) > limit else None
    if following:
        next_url = request.url.include_query_params(cursor=following)
        response.headers["link"] = f'<{next_url.path}?{next_url.query}>; rel="next"'
    return CasePage(data=rows, next_cursor=following)


@routes.get("/v1/cases/{case_id}", response_model=view.CaseView)
async def read_case(request: Request, case_id: str) -> Response:
    """Show how a case stands; its ETag is what If-None-Match and the If-Match of actions name."""
    who, here = await admit(request, "read"), door(request)
    async with reading(here, who) as tx:
        _, known = await seen(tx, who, case_id, here.clock.now())
        updated = await store.updated_at(tx, case_id) or known.submitted_at
        case, lead = await around(tx, who, known)
    shown = view.view(case, updated, reader(request), lead).model_dump_json()
    headers = {"etag": versions.tag(known, shown), "vary": "accept-language, authorization"}
    if versions.is_shown(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(status_code=304, headers=headers)
    return Response(shown, headers=headers, media_type="application/json")


@routes.get("/v1/cases/{case_id}/asked", response_model=Asked)
async def read_asked(
    request: Request,
    case_id: str,
    person: Annotated[str, Query(max_length=200)] = "",
    round_: Annotated[int, Query(alias="round", ge=0, le=1_000_000)] = 0,
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    track: Track = Track.HANDLING,
) -> Asked:
    """Say whether an answer of this person is still of use, who was asked in a round decided when `after` answers were known.

    What was answered counts as soon as it is taken, before the log shows it: whoever is about to ring somebody up asks.
    """
    who, here = await admit(request, "read"), door(request)
    async with reading(here, who) as tx:
        _, case = await in_sight(tx, who, case_id)
    return Asked(asked=not is_answered(case, person, track, round_, after))


@routes.get("/v1/cases/{case_id}/timeline", response_model=Timeline)
async def read_timeline(request: Request, case_id: str) -> Response:
    """Tell what happened to a case, in the order of the log; a reporter reads what is said to reporters."""
    who, here = await admit(request, "read"), door(request)
    async with reading(here, who) as tx:
        fold, case = await seen(tx, who, case_id, here.clock.now())
        told = await story(tx, who, fold)
    known: Directory = request.app.state.directory
    lines = timeline.lines(told, language(request), here.zone, await known.teams_told(here))
    if access.only_reports(who, case):
        lines = [line for line in lines if line.public]
    return Response(Timeline(data=lines).model_dump_json(), media_type="application/json")


def only_canaries(who: Principal, report: Report) -> None:
    """Let the watchdog submit nothing else: what it submits is shown on no list, whomever it calls. Raises 403."""
    if who.name == canary.SOURCE and report.product != canary.PRODUCT:
        ja = "このトークンで送れるのは、監視プロセスの試験の案件だけです。"
        raise Problem(
            403, "canaries-only", ja, "With this token nothing but canaries of the watchdog can be submitted."
        )


def idempotency_key(request: Request, required: bool) -> str:
    """Read the Idempotency-Key, quoted or not; "" when there is none and none is required. Raises 400."""
    given = request.headers.get("idempotency-key", "")
    match = _KEY.fullmatch(given.strip())
    if match:
        return match[1] or match[2]
    if not given and not required:
        return ""
    raise Problem(
        400,
        "idempotency-key-needed",
        "Idempotency-Key ヘッダー（表示可能な ASCII 255 文字以内）が必要です。再送しても二重に受け付けないためです。",
        "The header Idempotency-Key (up to 255 visible ASCII characters) is needed, so that a repeat is not taken twice.",
    )


def conflict(why: Literal["other-body", "in-flight"]) -> Problem:
    """The answer for a key that is in use: 422 for another body, 409 while the first request is under way."""
    if why == "other-body":
        return Problem(
            422,
            "idempotency-key-reused",
            "この Idempotency-Key は別の内容で使用済みです。",
            "This Idempotency-Key was used with another body.",
        )
    problem = Problem(
        409,
        "idempotency-in-flight",
        "同じ Idempotency-Key の要求を処理中です。",
        "A request with this Idempotency-Key is under way.",
    )
    problem.headers = {"retry-after": "1"}
    return problem
