"""HTTP of the router, for the other services: the policy, who is on duty, and what would happen if."""

from services.router.current import Current
from services.router.handlers import handlers
from services.router.routes import attendance, deadlines, duty, policy, replay, simulate
from shared.runtime import operated, telemetry
from shared.runtime.service import Process


async def build(current: Current, process: Process) -> None:
    """Add the routes."""
    assert process.app is not None
    await current.open(process)
    http = await process.closing.enter_async_context(telemetry.http_client())
    larger = dict.fromkeys(("/v1/policy", "/v1/simulate"), policy.LARGEST_BODY)
    process.app.state.larger = {**larger, "/v1/absences/import": attendance.LARGEST_FILE}
    desk = policy.Desk(current, process, http)
    for routes in (policy.routes, simulate.routes, replay.routes, deadlines.routes, duty.routes, attendance.routes):
        process.app.include_router(routes(desk))
    operated.add(process, handlers(lambda: current.in_force))
