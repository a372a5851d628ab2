"""A gate that cannot fail is none: each rule is broken once, in a small tree of its own, and must say so."""

from pathlib import Path

import pytest

from tests.architecture import rules

BROKEN = {
    "runtime knows no business": ("shared/runtime/loop.py", "escalation = 1"),
    "the environment is read in settings only": ("services/timer/settings.py", "url = os.environ['X']"),
    "time comes from the clock": ("services/timer/fire.py", "now = datetime.now(UTC)"),
    "catch-alls stand where one bad record must not stop the others": (
        "services/timer/fire.py",
        "except (OSError, Exception) as problem:",
    ),
    "Kafka out goes through the outbox": ("services/timer/fire.py", "await producer.send_and_wait(x)"),
    "no Faust on the wire, in tables or timers": ("services/router/worker.py", "class E(faust.Record): ..."),
    "fakes, not mocks": ("tests/unit/test_x.py", "from unittest.mock import Mock"),
    "time in tests moves by the clock": ("tests/unit/test_x.py", "time.sleep(1)"),
    "an APIRouter is not the router": ("services/intake/api.py", "router = APIRouter()"),
    "no name is imported only to be hidden": ("cli/__main__.py", "from os import *"),
    "SQL of a service stands in its queries.sql": ("services/timer/store.py", 'Q = "SELECT 1"'),
}


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text + "\n")


@pytest.mark.parametrize("rule", rules.LINES, ids=lambda rule: rule.name)
def test_a_line_rule_goes_red(tmp_path: Path, rule: rules.LineRule) -> None:
    name, text = BROKEN[rule.name]
    write(tmp_path, name, "x = 1")
    assert rules.lines(tmp_path, rule) == []
    write(tmp_path, name, f"x = 1\n{text}")
    assert rules.lines(tmp_path, rule) == [f"{name}:2: {text}"]


def test_a_drawer_goes_red(tmp_path: Path) -> None:
    write(tmp_path, "services/timer/utils.py", "x = 1")
    assert rules.drawers(tmp_path) == ["services/timer/utils.py"]


def test_a_long_file_goes_red(tmp_path: Path) -> None:
    write(tmp_path, "tests/unit/test_x.py", "x = 1\n" * 300)
    assert rules.long_files(tmp_path) == ["tests/unit/test_x.py:301: lines"]


def test_a_silent_module_goes_red(tmp_path: Path) -> None:
    write(tmp_path, "services/timer/fire.py", "x = 1")
    assert rules.without_docstring(tmp_path) == ["services/timer/fire.py:1: no docstring"]


def test_a_runtime_module_of_one_service_goes_red(tmp_path: Path) -> None:
    write(tmp_path, "shared/runtime/mail.py", "x = 1")
    write(tmp_path, "services/notifier/worker.py", "from shared.runtime.mail import x")
    assert rules.lonely_runtime(tmp_path) == ["shared/runtime/mail.py:1: used by ['services/notifier']"]
    write(tmp_path, "services/timer/worker.py", "from shared.runtime import mail")
    assert rules.lonely_runtime(tmp_path) == []


def test_an_eighteenth_runtime_module_goes_red(tmp_path: Path) -> None:
    for number in range(18):
        write(tmp_path, f"shared/runtime/m{number:02}.py", "x = 1")
        write(tmp_path, f"services/timer/a{number}.py", f"from shared.runtime import m{number:02}")
        write(tmp_path, f"services/router/a{number}.py", f"from shared.runtime import m{number:02}")
    assert rules.lonely_runtime(tmp_path) == ["m17"]


@pytest.mark.parametrize("text", ["CaseResolved(x=1)", "e.CaseResolved(x=1)", "events.CaseResolved.model_construct()"])
def test_a_second_writer_goes_red(tmp_path: Path, text: str) -> None:
    write(tmp_path, "services/timer/fire.py", text)
    if "model_construct" in text:  # reading is free: model_validate and the like are no construction by hand
        assert rules.foreign_writers(tmp_path) == []
    else:
        assert rules.foreign_writers(tmp_path) == ["services/timer/fire.py:1: constructs CaseResolved of intake"]


def test_a_copied_function_goes_red(tmp_path: Path) -> None:
    body = "\n    a = 1\n    b = 2\n    c = 3\n    return a + b + c"
    write(tmp_path, "services/timer/fire.py", f'def first():\n    """One."""{body}')
    write(tmp_path, "services/router/api.py", f'def second():\n    """Another."""{body}')
    assert rules.copies(tmp_path) == [["services/router/api.py:1", "services/timer/fire.py:1"]]
