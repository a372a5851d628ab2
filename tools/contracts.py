"""`python -m tools.contracts` writes asyncapi.yaml, openapi/, clients/, policy/schema.json and the dashboards anew; `--check` only says what is old."""

import sys
from pathlib import Path

from tools import asyncapi, clients, dashboards, monitoring, openapi, schema


def wanted() -> dict[Path, str]:
    """File → what it should hold."""
    documents = openapi.documents()
    made = {openapi.FOLDER / f"{service}.json": openapi.text(doc) for service, doc in documents.items()}
    policy = {schema.FILE: schema.text(schema.document())}
    return {
        asyncapi.FILE: asyncapi.text(),
        **policy,
        **made,
        **clients.files(documents["intake"]),
        **dashboards.files(),
        **monitoring.files(),
    }


def old(files: dict[Path, str]) -> list[Path]:
    """Files that do not hold what they should."""
    return [path for path, text in files.items() if not path.exists() or path.read_text() != text]


def main(arguments: list[str]) -> int:
    """Write, or check."""
    files = wanted()
    for path in (outdated := old(files)):
        print(path.name)
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(files[path])
    return 1 if outdated and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
