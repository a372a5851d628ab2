"""The repository keeps its rules. A failure names the place; the rule's name says what to do instead."""

import ast

import pytest

from shared.contracts.events import REGISTRY
from tests.architecture import rules
from tests.architecture.rules import ROOT

SIMULATED = [  # "what would happen if": decided upon, never said
    ("services/router/domain/trial/foresight.py", event)
    for event in (
        "CaseSubmitted", "CaseAcknowledged", "CaseStarted", "CaseNoted", "CaseResolved", "DeadlineBreached",
    )
]  # fmt: skip
SERVICES = ("intake", "router", "timer", "notifier", "knowledge")


@pytest.mark.parametrize("rule", rules.LINES, ids=lambda rule: rule.name)
def test_line_rule(rule: rules.LineRule) -> None:
    assert rules.lines(ROOT, rule) == [], rule.name


def test_no_module_is_a_drawer() -> None:
    assert rules.drawers(ROOT) == []


def test_files_stay_small() -> None:
    assert rules.long_files(ROOT) == []


def test_every_module_says_what_it_is() -> None:
    assert rules.without_docstring(ROOT) == []


def test_runtime_earns_its_place() -> None:
    assert rules.lonely_runtime(ROOT) == []


def test_one_writer_per_event() -> None:
    assert rules.foreign_writers(ROOT, SIMULATED) == []


def test_no_function_is_copied() -> None:
    assert rules.copies(ROOT) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_shape(service: str) -> None:
    folder = ROOT / "services" / service
    for file in ("__init__.py", "__main__.py", "settings.py", "api.py", "worker.py", "handlers.py", "store.py"):
        assert (folder / file).is_file(), file
    assert (folder / "queries.sql").is_file()
    assert list((folder / "migrations").glob("0001_pre_*.sql"))


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_card(service: str) -> None:
    card = ast.get_docstring(ast.parse((ROOT / "services" / service / "__init__.py").read_text())) or ""
    assert all(word in card for word in ("Reads:", "Writes:", "Owns:")), card


@pytest.mark.parametrize("type_", sorted(REGISTRY))
def test_every_event_has_a_golden_example(type_: str) -> None:
    assert (ROOT / "tests/contracts/golden" / f"{type_}.json").is_file()


def test_no_golden_example_is_left_over() -> None:
    golden = {path.stem.removesuffix(".second") for path in (ROOT / "tests/contracts/golden").glob("*.json")}
    assert golden - set(REGISTRY) == set()
