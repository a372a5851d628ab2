"""The bill of materials is that of the locks, every licence is known and agreeable, and an image holds what was looked at."""

import json
import re
from collections.abc import Iterable

import pytest

from deploy.local.layout import ROOT
from tools import sbom

pytestmark = pytest.mark.security

FOUND = sbom.packages()
AGREEABLE = {
    "MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "PSF-2.0", "Unlicense", "Zlib", "CC0-1.0",
    "CNRI-Python", "BSD-derived (Repoze)",
}  # fmt: skip
LOOKED_AT = {  # used unchanged as packages of their own, which these licences allow
    "certifi": "MPL-2.0",
    "icalendar": "BSD-2-Clause",
    "recurring-ical-events": "LGPL-3.0-or-later",
    "x-wr-timezone": "LGPL-3.0-or-later",
}


def words(licence: str) -> Iterable[str]:
    return re.split(r" (?:OR|AND) ", licence) if licence not in AGREEABLE else [licence]


def test_the_files_are_what_the_locks_say() -> None:
    for path, text in sbom.wanted().items():
        assert path.read_text() == text, f"{path.name} is old: python -m tools.sbom"


def test_the_document_is_well_formed() -> None:
    document = json.loads((sbom.FOLDER / "sbom.cdx.json").read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", document["serialNumber"])
    refs = [component["bom-ref"] for component in document["components"]]
    assert len(set(refs)) == len(refs)
    assert document["dependencies"][0]["dependsOn"] == refs
    for component in document["components"]:
        assert component["purl"] == f"pkg:pypi/{component['name']}@{component['version']}"
        assert all(re.fullmatch(r"[0-9a-f]{64}", h["content"]) for h in component["hashes"])
        assert component["hashes"]


@pytest.mark.parametrize("group", sbom.GROUPS)
def test_every_package_of_a_lock_is_counted_with_its_hashes(group: str) -> None:
    text = (ROOT / "requirements" / f"{group}.txt").read_text()
    pinned = sbom.pins(text)
    assert len(pinned) == len(re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==", text, re.M))
    assert sum(map(len, pinned.values())) == text.count("--hash=")
    assert set(pinned) <= {(package.name, package.version) for package in FOUND}


def test_every_licence_is_known_and_agreeable() -> None:
    doubtful = {p.name: p.licence for p in FOUND if not set(words(p.licence)) & AGREEABLE or not p.licence}
    assert {name: licence for name, licence in doubtful.items() if LOOKED_AT.get(name) != licence} == {}
