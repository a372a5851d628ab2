"""Pages for people: the form, the reporter's own page about a case, "I have it" from a mail, devices, and the console."""

import asyncio
from contextlib import suppress
from inspect import isawaitable

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as WrongRequest
from starlette.routing import Match

from services.intake.behind import Directory
from services.intake.board import Board
from services.intake.entrance import visitor
from services.intake.pages import acknowledge, devices, followup, foresight, report, uploads
from services.intake.pages.console import (
    access,
    article,
    article_files,
    audit,
    board,
    bringing,
    case,
    contacts,
    dead_letters,
    doing,
    drills,
    duty,
    editor,
    exporting,
    files,
    guide,
    knowledge,
    learning,
    live,
    login,
    me,
    oidc,
    operations,
    people,
    policy,
    policy_edit,
    quarantine,
    related,
    review,
    schedule,
    shell,
    source,
    sources,
    steps,
    tokens,
)
from services.intake.pages.render import add_assets, message
from shared.runtime.db import UNAVAILABLE
from shared.runtime.web import Problem, http_problem, problem_response

FOR_PROGRAMS = ("/v1/", "/v2/", "/assets/")
PATHS = ("/report", "/r/", "/a/", "/devices/", *shell.PATHS)
# A payload that is tried, and a text that is far too long: nine bytes for a character of it.
LARGER_BODIES = {"/knowledge/import": bringing.MOST + 64 * 1024} | uploads.LARGER_BODIES
LARGER_BODIES |= dict.fromkeys(("/admin/sources", "/cases", "/knowledge"), uploads.TEXTS)
LARGER_BODIES["/policy"] = 7 * 1024 * 1024  # a policy in Japanese, as forms write it


def add(app: FastAPI) -> None:
    """Add the pages and their assets; while the database is away, people read a page and programs a problem."""
    add_assets(app)
    app.state.board, app.state.directory, app.state.rows = Board(), Directory(), {}
    app.state.checking = asyncio.Lock()  # of the audit trail: one at a time
    app.state.bounds = foresight.Bounds()
    parts = (foresight, report, followup, acknowledge, devices, login, oidc, sources, source, quarantine, people)
    for part in (
        *parts,
        access,
        tokens,
        audit,
        board,
        live,
        doing,
        duty,
        drills,
        schedule,
        me,
        knowledge,
        editor,
        learning,
        bringing,
        exporting,
        article_files,
        article,
        policy,
        policy_edit,
        guide,
        review,
        operations,
        dead_letters,
        related,
        steps,
        files,
        case,
        contacts,
    ):
        app.include_router(part.routes)
    _of_the_console(app)
    app.state.page = failed
    for_programs = app.exception_handlers[UNAVAILABLE[0]]

    async def away(request: Request, problem: Exception) -> Response:
        if request.url.path.startswith(PATHS):
            return message(request, "busy", 503)
        answer = for_programs(request, problem)
        return await answer if isawaitable(answer) else answer

    for unavailable in UNAVAILABLE:
        app.add_exception_handler(unavailable, away)


async def failed(request: Request, problem: Problem) -> Response:
    """What goes wrong in a browser, on a page; what is for programs alone stays as programs read it."""
    if request.url.path.startswith(FOR_PROGRAMS):
        return problem_response(request, problem)
    someone = None
    if problem.status < 500:
        with suppress(*UNAVAILABLE):
            someone = await visitor(request)
    return shell.failure(request, someone, problem)


def _of_the_console(app: FastAPI) -> None:
    """What goes wrong in the console is told on a page, and whoever is not logged in is led to the login."""
    for_programs = app.exception_handlers[Problem]

    async def problem(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, Problem)
        if request.url.path.startswith(shell.PATHS):
            return shell.failure(request, await visitor(request), problem)
        answer = for_programs(request, problem)
        return await answer if isawaitable(answer) else answer

    for_wrong_paths = app.exception_handlers[RequestValidationError]

    async def wrong_path(request: Request, problem: Exception) -> Response:
        if request.url.path.startswith(shell.PATHS):
            return shell.failure(request, await visitor(request), http_problem(HTTPException(404)))
        answer = for_wrong_paths(request, problem)
        return await answer if isawaitable(answer) else answer

    for_wrong_requests = app.exception_handlers[WrongRequest]

    async def wrong_request(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, WrongRequest)
        if problem.status_code == 405 and request.method == "GET" and request.url.path.startswith(PATHS):
            return shell.elsewhere(_above(request))
        answer = for_wrong_requests(request, problem)
        return await answer if isawaitable(answer) else answer

    async def not_logged_in(request: Request, problem: Exception) -> Response:
        return shell.to_login(request)

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(RequestValidationError, wrong_path)
    app.add_exception_handler(WrongRequest, wrong_request)
    app.add_exception_handler(shell.NotLoggedIn, not_logged_in)


def _above(request: Request) -> str:
    """The page on which a form stood that was sent to this address, for who loads the answer to it anew."""
    path = request.url.path
    while path := path.rpartition("/")[0]:
        scope = {**request.scope, "path": path, "method": "HEAD"}  # which a page answers too, and a file does not
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            return path
    return "/"
