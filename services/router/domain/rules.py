"""Which case rules hold for a report, and what they make of the matrix' answer."""

import unicodedata

from services.router.domain.policy import Condition, Effect, Policy, Rule
from shared.contracts.report import Report
from shared.contracts.vocabulary import Priority


def matching(policy: Policy, report: Report, source: str) -> list[Rule]:
    """The rules that hold, in the order of the policy."""
    return [rule for rule in policy.rules if any(_holds(c, report, source) for c in rule.when)]


def _holds(c: Condition, report: Report, source: str) -> bool:
    said = fold(f"{report.title}\n{report.facts}\n{report.customer_said}\n{report.wanted}")
    checks = (
        c.kind is None or report.kind in c.kind,
        c.urgency is None or report.urgency in c.urgency,
        c.impact is None or report.impact in c.impact,
        c.words is None or any(fold(word) in said for word in c.words),
        c.plan is None or fold(report.customer.plan) in map(fold, c.plan),
        c.product is None or fold(report.product) in map(fold, c.product),
        c.source is None or source in c.source,
        c.amount_at_least is None or (report.amount or 0) >= c.amount_at_least,
        c.estimate_over is None or (report.estimate_minutes or 0) > c.estimate_over,
        c.personal_data is None or report.personal_data == c.personal_data,
    )
    return all(checks)


def fold(text: str) -> str:
    """Text for comparing: width and case do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def priority_after(effects: list[Effect], matrix: Priority) -> Priority:
    """The priority that the rules leave: the last one set wins, then the highest floor."""
    result = matrix
    for effect in effects:
        result = effect.priority or result
    return min([result, *(e.at_least for e in effects if e.at_least)], key=lambda p: p.value)
