"""The form for a report: short, full or anonymous, in either language, with or without JavaScript."""

import re
from secrets import token_hex
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.intake import attaching, behind, submitting
from services.intake.domain import forecast
from services.intake.domain.faq import pointed
from services.intake.domain.outlook import Reader
from services.intake.door import door
from services.intake.entrance import Visitor, visitor
from services.intake.pages import followup, uploads
from services.intake.pages.console.shell import ANSWERING, chosen, frame, home, in_language, zone_of
from services.intake.pages.foresight import foretold, known_answers, offered
from services.intake.pages.form import (
    DEFAULTS,
    MODES,
    Broken,
    Error,
    answer_to_of,
    groups_of,
    report_of,
    reporter_of,
    shown_again,
)
from services.intake.pages.render import HEADERS, message, page
from shared.contracts.links import make_followup
from shared.contracts.report import Report
from shared.runtime.db import UNAVAILABLE

routes = APIRouter(include_in_schema=False)
_KEY = re.compile(r"[0-9a-f]{32}")
SCOPE = "form"
MOST_CARRIED = 2000  # characters of a search that are carried over
# What a link may have filled in
CARRIED = ("facts", "kind", "urgency", "urgency_reason", "impact", "personal_data", "estimate_minutes")
NOTICES = {400: "error.key", 409: "error.busy", 503: "error.busy"}


@routes.get("/")
async def entrance(request: Request) -> Response:
    """Lead people to the form, and who is logged in to the cases."""
    someone = await visitor(request)
    return RedirectResponse("/report" if someone is None else home(someone.who.grants or frozenset()), 303, HEADERS)


@routes.api_route("/report", methods=["GET", "HEAD"])
async def show_form(request: Request) -> Response:
    """Show the empty form."""
    someone, mode = await visitor(request), request.query_params.get("mode", "")
    carried = {name: request.query_params[name][:MOST_CARRIED] for name in CARRIED if name in request.query_params}
    given = {**DEFAULTS, **shown_again(carried)}
    if someone is not None and mode != "anonymous":
        given |= {"reporter_id": someone.who.actor.id, "reporter_name": someone.who.actor.name}
    return await _form(request, someone, mode, given, {})


@routes.post("/report")
async def take_form(request: Request) -> Response:
    """Take a report in and lead to the reporter's own page; the same page sent twice is one report."""
    if not uploads.is_form(request):
        return message(request, "wrong", 415)
    try:
        async with uploads.posted(request, door(request)) as sent:
            return await _taken(request, sent)
    except Broken:
        return message(request, "wrong", 400)


async def _taken(request: Request, sent: uploads.Sent) -> Response:
    given, again = sent.fields, bool(sent.files)
    here, lang, someone = door(request), chosen(request), await visitor(request)
    mode = given.get("mode", "")
    mode = mode if mode in MODES else "short"
    report, errors = report_of(given, mode, here.zone)
    answer_to, wrong = answer_to_of(given, mode, here.settings.form_mail.domains)
    errors |= wrong
    key = given.get("key", "")
    if report is None or errors or not _KEY.fullmatch(key):
        return await _form(request, someone, mode, shown_again(given), errors, 422 if errors else 400, again)
    if "edit" in given:
        return await _form(request, someone, mode, shown_again(given), {}, again=again)
    if "preview" in given:
        return await _preview(request, someone, shown_again(given), report, again)
    by = reporter_of(given, mode)
    submission = submitting.Submission(report, by, SCOPE, lang, answer_to=answer_to)
    try:
        keys = await here.safe.keys()
        typed = keys.digest("typed", submission.fingerprint()).hex()
        # The key stands in the page, which a browser may remember: it is kept as what only we can make of it. The page is
        # what is sent once: what has been corrected in between, or is about something else, is not lost in what it brought.
        page_key = keys.digest("page", key)
        once = submitting.Key(f"{SCOPE}:", page_key.hex(), page_key)
        async with here.turn(report):
            taken = await submitting.submit_once(here.db, submission, once, lambda case: typed, here.clock.now())
        if isinstance(taken, str):
            return await _form(request, someone, mode, shown_again(given), {}, 409, again)
        token = make_followup(here.settings.link_key, taken.case_id)
        if taken.answer != typed:
            return await _form(request, someone, mode, {**shown_again(given), "key": ""}, {}, 409, again, before=token)
        # The case is there already: it waits for no file, and the same page sent again brings what is missing.
        left = await uploads.attach(here, attaching.LINK, by, taken.case_id, sent.files, key)
    except UNAVAILABLE:
        return await _form(request, someone, mode, shown_again(given), {}, 503, again)
    if left:
        return await followup.page_of(request, taken.case_id, token, left=left, banner="new")
    return RedirectResponse(f"/r/{token}?new=1&lang={lang}", 303, HEADERS)


async def _preview(
    request: Request, someone: Visitor | None, given: dict[str, str], report: Report, again: bool
) -> Response:
    """Show what the report would lead to, with all that was typed, ready to be sent."""
    by = reporter_of(given, given.get("mode", ""))
    reporter = by.id if by.kind == "person" else ""
    told = await foretold(request, someone, report, reporter)
    faq = pointed(told.plan.faq if told else "")
    named = await offered(request, someone, faq.words)
    like = await known_answers(request, someone, f"{report.title} {report.facts}")
    first = {one.target for one in named}
    seen_by = Reader(chosen(request), zone_of(request), door(request).clock.now())
    return page(
        request,
        "preview.html",
        seen_by.language,
        **_frame(request, someone),
        told=told,
        lines=forecast.sentences(told, seen_by, reporter) if told else [],
        reasons=forecast.why(told, seen_by) if told else [],
        faq=faq,
        found=[*named, *(one for one in like if one.target not in first)],
        reported=False,
        someone=someone,
        facts=report.facts,
        again=again,
        given={name: value for name, value in given.items() if name != "preview"},
    )


async def _is_mailed(request: Request, someone: Visitor | None) -> bool:
    """Whether to ask for a mail address: where there are domains for it, and not those whom the directory reaches."""
    here = door(request)
    if not here.settings.form_mail.domains:
        return False
    return someone is None or not await behind.is_listed(here, someone.who.actor.id)


def _frame(request: Request, someone: Visitor | None) -> dict[str, Any]:
    """What is around the form: the console for who is logged in, else nothing but the name."""
    values = {"frame": "console/shell.html" if someone else "layout.html", "area": "report", "refresh": ""}
    return {**values, "at": "/report", **frame(request, someone)}


async def _form(
    request: Request,
    someone: Visitor | None,
    mode: str,
    given: dict[str, str],
    errors: dict[str, Error],
    status: int = 200,
    again: bool = False,
    before: str = "",
) -> Response:
    """The form; `before` is the page of what the same page has brought already."""
    key, mode = given.get("key", ""), mode if mode in MODES else "short"
    answer = page(
        request,
        "report.html",
        chosen(request),
        status,
        **_frame(request, someone),
        solved="solved" in request.query_params,
        modes=list(MODES),
        mode=mode,
        groups=groups_of(mode, await _is_mailed(request, someone)),
        given=given,
        errors=errors,
        again=again,
        notice="error.before" if before else NOTICES.get(status, ""),
        before=before,
        key=key if _KEY.fullmatch(key) and status != 400 else token_hex(16),
    )
    answer.headers["content-security-policy"] = HEADERS["content-security-policy"] + ANSWERING
    return in_language(request, answer)
