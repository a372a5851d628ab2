"""What Prometheus scrapes and Grafana shows is what runs: ports, jobs, series, and PromQL that is PromQL."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.layout import PORT_BASE, PORTS
from tests.architecture.rules import ROOT
from tests.unit.deploy.manifests import named, rendered
from tests.unit.deploy.metrics import promtool, unknown
from tools import dashboards
from tools.panels import DASHBOARDS, Panel

PLACE = ROOT / "deploy/observability"
OURS = ("intake", "router", "timer", "notifier", "knowledge")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PANELS = [(name, panel) for name, (_, panels) in DASHBOARDS.items() for panel in panels]
each_panel = pytest.mark.parametrize(
    ("name", "panel"), PANELS, ids=[f"{name}-{panel.title.split(' / ')[-1]}" for name, panel in PANELS]
)


def jobs(path: Path) -> dict[str, str]:
    """Job → where it is scraped; the path is Prometheus' own, /metrics."""
    found = {}
    for job in yaml.safe_load(path.read_text())["scrape_configs"]:
        (found[job["job_name"]],) = job["static_configs"][0]["targets"]
    return found


def mounts(service: str) -> dict[str, str]:
    """Place in the container → what of the repository lies there."""
    parts = [volume.split(":") for volume in COMPOSE[service]["volumes"]]
    return {part[1]: part[0] for part in parts if part[0].startswith("./")}


def test_a_job_is_a_service_with_the_port_that_it_has() -> None:
    assert jobs(PLACE / "prometheus.yml") == {
        name: f"127.0.0.1:{PORT_BASE + PORTS[name][0]}" for name in (*OURS, "watchdog")
    }
    assert jobs(ROOT / "deploy/compose/prometheus.yml") == {
        **{name: f"{name}:{COMPOSE[name]['environment']['TASUKI_HTTP_PORT']}" for name in OURS},
        "watchdog": f"watchdog:{COMPOSE['watchdog']['environment']['TASUKI_WATCHDOG_HTTP_PORT']}",
    }


def test_a_job_is_a_service_in_kubernetes_too() -> None:
    spec = yaml.safe_load((ROOT / "deploy/k8s/components/monitoring/monitoring.yaml").read_text())["spec"]
    app = next(m for m in spec["selector"]["matchExpressions"] if m["key"] == spec["jobLabel"])
    assert sorted(app["values"]) == sorted((*OURS, "watchdog"))


def test_a_cluster_gets_the_same_alerts_and_dashboards() -> None:
    prod = rendered("prod")
    assert named(prod, "PrometheusRule", "tasuki")["spec"] == yaml.safe_load((PLACE / "rules.yaml").read_text())
    shown = named(prod, "ConfigMap", "tasuki-dashboards")
    assert shown["metadata"]["labels"] == {"grafana_dashboard": "1"}
    assert {name: json.loads(text) for name, text in shown["data"].items()} == {
        f"tasuki-{path.name}": json.loads(path.read_text()) for path in dashboards.FOLDER.iterdir()
    }
    assert len(json.dumps(shown).encode()) < 1_000_000  # what the server takes


def test_prometheus_takes_both_settings(tmp_path: Path) -> None:
    assert promtool("check", "config", str(PLACE / "prometheus.yml")) == ""
    for there, here in mounts("prometheus").items():
        shutil.copy(ROOT / here, tmp_path / Path(there).name)
    assert promtool("check", "config", str(tmp_path / "prometheus.yml")) == ""


def test_grafana_is_given_the_data_source_and_the_dashboards() -> None:
    given = mounts("grafana")
    source, provider = (
        yaml.safe_load(next((ROOT / given[f"/etc/grafana/provisioning/{kind}"]).iterdir()).read_text())
        for kind in ("datasources", "dashboards")
    )
    figures, traces = source["datasources"]
    assert (figures["type"], traces["type"]) == ("prometheus", "zipkin")
    assert figures["jsonData"]["exemplarTraceIdDestinations"] == [{"name": "trace_id", "datasourceUid": traces["uid"]}]
    chosen = (ROOT / "deploy/compose/example.env").read_text(encoding="utf-8").splitlines()
    assert f"TASUKI_TRACES_URL={traces['url']}/api/v2/spans" in chosen
    assert "--enable-feature=exemplar-storage" in COMPOSE["prometheus"]["command"]
    assert ROOT / given[provider["providers"][0]["options"]["path"]] == dashboards.FOLDER


def test_the_files_are_those_of_the_table() -> None:
    there = {path: path.read_text() for path in dashboards.FOLDER.iterdir()}
    assert there == dashboards.files(), "run `make contracts`"


def test_prometheus_reads_every_question(tmp_path: Path) -> None:
    asked = [
        {"record": "asked", "expr": target["expr"].replace("$__rate_interval", "1m"), "labels": {"n": str(n)}}
        for n, target in enumerate(t for d in made() for p in d["panels"] for t in p["targets"])
    ]
    (tmp_path / "rules.yaml").write_text(json.dumps({"groups": [{"name": "asked", "rules": asked}]}))
    assert promtool("check", "rules", str(tmp_path / "rules.yaml")) == ""


def made() -> list[dict[str, Any]]:
    return [json.loads(text) for text in dashboards.files().values()]


def test_panels_stand_beside_each_other() -> None:
    for dashboard in made():
        taken = [
            (p["gridPos"]["x"] + x, p["gridPos"]["y"] + y)
            for p in dashboard["panels"]
            for x in range(p["gridPos"]["w"])
            for y in range(p["gridPos"]["h"])
        ]
        assert len(taken) == len(set(taken)), dashboard["uid"]
        assert max(x for x, _ in taken) < dashboards.WIDTH


@each_panel
def test_a_panel_asks_for_what_exists(name: str, panel: Panel) -> None:
    for legend, expression in panel.asks.items():
        assert "tasuki_" in expression
        assert unknown(expression) == set()
        for label in legend.replace("{{", "}}").split("}}")[1::2]:
            assert unknown(f"sum by ({label}) ({expression})") == set()


@each_panel
def test_a_latency_leads_to_examples_and_nothing_else_asks_for_any(name: str, panel: Panel) -> None:
    shown = next(p for d in made() for p in d["panels"] if p["title"] == panel.title and d["uid"] == f"tasuki-{name}")
    assert {t.get("exemplar", False) for t in shown["targets"]} == {"histogram_quantile" in str(panel.asks)}


@each_panel
def test_a_panel_speaks_both_languages_and_leads_to_a_runbook(name: str, panel: Panel) -> None:
    assert len(panel.title.split(" / ")) == 2
    assert panel.ja
    assert panel.en
    assert not panel.alert or (ROOT / f"docs/runbooks/{panel.alert}.md").is_file()


def test_every_alert_is_seen_on_a_dashboard() -> None:
    assert {panel.alert for _, panel in PANELS} - {""} == {
        p.name.removesuffix(".ja.md") for p in (ROOT / "docs/runbooks").glob("*.ja.md")
    }
