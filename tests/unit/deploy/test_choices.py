"""What was chosen for compose stands in .env and nowhere else: a command that does not find it does nothing at all."""

import re
from pathlib import Path

import pytest

from deploy.local.layout import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
FOLDER = ROOT / "deploy/compose"
DOCS = [ROOT / "README.md", ROOT / "README.ja.md", *(ROOT / "docs").rglob("*.md")]
ASKED = re.compile(r"\$\{(TASUKI_[A-Z_]+)(:?)([^}]*)\}")


def written(name: str) -> dict[str, str]:
    """The variables of an env file."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_compose_has_no_default_that_could_take_the_place_of_what_was_chosen() -> None:
    found = ASKED.findall(COMPOSE)
    assert found
    for variable, _, otherwise in found:
        assert otherwise.startswith("?.env に書いてください / write it into .env"), variable


@pytest.mark.parametrize("name", ["example.env", "trial.env"])
def test_whoever_copies_a_file_of_choices_has_them_all(name: str) -> None:
    asked = {variable for variable, _, _ in ASKED.findall(COMPOSE)}
    assert written(name).keys() == asked | {"COMPOSE_PROFILES"}
    needed = {variable for variable, not_empty, _ in ASKED.findall(COMPOSE) if not_empty}
    empty = {variable for variable in needed if not written(name)[variable]}
    assert empty == ({"TASUKI_PUBLIC_URL"} if name == "example.env" else set())


def test_the_files_that_are_named_can_be_copied_and_are_never_committed() -> None:
    for value in written("trial.env").values():
        assert not value.endswith(".env") or (ROOT / value).is_file()
    own = [value for value in written("example.env").values() if value.endswith(".env")]
    copied = re.search(
        r"for name in ([a-z ]+); do cp -n deploy/compose/\$name\.env \.", (FOLDER / "example.env").read_text()
    )
    assert copied
    assert {f"./{name}.env" for name in copied[1].split()} == set(own)
    assert all((FOLDER / value).is_file() for value in own)
    assert "/*.env" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("paper", DOCS, ids=lambda path: str(Path(path).relative_to(ROOT)))
def test_no_page_chooses_in_the_shell_what_the_next_command_would_not_find(paper: Path) -> None:
    assert not re.findall(r"TASUKI_\w+=\S+ (?:TASUKI_\w+=\S+ )*docker compose", paper.read_text(encoding="utf-8"))
    assert not re.findall(r"docker compose (?:--profile \w+ )+up", paper.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", ["docs/deployment.md", "docs/deployment.ja.md"])
def test_the_page_of_deploying_names_what_is_told_in_env_alone(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for variable in written("example.env"):
        assert f"`{variable}`" in text, variable


@pytest.mark.parametrize("page", ["docs/deployment.md", "docs/deployment.ja.md", "deploy/compose/trial.env"])
def test_every_command_of_a_trial_finds_its_choices_as_the_first_one_does(page: str) -> None:
    assert "export COMPOSE_ENV_FILES=deploy/compose/trial.env" in (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["docs/deployment.md", "docs/deployment.ja.md"])
def test_the_page_of_deploying_says_how_the_terminal_is_had_without_make_up(page: str) -> None:
    (told,) = (
        part for part in (ROOT / page).read_text(encoding="utf-8").split("\n\n") if part.startswith("**`./tasuki`**")
    )
    for word in ("`make venv`", "TASUKI_PUBLIC_URL=https://", "TASUKI_TOKEN_FILE="):
        assert word in told
