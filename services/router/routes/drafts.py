"""A policy to try things on: the one in force, or a draft, beside the attendance of now."""

from fastapi import Request

from services.router import reading
from services.router.domain.climb.in_force import InForce
from services.router.domain.policies.lint import Known
from services.router.routes import shown as show
from services.router.routes.policy import Desk
from shared.runtime.web import Problem, language


async def tried(desk: Desk, request: Request, files: dict[str, str] | None) -> InForce:
    """What decides: the draft of these files, or what is in force without any. Raises 422 with every finding."""
    now = desk.current.in_force
    if files is None:
        return now
    try:
        draft = await desk.draft(files, Known())
    except reading.BadPolicy as problem:
        raise _unfit(problem, language(request)) from None
    return InForce(now.version, draft.policy, now.attendance)


def _unfit(problem: reading.BadPolicy, reader: str) -> Problem:
    found = [show.found(finding, reader) for finding in problem.findings]
    errors = [{**f.model_dump(), "pointer": "/" + f.place.replace(".", "/"), "detail": f.reason} for f in found]
    count = sum(f.severity == "error" for f in found)
    ja, en = f"案に誤りが {count} 件あるため、試せません。", f"The draft cannot be tried: {count} errors."
    return Problem(422, "policy-refused", ja, en, errors=errors)
