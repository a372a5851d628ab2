"""deploy/k8s/components/monitoring: the alerts and dashboards as a cluster's operators take them, made from the same sources."""

from pathlib import Path
from typing import Any

import yaml

from tools import dashboards

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "deploy/k8s/components/monitoring"
RULES = ROOT / "deploy/observability/rules.yaml"
MADE = "# Made by `make contracts`; change {source}.\n"


def files() -> dict[Path, str]:
    """File → what it should hold."""
    rules = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "tasuki"},
        "spec": {"groups": yaml.safe_load(RULES.read_text())["groups"]},
    }
    shown = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "tasuki-dashboards", "labels": {"grafana_dashboard": "1"}},
        "data": {f"tasuki-{path.name}": text for path, text in dashboards.files().items()},
    }
    return {
        FOLDER / "rules.yaml": MADE.format(source="deploy/observability/rules.yaml") + _written(rules),
        FOLDER / "dashboards.yaml": MADE.format(source="tools/panels.py") + _written(shown),
    }


def _written(manifest: dict[str, Any]) -> str:
    return str(yaml.dump(manifest, Dumper=_Literal, sort_keys=False, allow_unicode=True, width=10_000))


class _Literal(yaml.SafeDumper):
    """Texts of several lines stand as they are."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Literal.add_representer(str, _text)
