"""The table of what happens when a part stops is whole, the same in both languages, and each of its rows is tried by tests that exist."""

import re
from dataclasses import dataclass

import pytest

from tests.architecture.rules import ROOT

PARTS = [
    "Kafka", "PostgreSQL", "intake", "router", "timer", "notifier", "knowledge",
    "the certificate, the ingress, DNS", "gateway (telephone)",
    "Twilio", "Slack", "the mail server", "a ticket system", "a clock", "a full disk",
    "the archive of PostgreSQL (backups)", "the watchdog itself", "the canary",
]  # fmt: skip
HEADINGS = {"docs/operations.md": "## When a part stops", "docs/operations.ja.md": "## どこかが止まったとき"}


@dataclass(frozen=True)
class Row:
    """One part: who notices, within which time, the address of the runbook, and `file::test` of each test."""

    part: str
    notices: str
    within: str
    runbook: str
    tests: tuple[str, ...]


def rows(paper: str) -> list[Row]:
    """The rows of the table in a paper."""
    text = (ROOT / paper).read_text().split(HEADINGS[paper], 1)[1].split("\n## ", 1)[0]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return [
        Row(part, notices, within, re.findall(r"\]\(([^)]+)\)", runbook)[0], tuple(re.findall(r"`([^`]+)`", tests)))
        for part, notices, within, runbook, tests in table[2:]
    ]


def test_every_part_has_its_row_and_both_languages_say_the_same() -> None:
    english, japanese = rows("docs/operations.md"), rows("docs/operations.ja.md")
    assert [row.part for row in english] == PARTS
    assert [(r.runbook.replace(".ja.md", ".md"), r.tests) for r in japanese] == [(r.runbook, r.tests) for r in english]


@pytest.mark.parametrize("row", [*rows("docs/operations.md"), *rows("docs/operations.ja.md")], ids=lambda r: r.part)
def test_a_row_says_who_and_when_and_is_tried(row: Row) -> None:
    assert row.notices
    assert re.search(r"\d|at once|すぐ", row.within)
    assert (ROOT / "docs" / row.runbook).is_file()
    assert row.tests
    for test in row.tests:
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(), test
