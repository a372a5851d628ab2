"""`./tasuki` asks the installation of `make up` only when nothing else is named: a forgotten token must not send it there."""

import subprocess
from pathlib import Path

import pytest

from deploy.local.layout import ROOT, Layout
from tests import ports


def typed(folder: Path, base: int, **more: str) -> subprocess.CompletedProcess[str]:
    """Type a command where `make up` has made an installation, whose ports are closed."""
    (Layout(folder, base).secrets / "token").write_text("tsk_of_the_trial")
    env = {"PATH": "/usr/bin:/bin", "TASUKI_LOCAL_DIR": str(folder), "PORT_BASE": str(base), **more}
    asked = [str(ROOT / "tasuki"), "cases"]
    return subprocess.run(asked, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_installation_of_this_machine_is_asked_where_nothing_is_named(tmp_path: Path) -> None:
    base = ports.block()
    done = typed(tmp_path, base)
    assert done.returncode == 1
    assert f"http://127.0.0.1:{base}" in done.stderr


@pytest.mark.parametrize("variable", ["TASUKI_PUBLIC_URL", "TASUKI_PUBLIC_URL_FILE"])
def test_another_one_is_never_mistaken_for_it_when_the_token_is_forgotten(tmp_path: Path, variable: str) -> None:
    address = "https://tasuki.invalid"
    (tmp_path / "address").write_text(address)
    value = str(tmp_path / "address") if variable.endswith("_FILE") else address
    done = typed(tmp_path, ports.block(), **{variable: value})
    assert done.returncode == 1
    assert "TASUKI_TOKEN が設定されていません" in done.stderr
