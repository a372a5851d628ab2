"""policy/schema.json: what may stand in the policy files, for editors that complete and check while somebody types."""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from services.router.domain.policies.labels import FIELDS
from services.router.domain.policies.policy import Policy
from services.router.domain.trial.table import Row

FILE = Path(__file__).parents[1] / "policy" / "schema.json"


def document() -> dict[str, Any]:
    """The schema of any of the files: each holds some of the entries, so that none is required."""
    _, schemas = models_json_schema([(Policy, "validation"), (Row, "validation")])
    parts: dict[str, Any] = schemas["$defs"]
    whole = parts.pop("Policy")
    entries = {**whole["properties"], "cases": {"type": "array", "items": {"$ref": "#/$defs/Row"}}}
    for part in (*parts.values(), {"properties": entries}):
        for name, entry in part.get("properties", {}).items():
            entry.pop("title", None)
            if name in FIELDS and "description" not in entry:
                entry["description"] = f"{FIELDS[name].ja} / {FIELDS[name].en}"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tasuki policy",
        "description": "方針のファイル（matrix, rules, teams, schedules, calendars, cases） / the files of a policy",
        "type": "object",
        "additionalProperties": False,
        "properties": entries,
        "$defs": dict(sorted(parts.items())),
    }


def text(found: dict[str, Any]) -> str:
    """The file as it is committed."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
