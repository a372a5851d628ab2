"""Past cases as questions to learn by: what would you do, and what does the policy say."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from services.knowledge.domain.drafting import Hiding
from shared.contracts.case import Case
from shared.contracts.plan import Plan, Reason
from shared.contracts.vocabulary import Path, Priority

ASKED = Reason(
    ja="あなたが一次対応者なら、優先度をどう考え、だれに、いつまでに伝えますか。専門知識の問題ですか、権限の問題ですか。",
    en="You are the first to hear of this. Which priority is it, whom do you tell, and by when? Is it about expertise or authority?",
)


@dataclass(frozen=True)
class Question:
    """A past case as it was reported, nobody's name in it, and the policy's answer as it was then."""

    case_id: str
    title: str
    situation: str
    customer_said: str
    asked: Reason
    priority: Priority
    path: Path
    first_response: str
    first_handling: str
    asks: tuple[str, ...]
    authority: bool
    reasons: tuple[Reason, ...]
    handling: str
    result: str
    suppressed: Reason | None = None


def question_of(case: Case, hidden: Iterable[str] = ()) -> Question | None:
    """The question that a resolved case makes; none while it was never planned or is not resolved."""
    plan, done = case.plan, case.resolution
    if plan is None or done is None or case.linked:
        return None
    report = case.submitted.report
    hide = Hiding([*hidden, report.customer.name, report.customer.company])
    return Question(
        case_id=case.id,
        title=hide(report.headline),
        situation=hide(report.facts),
        customer_said=hide(report.customer_said),
        asked=ASKED,
        priority=plan.priority,
        path=plan.path,
        first_response=_first(plan),
        first_handling=plan.first_handling,
        asks=tuple(dict.fromkeys(target.name or target.id for level in plan.levels for target in level.targets)),
        authority=bool(plan.authority) or plan.path is Path.HIERARCHICAL,
        reasons=plan.reasons,
        handling=hide(done.handling),
        result=hide(done.result),
        suppressed=plan.suppressed,
    )


def drawn(case_ids: Iterable[str], seed: str, many: int) -> list[str]:
    """Some of these cases, always the same ones for the same seed."""
    return sorted(case_ids, key=lambda id_: hashlib.sha256(f"{seed} {id_}".encode()).digest())[:many]


def _first(plan: Plan) -> str:
    return plan.levels[0].first_response if plan.levels else ""
