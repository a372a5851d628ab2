"""A policy to try things on: the one in force, or a draft, beside the attendance of now."""

from fastapi import Request

from services.router.domain.climb.in_force import InForce
from services.router.domain.policies.lint import Known
from services.router.routes.policy import Desk
from shared.contracts.plan import Reason

NOT_TRIED = Reason(ja="案に誤りが {count} 件あるため、試せません。", en="The draft cannot be tried: {count} errors.")


async def tried(desk: Desk, request: Request, files: dict[str, str] | None) -> InForce:
    """What decides: the draft of these files, or what is in force without any. Raises 422 with every finding."""
    now = desk.current.in_force
    if files is None:
        return now
    draft = await desk.fit(request, files, Known(), NOT_TRIED)
    return InForce(now.version, draft.policy, now.attendance)
