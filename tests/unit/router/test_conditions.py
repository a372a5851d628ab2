"""What a condition asks of the texts and the times of a report, beside the words that have to stand there."""

from datetime import timedelta

import pytest

from services.router.domain.policies.rules import matching
from shared.contracts import events as e
from shared.contracts.report import Report
from tests.unit.router.desk import T0, Desk, actor, in_force
from tests.unit.router.drafts import Edit, findings
from tests.unit.router.test_lint import KNOWN, rule

WHY = {"ja": "ルール", "en": "by rule"}


@pytest.mark.parametrize(
    ("edit", "code", "found"),
    [
        (rule("{load: 2}", "{words: [a1], also: [返金不要], without: [返金]}"), "rule-never-holds", True),
        (rule("{load: 2}", "{words: [a1], also: [返金不要, 交換], without: [返金]}"), "rule-never-holds", False),
        (rule("{load: 2}", "{also: []}"), "rule-never-holds", True),
        (rule("{load: 2}", "{words: [ab], also: ['　']}"), "word-blank", True),
        (rule("{load: 2}", "{words: [ab], also: [Ａ]}"), "word-too-short", True),
        (rule("{load: 2}", "{words: [abc]}", "{words: [abc], also: [def]}"), "condition-covered", True),
        (rule("{load: 2}", "{words: [abc], also: [eg]}", "{words: [abc], also: [def]}"), "condition-covered", False),
        (rule("{load: 2}", "{words: [abc], also: [de]}", "{words: [abc], also: [def]}"), "condition-covered", True),
        (rule("{load: 2}", "{done: []}"), "rule-never-holds", True),
        (rule("{load: 2}", "{done: ['　']}"), "word-blank", True),
        (rule("{load: 2}", "{done: [Ａ]}"), "word-too-short", True),
        (rule("{load: 2}", "{done: [ab]}", "{done: [abc], kind: [other]}"), "condition-covered", True),
        (rule("{load: 2}", "{words: [ab]}", "{done: [abc]}"), "condition-covered", False),
        (rule("{load: 2}", "{done: [ab]}", "{words: [abc]}"), "condition-covered", False),
    ],
)
def test_lint_knows_the_other_lists_of_words(edit: Edit, code: str, found: bool) -> None:
    assert (code in {finding.code for finding in findings(edit, known=KNOWN)}) is found


@pytest.mark.parametrize(
    ("edit", "code", "found"),
    [
        (rule("{restrict: true}", "{words: [人事]}"), "rule-without-effect", False),
        (rule("{suppress: true, restrict: true}", "{words: [人事]}"), "suppress-with-more", False),
        (rule("{suppress: true, restrict: true, load: 2}", "{words: [人事]}"), "suppress-with-more", True),
        (rule("{suppress: true, faq: 'https://faq.example.jp/?a=1'}", "{words: [人事]}"), "faq-unusable", False),
        (rule("{suppress: true, faq: 人事の窓口}", "{words: [人事]}"), "faq-unusable", False),
        (rule("{suppress: true, faq: 'http://faq.example.jp'}", "{words: [人事]}"), "faq-unusable", True),
        (rule("{suppress: true, faq: 'javascript://x'}", "{words: [人事]}"), "faq-unusable", True),
    ],
)
def test_who_reads_a_case_goes_with_whether_anybody_is_paged(edit: Edit, code: str, found: bool) -> None:
    assert (code in {finding.code for finding in findings(edit, known=KNOWN)}) is found


@pytest.mark.parametrize(
    ("within", "left", "holds"),
    [
        ("2h", timedelta(hours=2), True),
        ("2h", timedelta(hours=2, seconds=1), False),
        ("2h", timedelta(0), True),
        ("2h", timedelta(days=-9000), True),
        ("2h", timedelta(days=26_000), False),
        ("1bd", timedelta(days=1), True),  # ten on the next day, a day's work away
        ("1bd", timedelta(days=1, minutes=1), False),
        ("1bd", timedelta(days=-2), True),
        ("3650d", timedelta(days=3651), False),
        ("9bh", timedelta(days=26_000), False),  # looked at without going through the months until then
        ("2h", None, False),
    ],
)
def test_what_is_wanted_is_close_by_when_it_came_in(within: str, left: timedelta | None, holds: bool) -> None:
    rule_ = {"id": "close", "when": [{"wanted_within": within}], "then": {"at_least": "P2"}, "reason": WHY}
    policy = in_force(rules=[rule_]).policy
    report = Report(facts="x", wanted_by=None if left is None else T0 + left)
    assert bool(matching(policy, report, "form", T0)) is holds


def test_a_plan_that_is_made_later_counts_from_when_the_case_came_in() -> None:
    """So that what was close stays so, and a replay says the same. Seen red with the present instead."""
    rule_ = {"id": "close", "when": [{"wanted_within": "2h"}], "then": {"at_least": "P2"}, "reason": WHY}
    desk = Desk(in_force(rules=[rule_]))
    desk.submit("low", "one", wanted_by=T0 + timedelta(hours=5))
    assert desk.known.plan is not None
    assert (desk.known.plan.priority, desk.known.plan.rules) == ("P4", ())
    desk.after(hours=4).tell(e.CaseReassessed(case_id="c", by=actor("sato")))
    assert desk.known.plan.rules == ()


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (rule("{load: 2}", "{wanted_within: 4h}", "{wanted_within: 2h, kind: [other]}"), True),
        (rule("{load: 2}", "{wanted_within: 2h}", "{wanted_within: 4h, kind: [other]}"), False),
        (rule("{load: 2}", "{wanted_within: 2h}", "{kind: [other]}"), False),
        (rule("{load: 2}", "{wanted_within: 1bd}", "{wanted_within: 2h, kind: [other]}"), False),
    ],
)
def test_lint_compares_how_close_a_deadline_is(edit: Edit, found: bool) -> None:
    assert ("condition-covered" in {finding.code for finding in findings(edit, known=KNOWN)}) is found
