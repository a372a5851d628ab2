"""deploy/observability/dashboards: what Grafana shows, made from the table in `tools.panels`."""

import json
from pathlib import Path
from typing import Any

from tools.panels import DASHBOARDS, Panel

FOLDER = Path(__file__).parents[1] / "deploy/observability/dashboards"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24  # of Grafana's grid
HERE = {"text": "http://127.0.0.1:8700", "value": "http://127.0.0.1:8700"}
VARIABLES = (
    {"name": "datasource", "type": "datasource", "label": "データソース / data source", "query": "prometheus"},
    {"name": "console", "type": "textbox", "label": "Tasuki の画面 / console", "query": HERE["value"], "current": HERE},
)
SIZES = {"stat": (6, 5), "timeseries": (12, 8)}  # width, height


def files() -> dict[Path, str]:
    """File → what it should hold."""
    return {
        FOLDER / f"{name}.json": json.dumps(dashboard(name, title, panels), ensure_ascii=False, indent=1) + "\n"
        for name, (title, panels) in DASHBOARDS.items()
    }


def dashboard(name: str, title: str, panels: tuple[Panel, ...]) -> dict[str, Any]:
    """One dashboard in Grafana's model; its uid, and so its address, is that of its name for good."""
    return {
        "uid": f"tasuki-{name}",
        "title": f"Tasuki {title}",
        "tags": ["tasuki"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["tasuki"], "title": "Tasuki", "keepTime": True, "includeVars": True}],
        "templating": {"list": list(VARIABLES)},
        "panels": [
            _panel(number, panel, place)
            for number, (panel, place) in enumerate(zip(panels, _places(panels), strict=True), start=1)
        ],
    }


def _places(panels: tuple[Panel, ...]) -> list[dict[str, int]]:
    """Fill rows from the left; a row is as high as what stands in it."""
    places: list[dict[str, int]] = []
    x = y = height = 0
    for panel in panels:
        wide, high = SIZES[panel.kind]
        if x + wide > WIDTH or (x and high != height):
            x, y = 0, y + height
        places.append({"x": x, "y": y, "w": wide, "h": high})
        x, height = x + wide, high
    return places


def _panel(number: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    now = panel.kind == "stat"
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.red is not None:
        steps.append({"color": "red", "value": panel.red})
    runbook = {
        "title": "手順書 / runbook",
        "url": f"${{console:raw}}/operations/runbooks/{panel.alert}",
        "targetBlank": True,
    }
    custom = {} if now or panel.red is None else {"custom": {"thresholdsStyle": {"mode": "line"}}}
    defaults = {"unit": panel.unit, "noValue": "なし / none", "thresholds": {"mode": "absolute", "steps": steps}}
    shown = {"colorMode": "background", "reduceOptions": {"calcs": ["lastNotNull"]}} if now else {}
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": f"{panel.ja}\n\n{panel.en}",
        "gridPos": place,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": {**defaults, **custom}, "overrides": []},
        "options": shown,
        "links": [runbook] if panel.alert else [],
        "targets": [
            # a value that is gone must not stand there as if it were of now; of buckets the example traces are shown too
            {"refId": chr(ord("A") + i), "datasource": SOURCE, "expr": expr, "legendFormat": legend, "instant": now}
            | ({"exemplar": True} if "_bucket{" in expr or "_bucket[" in expr else {})
            for i, (legend, expr) in enumerate(panel.asks.items())
        ],
    }
