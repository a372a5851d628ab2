"""Alertmanager's own example, and how grave and how wide an alert is by the words that rules are really written with."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.domain.alerts import Alert
from services.intake.senders.alertmanager import ALERTMANAGER
from services.intake.senders.sender import Cleared, Trigger, Unmapped
from shared.contracts.report import Report
from tests.unit.intake.asked import reading
from tests.unit.intake.senders.monitors import payload

BODY = payload("alertmanager.json")
WORDS = [
    ("critical", "critical"), ("P1", "critical"), ("sev1", "critical"), ("fatal", "critical"), ("emergency", "critical"),
    ("disaster", "critical"), ("重大", "critical"), ("ＣＲＩＴＩＣＡＬ", "critical"), ("major", "high"), ("p2", "high"),
    ("高", "high"), ("warn", "medium"), ("average", "medium"), ("low", "low"), ("none", "low"), ("いちばん上", "medium"),
    (1, "medium"), (["critical"], "medium"), (None, "medium"),
]  # fmt: skip


def group(*severities: Any, **more: Any) -> bytes:
    """A group with an alert of each severity, which they have in common where there is one."""
    body = json.loads(BODY)
    (first,) = body["alerts"]
    body["alerts"] = [
        {**first, "labels": {**first["labels"], "severity": one}, "fingerprint": str(n)}
        for n, one in enumerate(severities)
    ]
    common = {**body["commonLabels"], "severity": severities[0] if len(severities) == 1 else None}
    return json.dumps({**body, "commonLabels": common, **more}).encode()


def report(raw: bytes) -> Report:
    found = reading(ALERTMANAGER, raw)
    assert isinstance(found, Trigger)
    return found.report


def test_the_example_opens_a_case_and_its_end_ends_it() -> None:
    begun, over = (reading(ALERTMANAGER, BODY.replace(b"firing", state)) for state in (b"firing", b"resolved"))
    assert isinstance(begun, Trigger)
    assert isinstance(over, Cleared)
    assert begun.report.title == "PaymentErrorRateHigh: 決済エラー率 12%"
    assert (begun.report.urgency, begun.report.impact, begun.report.product) == ("critical", "some", "payments")
    assert "https://runbooks.example.co.jp/payments" in begun.report.facts
    since = datetime(2026, 11, 21, 11, 55, 30, 123000, tzinfo=UTC)
    assert begun.alerts == {"a1b2c3d4e5f60718": Alert(since, firing=True)}
    assert (over.external, over.alerts) == (begun.external, {"a1b2c3d4e5f60718": Alert(since, firing=False)})
    assert over.delivery_id != begun.delivery_id


@pytest.mark.parametrize(("word", "urgency"), WORDS)
def test_a_severity_is_read_by_any_usual_word(word: Any, urgency: str) -> None:
    assert report(group(word)).urgency == urgency


@pytest.mark.parametrize(
    ("words", "urgency"),
    [
        (("info", "P1"), "critical"),
        (("info", "いちばん上"), "medium"),
        (("info", None), "medium"),
        (("info", "none"), "low"),
    ],
)
def test_of_several_the_gravest_counts_and_what_nobody_knows_is_not_small(words: tuple[Any, ...], urgency: str) -> None:
    assert report(group(*words)).urgency == urgency


@pytest.mark.parametrize(
    ("word", "impact"), [("全体", "all"), ("ALL", "all"), ("個別", "one"), ("", "some"), (7, "some")]
)
def test_an_impact_is_read_in_both_languages(word: Any, impact: str) -> None:
    assert report(group("info", commonLabels={"impact": word})).impact == impact


@pytest.mark.parametrize(
    "more", [{"groupKey": 7}, {"groupKey": None}, {"alerts": {}}, {"alerts": [None, "x"]}, {"version": 4}]
)
def test_what_is_no_group_is_for_a_person_to_see(more: dict[str, Any]) -> None:
    assert isinstance(reading(ALERTMANAGER, group("info", **more)), Unmapped)
