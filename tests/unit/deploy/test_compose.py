"""The compose file runs what `make up` runs, with its settings; only loopback listens, and it holds no secret."""

import re
from dataclasses import MISSING, fields
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.compose.prepare import LINE_WORKS_KEY, hand_out
from deploy.local.layout import ROOT, Layout
from deploy.local.services import SECRETS, Surroundings, service_parts, watchdog_part
from services.intake.gate import Limits
from services.intake.pages import uploads

pytestmark = pytest.mark.security

OURS = ("intake", "router", "timer", "notifier", "knowledge")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
GIVEN = {
    "intake": "intake.env",
    "notifier": "fakes.env",
}  # what is read beside it when the sandbox stands for the world


def env_file(name: str) -> dict[str, str]:
    lines = (ROOT / "deploy/compose" / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.fixture
def local(tmp_path: Path) -> dict[str, dict[str, str]]:
    """Process → what `make up` sets for it."""
    around = Surroundings("kafka:9092", {}, "zipkin", "http://zipkin:9411/api/v2/spans")
    return {part.name: part.env for part in service_parts(Layout(tmp_path, 8700), around)}


def plain(names: Any) -> set[str]:
    """Variables, whether by value or by file."""
    return {name.removesuffix("_FILE") for name in names} - {"PYTHONUNBUFFERED"}


@pytest.mark.parametrize("name", [*OURS, "sandbox"])
def test_a_service_gets_the_settings_that_make_up_gives_it(name: str, local: dict[str, dict[str, str]]) -> None:
    given = plain(SERVICES[name]["environment"]) | (plain(env_file(GIVEN[name])) if name in GIVEN else set())
    # inside a container the loopback address reaches nobody
    more = {"TASUKI_MAIL_IN_HOST", "TASUKI_SANDBOX_HOST", "TASUKI_CALLBACK_URL"}
    told_apart = {"TASUKI_DATABASE_MARK"}  # by which a part is started anew on another server; no setting
    assert plain(local[name]) - given - told_apart == set()
    assert given - plain(local[name]) - more == set()


def variables(name: str) -> set[str]:
    """The settings of a service."""
    return {f"TASUKI_{field.name.upper()}" for field in fields(import_module(f"services.{name}.settings").Settings)}


@pytest.mark.parametrize(("runs", "name"), [*zip(OURS, OURS, strict=True), ("watchdog-token", "intake")])
def test_whatever_a_service_cannot_start_without_is_given(runs: str, name: str) -> None:
    settings = import_module(f"services.{name}.settings").Settings
    needed = {f"TASUKI_{field.name.upper()}" for field in fields(settings) if field.default is MISSING}
    assert needed - plain(SERVICES[runs]["environment"]) == set()


# What the file itself decides: how its containers reach each other, and the secrets that they share.
OWN = {
    f"TASUKI_{name}"
    for name in (
        "KAFKA", "DATABASE_URL", "HTTP_HOST", "HTTP_PORT", "INSTANCE", "MAIL_IN_HOST", "MAIL_IN_PORT", "POLICY_DIR",
        "SERVICE_TOKEN", "LINK_KEY", "DATA_KEY", *(f"{other.upper()}_URL" for other in OURS),
    )
}  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_whatever_an_organisation_chooses_can_be_given(name: str) -> None:
    (named,) = SERVICES[name]["env_file"]  # what stands in it loses to `environment`
    assert re.match(r"\$\{TASUKI_[A-Z]+:\?", named)
    chosen = {variable for variable, value in SERVICES[name]["environment"].items() if f"{{{variable}" in value}
    assert plain(SERVICES[name]["environment"]) - chosen - OWN == set()


@pytest.mark.parametrize("name", OURS)
def test_make_up_passes_on_whatever_it_does_not_decide(
    name: str, local: dict[str, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = variables(name) - plain(local[name])
    for number, variable in enumerate(sorted(free)):
        monkeypatch.setenv(f"{variable}_FILE" if number % 2 else variable, "chosen")
    monkeypatch.setenv("TASUKI_DATABASE_URL", "postgresql://elsewhere")
    around = Surroundings("kafka:9092", {}, "zipkin", "http://zipkin:9411/api/v2/spans")
    given = next(part.env for part in service_parts(Layout(tmp_path, 8700), around) if part.name == name)
    assert plain(name for name, value in given.items() if value == "chosen") == free
    assert "TASUKI_DATABASE_URL" not in given


def test_the_fakes_are_those_of_make_up(local: dict[str, dict[str, str]]) -> None:
    for name, value in env_file("fakes.env").items():
        if not name.endswith("_FILE") and name not in ("TASUKI_WEBHOOK_ALLOW", "TASUKI_CALLBACK_URL"):
            same = value.replace("sandbox:8711", "127.0.0.1:8711").replace("http://sandbox", "http://127.0.0.1")
            assert local["notifier"][name] == same, name


def test_the_sandbox_calls_back_by_a_way_that_leads_out_of_its_container() -> None:
    door = env_file("fakes.env")["TASUKI_CALLBACK_URL"]
    assert door == f"http://intake:{SERVICES['intake']['environment']['TASUKI_HTTP_PORT']}"
    assert SERVICES["sandbox"]["environment"]["TASUKI_PUBLIC_URL"] == door  # what it signs is what is checked


def test_the_watchdog_gets_what_make_up_gives_it_and_its_page_comes_back(tmp_path: Path) -> None:
    given = plain(SERVICES["watchdog"]["environment"]) | plain(env_file("watchdog-fakes.env"))
    host = {"TASUKI_WATCHDOG_HTTP_HOST", "TASUKI_LOG_LEVEL"}
    assert given - host == plain(watchdog_part(Layout(tmp_path, 8700)).env)
    fakes = env_file("fakes.env")
    assert "watchdog" in fakes["TASUKI_WEBHOOK_ALLOW"].split(",")
    assert env_file("watchdog-fakes.env")["TASUKI_WATCHDOG_WEBHOOK_SECRET"] in fakes["TASUKI_WEBHOOK_SECRETS"].split(
        ","
    )
    inside, _, outside = SERVICES["watchdog"]["environment"]["TASUKI_WATCHDOG_SERVICES"].partition(",front-door=")
    assert outside.startswith("${TASUKI_WATCHDOG_OUTSIDE?"), "it may be empty"
    watched = inside.split(",")
    assert watched == [f"{name}=http://{name}:{SERVICES[name]['environment']['TASUKI_HTTP_PORT']}" for name in OURS]


def test_the_token_of_the_watchdog_is_made_once_by_intake_and_read_by_nobody_else() -> None:
    made, readers = (
        SERVICES["watchdog-token"],
        {n for n, s in SERVICES.items() if "secrets-watchdog" in str(s.get("volumes"))},
    )
    assert readers == {"watchdog-token", "watchdog"}
    assert (
        made["command"][-1] == "/secrets/watchdog/token"
    )  # a folder of the image that user 10001 owns, as the volume then
    assert "/secrets/$name" in (ROOT / "Dockerfile").read_text()
    known = plain(SERVICES["intake"]["environment"])
    assert plain(made["environment"]) <= known
    assert all(v.startswith("/secrets/intake/") for k, v in made["environment"].items() if k.endswith("_FILE"))


def test_nothing_listens_beyond_this_machine() -> None:
    for name, service in SERVICES.items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name
        assert service.get("network_mode") in (None, "none"), name


def test_the_profiles_are_what_they_say() -> None:
    found = {name: service.get("profiles", ["default"]) for name, service in SERVICES.items()}
    assert {p for profiles in found.values() for p in profiles} == {
        "default",
        "fakes",
        "observability",
        "sip",
        "watchdog",
    }
    assert all(found[name] == ["default"] for name in (*OURS, "kafka", "postgres"))


def test_whatever_runs_is_there_again_after_the_machine_has_started_anew() -> None:
    once = {name for name, service in SERVICES.items() if service.get("restart") == "no"}
    assert once == {"secrets", "servers", "watchdog-token"}
    assert {service.get("restart") for name, service in SERVICES.items() if name not in once} == {"unless-stopped"}


def test_what_the_only_broker_has_answered_for_is_on_the_disk() -> None:
    assert SERVICES["kafka"]["environment"]["KAFKA_LOG_FLUSH_INTERVAL_MESSAGES"] == "1"


def test_there_is_no_secret_in_it() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"TOKEN|KEY|SECRET|PASSWORD|DATABASE_URL", variable):
                assert variable.endswith("_FILE"), (name, variable)
                assert value.startswith("/secrets/"), (name, variable)
    assert env_file("providers.env") == env_file("gateway.env") == env_file("watchdog.env") == {}


@pytest.mark.parametrize("name", [*OURS, "sandbox", "gateway", "watchdog", "watchdog-token", "secrets", "servers"])
def test_what_is_ours_may_do_nothing_that_it_need_not(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_each_sees_its_own_secrets_only(tmp_path: Path) -> None:
    hand_out(Layout(tmp_path / "kept"), tmp_path / "places")
    for name in OURS:
        assert SERVICES[name]["volumes"] == [f"secrets-{name}:/secrets:ro"]
        laid = {path.name for path in (tmp_path / "places" / name).iterdir()}
        assert laid == set(SECRETS[name].values()) | ({LINE_WORKS_KEY} if name == "notifier" else set())
        files = SERVICES[name]["environment"] | (env_file(GIVEN[name]) if name in GIVEN else {})
        named = {Path(v).name for k, v in files.items() if k.endswith("_FILE")} - {"database-url"}
        assert named == laid
    before = (tmp_path / "places/intake/data-key").read_text()
    hand_out(Layout(tmp_path / "kept"), tmp_path / "places")
    assert (tmp_path / "places/intake/data-key").read_text() == before


def test_the_telephone_of_a_container_speaks_to_more_than_itself() -> None:
    given = env_file("example.env")
    for name in ("SIP", "MEDIA"):
        assert not given[f"TASUKI_GATEWAY_{name}_ADDRESS"].startswith(("127.", "localhost"))


def test_intake_has_room_for_all_files_that_may_be_on_their_way_at_once() -> None:
    (room,) = SERVICES["intake"]["tmpfs"]
    assert room == "/tmp:mode=1777,size=1g"
    assert Limits().uploads * max(uploads.LARGER_BODIES.values()) <= 1 << 30


@pytest.mark.parametrize("name", [*OURS, "watchdog", "gateway", "sandbox"])
def test_the_image_of_each_has_a_lock_and_a_stage(name: str) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert f"FROM ground AS with-{name}\n" in dockerfile
    assert (ROOT / f"requirements/{name}.txt").is_file()
    (built,) = (service for service in SERVICES.values() if service["image"] == f"tasuki-{name}" and "build" in service)
    assert built["build"]["args"]["SERVICE"] == name


def test_an_image_is_built_by_one_service_alone_that_always_runs_where_another_uses_it() -> None:
    built = [service["image"] for service in SERVICES.values() if "build" in service]
    assert sorted(built) == sorted(set(built))
    for name, service in SERVICES.items():
        if service["image"].startswith("tasuki-") and "build" not in service:
            (builder,) = (s for s in SERVICES.values() if s["image"] == service["image"] and "build" in s)
            assert "profiles" not in builder, name


def test_the_image_is_small_locked_and_not_run_by_root() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in dockerfile
    assert dockerfile.rstrip().endswith("USER 10001:10001")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.M)
    kept = {line[1:].split("/")[0] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert {source.split("/")[0] for source in copied} == kept
    assert [source for source in copied if "$" not in source and not (ROOT / source).exists()] == []
