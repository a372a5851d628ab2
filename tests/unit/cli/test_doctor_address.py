"""An installation whose links lead where nobody gets is found out, whatever address the doctor itself was given."""

from pathlib import Path

import pytest

from cli import doctor_address
from tests.unit.cli.test_doctor import told

OURS, INSIDE, LOCAL = "https://tasuki.example.com", "https://tasuki.inside.example", "http://127.0.0.1:8700"


@pytest.mark.parametrize(
    ("asked", "leads", "expected"),
    [
        (OURS, OURS, []),
        (OURS, f"{OURS}:443/", []),
        (OURS, "", []),
        (OURS, LOCAL, ["bad"]),
        (OURS, "http://localhost:8700", ["bad"]),
        (INSIDE, OURS, ["warn"]),
        (f"{OURS}:8443", OURS, ["warn"]),
        (INSIDE, "http://tasuki.example.com", ["bad", "warn"]),
        (LOCAL, OURS, []),
        (LOCAL, "http://tasuki.example.com", ["bad"]),
        (LOCAL, "http://127.0.0.1:8800", []),
    ],
)
def test_where_links_lead_is_judged_beside_the_address_that_is_asked(
    asked: str, leads: str, expected: list[str]
) -> None:
    found = doctor_address.led(asked, leads)
    assert [finding.grade for finding in found] == expected
    assert all(all((*finding.what, *finding.do)) for finding in found)


def test_what_intake_believes_of_its_address_is_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASUKI_PUBLIC_URL", "http://tasuki.invalid")
    standing = {"watchdog_url": "http://watchdog:8750", "public_url": LOCAL}
    code, said = told({"/v1/operations": {"findings": [], "standing": standing}}, capsys, tmp_path)
    assert code == 1
    assert f"行き先が {LOCAL} です" in said
    older = {"watchdog_url": "http://watchdog:8750"}
    assert "行き先" not in told({"/v1/operations": {"findings": [], "standing": older}}, capsys, tmp_path)[1]
