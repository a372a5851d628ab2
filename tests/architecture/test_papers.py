"""The papers are true: paths exist, commands exist, every event and every setting is told of, in both languages."""

import importlib
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.events import REGISTRY
from tests.architecture.rules import ROOT

PAPERS = [
    "README.md",
    "README.ja.md",
    "ARCHITECTURE.md",
    "docs/comparison.md",
    "docs/comparison.ja.md",
    *(f"docs/adr/{p.name}" for p in (ROOT / "docs/adr").iterdir()),
]
PAGES = [str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md") if p.parent.name not in ("adr", "supply")]
SERVICES = ("intake", "router", "timer", "notifier", "knowledge")


def words(paper: str) -> list[str]:
    """What stands between back-ticks."""
    return re.findall(r"`([^`\n]+)`", (ROOT / paper).read_text())


def links(paper: str) -> list[tuple[str, Path]]:
    """Link → the file that it leads to, of those that lead to none of the web."""
    found = re.findall(r"\]\((?!https?://)([^)#]+)(?:#[^)]*)?\)", (ROOT / paper).read_text())
    return [(link, (ROOT / paper).parent.joinpath(link).resolve()) for link in found]


def sibling(page: Path) -> Path:
    """The same page in the other language."""
    stem = page.name.removesuffix(".md").removesuffix(".ja")
    return page.with_name(f"{stem}.md" if page.name.endswith(".ja.md") else f"{stem}.ja.md")


def settings_of(service: str) -> Any:
    """The settings that a service reads."""
    return importlib.import_module(f"services.{service}.settings").Settings


def variables(service: str) -> set[str]:
    """Their variables."""
    return {f"TASUKI_{field.name.upper()}" for field in fields(settings_of(service))}


def rows(paper: str) -> dict[str, str]:
    """Variable → the services that the configuration table names for it."""
    found: dict[str, str] = {}
    for line in (ROOT / paper).read_text().splitlines():
        if line.startswith("| `TASUKI_"):
            _, names, users, _ = (cell.strip() for cell in line.split("|", 3))
            found |= dict.fromkeys(re.findall(r"`(TASUKI_\w+)`", names), users)
    return found


@pytest.mark.parametrize("paper", PAPERS)
def test_every_path_it_names_exists(paper: str) -> None:
    named = [w for w in words(paper) if re.fullmatch(r"[\w.-]+(/[\w.*-]+)+/?|[\w-]+\.(py|md|yaml|toml|sql)", w)]
    inside = {
        "handlers.py",
        "api.py",
        "worker.py",
        "store.py",
        "settings.py",
        "queries.sql",
        "__init__.py",
        "__main__.py",
    }
    missing = [w for w in named if w not in inside and not list(ROOT.glob(w.rstrip("/")))]
    assert [w for w in missing if not w.startswith(("deadline.", "knowledge."))] == []


@pytest.mark.parametrize("paper", sorted({*PAPERS, *PAGES}))
def test_every_link_leads_somewhere(paper: str) -> None:
    assert [link for link, file in links(paper) if not file.exists()] == []


@pytest.mark.parametrize("paper", PAGES)
def test_every_page_is_there_in_the_other_language_and_says_so(paper: str) -> None:
    other = sibling(ROOT / paper)
    assert other.exists()
    assert f"]({other.name})" in (ROOT / paper).read_text()
    headings = [re.findall(r"^#+ ", file.read_text(), re.M) for file in (ROOT / paper, other)]
    assert headings[0] == headings[1]


@pytest.mark.parametrize("paper", ["README.md", "README.ja.md", *PAGES])
def test_a_page_leads_to_pages_in_its_own_language(paper: str) -> None:
    led = {file for _, file in links(paper) if file.suffix == ".md"} - {sibling(ROOT / paper)}
    foreign = {file for file in led if file.name.endswith(".ja.md") != paper.endswith(".ja.md")}
    assert {file for file in foreign if sibling(file).exists()} == set()


@pytest.mark.parametrize("paper", ["README.md", "README.ja.md"])
def test_the_commands_are_those_of_the_makefile(paper: str) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):.*##", (ROOT / "Makefile").read_text(), re.M))
    named = {word.split()[1] for word in words(paper) if word.startswith("make ")}
    assert named - targets == set()
    assert targets - named - {"venv"} == set()


@pytest.mark.parametrize("paper", ["README.md", "README.ja.md"])
def test_every_setting_is_told_of_with_those_who_read_it(paper: str) -> None:
    told = rows(paper)
    read = {name: {s for s in SERVICES if name in variables(s)} for s in SERVICES for name in variables(s)}
    assert set(told) == set(read)
    for name, users in read.items():
        said = set(SERVICES) if told[name] in ("all", "すべて") else set(re.findall(r"\w+", told[name]))
        assert said == users, name


@pytest.mark.parametrize("paper", ["README.md", "README.ja.md"])
def test_a_default_that_is_a_number_is_told_as_it_is(paper: str) -> None:
    every = (field for service in SERVICES for field in fields(settings_of(service)))
    numbers = {
        f"TASUKI_{field.name.upper()}": field.default for field in every if isinstance(field.default, int | float)
    }
    told = [line for line in (ROOT / paper).read_text().splitlines() if line.startswith("| `TASUKI_")]
    for name, number in numbers.items():
        (row,) = [line for line in told if f"`{name}`" in line]
        assert re.search(rf"(?<![\d.]){number}(?![\d.])", row), name


def test_both_readmes_name_the_same_variables_and_addresses() -> None:
    def named(paper: str) -> set[str]:
        return set(re.findall(r"TASUKI_\w+|http://127[^)>`\s]*", (ROOT / paper).read_text()))

    assert named("README.md") == named("README.ja.md")


def test_the_table_of_events_is_complete_and_names_the_producers() -> None:
    found = re.findall(r"^\| `([a-z]+\.[a-z]+\.v\d+)` \| (\w+) \|", (ROOT / "ARCHITECTURE.md").read_text(), re.M)
    assert dict(found) == {type_: event.producer for type_, event in REGISTRY.items()}


def test_a_function_it_names_stands_where_it_says() -> None:
    for name, path in re.findall(r"`(\w+)` (?:in|of) `([\w/]+\.py)`", (ROOT / "ARCHITECTURE.md").read_text()):
        assert re.search(rf"\b{name}\b", Path(ROOT / path).read_text()), f"{name} in {path}"


@pytest.mark.parametrize("paper", ["docs/security.md", "docs/security.ja.md"])
def test_every_class_of_attack_is_tried_where_the_paper_says(paper: str) -> None:
    table = re.findall(r"^\| .* \| (`tests/.*`) \|$", (ROOT / paper).read_text(), re.M)
    named = [[path for word in re.findall("`(.*?)`", cell) for path in ROOT.glob(word)] for cell in table]
    marked = {path for path in (ROOT / "tests").rglob("test_*.py") if "pytest.mark.security" in path.read_text()}
    marked.discard(Path(__file__))
    assert len(named) == 8
    assert all(marked & set(files) for files in named), "a class without a test"
    assert marked - {path for files in named for path in files} == set(), "say in the paper what these try"
    words = re.findall(r"`(tests/.*?)`", (ROOT / paper).read_text())
    assert [word for word in words if not marked & set(ROOT.glob(word))] == [], "these try nothing"
