"""What a condition asks of the texts of a report, beside the words that have to stand there."""

import pytest

from tests.unit.router.drafts import Edit, findings
from tests.unit.router.test_lint import KNOWN, rule


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
    ],
)
def test_who_reads_a_case_goes_with_whether_anybody_is_paged(edit: Edit, code: str, found: bool) -> None:
    assert (code in {finding.code for finding in findings(edit, known=KNOWN)}) is found
