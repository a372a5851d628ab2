"""The matrix: every cell filled, every priority described, and nothing more urgent treated as less."""

from collections.abc import Iterator
from itertools import pairwise

from services.router.domain import wording
from services.router.domain.policies.findings import Check, Finding
from services.router.domain.policies.lint.known import Known
from services.router.domain.policies.policy import Policy
from shared.contracts.plan import Reason
from shared.contracts.vocabulary import Impact, Priority, Urgency

CELL = Check(
    "matrix-cell-missing", "error",
    "緊急度「{urgency}」× 影響範囲「{impact}」の優先度がありません", "there is no priority for urgency {urgency} × impact {impact}",
    "matrix に P1 から P4 のどれかを書いてください", "write one of P1 to P4 in the matrix",
)  # fmt: skip
ROW = Check(
    "priority-missing", "error", "{priority} の期限と相手が書かれていません", "{priority} is not described",
    "priorities に {priority} を加えてください", "add {priority} to priorities",
)  # fmt: skip
MONOTONE = Check(
    "matrix-not-monotone", "error",
    "「{more}」の {higher} が、「{less}」の {lower} より低い優先度です", "“{more}” is {higher}, which is lower than {lower} of “{less}”",
    "より急ぎ・より広い方を、同じかより高い優先度にしてください", "give what is more urgent or wider the same priority or a higher one",
)  # fmt: skip


def lint(policy: Policy, known: Known) -> Iterator[Finding]:
    """The findings of this family."""
    for urgency in Urgency:
        for impact in Impact:
            if impact not in policy.matrix.get(urgency, {}):
                words = _words(urgency, impact)
                yield CELL.at(("matrix", urgency.value, impact.value), urgency=words[0], impact=words[1])
    for priority in Priority:
        if priority not in policy.priorities:
            yield ROW.at(("priorities",), priority=priority.value)
    steps = [((a, i), (b, i)) for a, b in pairwise(Urgency) for i in Impact]
    steps += [((u, a), (u, b)) for a, b in pairwise(Impact) for u in Urgency]
    for more, less in steps:
        higher, lower = (policy.matrix.get(urgency, {}).get(impact) for urgency, impact in (more, less))
        if higher and lower and higher.value > lower.value:
            place = ("matrix", more[0].value, more[1].value)
            yield MONOTONE.at(place, more=_cell(*more), less=_cell(*less), higher=higher.value, lower=lower.value)


def _words(urgency: Urgency, impact: Impact) -> tuple[Reason, Reason]:
    u, i = wording.URGENCY[urgency], wording.IMPACT[impact]
    return Reason(ja=u[0], en=u[1]), Reason(ja=i[0], en=i[1])


def _cell(urgency: Urgency, impact: Impact) -> Reason:
    u, i = _words(urgency, impact)
    return Reason(ja=f"{u.ja} × {i.ja}", en=f"{u.en} × {i.en}")
