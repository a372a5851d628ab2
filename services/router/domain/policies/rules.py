"""Which case rules hold for a report, and what they make of the matrix' answer."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from services.router.domain.policies.policy import Condition, Effect, Policy, Rule, Similar
from services.router.domain.times.calendar import Calendar
from services.router.domain.times.duration import LONGEST, Duration
from shared.contracts.report import Report
from shared.contracts.vocabulary import Priority


def matching(
    policy: Policy,
    report: Report,
    source: str,
    at: datetime,
    similar: Sequence[timedelta] = (),
    counted: Collection[str] = (),
) -> list[Rule]:
    """The rules that hold, in the order of the policy, for a report that came in at an instant.

    `similar` are the ages of similar open reports; of the rules in `counted` there were enough of them before.
    """
    said = _said(report)
    calendar = policy.calendar_of("")
    return [
        rule
        for rule in policy.rules
        if any(
            _fits(c, report, said, source)
            and (c.wanted_within is None or _is_close(c.wanted_within, report, at, calendar))
            and (c.similar is None or rule.id in counted or _many(c.similar, similar, calendar))
            for c in rule.when
        )
    ]


def _said(report: Report) -> tuple[str, str]:
    """Where people write what is the matter and what they want.

    What was done already is apart: "refunded" asks for no refund, and "we told them how to reset the password" is why it
    is reported all the same.
    """
    told = (report.title, report.facts, report.customer_said, report.wanted, report.difficulty, report.urgency_reason)
    return readings("\n".join(told))


def _fits(c: Condition, report: Report, said: tuple[str, str], source: str) -> bool:
    """Whether all of a condition holds that can be seen by the report alone."""
    return (
        (c.kind is None or report.kind in c.kind)
        and (c.urgency is None or report.urgency in c.urgency)
        and (c.impact is None or report.impact in c.impact)
        and (c.personal_data is None or report.personal_data == c.personal_data)
        and (c.amount_at_least is None or (report.amount or 0) >= c.amount_at_least)
        and (c.estimate_over is None or (report.estimate_minutes or 0) > c.estimate_over)
        and (c.source is None or source in c.source)
        and (c.plan is None or fold(report.customer.plan) in map(word, c.plan))
        and (c.product is None or fold(report.product) in map(word, c.product))
        and all(texts is None or any(stands(text, *said) for text in texts) for texts in (c.words, c.also))
        and (c.without is None or not any(stands(text, *said) for text in c.without))
        and (c.done is None or any(stands(text, *readings(report.done_already)) for text in c.done))
    )


def _is_close(within: str, report: Report, at: datetime, calendar: Calendar) -> bool:
    """Whether a report that came in then is wanted by its reporter within a time, or was to be done before."""
    by, allowed = report.wanted_by, Duration.parse(within)
    if by is None or by - at > LONGEST:
        return False
    left = calendar.open_between(at, by) if allowed.business and by > at else by - at
    return left <= calendar.length(allowed)


def _many(wanted: Similar, similar: Sequence[timedelta], calendar: Calendar) -> bool:
    within = calendar.length(Duration.parse(wanted.within))
    return 1 + sum(age <= within for age in similar) >= wanted.count


def look_back(policy: Policy, report: Report, source: str) -> timedelta:
    """How far back similar reports matter for this one at most; nothing when no rule that may hold asks for them."""
    said = _said(report)
    calendar = policy.calendar_of("")
    asked = [c for rule in policy.rules for c in rule.when if c.similar]
    wanted = [c.similar for c in asked if c.similar and _fits(c, report, said, source)]
    return max((calendar.length(Duration.parse(s.within)) for s in wanted), default=timedelta(0))


def readings(text: str) -> tuple[str, str]:
    """Text to look for words in: folded, and with its capitals."""
    written = unicodedata.normalize("NFKC", text)
    return written.casefold(), written


def fold(text: str) -> str:
    """Text for comparing: width and case do not matter."""
    return readings(text)[0]


word = lru_cache(20_000)(fold)  # words of the policy are few and asked for at every report


def stands(text: str, said: str, written: str = "", product: bool = False) -> bool:
    """Whether a word of the policy stands in folded text: in Japanese, which is written without spaces, anywhere.

    One that begins with a Latin letter stands where a word begins: "port" is not in "report". In the text as it was
    `written` a capital begins one too: "payment" is in "HighPaymentErrorRate". A product of three Latin letters at most
    ends there too, but for the s of a plural: a POS is not in "possible".
    """
    wanted = word(text)
    if wanted not in said or not "a" <= wanted[:1] <= "z":
        return wanted in said
    latin = _latin(wanted, product)
    return bool(latin.search(said) or latin.search(written))


@lru_cache(20_000)
def _latin(wanted: str, product: bool) -> re.Pattern[str]:
    """Where a word begins: behind no letter, at the capital behind a small one, and at the last of some ("HTTPError", not "PCs")."""
    begins = "(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z][a-z]))"
    ends = "s?(?![a-z])" if product and re.fullmatch("[a-z]{1,3}", wanted) else ""
    return re.compile(f"{begins}(?i:{re.escape(wanted)}){ends}")


def priority_after(effects: list[Effect], matrix: Priority) -> Priority:
    """The priority that the rules leave: the last one set wins, then the highest floor."""
    result = matrix
    for effect in effects:
        result = effect.priority or result
    return min([result, *(e.at_least for e in effects if e.at_least)], key=lambda p: p.value)
