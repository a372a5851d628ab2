"""What can be done to a case: one route for each verb, and the state after it as the answer."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from services.intake import acting, linking, store
from services.intake.domain import access, versions, view
from services.intake.domain.commands import Acknowledge, Decline, Note, Unacknowledge
from services.intake.domain.refusals import CHANGED, Refusal
from services.intake.door import door, read_json, reader, unknown_case
from services.intake.entrance import admit, count, role_needed
from services.intake.routes.cases import conflict, idempotency_key
from services.intake.routes.verbs import VERBS, Action
from services.intake.seeing import around, in_the_name_of, seen
from shared.contracts.case import Case
from shared.runtime.db import Transaction
from shared.runtime.web import Problem

routes = APIRouter(tags=["actions"])
AT_ONCE = Acknowledge | Unacknowledge | Decline  # one for each person, whatever the key


def _route(verb: str, model: type[Action]) -> Any:
    async def do(request: Request, case_id: str) -> Response:
        who, here = await admit(request, "act", counted=False), door(request)
        count(request, urgent=not model.minds)
        key = idempotency_key(request, required=False)
        body = await read_json(request, model, model.may_be_empty)
        by = in_the_name_of(who, body.by)
        anew = (key or uuid4().hex) if body.round is None else ""
        version = ", ".join(request.headers.getlist("if-match")) if model.minds else ""
        async with here.db.transaction() as tx:
            now = here.clock.now()
            asked = body.command()
            cause = (case_id, who.name, key, await acting.words(tx, asked)) if key else ()
            command = await linking.prepared(tx, who, case_id, asked)
            _, known = await seen(tx, who, case_id, now, verb)
            if not access.may_open(who, known, command):
                raise role_needed()
            if isinstance(command, Note) and access.only_reports(who, known):
                command = replace(command, internal=False)  # what is internal is not for them
            if cause and not isinstance(command, AT_ONCE):
                await _same(tx, *cause, verb, now)
            done = await acting.act(tx, case_id, command, by, now, cause, body.round, anew, version)
            if done is None:
                raise unknown_case()
            if done is CHANGED:
                case, lead = await around(tx, who, known)
                updated = await store.updated_at(tx, case_id) or case.submitted_at
                raise _changed(known, view.view(case, updated, reader(request), lead))
            if isinstance(done, Refusal):
                raise refused(done)
            case, lead = await around(tx, who, done.case)
        shown = view.view(case, done.updated_at, reader(request), lead).model_dump_json()
        return Response(shown, headers={"etag": versions.tag(done.case, shown)}, media_type="application/json")

    do.__doc__ = model.__doc__
    do.__name__ = f"{verb}_case"
    return do


async def _same(tx: Transaction, case_id: str, who: str, key: str, words: str, verb: str, now: datetime) -> None:
    """Raise 422 where a key was used for something else before: whoever repeats a key means the same by it."""
    scope, mark = f"{verb}:{who}:{case_id}", words.encode()
    first = await tx.fetchval(store.SQL["first_words"], scope, key, mark, case_id, now)
    if first not in (None, mark):
        raise conflict("other-body")


def _changed(case: Case, shown: view.CaseView) -> Problem:
    """The answer for who would act on a case that is not as they saw it: how it stands now, and its tag."""
    now = shown.model_dump(mode="json", include={"status", "status_label", "owner", "level", "updated_at"})
    problem = Problem(412, CHANGED.code, CHANGED.ja, CHANGED.en, now=now)
    problem.headers = {"etag": versions.tag(case, shown.model_dump_json())}
    return problem


def refused(why: Refusal) -> Problem:
    """The answer for what cannot be done to the case as it stands, or for input that does not fit it."""
    if not why.field:
        return Problem(409, why.code, why.ja, why.en)
    return Problem(422, why.code, why.ja, why.en, errors=[{"pointer": f"/{why.field}", "type": why.code}])


for _verb, _model in VERBS.items():
    routes.post(f"/v1/cases/{{case_id}}/{_verb}", response_model=view.CaseView)(_route(_verb, _model))
