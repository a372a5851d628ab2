"""`python -m tools.sbom` writes what Tasuki is made of from its locks: docs/supply/sbom.cdx.json (CycloneDX) and docs/supply/licences.md."""

import json
import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "supply"
GROUPS = ("intake", "router", "timer", "notifier", "knowledge", "watchdog", "gateway", "sandbox", "run")
PIN = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)((?:.*\\\n)(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
SHORT = {  # what packages call their licence → its SPDX name
    "MIT License": "MIT",
    "MIT license": "MIT",
    "The MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "New BSD": "BSD-3-Clause",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD-3": "BSD-3-Clause",
    "BSD 3-Clause OR Apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2": "Apache-2.0",
    "Apache-2": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "PSFL": "PSF-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
    "The Unlicense (Unlicense)": "Unlicense",
}

ELSEWHERE = {"colorama": "BSD-3-Clause"}  # wanted on Windows only, and so not installed where this is written


@dataclass(frozen=True)
class Package:
    """One pinned package, with the hashes of every form in which it may come, and who needs it."""

    name: str
    version: str
    hashes: tuple[str, ...]
    users: tuple[str, ...]
    licence: str


def pins(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Name and version → hashes of a locked requirements file; a name may stand twice, for older and newer Pythons."""
    return {(normal(m[1]), m[2]): tuple(sorted(HASH.findall(m[3]))) for m in PIN.finditer(text)}


def normal(name: str) -> str:
    """A package's name as the index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(name: str) -> str:
    """The licence that an installed package declares; empty when it is not installed or declares none."""
    try:
        said: Any = metadata(name)
    except PackageNotFoundError:
        return ELSEWHERE.get(name, "")
    stated = [c.rpartition(" :: ")[2] for c in said.get_all("Classifier") or () if c.startswith("License :: ")]
    free = said.get("License") or ""
    word = said.get("License-Expression") or next((s for s in stated if s in SHORT), "") or free.splitlines()[0:1]
    text = word if isinstance(word, str) else "".join(word)
    return SHORT.get(text.strip(), text.strip())[:80]


def packages() -> list[Package]:
    """Everything that the images hold and `make up` needs, by name."""
    locks = {group: pins((ROOT / "requirements" / f"{group}.txt").read_text()) for group in GROUPS}
    found = []
    for name, version in sorted({pin for lock in locks.values() for pin in lock}):
        users = tuple(group for group in GROUPS if (name, version) in locks[group])
        found.append(Package(name, version, locks[users[0]][name, version], users, licence(name)))
    return found


def document(found: list[Package]) -> dict[str, Any]:
    """The bill of materials; the same locks give the same bytes."""
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{p.name}@{p.version}",
            "name": p.name,
            "version": p.version,
            "purl": f"pkg:pypi/{p.name}@{p.version}",
            **({"licenses": [{"license": {"name": p.licence}}]} if p.licence else {}),
            "hashes": [{"alg": "SHA-256", "content": digest} for digest in p.hashes],
            "properties": [{"name": "tasuki:needed-by", "value": " ".join(p.users)}],
        }
        for p in found
    ]
    seed = "".join(f"{p.name}{p.version}{p.hashes}" for p in found)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, seed)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "tasuki", "name": "tasuki", "version": "0.1.0"}},
        "components": components,
        "dependencies": [{"ref": "tasuki", "dependsOn": [c["bom-ref"] for c in components]}],
    }


def listed(found: list[Package]) -> str:
    """The licences as a table for people."""
    rows = "\n".join(f"| {p.name} | {p.version} | {p.licence or '?'} | {', '.join(p.users[:-1])} |" for p in found)
    return (
        "# Licences\n\nWhat the packages of the locks declare themselves; written by `python -m tools.sbom`.\n\n"
        f"| package | version | licence | needed by |\n|---|---|---|---|\n{rows}\n"
    )


def wanted() -> dict[Path, str]:
    """File → what it should hold."""
    found = packages()
    bom = json.dumps(document(found), indent=1, ensure_ascii=False) + "\n"
    return {FOLDER / "sbom.cdx.json": bom, FOLDER / "licences.md": listed(found)}


def main() -> int:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in wanted().items():
        path.write_text(text)
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
