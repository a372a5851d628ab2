"""Alerts are true: each metric they name exists in the code, and each has a runbook in both languages."""

import re
from typing import Any

import pytest
import yaml

from tests.architecture.rules import CODE, ROOT, sources

RULES = yaml.safe_load((ROOT / "deploy/observability/rules.yaml").read_text())
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
MADE = {
    name
    for _, path in sources(ROOT, *CODE)
    for name in re.findall(r"(?:Gauge|Counter|Histogram)\(\s*\"(tasuki_\w+)\"", path.read_text())
}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: str(alert["alert"]))
def test_an_alert_names_what_exists(alert: dict[str, Any]) -> None:
    named = re.findall(r"tasuki_\w+", alert["expr"])
    assert named
    assert [name for name in named if name not in MADE and re.sub(r"_(bucket|count|sum)$", "", name) not in MADE] == []


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: str(alert["alert"]))
def test_an_alert_has_its_runbook_in_both_languages(alert: dict[str, Any]) -> None:
    name = alert["alert"]
    assert alert["annotations"]["runbook"] == f"docs/runbooks/{name}.md"
    assert "## First" in (ROOT / f"docs/runbooks/{name}.md").read_text()
    assert "## まずすること" in (ROOT / f"docs/runbooks/{name}.ja.md").read_text()


def test_every_runbook_is_of_an_alert() -> None:
    known = {alert["alert"] for alert in ALERTS}
    assert {path.name.split(".")[0] for path in (ROOT / "docs/runbooks").iterdir()} == known
