"""What the router does about each event: read the case, let the domain say what follows, say it."""

from collections.abc import Callable
from datetime import datetime

from services.router import archive, open_cases
from services.router.domain.climb import gathering
from services.router.domain.climb.escalation import REACTIONS, react
from services.router.domain.climb.in_force import InForce
from services.router.domain.climb.likeness import Recent, alike, gist
from services.router.domain.policies import planning, rules
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.drill import is_drill
from shared.contracts.envelope import event_id
from shared.runtime import folds
from shared.runtime.consume import Delivery, Handlers

ONLY_FOLDED = (
    e.CasePaused,
    e.CaseOffered,
    e.CaseDeclined,
    e.CaseFollowed,
    e.CaseResolved,
    e.EscalationPlanned,
    e.EscalationAssigned,
    e.EscalationRescheduled,
    e.EscalationExhausted,
    e.EscalationLinked,
    e.EscalationJoined,
    e.EscalationParted,
)


def handlers(in_force: Callable[[], InForce]) -> Handlers:
    """The table of handlers; `in_force` gives what decides now."""

    async def on_event(event: e.Event, delivery: Delivery) -> None:
        fold = await folds.load(delivery.tx, event.case_id)
        before = fold.case
        fold = fold.read(event, delivery.id, delivery.at)
        folds.keep(delivery.tx, fold)
        case = fold.case
        if case is None:
            await folds.save(delivery.tx, fold)
            return
        if isinstance(event, e.CaseSubmitted) and before is None:
            said = await _submitted(case, in_force(), delivery)
        else:
            said = react(before, case, event, in_force(), _now(event, delivery))
        for number, new in enumerate(said):
            await _say(delivery, event.case_id, new, number)
        fold = await folds.load(delivery.tx, event.case_id)
        await folds.save(delivery.tx, fold)
        if fold.case is not None:
            open_cases.keep(delivery.tx, before, fold.case)
            archive.keep(delivery.tx, before, fold.case, delivery.now)

    return dict.fromkeys((e.CaseSubmitted, *REACTIONS, *ONLY_FOLDED), on_event)


def _now(event: e.Event, delivery: Delivery) -> datetime:
    """The present instant: not before a clock ran out or was missed, since the timer goes by more clocks than this machine's.

    Behind by more than an answer may take, this machine's would set each next clock into the past, and one level after the
    other would be asked at once.
    """
    by_timer = isinstance(event, e.DeadlineBreached | e.DeadlineMissing)
    return max(delivery.now, delivery.at) if by_timer else delivery.now


async def _say(delivery: Delivery, case_id: str, new: e.Event, number: int) -> None:
    """Say one event, of the case that is handled here or of one it is linked with.

    That one's row is written here: when the log brings the event back, its fold holds it already and nothing changes.
    """
    fold = await folds.load(delivery.tx, new.case_id)
    before = fold.case
    fold = await folds.publish(delivery.tx, fold, new, event_id(delivery.id, number), delivery.now)
    await folds.save(delivery.tx, fold)
    if new.case_id != case_id and fold.case is not None:
        open_cases.keep(delivery.tx, before, fold.case)


async def _submitted(case: Case, force: InForce, delivery: Delivery) -> list[e.Event]:
    """Plan a new case; when a rule gathers similar reports, make one case of them. No drill is like anything else."""
    report, source = case.submitted.report, case.submitted.source
    look_back = rules.look_back(force.policy, report, source)
    if not look_back or is_drill(source):
        return react(None, case, case.submitted, force, delivery.now)
    team, since = planning.team_of(force.policy, report), case.submitted_at - look_back
    similar = await _similar(case, team, since, delivery)
    ages = tuple(max(case.submitted_at - r.at, look_back * 0) for r in similar)
    planned, *assigned = react(None, case, case.submitted, force, delivery.now, ages)
    assert isinstance(planned, e.EscalationPlanned)
    if not planned.plan.gather:
        return [planned, *assigned]
    if await open_cases.one_at_a_time(delivery.tx, team):
        similar = await _similar(case, team, since, delivery)  # what others have decided while this one waited its turn
    case = case.model_copy(update={"plan": planned.plan})
    for lead_id in gathering.leaders(similar):
        lead = (await folds.load(delivery.tx, lead_id)).case
        if lead is not None and gathering.may_join(lead, case):
            return [planned, gathering.linked(case.id, lead), gathering.joined(lead.id, case)]
    return [
        planned,
        *assigned,
        *await _gather(case, [r.case_id for r in similar if not r.taken and not r.lead], delivery),
    ]


async def _similar(case: Case, team: str, since: datetime, delivery: Delivery) -> list[Recent]:
    """The open reports of a team that tell of the same, as they stand now, the oldest first."""
    product, said = gist(case.submitted.report)
    recent = await open_cases.recent(delivery.tx, team, since)
    return [r for r in recent if r.case_id != case.id and alike(product, said, r)]


async def _gather(lead: Case, similar: list[str], delivery: Delivery) -> list[e.Event]:
    """Link the similar reports that nobody has taken to this planned case, as far as nothing gets lost by it."""
    said: list[e.Event] = []
    for case_id in similar:
        report = (await folds.load(delivery.tx, case_id)).case
        if report is not None and gathering.may_be_gathered(report, lead):
            said += [gathering.linked(report.id, lead), gathering.joined(lead.id, report)]
    return said
