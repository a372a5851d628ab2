"""What is decided before anything starts: ports, downloads, secrets, and who is given which."""

import hashlib
import os
import shlex
import socket
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local import artifacts, java, ports, postgres, processes, supervisor, zipkin
from deploy.local.artifacts import Jar
from deploy.local.credentials import MADE, secret
from deploy.local.demo import beside, placed
from deploy.local.language import Problem, text
from deploy.local.layout import BLOCK, PORTS, ROOT, Layout, here
from deploy.local.processes import Record
from deploy.local.release import release
from deploy.local.services import Surroundings, service_parts, watchdog_part
from deploy.local.welcome import FIRST_CASE, welcome
from shared.contracts.report import Report
from tests import ports as test_ports


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "髙﨑 local", 19600)


AROUND = Surroundings("127.0.0.1:19620", {}, "zipkin", "http://127.0.0.1:19640/api/v2/spans")


def test_a_taken_port_is_named_with_its_purpose_and_a_command_that_would_work() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        layout = Layout(Path("unused"), other.getsockname()[1] - PORTS["timer"][0])
        with pytest.raises(Problem) as problem:
            ports.require(layout, ["timer"])
    assert f"{other_port(layout)}  " in problem.value.wrong
    assert "期限" in problem.value.wrong
    base = int(problem.value.advice.split("PORT_BASE=")[1].split()[0])
    ports.require(Layout(Path("unused"), base), PORTS)


def other_port(layout: Layout) -> int:
    return layout.port("timer")


def test_every_port_of_the_block_is_different() -> None:
    assert len({offset for offset, _, _ in PORTS.values()}) == len(PORTS)
    assert max(offset for offset, _, _ in PORTS.values()) < BLOCK


@pytest.mark.parametrize("word", ["abc", "80", "65530", "-1", "８７００x", "8700.5"])
def test_a_port_base_that_cannot_be_is_refused(word: str) -> None:
    with pytest.raises(Problem, match="PORT_BASE"):
        here(word)


def test_the_lock_names_every_server_for_every_platform() -> None:
    groups = ["kafka", "zipkin", "postgres-linux-amd64", "postgres-linux-arm64v8", "postgres-darwin-arm64v8"]
    for group in groups:
        assert artifacts.locked(group), group
    assert all(len(jar.sha256) == 64 and jar.size > 0 for group in groups for jar in artifacts.locked(group))
    assert artifacts.locked(postgres.jar_group())
    assert "http" not in artifacts.LOCK.read_text()


