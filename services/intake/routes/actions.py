"""What can be done to a case: one route for each verb, and the state after it as the answer."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from services.intake import acting, linking, store
from services.intake.domain import versions, view
from services.intake.domain.refusals import CHANGED, Refusal
from services.intake.door import door, read_json, reader, unknown_case
from services.intake.entrance import admit, count
from services.intake.routes.cases import idempotency_key
from services.intake.routes.verbs import VERBS, Action
from services.intake.seeing import around, in_the_name_of, seen
from shared.contracts.case import Case
from shared.runtime.web import Problem

routes = APIRouter(tags=["actions"])


def _route(verb: str, model: type[Action]) -> Any:
    async def do(request: Request, case_id: str) -> Response:
        who, here = await admit(request, "act", counted=False), door(request)
        count(request, urgent=not model.minds)
        key = idempotency_key(request, required=False)
        body = await read_json(request, model, model.may_be_empty)
        by = in_the_name_of(who, body.by)
        cause = (case_id, who.name, key) if key else ()
        anew = (key or uuid4().hex) if body.round is None else ""
        version = ", ".join(request.headers.getlist("if-match")) if model.minds else ""
        async with here.db.transaction() as tx:
            now = here.clock.now()
            command = await linking.prepared(tx, who, case_id, body.command())
            _, known = await seen(tx, who, case_id, now, verb)
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
