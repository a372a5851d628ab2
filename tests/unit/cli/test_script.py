"""`./tasuki` asks the installation of `make up` only when nothing else is named: a forgotten token must not send it there."""

import shutil
import subprocess
import sys
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


def test_where_nothing_was_made_here_and_nothing_is_named_nobody_is_asked(tmp_path: Path) -> None:
    env = {"PATH": "/usr/bin:/bin", "TASUKI_LOCAL_DIR": str(tmp_path / "none"), "PORT_BASE": str(ports.block())}
    asked = [str(ROOT / "tasuki"), "cases"]
    done = subprocess.run(asked, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "TASUKI_TOKEN が設定されていません" in done.stderr
    assert "127.0.0.1" not in done.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout as it was cloned, whose lock names no package, and whose client says what it was told."""
    folder = tmp_path / "髙﨑 tasuki"
    for name in ("tasuki", "deploy/local/venv.sh"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "requirements").mkdir()
    (folder / "requirements" / "run.txt").write_text("# none\n")
    (folder / "cli").mkdir()
    (folder / "cli" / "__main__.py").write_text("import sys; print(*sys.argv[1:])")
    return folder


def asked_in(checkout: Path, **named: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/bin:/bin", "PYTHON": sys.executable, **named}
    asked = [str(checkout / "tasuki"), "doctor", "--lang", "en"]
    return subprocess.run(asked, cwd=checkout, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_fresh_checkout_speaks_to_an_installation_elsewhere_and_begins_none_here(checkout: Path) -> None:
    done = asked_in(checkout, TASUKI_PUBLIC_URL="https://tasuki.example.com", TASUKI_TOKEN_FILE="/somewhere/token")
    assert (done.returncode, done.stdout) == (0, "doctor --lang en\n"), done.stderr
    assert not (checkout / ".local").exists()


def test_a_fresh_checkout_that_is_told_nothing_says_both_ways(checkout: Path) -> None:
    done = asked_in(checkout)
    assert (done.returncode, done.stdout) == (1, "")
    for language in ("compose や Kubernetes", "in Kubernetes or elsewhere"):
        (line,) = (line for line in done.stderr.splitlines() if language in line)
        assert "TASUKI_PUBLIC_URL" in line
        assert "make up" not in line
    assert not (checkout / ".venv").exists()
