"""The capacity guide is the model, the model stands on measured figures, and it explains what was measured."""

import json
import re

import pytest

from deploy.local.layout import ROOT
from tests.unit.deploy.manifests import named, of_kind, rendered

MEASURED = json.loads((ROOT / "docs/benchmarks.json").read_text())["paging"]
RUNS = {run["what"].split()[0]: run for run in MEASURED["runs"]}
BUSY = 0.5  # of a core; the rest is for bursts


def cores(rate: float) -> float:
    """Cores for so many cases a second: alone each wakes everything by itself, in company they share the work."""
    what = "quiet," if rate <= 1 else "sustained"
    return float(rate * RUNS[what]["cpu_ms_per_case"] / 1000 / BUSY)


@pytest.mark.parametrize("paper", ["docs/deployment.md", "docs/deployment.ja.md"])
def test_the_guide_says_what_the_model_says(paper: str) -> None:
    rows = re.findall(r"^\| ([\d,]+) \| ([\d.]+) ms \| ([\d.]+) \|", (ROOT / paper).read_text(), re.M)
    assert [rate for rate, _, _ in rows] == ["1", "10", "1,000"]
    for rate, cpu, told in rows:
        number = int(rate.replace(",", ""))
        assert float(told) == round(cores(number), 1)
        assert float(cpu) == RUNS["quiet," if number <= 1 else "sustained"]["cpu_ms_per_case"]


def test_it_explains_what_was_measured() -> None:
    used = cores(50) * BUSY
    assert 1.6 < used < 2  # two cores carried 50/s, with a generator beside it, and were nearly full
    assert "1.8" in (ROOT / "docs/deployment.md").read_text()


def test_however_far_it_scales_out_the_database_has_a_connection_for_everybody() -> None:
    prod = rendered("prod")
    most = {m["spec"]["scaleTargetRef"]["name"]: m["spec"]["maxReplicaCount"] for m in of_kind(prod, "ScaledObject")}
    wanted = 0
    for workload in of_kind(prod, "Deployment", "StatefulSet"):
        name, service = workload["metadata"]["name"], workload["metadata"]["labels"]["app"]
        if service == "watchdog":
            continue
        surge = 1 if workload["kind"] == "Deployment" else 0  # a StatefulSet ends one before it begins the next
        pool = int(named(prod, "ConfigMap", f"tasuki-{service}")["data"]["TASUKI_DATABASE_CONNECTIONS"])
        wanted += ((most[name] if name in most else workload["spec"]["replicas"]) + surge) * pool
    (database,) = of_kind(prod, "Cluster")
    there = int(database["spec"]["postgresql"]["parameters"]["max_connections"])
    assert wanted <= there - 20  # for migrations, the operator and whoever looks
