"""What of the pager itself needs a human, and that a tired one is told what to do first."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.intake.domain.operations import SERVICES, Standing, judge
from services.intake.domain.runbook import blocks
from services.intake.pages.console.operations_texts import OPERATIONS

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
RUNBOOKS = Path(__file__).parents[3] / "docs/runbooks"


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def vitals(**changed: Any) -> dict[str, Any]:
    checks = [{"name": "database", "problem": ""}]
    return {
        "version": "0.1.0", "schema_version": "x/0001", "checks": checks, "outbox": {"waiting": 0, "oldest": None},
        "clock_ahead": 0.01, **changed,
    }  # fmt: skip


def standing(**changed: Any) -> Standing:
    """All is well but for what is changed; `router` changes that service."""
    router = changed.pop("router", {})
    service = {"vitals": vitals(), "behind": {"waiting": 0, "oldest": None}}
    services = [{"name": name, **service, **(router if name == "router" else {})} for name in SERVICES]
    well = {
        "at": NOW,
        "services": services,
        "punctuality": {"breaches": 3, "worst": 0.2, "late_since": None, "unattended": 0},
        "channels": {"data": []},
        "providers": {"data": [{"provider": "twilio", "set_up": True, "resting_until": None}]},
        "quarantine": 0,
        "dead_letters": {"kept": 4, "open": 0},
        "public_url": "https://tasuki.test",
        "watchdog_url": "http://watchdog.test",
        "watchdog": {"troubles": [], "arrived_at": NOW, "took": 1.0, "missed": 0, "canaries": []},
        "canary": [],
    }
    return Standing.model_validate({**well, **changed})


def barking(*troubles: str) -> dict[str, Any]:
    return {"troubles": troubles, "arrived_at": None, "took": None, "missed": 2, "canaries": []}


def channel(failed: int, accepted: int = 10) -> dict[str, Any]:
    return {
        "channel": "phone", "accepted": accepted, "delivered": 0, "acknowledged": 0, "failed": failed, "p50": 1, "p99": 2
    }  # fmt: skip


def test_when_all_is_well_nothing_is_asked_of_anybody() -> None:
    assert judge(standing()).findings == []


@pytest.mark.parametrize(
    ("changed", "kind", "grade"),
    [
        ({"router": {"vitals": None}}, "away", "bad"),
        ({"router": {"vitals": vitals(checks=[{"name": "kafka", "problem": "OSError"}])}}, "unready", "bad"),
        ({"router": {"behind": {"waiting": 7, "oldest": ago(61)}}}, "behind", "bad"),
        ({"router": {"vitals": vitals(outbox={"waiting": 2, "oldest": ago(61)})}}, "unsaid", "bad"),
        ({"router": {"vitals": vitals(clock_ahead=-2.1)}}, "clock", "bad"),
        ({"router": {"behind": None}}, "kafka", "bad"),
        ({"router": {"vitals": vitals(unarchived=901)}}, "unarchived", "bad"),
        ({"punctuality": {"breaches": 0, "worst": 0, "late_since": None, "unattended": 2}}, "unattended", "bad"),
        ({"punctuality": {"breaches": 0, "worst": 0, "late_since": ago(3), "unattended": 0}}, "late", "bad"),
        ({"punctuality": {"breaches": 9, "worst": 1.2, "late_since": None, "unattended": 0}}, "was-late", "warn"),
        ({"channels": {"data": [channel(3)]}}, "failing", "bad"),
        ({"providers": {"data": [{"provider": "x", "set_up": True, "resting_until": ago(-9)}]}}, "resting", "bad"),
        ({"watchdog": None}, "watchdog-away", "bad"),
        ({"watchdog": barking("page")}, "page", "bad"),
        ({"watchdog": barking("door")}, "door", "bad"),
        ({"watchdog": barking("service:router")}, "seen-down", "bad"),
        ({"watchdog": barking("service:router"), "router": {"vitals": None}}, "away", "bad"),
        ({"dead_letters": {"kept": 4, "open": 1}}, "parked", "warn"),
        ({"dead_letters": {"kept": 4, "open": 2, "holding": 1}}, "holding", "bad"),
        ({"quarantine": 1}, "quarantine", "warn"),
    ],
)  # fmt: skip
def test_each_trouble_is_told_once_with_what_to_do_first(changed: dict[str, Any], kind: str, grade: str) -> None:
    (found,) = judge(standing(**changed)).findings
    assert (found.kind, found.grade) == (kind, grade)
    assert all(said.format(**found.values) for said in OPERATIONS[f"ops.find.{kind}"])
    assert found.runbook or found.href
    if found.runbook:
        assert (RUNBOOKS / f"{found.runbook}.md").exists()
        assert (RUNBOOKS / f"{found.runbook}.ja.md").exists()


def test_cases_without_anybody_on_them_are_found_where_the_board_has_them() -> None:
    (found,) = judge(standing(punctuality={"breaches": 0, "worst": 0, "late_since": None, "unattended": 2})).findings
    assert found.href == "/cases?who=none"


@pytest.mark.parametrize(
    "changed",
    [
        {"router": {"behind": {"waiting": 7, "oldest": ago(59)}}},
        {"router": {"vitals": vitals(outbox={"waiting": 2, "oldest": ago(59)}, clock_ahead=1.9)}},
        {"router": {"vitals": vitals(outbox=None, clock_ahead=None, unarchived=None)}},
        {"router": {"vitals": vitals(unarchived=899)}},
        {"punctuality": {"breaches": 9, "worst": 0.9, "late_since": ago(1.5), "unattended": 0}},
        {"channels": {"data": [channel(2), channel(2, accepted=2)]}},
        {"providers": {"data": [{"provider": "x", "set_up": False, "resting_until": ago(-9)}]}},
        {"providers": {"data": [{"provider": "x", "set_up": True, "resting_until": ago(9)}]}},
        {"watchdog_url": "", "watchdog": None},
    ],
)
def test_what_is_within_its_bounds_or_not_set_up_asks_nothing(changed: dict[str, Any]) -> None:
    assert judge(standing(**changed)).findings == []


def test_what_can_cost_a_page_comes_first() -> None:
    found = judge(standing(quarantine=1, watchdog=None, dead_letters={"kept": 1, "open": 1})).findings
    assert [one.grade for one in found] == ["bad", "warn", "warn"]


@pytest.mark.parametrize("path", sorted(RUNBOOKS.glob("*.md")), ids=lambda path: path.name)
def test_every_runbook_is_read_into_blocks_without_marks(path: Path) -> None:
    told = blocks(path.read_text())
    assert [kind for kind, _ in told].count("title") == 1
    assert sum(kind == "item" for kind, _ in told) >= 2
    for kind, line in told:
        said = "".join(words.text for words in line)
        assert said.strip()
        assert "**" not in said, (kind, said)
        assert "](" not in said
