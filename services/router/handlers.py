"""What each event on `tasuki.cases` makes the router say."""

from collections.abc import Callable
from datetime import datetime

from services.router.domain import escalation
from services.router.domain.policy import Policy
from services.router.store import Version
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.envelope import event_id
from shared.contracts.plan import Plan
from shared.runtime import folds
from shared.runtime.consume import Delivery, Handlers

Decide = Callable[[Case, Case, e.Event, Policy, datetime], list[e.Event]]


def started(case: Case, version: Version, now: datetime) -> list[e.Event]:
    """The plan of a new case and its first assignment; also what a simulation shows."""
    plan: Plan = escalation.make_plan(version.policy, version.number, case.submitted.report, case.submitted.source)
    assigned = escalation.start(case, version.policy, plan, now)
    planned = e.EscalationPlanned(case_id=case.id, plan=plan)
    return [planned, assigned] if assigned else [planned]


def on_breached(before: Case, case: Case, event: e.DeadlineBreached, policy: Policy, now: datetime) -> list[e.Event]:
    """Climb, unless an acknowledgement or a change came first in the log."""
    if not before.is_live(event.name, event.generation):
        return []
    return escalation.on_breach(case, policy, event.name, now)


def on_reassigned(_: Case, case: Case, event: e.CaseReassigned, policy: Policy, now: datetime) -> list[e.Event]:
    """Ask the new owner."""
    assigned = escalation.on_reassigned(case, policy, event.to, now)
    return [assigned] if assigned else []


def on_resumed(before: Case, case: Case, event: e.CaseResumed, policy: Policy, now: datetime) -> list[e.Event]:
    """Let the clocks run again."""
    rescheduled = escalation.on_resumed(case, policy, now) if before.waiting else None
    return [rescheduled] if rescheduled else []


def on_reopened(before: Case, case: Case, event: e.CaseReopened, policy: Policy, now: datetime) -> list[e.Event]:
    """Ask again."""
    assigned = escalation.on_reopened(case, policy, now) if before.resolution else None
    return [assigned] if assigned else []


DECISIONS: dict[type[e.Event], Decide] = {
    e.DeadlineBreached: on_breached,  # type: ignore[dict-item]
    e.CaseReassigned: on_reassigned,  # type: ignore[dict-item]
    e.CaseResumed: on_resumed,  # type: ignore[dict-item]
    e.CaseReopened: on_reopened,  # type: ignore[dict-item]
}
ONLY_FOLDED = (
    e.CaseAcknowledged,
    e.CaseStarted,
    e.CaseNoted,
    e.CasePaused,
    e.CaseFollowed,
    e.CaseResolved,
    e.EscalationPlanned,
    e.EscalationAssigned,
    e.EscalationRescheduled,
    e.EscalationExhausted,
)


def handlers(version: Callable[[], Version]) -> Handlers:
    """The table of handlers; `version` gives the policy in force."""

    async def on_event(event: e.Event, delivery: Delivery) -> None:
        fold = await folds.load(delivery.tx, event.case_id)
        before = fold.case
        fold = fold.read(event, delivery.id, delivery.at)
        case = fold.case
        said: list[e.Event] = []
        if isinstance(event, e.CaseSubmitted) and before is None and case is not None:
            said = started(case, version(), delivery.now)
        elif before is not None and case is not None and type(event) in DECISIONS:
            said = DECISIONS[type(event)](before, case, event, version().policy, delivery.now)
        for new in said:
            fold = await folds.publish(delivery.tx, fold, new, event_id(delivery.id, new.type), delivery.now)
        await folds.save(delivery.tx, fold)

    return dict.fromkeys((e.CaseSubmitted, *DECISIONS, *ONLY_FOLDED), on_event)