def test_a_damaged_jar_is_thrown_away(tmp_path: Path) -> None:
    whole = b"jar"
    jar = Jar("g", "com.example:thing:1.0:exec", hashlib.sha256(whole).hexdigest(), len(whole))
    path = tmp_path / "com" / "example" / "thing" / "1.0" / "thing-1.0-exec.jar"
    assert not artifacts.present(jar, tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(whole)
    assert artifacts.present(jar, tmp_path)
    path.write_bytes(b"jaR")
    assert not artifacts.present(jar, tmp_path)
    assert not path.exists()


def test_a_java_that_is_not_there_is_version_zero() -> None:
    assert java.version("/nowhere/java") == 0


@pytest.mark.security
def test_secrets_are_made_once_and_for_the_owner_only(layout: Layout) -> None:
    first = {name: secret(layout, name) for name in MADE}
    assert first == {name: secret(layout, name) for name in MADE}
    assert len(set(first.values())) == len(MADE)
    assert all(len(value) >= 24 for value in first.values())
    modes = {stat.S_IMODE((layout.secrets / name).stat().st_mode) for name in MADE}
    assert modes == {0o600}
    assert stat.S_IMODE(layout.secrets.stat().st_mode) == 0o700


@pytest.mark.security
def test_no_secret_is_in_an_environment_or_a_command_line(layout: Layout) -> None:
    parts = service_parts(layout, AROUND)
    values = [path.read_text() for path in layout.secrets.iterdir()]
    shown = "\n".join(word for part in parts for word in (*part.argv, *part.env.values()))
    assert len(values) > 5
    assert not [value for value in values if value in shown]


@pytest.mark.security
def test_each_service_is_given_its_own_database_and_no_other_secret_than_its_own(layout: Layout) -> None:
    given = {part.name: part.env for part in service_parts(layout, AROUND)}
    for name in ("intake", "router", "timer", "notifier", "knowledge"):
        assert given[name]["TASUKI_DATABASE_URL_FILE"].endswith(f"/database-url-{name}")
        assert given[name]["TASUKI_HTTP_HOST"] == "127.0.0.1"
    assert "TASUKI_TWILIO_SECRET_FILE" in given["notifier"]
    for name in ("intake", "router", "timer", "knowledge"):
        assert not [variable for variable in given[name] if "TWILIO" in variable or "SLACK" in variable]
    for name in ("router", "timer", "knowledge", "sandbox"):
        assert "TASUKI_LINK_KEY_FILE" not in given[name]
    assert "TASUKI_DATABASE_URL_FILE" not in given["sandbox"]


def test_starting_twice_gives_the_same_settings(layout: Layout) -> None:
    assert [p.digest for p in service_parts(layout, AROUND)] == [p.digest for p in service_parts(layout, AROUND)]


def test_another_release_starts_anew_what_is_made_of_it(tmp_path: Path, layout: Layout) -> None:
    folders = ("services", "requirements/run.txt")
    releases = []
    for name, written in (
        ("services/intake/api.py", "one"),
        ("services/intake/api.py", "two"),
        ("services/intake/pages/board.html", "<p>"),
        ("requirements/run.txt", "httpx==1"),
        ("services/intake/__pycache__/api.pyc", "compiled"),
        ("docs/x.md", "read by nobody"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(written)
        release.cache_clear()
        releases.append(release(folders, tmp_path))
    assert len(set(releases[:4])) == 4
    assert releases[3:] == [releases[3]] * 3
    for part in [*service_parts(layout, AROUND), watchdog_part(layout), supervisor.part(layout)]:
        assert part.release
        assert replace(part, release="another").digest != part.digest
    assert not zipkin.prepare(layout, "java", [Path("zipkin.jar")]).release


def test_the_first_case_is_a_valid_report_and_its_curl_can_be_pasted(layout: Layout) -> None:
    Report.model_validate(FIRST_CASE)
    lines = welcome(layout, "tsk_x", zipkin=True).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("curl "))
    words = shlex.split("\n".join(lines[start : start + 3]))
    assert words[words.index("-d") + 1].startswith('{"kind": "outage"')
    assert "Authorization: Bearer tsk_x" in words


def test_texts_follow_the_locale() -> None:
    kept = {
        name: os.environ.pop(name) for name in ("TASUKI_LANG", "LC_ALL", "LC_MESSAGES", "LANG") if name in os.environ
    }
    try:
        for locale, shown in (
            ("ja_JP.UTF-8", "止"),
            ("en_GB.UTF-8", "stop"),
            ("C.UTF-8", "止 / stop"),
            ("", "止 / stop"),
        ):
            os.environ["LC_ALL"] = locale
            assert text("止", "stop") == shown
    finally:
        del os.environ["LC_ALL"]
        os.environ.update(kept)


def test_make_alone_explains_every_command() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("up", "down", "status", "logs", "clean", "demo", "check", "format", "test", "bench", "lock"):
        assert f"make {target} " in shown, target


def test_the_story_moves_to_other_ports_when_its_own_were_taken_since(layout: Layout) -> None:
    own = Layout(beside(layout).folder, test_ports.block())
    own.remember(port_base=own.port_base)
    assert placed(layout) == own
    with socket.create_server(("127.0.0.1", own.port("timer"))):
        assert placed(layout).port_base != own.port_base
        me = os.getpid()
        processes._keep(own, "timer", Record(me, processes.born(me) or "", "", 0))
        assert placed(layout) == own, "it is the story itself that has them"
