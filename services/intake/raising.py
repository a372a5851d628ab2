"""A sender sees its ticket or alert more gravely than before: then the case is seen so too, and planned anew."""

from datetime import datetime
from typing import TypeVar

from services.intake import acting, store
from services.intake.domain.commands import Reassess
from services.intake.senders.sender import Trigger
from shared.contracts import events as e
from shared.contracts.case import Case
from shared.contracts.report import Report
from shared.contracts.vocabulary import Impact, Urgency
from shared.runtime import folds
from shared.runtime.db import Transaction

U = TypeVar("U", Urgency, Impact)
RAISED = "送信元の重大度が上がりました / the sender sees it more gravely now"


async def see(tx: Transaction, case: Case, source: str, trigger: Trigger, now: datetime) -> bool:
    """See an open case as gravely as its sender does by now; whether that is new.

    Each degree is taken once, and none that stood in the first report, so that what somebody has lowered stays low.
    """
    says, sees = trigger.report, case.submitted.report
    if not (_graver(Urgency, says.urgency, sees.urgency) or _graver(Impact, says.impact, sees.impact)):
        return False
    first = await _first_report(tx, case)
    urgency = _graver(Urgency, says.urgency, sees.urgency, first.urgency)
    impact = _graver(Impact, says.impact, sees.impact, first.impact)
    if urgency and await _was_taken(tx, case, source, *((urgency, also) for also in (None, *Impact))):
        urgency = None
    if impact and await _was_taken(tx, case, source, *((also, impact) for also in (None, *Urgency))):
        impact = None
    if urgency is None and impact is None:
        return False
    command = Reassess(urgency, impact, RAISED)
    done = await acting.act(tx, case.id, command, trigger.by, now, _cause(case, source, urgency, impact))
    return isinstance(done, acting.After) and not done.again


async def _was_taken(tx: Transaction, case: Case, source: str, *degrees: tuple[Urgency | None, Impact | None]) -> bool:
    """Whether one of these was taken before; a degree may have been taken alone or together with another."""
    fold = await folds.load(tx, case.id)
    ids = [acting.caused(case.id, Reassess, _cause(case, source, *both)) for both in degrees]
    return any([await store.was_said(tx, fold, id_) for id_ in ids])


def _cause(case: Case, source: str, urgency: Urgency | None, impact: Impact | None) -> tuple[object, ...]:
    return case.id, source, urgency, impact


async def _first_report(tx: Transaction, case: Case) -> Report:
    """The report as it was sent in, whatever it has been reassessed to since."""
    fold = await folds.load(tx, case.id)
    begun = next((p.event for p in fold.pending if isinstance(p.event, e.CaseSubmitted)), None)
    if begun is None and (body := await tx.fetchval(store.SQL["first_line"], case.id, e.CaseSubmitted.type)):
        begun = e.CaseSubmitted.model_validate_json(body)
    return begun.report if begun else case.submitted.report


def _graver(of: type[U], says: U, *others: U) -> U | None:
    """What is said where it is graver than all others; the vocabulary names the gravest first."""
    order = list(of)
    return says if all(order.index(says) < order.index(other) for other in others) else None
