"""Alerts are true: they fire at their moment and not before, name what exists, and each has a runbook in both languages."""

import re
import shlex
from typing import Any

import pytest
import yaml

from cli.__main__ import parser
from tests.architecture.rules import ROOT
from tests.unit.deploy.manifests import rendered
from tests.unit.deploy.metrics import promtool, unknown

PLACE = ROOT / "deploy/observability"
RULES = yaml.safe_load((PLACE / "rules.yaml").read_text())
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
AT_THE_LIMIT, *EACH = yaml.safe_load((PLACE / "rules.test.yaml").read_text())["tests"]


def test_prometheus_takes_the_rules_and_each_fires_when_it_should() -> None:
    assert promtool("check", "rules", str(PLACE / "rules.yaml")) == ""
    assert promtool("test", "rules", str(PLACE / "rules.test.yaml")) == ""


def test_every_alert_is_tried_at_its_limit_and_before_and_at_its_moment() -> None:
    names = [alert["alert"] for alert in ALERTS]
    assert [look["alertname"] for look in AT_THE_LIMIT["alert_rule_test"]] == names
    assert not any(look.get("exp_alerts") for look in AT_THE_LIMIT["alert_rule_test"])
    assert [test["name"] for test in EACH] == names
    for test in EACH:
        looks = test["alert_rule_test"]
        assert {look["alertname"] for look in looks} == {test["name"]}
        assert [bool(look.get("exp_alerts")) for look in (looks[0], looks[-1])] == [False, True]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: str(alert["alert"]))
def test_an_alert_names_what_exists(alert: dict[str, Any]) -> None:
    assert re.findall(r"tasuki_\w+", alert["expr"])
    assert unknown(alert["expr"]) == set()


def test_the_series_of_the_tests_exist_too() -> None:
    asked = [series["series"] for test in (AT_THE_LIMIT, *EACH) for series in test["input_series"]]
    assert {one: unknown(one) for one in asked if unknown(one)} == {}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: str(alert["alert"]))
def test_an_alert_has_its_runbook_in_both_languages(alert: dict[str, Any]) -> None:
    name = alert["alert"]
    assert alert["annotations"]["runbook"] == f"docs/runbooks/{name}.md"
    assert "## First" in (ROOT / f"docs/runbooks/{name}.md").read_text()
    assert "## まずすること" in (ROOT / f"docs/runbooks/{name}.ja.md").read_text()


def test_every_runbook_is_of_an_alert() -> None:
    known = {alert["alert"] for alert in ALERTS}
    assert {path.name.split(".")[0] for path in (ROOT / "docs/runbooks").iterdir()} == known


def test_what_a_paper_restarts_in_a_cluster_is_there_by_that_name() -> None:
    kinds = {"deploy": "Deployment", "statefulset": "StatefulSet"}
    there = {(m["kind"], m["metadata"]["name"]) for m in rendered("prod")}
    asked = [
        (path.name, kinds[kind], name)
        for path in (ROOT / "docs").rglob("*.md")
        for command in re.findall(r"kubectl[^`]*", path.read_text())
        for kind, name in re.findall(r" (deploy|statefulset)/([\w-]+)(?![\w/-])", command)
    ]
    assert len(asked) > 4
    assert [one for one in asked if one[1:] not in there] == []


def test_what_a_paper_types_at_tasuki_is_a_command_of_it() -> None:
    inline = [
        (p.name, c)
        for p in (ROOT / "docs/runbooks").iterdir()
        for c in re.findall(r"`\./tasuki ([^`]+)`", p.read_text())
    ]
    blocks = [
        (p.name, c) for p in (ROOT / "docs").rglob("*.md") for c in re.findall(r"(?m)^\./tasuki (.+)$", p.read_text())
    ]
    assert len(inline) > 1
    assert len(blocks) > 20
    for paper, command in inline + blocks:
        try:
            parser().parse_args(shlex.split(command, comments=True))
        except SystemExit:
            pytest.fail(f"{paper}: ./tasuki {command}")


def test_a_command_in_a_cluster_says_in_which_namespace() -> None:
    for path in (ROOT / "docs").rglob("*.md"):
        for command in re.findall(r"`(kubectl [^`]*)`", path.read_text()):
            assert command.startswith(("kubectl -n tasuki ", "kubectl apply -k ")), (path.name, command)
