"""Nothing groups, filters, counts or ranks by who reported."""

import json
import re
from typing import Any

import pytest

from tests.architecture.rules import ROOT, sources

REPORTER = re.compile(r"(?i)report(er|ed_by)|submitted_by|asker")
_SHOWN = {("DELETE /v1/cases/{case_id}/personal", "reporter")}  # who reported is forgotten by it
_GROUPED = re.compile(r"(?is)(group by|order by|partition by)[^;]*?(reporter|submitted,by|asker)")
_FILTERED = re.compile(r"(?i)\b(reporter|asker)\s*(=|<|>|like|in\b)\s*\$")
_LABELS = re.compile(r"(?:Counter|Gauge|Histogram|Summary)\([^)]*?\[([^\]]*)\]", re.S)


def parameters(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Every parameter of a query, with the operation that takes it."""
    return [
        (f"{method.upper()} {path}", parameter["name"])
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        for parameter in said.get("parameters", ())
        if parameter["in"] == "query"
    ]


def wrong_sql(text: str) -> bool:
    """Whether a statement puts rows together, in order, or apart by who reported."""
    return bool(_GROUPED.search(text) or _FILTERED.search(text))


def test_no_filter_of_the_api_is_by_who_reported() -> None:
    found = [
        p
        for path in sorted((ROOT / "openapi").glob("*.json"))
        for p in parameters(json.loads(path.read_text()))
        if REPORTER.search(p[1]) and p not in _SHOWN
    ]
    assert found == []


def test_no_statement_groups_or_orders_by_who_reported() -> None:
    wrong = [
        f"{name}: {part.strip().splitlines()[0]}"
        for name, path in sources(ROOT, "services", suffix=".sql")
        if "/migrations/" not in name
        for part in path.read_text().split("-- name: ")
        if wrong_sql(part)
    ]
    assert wrong == []


def test_no_metric_is_labelled_by_a_person() -> None:
    labels = [
        (name, label)
        for name, path in sources(ROOT, "services", "shared", "gateway")
        for found in _LABELS.findall(path.read_text())
        for label in re.findall(r'"(\w+)"', found)
    ]
    assert labels
    assert [one for one in labels if REPORTER.search(one[1]) or one[1] in ("person", "actor", "by", "owner")] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("SELECT reporter, count(*) FROM cases GROUP BY reporter", True),
        ("SELECT id FROM cases WHERE reporter = $1", True),
        ("SELECT id FROM cases ORDER BY id", False),
        ("UPDATE cases SET reporter = excluded.reporter", False),
    ],
)
def test_the_rule_can_fail(text: str, wrong: bool) -> None:
    assert wrong_sql(text) is wrong


def test_a_filter_by_who_reported_would_be_seen() -> None:
    document = {"paths": {"/v1/cases": {"get": {"parameters": [{"name": "reporter", "in": "query"}]}}}}
    assert REPORTER.search(parameters(document)[0][1])
